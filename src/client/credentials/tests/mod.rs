//! Every source of keys, in a world of values.

use std::time::Duration;

mod renewal;
mod sources;

use super::cache::Credentials;
use crate::{
    client::{
        http::HttpRequest,
        tests::fake::{Fake, fake, wall},
        transport::Transport,
    },
    model::{
        credential_source::{CredentialSource, Role, Token},
        duration::Elapsed,
        endpoint::Endpoint,
        secret::{Keys, Secret},
        service::Signature,
    },
};

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
    let hear = |notice| world.hear(notice);
    let transport = Transport::new(world, Signature::default(), &hear);
    let credentials = Credentials::new(source, Duration::from_secs(1800));
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
