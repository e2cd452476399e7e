//! A shell in front of a simulator: runs the program as somebody would type it, and holds it to what it should say.

use std::{
    fs, io,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::simulator::{KEY_ID, KEY_SECRET, PROJECT_ID, Simulator, World};

/// A shell in a folder of its own.
pub struct Shell {
    program: PathBuf,
    folder: TempDir,
    /// The service that it deploys to.
    pub simulator: Simulator,
}

impl Shell {
    /// A shell in an empty folder, in front of that workspace.
    pub fn new(program: &Path, world: World) -> io::Result<Self> {
        Ok(Self { program: program.to_path_buf(), folder: TempDir::new()?, simulator: Simulator::try_start(world)? })
    }

    /// A path in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file of its folder.
    pub fn read(&self, name: &str) -> io::Result<String> {
        fs::read_to_string(self.file(name))
    }

    /// Runs the program with those inputs and shows its log as it comes. It must end with that exit code, and say that.
    pub fn run(&self, inputs: &[(&str, &str)], code: i32, says: &str) -> io::Result<()> {
        let typed: Vec<String> = inputs.iter().map(|(name, value)| format!("{name}={value} ")).collect();
        println!("\n$ {}dataworks-deploy", typed.concat());
        let mut running = self.command(inputs).stdout(Stdio::piped()).spawn()?;
        let mut log = String::new();
        for line in running.stdout.take().into_iter().flat_map(|log| BufReader::new(log).lines()) {
            let line = line?;
            println!("{line}");
            log += &(line + "\n");
        }
        self.holds(running.wait()?.code(), code, &log, says)
    }

    /// Runs the program as a job of GitHub that also writes the reports of the other CIs. Returns its log, unseen.
    pub fn run_on_github(&self, inputs: &[(&str, &str)], code: i32, says: &str) -> io::Result<String> {
        let mut command = self.command(inputs);
        command
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_REPOSITORY", "acme/warehouse")
            .env("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567")
            .env("GITHUB_ACTOR", "mei")
            .env("GITHUB_RUN_ID", "42")
            .env("GITHUB_JOB", "deploy")
            .env("GITHUB_SERVER_URL", "https://github.com")
            .env("GITHUB_OUTPUT", self.file("output"))
            .env("GITHUB_STEP_SUMMARY", self.file("summary.md"))
            .env("DATAWORKS_DOTENV_REPORT", "deploy.env")
            .env("DATAWORKS_JUNIT_REPORT", "deploy.xml");
        let ran = command.output()?;
        let log = String::from_utf8_lossy(&ran.stdout).into_owned();
        self.holds(ran.status.code(), code, &log, says)?;
        Ok(log)
    }

    fn command(&self, inputs: &[(&str, &str)]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)))
            .env("DATAWORKS_ENDPOINT", self.simulator.url())
            .env("DATAWORKS_PROJECT_ID", PROJECT_ID.to_string())
            .env("DATAWORKS_POLL_INTERVAL", "100ms..500ms")
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID)
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY_SECRET)
            .envs(inputs.iter().copied());
        command
    }

    fn holds(&self, code: Option<i32>, wanted: i32, log: &str, says: &str) -> io::Result<()> {
        if code != Some(wanted) {
            return Err(io::Error::other(format!("exit code {code:?} instead of {wanted}:\n{log}")));
        }
        if !log.contains(says) {
            return Err(io::Error::other(format!("the log does not say \"{says}\":\n{log}")));
        }
        match self.simulator.violations().first() {
            Some(violation) => Err(io::Error::other(format!("the simulator complains: {violation}"))),
            None => Ok(()),
        }
    }
}
