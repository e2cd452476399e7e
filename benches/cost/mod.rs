//! What a process costs, by what the kernel says of it while it runs; `None` on another system.

use std::{
    fmt, fs, io,
    process::{Child, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

/// What one process cost.
pub struct Cost {
    /// How long it took, in seconds.
    pub wall: f64,
    /// The most memory that it had at once, in kB.
    pub peak: Option<u64>,
    /// User and system time, in seconds.
    pub processor: Option<f64>,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.peak {
            Some(kilobytes) => write!(f, "{:.1} MB | ", kilobytes as f64 / 1e3)?,
            None => f.write_str("not told | ")?,
        }
        match self.processor {
            Some(seconds) => write!(f, "{seconds:.2} s"),
            None => f.write_str("not told"),
        }
    }
}

/// Runs a process to its end, and looks at it all the time.
pub fn watch(command: &mut Command) -> io::Result<(ExitStatus, Cost)> {
    let began = Instant::now();
    let mut child = command.spawn()?;
    let (mut peak, mut processor) = (None, None);
    loop {
        peak = peak_memory(&child).or(peak);
        processor = processor_time(&child).or(processor);
        if let Some(status) = child.try_wait()? {
            return Ok((status, Cost { wall: began.elapsed().as_secs_f64(), peak, processor }));
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The high-water mark of the resident set, in kB.
fn peak_memory(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// User and system time in seconds, by ticks of a hundredth.
fn processor_time(child: &Child) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next().and_then(|ticks| ticks.parse::<f64>().ok());
    Some((ticks()? + ticks()?) / 100.0)
}
