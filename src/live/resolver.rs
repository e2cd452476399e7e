//! Looks a name up on a thread of its own, and decides whether another look-up may find it.

use std::{error::Error, fmt, io, net::ToSocketAddrs as _, thread};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

/// The resolver of this machine.
///
/// The library's own ends the process where no thread can be started for it.
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move { look_up(name.as_str(), spawn).await.map_err(Into::into) })
    }
}

/// Why a name has no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unresolved {
    /// There is no such name.
    Unknown(String),
    /// Nobody can say now.
    Later(String),
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Unknown(why) | Self::Later(why)) = self;
        f.write_str(why)
    }
}

impl Error for Unresolved {}

type Look = Box<dyn FnOnce() + Send>;

fn spawn(look: Look) -> io::Result<()> {
    thread::Builder::new().name("resolver".to_owned()).spawn(look).map(drop)
}

async fn look_up(name: &str, spawn: impl Fn(Look) -> io::Result<()>) -> Result<Addrs, Unresolved> {
    let (tell, told) = oneshot::channel();
    let name = name.to_owned();
    let look = move || {
        let found = (name.as_str(), 0).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // Nobody may wait for it any longer.
        drop(tell.send(found));
    };
    spawn(Box::new(look)).map_err(|error| Unresolved::Later(format!("no thread can be started: {error}")))?;
    match told.await {
        Ok(Ok(addresses)) => Ok(Box::new(addresses.into_iter())),
        Ok(Err(error)) => Err(unresolved(&error)),
        Err(_) => Err(Unresolved::Later("the look-up ended without an answer".to_owned())),
    }
}

/// The standard library keeps of the resolver's codes their texts alone: those of glibc, musl and macOS for a name that
/// does not exist, or has no address.
fn unresolved(error: &io::Error) -> Unresolved {
    const UNKNOWN: [&str; 5] = [
        "Name or service not known",
        "No address associated with hostname",
        "Name does not resolve",
        "Name has no usable address",
        "nodename nor servname provided, or not known",
    ];
    /// `WSAHOST_NOT_FOUND`, `WSANO_DATA`.
    const WINDOWS: [i32; 2] = [11_001, 11_004];
    let said = error.to_string();
    let is_unknown = UNKNOWN.iter().any(|text| said.contains(text))
        || cfg!(windows) && error.raw_os_error().is_some_and(|code| WINDOWS.contains(&code));
    if is_unknown { Unresolved::Unknown(said) } else { Unresolved::Later(said) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked_up(name: &str, spawn: impl Fn(Look) -> io::Result<()>) -> Result<usize, Unresolved> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(look_up(name, spawn)).map(Iterator::count)
    }

    #[test]
    fn a_thread_that_cannot_be_started_is_an_error_that_is_tried_again() {
        let none = |_| Err(io::Error::from(io::ErrorKind::WouldBlock));
        assert!(matches!(looked_up("localhost", none), Err(Unresolved::Later(why)) if why.contains("thread")));
        let lost = |look| {
            drop(look);
            Ok(())
        };
        assert!(matches!(looked_up("localhost", lost), Err(Unresolved::Later(_))));
        assert!(looked_up("localhost", spawn).is_ok_and(|found| found > 0));
    }

    #[test]
    fn a_name_that_does_not_exist_is_told_from_a_resolver_that_cannot_say() {
        let said = |text: &str| unresolved(&io::Error::other(format!("failed to lookup address information: {text}")));
        assert!(matches!(said("Name or service not known"), Unresolved::Unknown(_)));
        assert!(matches!(said("Name does not resolve"), Unresolved::Unknown(_)));
        assert!(matches!(said("Temporary failure in name resolution"), Unresolved::Later(_)));
        assert!(matches!(said("Try again"), Unresolved::Later(_)));
    }
}
