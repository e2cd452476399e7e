//! A gateway that answers as a HAR file recorded it, until it is killed: so that a report from a real workspace becomes
//! a test. It answers by operation, in the order of the file, whatever the request says and whoever signed it.
//!
//! `cargo run --example replay FILE`

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the fence stands around the program; this is the other side, on the console of this machine"
)]

#[path = "../tests/simulator/mod.rs"]
mod simulator;

use std::{env, fs, io, io::Write, thread};

use simulator::{KEY_ID, KEY_SECRET, Playback, Simulator, ms};

fn main() -> io::Result<()> {
    let file = env::args_os().nth(1).ok_or_else(|| io::Error::other("which HAR file? `replay FILE`"))?;
    let playback = Playback::read(&fs::read_to_string(file)?).map_err(io::Error::other)?;
    let recorded: Vec<String> = playback.recorded().map(|(name, count)| format!("{name} {count}")).collect();
    let simulator = Simulator::replay(playback)?;
    println!("{} {KEY_ID} {KEY_SECRET}", simulator.url());
    println!("recorded: {}", recorded.join(", "));
    let mut told = 0;
    loop {
        let requests = simulator.requests();
        for seen in requests.iter().skip(told) {
            let status = seen.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            println!("{} {status}", seen.operation);
            told = told.saturating_add(1);
        }
        io::stdout().flush()?;
        thread::sleep(ms(100));
    }
}
