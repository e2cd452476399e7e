//! Sends a request: the HTTP client, the request in the library's types, the answer read whole.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use reqwest::{
    Client, Method as HttpMethod, Request,
    header::{HeaderName, HeaderValue},
    redirect, retry,
};
use rustls::ClientConfig;

use super::{crypto, errors::fault, resolver::Resolver, tls};
use crate::{
    client::http::{HttpRequest, Method, Response},
    model::{
        fault::{Fault, FaultKind, ServiceError, Unreachable},
        options::Limits,
        proxies::Proxy,
        urls,
    },
};

/// No answer of the service is anywhere near as large; what is larger is not read.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// The way that a request takes: the HTTP library has a client for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// Through this one, or through none.
    pub(super) proxy: Option<Proxy>,
    /// How long the connection may take.
    pub(super) connect: Duration,
}

/// The HTTP clients of a way.
#[derive(Clone)]
pub(super) struct Clients {
    /// Keeps its connections.
    kept: Client,
    /// Opens one for each request. On a connection that the server is about to close a change would be lost, and nobody
    /// could tell whether it had an effect; a read is simply sent again.
    fresh: Client,
}

/// The HTTP clients of a way.
pub(super) fn clients(way: &Way, limits: &Limits, certificates: &[Vec<u8>]) -> Result<Clients, Fault> {
    if let Some(Proxy { authority, unknown_kind: Some(kind), .. }) = &way.proxy {
        let said = format!("the proxy {authority} is of an unknown kind, {kind}; supported: http, https");
        return Err(Fault::new(FaultKind::NotSent(Unreachable::Permanent), ServiceError::seen(said)));
    }
    build(way, limits, certificates).map_err(|error| permanent(&error))
}

fn build(way: &Way, limits: &Limits, certificates: &[Vec<u8>]) -> anyhow::Result<Clients> {
    // Both share what TLS remembers of a server.
    let tls = ClientConfig::builder_with_provider(Arc::new(crypto::provider()))
        .with_safe_default_protocol_versions()
        .context("TLS cannot be set up")?
        .with_root_certificates(tls::roots(certificates))
        .with_no_client_auth();
    let kept = one(way, tls.clone(), limits.parallel)?;
    Ok(Clients { kept, fresh: one(way, tls, 0)? })
}

/// One client, which keeps so many connections.
fn one(way: &Way, tls: ClientConfig, connections: usize) -> anyhow::Result<Client> {
    // The library's own reading of the environment would pass over what it cannot read.
    let mut builder = Client::builder().no_proxy();
    if let Some(proxy) = &way.proxy {
        builder = builder.proxy(
            reqwest::Proxy::all(proxy.url.expose())
                .map_err(|_| anyhow!("the proxy {} cannot be used", proxy.authority))?,
        );
    }
    builder
        .dns_resolver(Resolver)
        .tls_backend_preconfigured(tls)
        .http1_only()
        .redirect(redirect::Policy::none())
        // Each retry must be signed again, so the engine retries and the library does not.
        .retry(retry::never())
        // Shared by all addresses of a name, so that one that is silent leaves time for the next. It is the only time
        // that the library keeps: the driver knows how long an answer is waited for.
        .connect_timeout(way.connect)
        .pool_idle_timeout(Duration::from_secs(55))
        .pool_max_idle_per_host(connections)
        .build()
        .context("the HTTP client cannot be set up")
}

/// Sends a request, and reads its answer.
pub(super) async fn send(clients: &Clients, way: &Way, signed: HttpRequest) -> Result<Response, Fault> {
    let client = match signed.method {
        Method::Get => &clients.kept,
        // Whatever changes something, and in the older API what reads too.
        Method::Post | Method::Put => &clients.fresh,
    };
    let request = prepared(signed).map_err(|error| permanent(&error))?;
    let host = request.url().host_str().unwrap_or_default();
    let port = request.url().port().map(|port| format!(":{port}")).unwrap_or_default();
    let through = way.proxy.as_ref().map(|proxy| format!(" through the proxy {}", proxy.authority));
    let place = format!("{host}{port}{}", through.unwrap_or_default());
    let mut answer = client.execute(request).await.map_err(|error| fault(&error, &place))?;
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = answer.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let mut response = Response { status: answer.status().as_u16(), headers, body: Vec::new() };
    while let Some(chunk) = answer.chunk().await.map_err(|error| fault(&error, &place))? {
        if response.body.len().saturating_add(chunk.len()) > LARGEST_BODY {
            let error = ServiceError {
                status: response.status,
                ..ServiceError::seen("the answer is over 8 MiB and was not read")
            };
            return Err(Fault::new(FaultKind::Lost, error));
        }
        response.body.extend_from_slice(&chunk);
    }
    Ok(response)
}

/// Converts a request to the library's type.
fn prepared(signed: HttpRequest) -> anyhow::Result<Request> {
    let method = match signed.method {
        Method::Get => HttpMethod::GET,
        Method::Post => HttpMethod::POST,
        Method::Put => HttpMethod::PUT,
    };
    let mut request = Request::new(method, urls::read(signed.url.expose()).context("it is not a URL")?);
    let headers = request.headers_mut();
    headers.reserve(signed.headers.len());
    for (name, value) in signed.headers.iter().filter(|(name, _)| *name != "host") {
        headers.append(HeaderName::try_from(*name)?, HeaderValue::from_str(value.expose())?);
    }
    match (signed.method, signed.body.is_empty()) {
        (Method::Get, _) => {}
        // The library would leave the length out, and some gateways refuse that with 411.
        (Method::Post | Method::Put, true) => drop(headers.insert("content-length", HeaderValue::from_static("0"))),
        (Method::Post | Method::Put, false) => *request.body_mut() = Some(signed.body.into()),
    }
    Ok(request)
}

/// What cannot be built now cannot be built at the next try.
fn permanent(error: &anyhow::Error) -> Fault {
    Fault::new(FaultKind::NotSent(Unreachable::Permanent), ServiceError::seen(format!("{error:#}")))
}
