//! The real world: HTTP, clocks, random numbers, signals, files, standard output. All IO of the program.
#![expect(clippy::disallowed_methods, reason = "this is the one place that may touch the world")]

mod crypto;
mod disk;
mod errors;
mod files;
mod http;
mod recording;
mod resolver;
mod signals;
mod stdout;
mod tls;
mod tree;
mod write;

pub(crate) use self::{
    disk::Disk,
    recording::Recording,
    stdout::{finish, say},
    write::{add, replace, replace_whole},
};

use std::{
    cell::RefCell,
    path::Path,
    time::{Instant, SystemTime},
};

use anyhow::Context;

use self::{
    http::{Clients, Way},
    signals::Signals,
};
use crate::{
    client::{
        http::{HttpRequest, Response},
        sign::Stamp,
    },
    config::{Config, env::Environment},
    model::{duration::Elapsed, fault::Fault, hex::hex, options::Limits, proxies::Proxies, secret::Secret},
    report::{files::Files, log::Log},
    world::World,
};

/// The arguments, without the program's name; bytes that are not UTF-8 are replaced.
pub(crate) fn arguments() -> Vec<String> {
    std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect()
}

/// The environment; a value that is not UTF-8 is known by its name alone.
pub(crate) fn environment() -> Environment {
    Environment::new(
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()))),
    )
}
/// The wall clock.
pub(crate) fn wall_clock() -> SystemTime {
    SystemTime::now()
}

/// Sixteen random bytes in hex.
pub(crate) fn random() -> String {
    let mut bytes = [0_u8; 16];
    if getrandom::getrandom(&mut bytes).is_err() {
        // A nonce must be unique, not secret: without random numbers, the clock and the process id are enough.
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        return format!("{:032x}", now.as_nanos() ^ (u128::from(std::process::id()) << 64));
    }
    hex(&bytes)
}

/// Runs a future to its end, on this thread.
pub(crate) fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("the runtime cannot be started")?;
    let output = runtime.block_on(future);
    // A name lookup that hangs, on a thread of its own, must not delay the reports.
    runtime.shutdown_background();
    output
}

/// The world of a step.
pub(crate) struct Live<'a> {
    recording: &'a Recording,
    started: Instant,
    /// Those of each way, made when they are first needed.
    clients: RefCell<Vec<(Way, Clients)>>,
    proxies: Proxies,
    limits: Limits,
    certificates: Vec<Vec<u8>>,
    signals: RefCell<Signals>,
    files: Files,
    log: Log,
}

impl<'a> Live<'a> {
    /// Installs the signal handlers. Must be called within the runtime.
    pub(crate) fn open(
        started: Instant,
        config: &Config,
        files: Files,
        log: Log,
        recording: &'a Recording,
    ) -> anyhow::Result<Self> {
        config.source.secrets().into_iter().for_each(|secret| recording.hide(secret));
        let signals = RefCell::new(Signals::listen().context("signals cannot be listened to")?);
        Ok(Self {
            recording,
            started,
            clients: RefCell::default(),
            proxies: config.proxies.clone(),
            limits: config.limits.clone(),
            certificates: config.certificates.clone(),
            signals,
            files,
            log,
        })
    }

    fn way(&self, request: &HttpRequest) -> Way {
        let proxy = self.proxies.of(request.url.expose()).filter(|_| !request.direct).cloned();
        Way { proxy, connect: request.connect.unwrap_or(self.limits.request) }
    }

    fn clients(&self, way: &Way) -> Result<Clients, Fault> {
        let mut clients = self.clients.borrow_mut();
        if let Some((_, made)) = clients.iter().find(|(known, _)| known == way) {
            return Ok(made.clone());
        }
        let made = http::clients(way, &self.limits, &self.certificates)?;
        clients.push((way.clone(), made.clone()));
        Ok(made)
    }
}

/// The moment from which elapsed time counts.
pub(crate) fn begin() -> Instant {
    Instant::now()
}

impl World for Live<'_> {
    fn now(&self) -> Elapsed {
        self.started.elapsed()
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: SystemTime::now(), nonce: random() }
    }

    async fn send(&self, request: HttpRequest) -> Result<Response, Fault> {
        let pending = self.recording.begin(&request);
        let way = self.way(&request);
        let result = match self.clients(&way) {
            Ok(clients) => http::send(&clients, &way, request).await,
            Err(fault) => Err(fault),
        };
        if let Some(pending) = pending {
            pending.end(&result);
        }
        result
    }

    async fn sleep_until(&self, at: Elapsed) {
        tokio::time::sleep(at.saturating_sub(self.started.elapsed())).await;
    }

    async fn interrupted(&self) -> u8 {
        std::future::poll_fn(|context| self.signals.borrow_mut().poll(context)).await
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        files::text(path).map_err(|error| error.to_string())
    }

    fn hide(&self, secret: &Secret) {
        self.recording.hide(secret);
    }

    fn say(&self, line: &str) {
        say(line);
    }

    fn output(&self, name: &str, value: &str) {
        // A pipe could hold this thread up, and gets everything at the end.
        if let Some(addition) = self.files.early(name, value, &random()).filter(|to| write::is_file_or_new(&to.path))
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
            Ok(has_begun.await?)
        });
        assert!(seen.is_ok(), "{seen:?}");
        assert_eq!(release.send(()), Ok(()), "it hangs still");
    }
}
