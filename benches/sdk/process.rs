//! One process, watched from outside: when its first byte arrives, and what it uses until it ends.

use std::{
    collections::HashMap,
    fs, io,
    io::Read,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// Between two readings of a process. Its peak memory is known up to the last of them.
const LOOK: Duration = Duration::from_millis(2);
/// No process takes longer to send its first byte.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a process used.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    /// From its start to its end.
    pub wall: Duration,
    /// Processor time, of the user and of the system together.
    pub processor: Duration,
    /// The most memory that was its own at once, in kB.
    pub peak: u32,
}

/// From the start of a process to the arrival of the first byte that it sends to that address.
pub fn first_byte(command: impl Fn(SocketAddr) -> Command) -> io::Result<Duration> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let mut command = command(listener.local_addr()?);
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let arrived = listener.accept().and_then(|(mut stream, _)| stream.read_exact(&mut [0]));
        // Nobody listens any more where it came too late.
        let _ = tell.send(arrived.map(|()| Instant::now()));
    });
    let began = Instant::now();
    // It is never answered, and may complain of that before it is killed.
    let mut child = command.stderr(Stdio::null()).spawn()?;
    let arrived = told.recv_timeout(PATIENCE).map_err(io::Error::other);
    child.kill()?;
    child.wait()?;
    Ok(arrived??.duration_since(began))
}

/// Runs a process to its good end.
pub fn run(command: &mut Command) -> io::Result<Used> {
    let began = Instant::now();
    let mut child = command.spawn()?;
    let mut peak = 0;
    let mut threads = HashMap::new();
    // An ended process keeps its times until it is waited for, but not its memory.
    let wall = loop {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id()))?;
        peak = field(&status, "VmHWM:").and_then(|peak| peak.parse().ok()).unwrap_or(peak);
        if field(&status, "State:") == Some("Z") {
            break began.elapsed();
        }
        look(child.id(), &mut threads);
        thread::sleep(LOOK);
    };
    look(child.id(), &mut threads);
    let ended = child.wait()?;
    if !ended.success() {
        return Err(io::Error::other(format!("{command:?}: {ended}")));
    }
    Ok(Used { wall, processor: Duration::from_nanos(threads.values().sum()), peak })
}

/// The processor time of each thread, in ns; of one that is gone, what it last was.
fn look(process: u32, threads: &mut HashMap<String, u64>) {
    let Ok(entries) = fs::read_dir(format!("/proc/{process}/task")) else { return };
    for entry in entries.flatten() {
        let times = fs::read_to_string(entry.path().join("schedstat")).unwrap_or_default();
        if let Some(time) = times.split_whitespace().next().and_then(|time| time.parse().ok()) {
            threads.insert(entry.file_name().to_string_lossy().into_owned(), time);
        }
    }
}

fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()
}
