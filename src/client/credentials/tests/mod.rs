//! The sources in a world of values: its clock moves when somebody waits, its services answer as a test says.

use std::{
    cell::{Cell, RefCell},
    path::Path,
    time::{Duration, SystemTime},
};

mod renewal;
mod sources;

use super::cache::Credentials;
use crate::{
    client::{
        http::{HttpRequest, Response},
        sign::Stamp,
        transport::Transport,
    },
    config::{ci::Ci, env::Environment},
    model::{
        credential_source::{CredentialSource, Role, Token},
        duration::Elapsed,
        endpoint::Endpoint,
        fault::Fault,
        secret::{Keys, Secret},
        service::Signature,
    },
    report::log::Log,
    world::World,
};

type Answers = dyn Fn(&Fake, &HttpRequest) -> Option<(u16, String)>;

/// A world whose services answer by a function; `None`: they never do.
struct Fake {
    now: Cell<Elapsed>,
    service: Box<Answers>,
    asked: RefCell<Vec<String>>,
    said: RefCell<Vec<String>>,
}

fn fake(service: impl Fn(&Fake, &HttpRequest) -> Option<(u16, String)> + 'static) -> Fake {
    let (asked, said) = (RefCell::default(), RefCell::default());
    Fake { now: Cell::default(), service: Box::new(service), asked, said }
}

fn wall(now: Elapsed) -> SystemTime {
    humantime::parse_rfc3339("2026-01-02T03:04:05Z").unwrap() + now
}

impl World for Fake {
    fn now(&self) -> Elapsed {
        self.now.get()
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: wall(self.now.get()), nonce: "n0nce".into() }
    }

    async fn send(&self, request: HttpRequest) -> Result<Response, Fault> {
        let url = request.url.expose().split_once("://").map_or("", |(_, rest)| rest).to_owned();
        let token = request.headers.iter().find(|(name, _)| name.contains("metadata-token") && !name.contains("ttl"));
        let token = token.map_or(String::new(), |(_, token)| format!(" with {}", token.expose()));
        self.asked.borrow_mut().push(format!("{} {}{token}", request.method.name(), url));
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

    fn say(&self, line: &str) {
        self.said.borrow_mut().push(line.to_owned());
    }

    fn warn(&self, said: &str) {
        self.said.borrow_mut().push(format!("warning: {said}"));
    }

    fn output(&self, _: &str, _: &str) {}
}

/// Keys that are called after the moment, and live for so many seconds.
fn keys(now: Elapsed, life: u64) -> String {
    let ends = humantime::format_rfc3339_seconds(wall(now + Duration::from_secs(life)));
    let at = now.as_secs();
    format!(
        r#""AccessKeyId":"STS.{at}","AccessKeySecret":"secret-{at}","SecurityToken":"token-{at}","Expiration":"{ends}""#
    )
}

fn issued(world: &Fake, life: u64) -> (u16, String) {
    (200, format!(r#"{{"Credentials":{{{}}}}}"#, keys(world.now.get(), life)))
}

fn role() -> Role {
    let endpoint = Endpoint::parse("sts.example").unwrap();
    Role { arn: "acs:ram::1:role/ci".into(), session: "s1".into(), seconds: 3600, policy: None, endpoint }
}

fn bearer(token: Token) -> CredentialSource {
    CredentialSource::Bearer { role: role(), provider: "acs:ram::1:oidc-provider/g".into(), token }
}

fn file() -> CredentialSource {
    bearer(Token::File("/run/token".into()))
}

fn github() -> CredentialSource {
    let audience = "sts.aliyuncs.com".to_owned();
    bearer(Token::GitHub { url: Secret::new("https://ci.example/t?v=2"), bearer: Secret::new("b"), audience })
}

/// Asks for keys at each of these seconds; their ids, or why there are none.
fn at(world: &Fake, source: &CredentialSource, seconds: &[u64]) -> Vec<String> {
    let github = Ci::detect(&Environment::from([("GITHUB_ACTIONS", "true")]));
    let transport = Transport::new(world, Signature::default());
    let credentials = Credentials::new(source, Log::new(github, wall(Elapsed::ZERO)), Duration::from_secs(1800));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let ask = |second: &u64| {
        world.now.set(world.now.get().max(Duration::from_secs(*second)));
        match runtime.block_on(credentials.keys(&transport)) {
            Ok(keys) => keys.id,
            Err(fault) => format!("{:?}: {}", fault.kind, fault.error.message),
        }
    };
    seconds.iter().map(ask).collect()
}

fn warnings(world: &Fake) -> Vec<String> {
    world.said.borrow().iter().filter(|line| line.starts_with("warning")).cloned().collect()
}
