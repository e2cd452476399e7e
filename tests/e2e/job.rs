//! A CI job that runs the real binary: its variables, its files, its signals, and what it left.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::simulator::{KEY_ID, KEY_SECRET, PROJECT_ID, Simulator, ms};

/// A job about to run. The environment holds nothing but what a story puts there.
pub struct Job {
    variables: BTreeMap<String, String>,
    arguments: Vec<String>,
    folder: TempDir,
    ignores_hangups: bool,
    has_small_disk: bool,
    log: Option<Stdio>,
}

impl Job {
    /// A job on no known CI, with the simulator's endpoint, workspace and keys, and quick polls.
    pub fn new(simulator: &Simulator) -> Self {
        Self::bare()
            .input("endpoint", simulator.url())
            .input("project-id", PROJECT_ID)
            .input("access-key-id", KEY_ID)
            .input("access-key-secret", KEY_SECRET)
            .input("poll-interval", "50ms..200ms")
    }

    /// A job that says nothing at all.
    pub fn bare() -> Self {
        let folder = TempDir::new().expect("a folder for the job");
        Self {
            variables: BTreeMap::new(),
            arguments: Vec::new(),
            folder,
            ignores_hangups: false,
            has_small_disk: false,
            log: None,
        }
    }

    /// Makes it a job of GitHub, with the files that the runner gives.
    pub fn on_github(self) -> Self {
        let (output, summary) = (self.file("output"), self.file("summary.md"));
        fs::write(&output, "").expect("the runner makes the file");
        fs::write(&summary, "").expect("the runner makes the file");
        self.variable("GITHUB_ACTIONS", "true")
            .variable("GITHUB_REPOSITORY", "acme/warehouse")
            .variable("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567")
            .variable("GITHUB_ACTOR", "mei")
            .variable("GITHUB_RUN_ID", "42")
            .variable("GITHUB_JOB", "deploy")
            .variable("GITHUB_SERVER_URL", "https://github.com")
            .variable("GITHUB_OUTPUT", output.display())
            .variable("GITHUB_STEP_SUMMARY", summary.display())
    }

    /// Gives an input, as GitHub spells it.
    pub fn input(self, name: &str, value: impl ToString) -> Self {
        self.variable(&format!("INPUT_{}", name.to_uppercase()), value)
    }

    /// Gives a variable.
    pub fn variable(mut self, name: &str, value: impl ToString) -> Self {
        self.variables.insert(name.to_owned(), value.to_string());
        self
    }

    /// Takes a variable away.
    pub fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// Gives an argument.
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Starts it as `nohup` does.
    pub fn ignoring_hangups(self) -> Self {
        Self { ignores_hangups: true, ..self }
    }

    /// No file that it writes may have more than some 64 KiB, as where a disk is full.
    pub fn on_a_small_disk(self) -> Self {
        // A shell does not pass on variables whose names have a hyphen.
        let variables = self.variables.into_iter().map(|(name, value)| (name.replace('-', "_"), value)).collect();
        Self { variables, has_small_disk: true, ..self }
    }

    /// Gives it another standard output than the file of the log.
    pub fn log_to(self, log: impl Into<Stdio>) -> Self {
        Self { log: Some(log.into()), ..self }
    }

    /// A path in the job's folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs it to its end.
    pub fn run(self) -> Ran {
        self.start().wait()
    }

    /// Starts it, to be signalled or killed.
    pub fn start(mut self) -> Running {
        let log = fs::File::create(self.file("log")).expect("a file for the log");
        let errors = log.try_clone().expect("a second handle");
        // Before the process is there: its own clock must never seem to run ahead of ours.
        let began = Instant::now();
        let binary = env!("CARGO_BIN_EXE_dataworks-deploy");
        let mut command = match (self.ignores_hangups, self.has_small_disk) {
            (true, _) => Command::new("nohup"),
            (false, true) => Command::new("sh"),
            (false, false) => Command::new(binary),
        };
        if self.ignores_hangups {
            command.arg(binary);
        } else if self.has_small_disk {
            command.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"", binary]);
        }
        let child = command
            .args(&self.arguments)
            .env_clear()
            .envs(&self.variables)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(self.log.take().unwrap_or_else(|| log.into()))
            .stderr(errors)
            .spawn()
            .expect("the binary starts");
        Running { child, began, job: self }
    }
}

/// A job under way.
pub struct Running {
    child: Child,
    began: Instant,
    job: Job,
}

impl Running {
    /// Waits until the condition holds; a story that waits without success, or whose job has ended, fails.
    pub fn until(&mut self, what: &str, condition: impl Fn() -> bool) {
        let patience = Instant::now() + Duration::from_secs(20);
        while !condition() {
            let ended = self.child.try_wait().expect("the child can be asked");
            assert!(Instant::now() < patience && ended.is_none(), "never came to pass: {what}; ended: {ended:?}");
            std::thread::sleep(ms(5));
        }
    }

    /// Sends a signal by its name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().expect("kill runs");
        assert!(sent.success(), "kill -s {name} {pid}");
    }

    /// Kills it outright.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Ran {
        let status = self.child.wait().expect("the binary ends");
        let read = |name: &str| fs::read_to_string(self.job.file(name)).unwrap_or_default();
        let log = read("log");
        let folder = fs::read_dir(self.job.folder.path()).expect("the job's folder");
        let files = folder.filter_map(|entry| entry.ok().filter(|entry| entry.file_name() != "log"));
        let files = files.filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect();
        // What marks an input's name within a message is for the reports alone.
        let all = [&log, &read("output"), &read("summary.md")];
        assert!(!all.iter().any(|text| text.contains(['⟨', '⟩'])), "a mark is left: {all:?}");
        Ran {
            files,
            code: status.code(),
            took: self.began.elapsed(),
            outputs: outputs(&read("output")),
            summary: read("summary.md"),
            log,
        }
    }
}

/// What a job left.
pub struct Ran {
    /// The exit code; `None`: killed by a signal.
    pub code: Option<i32>,
    /// How long it ran.
    pub took: Duration,
    /// The text of every file that it left, or was given.
    pub files: Vec<String>,
    /// Everything it printed.
    pub log: String,
    /// `$GITHUB_OUTPUT`, read as the runner reads it.
    pub outputs: BTreeMap<String, String>,
    /// `$GITHUB_STEP_SUMMARY`.
    pub summary: String,
}

impl Ran {
    /// Asserts the exit code and the `status` output, and shows everything where they differ.
    pub fn expect(self, code: i32, status: &str) -> Self {
        let told = self.outputs.get("status").map(String::as_str);
        let as_told = told.is_none() || told == Some(status);
        assert!(
            self.code == Some(code) && as_told,
            "exit {:?}, status {told:?}, wanted {code} {status}\n{}",
            self.code,
            self.log
        );
        self
    }

    /// One output; empty where it is not there.
    pub fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }

    /// The JSON result.
    pub fn result(&self) -> Value {
        serde_json::from_str(self.output("result")).expect("the result is JSON")
    }

    /// Asserts that every text stands in the log.
    pub fn logged(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.log.contains(text), "not in the log: {text}\n{}", self.log);
        }
    }
}

/// Reads outputs by the runner's rules: heredocs only, each closed by its delimiter on a line of its own.
fn outputs(file: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = file.split('\n');
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let (name, delimiter) = line.split_once("<<").unwrap_or_else(|| panic!("no heredoc: {line}"));
        let mut value = Vec::new();
        loop {
            match lines.next() {
                Some(line) if line == delimiter => break,
                Some(line) => value.push(line),
                None => panic!("{name} is not closed"),
            }
        }
        outputs.insert(name.to_owned(), value.join("\n"));
    }
    outputs
}

/// Asserts that the client broke no rule of the gateway.
pub fn lawful(simulator: &Simulator) {
    assert_eq!(simulator.violations(), Vec::<String>::new());
}
