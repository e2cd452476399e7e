//! The world of the client's tests.

use std::{
    cell::{Cell, RefCell},
    path::Path,
    time::{Duration, SystemTime},
};

use crate::{
    client::{
        http::{HttpRequest, Response},
        notice::Notice,
        sign::Stamp,
    },
    model::{duration::Elapsed, fault::Fault, secret::Secret},
    world::World,
};

type Answers = dyn Fn(&Fake, &HttpRequest) -> Option<(u16, String)>;

/// A world of values: its clock moves when somebody waits, and its services answer by a function; `None`: they never do.
pub(in crate::client) struct Fake {
    pub(in crate::client) now: Cell<Elapsed>,
    service: Box<Answers>,
    pub(in crate::client) asked: RefCell<Vec<String>>,
    /// How long each connection might have taken.
    pub(in crate::client) connects: RefCell<Vec<Option<Duration>>>,
    /// How far this machine's clock is ahead.
    pub(in crate::client) ahead: Cell<Duration>,
    pub(in crate::client) said: RefCell<Vec<String>>,
}

pub(in crate::client) fn fake(service: impl Fn(&Fake, &HttpRequest) -> Option<(u16, String)> + 'static) -> Fake {
    Fake {
        now: Cell::default(),
        service: Box::new(service),
        asked: RefCell::default(),
        connects: RefCell::default(),
        ahead: Cell::default(),
        said: RefCell::default(),
    }
}

pub(in crate::client) fn wall(now: Elapsed) -> SystemTime {
    humantime::parse_rfc3339("2026-01-02T03:04:05Z").unwrap() + now
}

impl Fake {
    /// Keeps what people are told, except for debug lines.
    pub(in crate::client) fn hear(&self, notice: Notice) {
        let said = match notice {
            Notice::Warning(said) => format!("warning: {said}"),
            Notice::Mask(secret) => format!("mask: {}", secret.expose()),
            Notice::Debug(_) | Notice::Keys(_) => return,
        };
        self.said.borrow_mut().push(said);
    }
}

impl World for Fake {
    fn now(&self) -> Elapsed {
        self.now.get()
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: wall(self.now.get()) + self.ahead.get(), nonce: "n0nce".into() }
    }

    async fn send(&self, request: HttpRequest) -> Result<Response, Fault> {
        let url = request.url.expose().split_once("://").map_or("", |(_, rest)| rest).to_owned();
        let token = request.headers.iter().find(|(name, _)| name.contains("metadata-token") && !name.contains("ttl"));
        let token = token.map_or(String::new(), |(_, token)| format!(" with {}", token.expose()));
        self.asked.borrow_mut().push(format!("{} {}{token}", request.method.name(), url));
        self.connects.borrow_mut().push(request.connect);
        let Some((status, body)) = (self.service)(self, &request) else { return std::future::pending().await };
        let headers = vec![("date".to_owned(), httpdate::fmt_http_date(wall(self.now.get())))];
        Ok(Response { status, headers, body: body.into() })
    }

    async fn sleep_until(&self, at: Elapsed) {
        tokio::task::yield_now().await;
        self.now.set(self.now.get().max(at));
    }

    async fn interrupted(&self) -> u8 {
        std::future::pending().await
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        match path.to_str() {
            Some("/run/token") => Ok(format!("  token-at-{}\n\n", self.now.get().as_secs())),
            Some("/run/empty") => Ok("\n".into()),
            _ => Err("no such file".into()),
        }
    }

    fn hide(&self, _: &Secret) {}

    fn say(&self, line: &str) {
        self.said.borrow_mut().push(line.to_owned());
    }

    fn output(&self, _: &str, _: &str) {}
}
