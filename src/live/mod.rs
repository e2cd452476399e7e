//! The real world: HTTP, two clocks, random, signals, files, output. All IO of the program, and nothing else.
#![expect(clippy::disallowed_methods, reason = "this is the one place behind the fence")]

mod errors;
mod files;
mod http;
mod signals;
mod tls;

pub(crate) use self::tls::{Trust, trust};

use std::{
    cell::{OnceCell, RefCell},
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
    time::{Instant, SystemTime},
};

use anyhow::Context;
use reqwest::Client;

use self::signals::Signals;
use crate::{
    client::{
        http::{HttpRequest, Response},
        sign::Stamp,
    },
    config::env::Environment,
    model::{duration::Elapsed, fault::Fault, hex::hex, options::Limits, secret::Secret},
    report::{
        files::{Append, Files, Replace},
        log::Log,
    },
    world::World,
};

/// The arguments, without the program's name; one that is not UTF-8 is shown as well as it can be.
pub(crate) fn arguments() -> Vec<String> {
    std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect()
}

/// The environment, with what is not UTF-8 told apart.
pub(crate) fn environment() -> Environment {
    let variables =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok())));
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).filter(|home| !home.is_empty());
    let profiles = home.and_then(|home| match files::text(&Path::new(&home).join(".aliyun/config.json")) {
        Ok(text) => Some(Ok(Secret::new(text))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(Err(error.to_string())),
    });
    Environment::new(variables).with_profiles(profiles)
}

/// The wall clock.
pub(crate) fn wall_clock() -> SystemTime {
    SystemTime::now()
}

/// Sixteen random bytes as hex: never used before by anybody.
pub(crate) fn random() -> String {
    let mut bytes = [0_u8; 16];
    if getrandom::getrandom(&mut bytes).is_err() {
        // Not secret, only unique: the clock and the process will do where the system has no randomness.
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        return format!("{:032x}", now.as_nanos() ^ (u128::from(std::process::id()) << 64));
    }
    hex(&bytes)
}

/// Says a line on standard output, at once. A closed pipe is no reason to stop watching a deployment.
pub(crate) fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Adds to a file, which is made if need be.
pub(crate) fn add(addition: &Append) -> anyhow::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(&addition.path);
    file.as_mut()
        .map_err(|error| io::Error::new(error.kind(), error.to_string()))
        .and_then(|file| file.write_all(addition.text.as_bytes()))
        .with_context(|| format!("{} cannot be written", addition.path.display()))
}

/// Reads a small text file whole, or says why it cannot.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    files::text(path).map_err(|error| error.to_string())
}

/// Tries whether a file can be written, and changes nothing but that its folders are there.
pub(crate) fn trial(path: &Path) -> Result<(), String> {
    let is_new = fs::symlink_metadata(path).is_err();
    let tried = folders(path).and_then(|()| OpenOptions::new().append(true).create(true).open(path));
    if tried.is_ok() && is_new {
        // One that cannot be taken away again is empty, and will be written in the end.
        let _ = fs::remove_file(path);
    }
    tried.map(drop).map_err(|error| error.to_string())
}

/// Writes a file whole: it is never seen half written, where the file system can do that.
pub(crate) fn write(document: &Replace) -> anyhow::Result<()> {
    // Behind a link, the file itself is replaced and not the link.
    let path = fs::canonicalize(&document.path).unwrap_or_else(|_| document.path.clone());
    let is_replaceable = fs::metadata(&path).map_or(true, |known| known.is_file());
    let replaced = is_replaceable && replace(&path, &document.text).is_ok();
    // A device, or a file in a folder where nothing may be made.
    let written = if replaced { Ok(()) } else { folders(&path).and_then(|()| fs::write(&path, &document.text)) };
    written.with_context(|| format!("{} cannot be written", document.path.display()))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    folders(path)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", random()));
    let written = fs::write(&beside, text).and_then(|()| match fs::metadata(path) {
        Ok(old) => fs::set_permissions(&beside, old.permissions()),
        Err(_) => Ok(()),
    });
    let replaced = written.and_then(|()| fs::rename(&beside, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&beside);
    }
    replaced
}

fn folders(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

/// Runs to its end what waits for IO, on this thread.
pub(crate) fn block_on<F: Future>(future: F) -> anyhow::Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("the runtime cannot be started")?;
    let output = runtime.block_on(future);
    // A name that is still being looked up, on a thread of its own, would hold up the reports.
    runtime.shutdown_background();
    Ok(output)
}

/// The one world of a step.
pub(crate) struct Live {
    started: Instant,
    /// Through the proxies of the environment; made when it is needed, like the other.
    proxied: OnceCell<Client>,
    /// Past every proxy.
    direct: OnceCell<Client>,
    limits: Limits,
    trust: Trust,
    signals: RefCell<Signals>,
    files: Files,
    log: Log,
}

impl Live {
    /// Opens the world: the signal handlers. Must be called within the runtime.
    pub(crate) fn open(
        started: Instant,
        limits: &Limits,
        trust: Trust,
        files: Files,
        log: Log,
    ) -> anyhow::Result<Self> {
        let signals = RefCell::new(Signals::listen().context("signals cannot be listened to")?);
        let (proxied, direct) = (OnceCell::new(), OnceCell::new());
        Ok(Self { started, proxied, direct, limits: limits.clone(), trust, signals, files, log })
    }

    fn client(&self, direct: bool) -> Result<&Client, Fault> {
        let cell = if direct { &self.direct } else { &self.proxied };
        if let Some(made) = cell.get() {
            return Ok(made);
        }
        let made = http::client(direct, &self.limits, &self.trust)?;
        Ok(cell.get_or_init(|| made))
    }
}

/// The moment from which elapsed time counts.
pub(crate) fn begin() -> Instant {
    Instant::now()
}

impl World for Live {
    fn now(&self) -> Elapsed {
        self.started.elapsed()
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: SystemTime::now(), nonce: random() }
    }

    async fn send(&self, request: HttpRequest) -> Result<Response, Fault> {
        http::send(self.client(request.direct)?, request).await
    }

    async fn sleep_until(&self, at: Elapsed) {
        tokio::time::sleep(at.saturating_sub(self.started.elapsed())).await;
    }

    async fn interrupted(&self) -> u8 {
        std::future::poll_fn(|context| self.signals.borrow_mut().poll(context)).await
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        read(path)
    }

    fn say(&self, line: &str) {
        say(line);
    }

    fn output(&self, name: &str, value: &str) {
        if let Some(addition) = self.files.early(name, value, &random())
            && let Err(error) = add(&addition)
        {
            say(&self.log.warning(&format!("{error:#}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;

    #[test]
    fn a_thread_that_hangs_is_not_waited_for() {
        let (release, released) = mpsc::channel();
        let (begin, has_begun) = tokio::sync::oneshot::channel();
        let lookup = move || {
            begin.send(()).unwrap();
            released.recv_timeout(Duration::from_secs(20))
        };
        let seen = block_on(async {
            tokio::task::spawn_blocking(lookup);
            has_begun.await
        });
        assert_eq!(seen.unwrap(), Ok(()));
        assert_eq!(release.send(()), Ok(()), "it hangs still");
    }
}
