//! The figures as tables: medians, ratios, and which targets they meet.

use std::{
    fmt, fs, thread,
    time::{Duration, SystemTime},
};

use super::{STAGES, STARTS, WALKS, instructions::Instructions, made::SDK, process::Used};

/// What was measured of one side.
#[derive(Default)]
pub struct Costs {
    /// From the start to the first byte.
    pub starts: Vec<Duration>,
    /// Whole walks, and the requests of each.
    pub walks: Vec<(Used, usize)>,
}

/// The medians of one side.
pub struct Side {
    start_ms: f64,
    quickest_ms: f64,
    processor_ms: f64,
    peak_mb: f64,
    requests: f64,
    /// Wall time over the stages' own.
    wall: f64,
    installed_mb: f64,
}

/// Everything, ready to be told.
pub struct Results {
    /// Which build ours is.
    pub named: String,
    /// How busy the machine was before and after.
    pub load: (String, String),
    /// Ours.
    pub ours: Side,
    /// The script on the SDK.
    pub theirs: Side,
    /// Of ours, where there is callgrind.
    pub instructions: Option<Instructions>,
}

impl Costs {
    /// The medians.
    pub fn side(&self, installed: u64) -> Side {
        let own: Duration = STAGES.iter().sum();
        let of_walks = |figure: fn(&(Used, usize)) -> f64| median(self.walks.iter().map(figure));
        Side {
            start_ms: median(self.starts.iter().map(|start| millis(*start))),
            quickest_ms: self.starts.iter().min().map_or(f64::NAN, |start| millis(*start)),
            processor_ms: of_walks(|(used, _)| millis(used.processor)),
            // What the system calls kB is 1024 bytes.
            peak_mb: of_walks(|(used, _)| f64::from(used.peak) * 1.024 / 1e3),
            requests: of_walks(|(_, requests)| u32::try_from(*requests).map_or(f64::NAN, f64::from)),
            wall: of_walks(|(used, _)| used.wall.as_secs_f64()) / own.as_secs_f64(),
            installed_mb: u32::try_from(installed).map_or(f64::NAN, f64::from) / 1e6,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { start_ms, quickest_ms, processor_ms, peak_mb, requests, wall, installed_mb } = self;
        write!(
            f,
            "{installed_mb:.2} MB; first byte {start_ms:.2} ms ({quickest_ms:.2}); a walk: {processor_ms:.1} ms of processor time, "
        )?;
        write!(f, "peak {peak_mb:.2} MB, {requests:.0} requests, {wall:.3} of the stages' own time")
    }
}

impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ours, theirs) = (&self.ours, &self.theirs);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let today = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let (day, _) = today.split_once('T').unwrap_or((&today, ""));
        let (before, after) = &self.load;
        writeln!(f, "# Side by side with a script on the vendor's SDK\n")?;
        writeln!(
            f,
            "Written by `cargo bench --bench sdk` on {day}, on {cores} cores that were not ours alone: the load was"
        )?;
        writeln!(
            f,
            "{before} before and {after} after. Medians of {STARTS} starts and {WALKS} walks of each, in turn.\n"
        )?;
        writeln!(f, "- Ours: {}, `poll-interval: 200ms..1500ms`.", self.named)?;
        writeln!(f, "- The script: [sdk_walk.py](sdk_walk.py), {SDK}, a look every 0.3 s.")?;
        writeln!(f, "- The walk: stages of 0.8, 2.0 and 4.5 s, against the simulator over plain HTTP.\n")?;
        writeln!(f, "| | ours | the script | ratio |\n|---|--:|--:|--:|")?;
        let mut row = |name, (ours, theirs): (f64, f64), digits, unit| {
            let ratio = theirs / ours;
            writeln!(f, "| {name} | {ours:.digits$}{unit} | {theirs:.digits$}{unit} | {ratio:.1} |")
        };
        row("start to the first byte sent", (ours.start_ms, theirs.start_ms), 2, " ms")?;
        row("the quickest of those starts", (ours.quickest_ms, theirs.quickest_ms), 2, " ms")?;
        row("processor time of the walk", (ours.processor_ms, theirs.processor_ms), 1, " ms")?;
        row("peak memory of the walk", (ours.peak_mb, theirs.peak_mb), 2, " MB")?;
        row("requests of the walk", (ours.requests, theirs.requests), 0, "")?;
        row("wall time over the stages' own", (ours.wall, theirs.wall), 3, "")?;
        row("to install (of the script, beside Python)", (ours.installed_mb, theirs.installed_mb), 2, " MB")?;
        writeln!(f, "\n| target | measured | met |\n|---|--:|---|")?;
        let mut target = |name, measured: f64, digits, is_met| {
            writeln!(f, "| {name} | {measured:.digits$} | {} |", if is_met { "yes" } else { "**no**" })
        };
        let (processor, memory) = (theirs.processor_ms / ours.processor_ms, theirs.peak_mb / ours.peak_mb);
        target("at least 50 times less processor time", processor, 1, processor >= 50.0)?;
        target("at least 20 times less memory", memory, 1, memory >= 20.0)?;
        target("at most 3 ms to the first byte", ours.start_ms, 2, ours.start_ms <= 3.0)?;
        target("a binary of at most 3.2 MB", ours.installed_mb, 2, ours.installed_mb <= 3.2)?;
        target("wall time at most 1.06 of the stages' own", ours.wall, 3, ours.wall <= 1.06)?;
        target("at most 36 requests", ours.requests, 0, ours.requests <= 36.0)?;
        match &self.instructions {
            Some(instructions) => write!(f, "\n{instructions}"),
            None => writeln!(f, "\nInstructions were not counted: valgrind is not there."),
        }
    }
}

/// How many processes wanted to run of late.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().unwrap_or("unknown").to_owned()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
