//! What a process costs, by what the kernel says of it while it runs; `None` on another system.

use std::{fs, process::Child};

/// The high-water mark of the resident set, in kB.
pub fn peak_memory(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// User and system time in seconds, by ticks of a hundredth.
pub fn processor_time(child: &Child) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next().and_then(|ticks| ticks.parse::<f64>().ok());
    Some((ticks()? + ticks()?) / 100.0)
}
