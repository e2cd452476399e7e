//! Instructions, counted by callgrind: they are nearly the same on a noisy machine.

use std::{
    fmt, io,
    process::{Command, Stdio},
    time::SystemTime,
};

use dataworks_deploy::bench::{
    Call, Endpoint, Keys, Response, Secret, ServiceConfig, Signature, Stamp, decode, encode, sign,
};

/// The first argument with which the bench runs a task of its own, to be counted.
pub const TASK: &str = "--task";

/// The answer to a poll of a run of three stages.
const ANSWER: &str = include_str!("answer.json");
/// What is counted over is so long that the start of the process is a small part, and then taken off.
const TIMES: [u32; 2] = [100, 600];

/// What was counted.
pub struct Instructions {
    /// A process that only says its version.
    pub version: f64,
    /// A whole walk.
    pub walk: f64,
    /// The requests of that walk.
    pub requests: usize,
    /// To write and sign one request.
    pub sign: f64,
    /// To read one answer.
    pub read: f64,
}

impl fmt::Display for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, .. } = self;
        let [version, walk, sign, read] = [self.version, self.walk, self.sign, self.read].map(|count| count / 1e3);
        writeln!(f, "| instructions, by callgrind | thousand |\n|---|--:|")?;
        writeln!(f, "| `--version`, start and end included | {version:.0} |")?;
        writeln!(f, "| the whole walk, here of {requests} requests | {walk:.0} |")?;
        writeln!(f, "| to write and sign one look | {sign:.1} |")?;
        writeln!(f, "| to read its answer of {} bytes | {read:.1} |", ANSWER.len())
    }
}

/// How many instructions a command takes; `None` where there is no callgrind.
pub fn of(command: &Command) -> io::Result<Option<f64>> {
    let mut counted = Command::new("valgrind");
    counted.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(command.get_program());
    counted.args(command.get_args()).env_clear().stdout(Stdio::null());
    counted.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    counted.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = match counted.output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        output => output?,
    };
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    match collected.map(|(_, count)| count.trim().parse()) {
        Some(Ok(count)) if output.status.success() => Ok(Some(count)),
        _ => Err(io::Error::other(format!("callgrind: {}\n{said}", output.status))),
    }
}

/// How many instructions one turn of a task takes.
pub fn of_one(task: &str) -> io::Result<Option<f64>> {
    let this = std::env::current_exe()?;
    let [few, many] = TIMES.map(|times| of(Command::new(&this).args([TASK, task, &times.to_string()])));
    let [fewer, more] = TIMES.map(f64::from);
    Ok(many?.zip(few?).map(|(many, few)| (many - few) / (more - fewer)))
}

/// Does a task so many times.
pub fn perform(task: &str, times: u32) {
    let service = ServiceConfig {
        dataworks: Endpoint::parse("dataworks.cn-hangzhou.aliyuncs.com"),
        spark: None,
        signature: Signature::default(),
        project_id: Some(10_000),
        project_identifier: None,
    };
    let keys =
        Keys { id: "an id of twenty-four".into(), secret: Secret::new("a secret of thirty letters"), token: None };
    let call = Call::GetPipelineRun { run: "a7ef0634-20ec-4a7c-a214-54020f91XXXX".into() };
    let response = Response { status: 200, headers: Vec::new(), body: ANSWER.into() };
    for turn in 0..times {
        let stamp = Stamp { at: SystemTime::UNIX_EPOCH, nonce: format!("{turn:032x}") };
        match &service.dataworks {
            Some(endpoint) if task == "sign" => {
                let signed = sign(&encode(&call, &service), service.signature, endpoint, &keys, &stamp);
                assert!(!signed.proofs.is_empty(), "nothing was signed");
            }
            _ => assert!(decode(&call, &response).is_ok(), "the answer was not understood"),
        }
    }
}
