//! The figures of the pushes as tables, with their ratios.

use std::{fmt::Write as _, fs, thread, time::SystemTime};

use super::{cost::Cost, made::SDK};

/// What one side asked for and cost.
pub struct Side {
    pub requests: usize,
    /// Of them `GetNode` and `GetWorkflowDefinition`.
    pub reads: usize,
    pub cost: Cost,
}

/// One push by both.
pub struct Pushed {
    pub push: &'static str,
    pub ours: Side,
    pub theirs: Side,
}

/// Everything that was measured.
pub struct Results {
    named: String,
    before: String,
    tables: String,
}

impl Results {
    pub fn new(named: String) -> Self {
        Self { named, before: load(), tables: String::new() }
    }

    /// The pushes of a repository.
    pub fn add(&mut self, repository: &str, pushes: Vec<Pushed>) {
        for Pushed { push, ours, theirs } in pushes {
            let _ = write!(
                self.tables,
                "\n## {repository}: {push}\n\n| | ours | the script | ratio |\n|---|--:|--:|--:|\n"
            );
            let mut row = |name, [ours, theirs]: [Option<f64>; 2], digits, unit| {
                let (Some(ours), Some(theirs)) = (ours, theirs) else { return };
                let ratio = if ours > 0.0 && theirs > 0.0 { format!("{:.1}", theirs / ours) } else { "–".to_owned() };
                let _ = writeln!(self.tables, "| {name} | {ours:.digits$}{unit} | {theirs:.digits$}{unit} | {ratio} |");
            };
            let of = |figure: fn(&Side) -> Option<f64>| [&ours, &theirs].map(figure);
            row("requests", of(|side| Some(side.requests as f64)), 0, "");
            row("of them `GetNode` and `GetWorkflowDefinition`", of(|side| Some(side.reads as f64)), 0, "");
            row("wall time", of(|side| Some(side.cost.wall)), 1, " s");
            row("processor time", of(|side| side.cost.processor), 2, " s");
            row("peak memory", of(|side| side.cost.peak.map(|kilobytes| kilobytes as f64 * 1.024 / 1e3)), 1, " MB");
        }
    }

    /// The whole page.
    pub fn text(&self) -> String {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let today = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let (day, _) = today.split_once('T').unwrap_or((&today, ""));
        let Self { named, before, tables } = self;
        format!(
            "\
# What a push of `source` asks for and costs

Written by `cargo bench --bench source` on {day}, on {cores} cores that were not ours alone: the load was {before} before and
{} after, of which the simulator, on the same machine, is a part. Each push once by each, in turn.

- Ours: {named}, `parallel: 16`, `poll-interval: 100ms..5s`.
- The script: [sdk_source.py](sdk_source.py), {SDK},
  16 threads, a poll every 0.3 s. It does less: it does not know who wrote last, does not read back what it wrote, and
  does not look for an answer that was lost.
- A unit is deployed by two stages of 0.05 s, against the simulator over plain HTTP; an edit shows in its lists at once.
{tables}
Where `ModifyTime` is set some seconds after a write, as real answers showed, an object whose pipeline run was created
within these seconds is read once more in each plan, until it is deployed again.
",
            load()
        )
    }
}

/// How many processes wanted to run of late.
fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().unwrap_or("unknown").to_owned()
}
