//! Decides through which proxy a request goes, by the variables that curl and Go read.

use std::net::IpAddr;

use url::Host;

use super::{secret::Secret, urls};

/// The proxies of the environment, and the hosts that are asked without one.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// For https.
    pub secure: Option<Proxy>,
    /// For plain http.
    pub plain: Option<Proxy>,
    /// Who is asked without one.
    pub exceptions: Vec<Exception>,
}

/// A proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// With its user and password.
    pub url: Secret,
    /// `host:port`: all of it that is ever shown.
    pub authority: String,
    /// The scheme, if it is not one that we can go through.
    pub unknown_kind: Option<String>,
}

impl Proxy {
    /// Reads a URL, or `host:port`; `None`: it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        // `url` would end the password at a `#`.
        let url = urls::read(&text).filter(|_| !text.contains(['#', '"']))?;
        let host = url
            .host_str()
            .filter(|host| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte)))?;
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none();
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let unknown_kind = (!["http", "https"].contains(&url.scheme())).then(|| url.scheme().to_owned());
        is_bare.then(|| Self { url: Secret::new(url.as_str()), authority, unknown_kind })
    }
}

/// A host, or several, that are asked without a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exception {
    /// Every host.
    All,
    /// The host itself and all below it; the port, where one is named.
    Host(String, Option<u16>),
    /// All below the domain, and not itself.
    Below(String),
    /// The addresses that begin with so many bits of this one.
    Net(IpAddr, u32),
}

impl Exception {
    /// Reads one entry of `NO_PROXY`.
    pub fn parse(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        if text == "*" {
            return Self::All;
        }
        let address = |text: &str| text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        let net = text.split_once('/').and_then(|(ip, bits)| Some((address(ip)?, bits.parse().ok()?)));
        if let Some((ip, bits)) = net.or_else(|| address(&text).map(|ip| (ip, 128))) {
            return Self::Net(ip, bits);
        }
        if let Some(domain) = text.strip_prefix("*.") {
            return Self::Below(domain.to_owned());
        }
        let (host, port) = match text.rsplit_once(':').map(|(host, port)| (host, port.parse())) {
            Some((host, Ok(port))) => (host, Some(port)),
            Some((_, Err(_))) | None => (text.as_str(), None),
        };
        Self::Host(host.trim_matches('.').to_owned(), port)
    }

    fn holds(&self, host: &Host<&str>, port: Option<u16>) -> bool {
        match (self, host) {
            (Self::All, _) => true,
            (Self::Net(net, bits), Host::Ipv4(ip)) => begins(IpAddr::V4(*ip), *net, *bits),
            (Self::Net(net, bits), Host::Ipv6(ip)) => begins(IpAddr::V6(*ip), *net, *bits),
            (Self::Host(name, of), Host::Domain(host)) => {
                let host = host.trim_end_matches('.');
                let is_it = host == name || is_below(host, name);
                is_it && (of.is_none() || *of == port)
            }
            // An address with its port.
            (Self::Host(name, of), Host::Ipv4(ip)) => *name == ip.to_string() && *of == port,
            (Self::Host(name, of), Host::Ipv6(ip)) => *name == format!("[{ip}]") && *of == port,
            (Self::Below(domain), Host::Domain(host)) => is_below(host.trim_end_matches('.'), domain),
            (Self::Below(_), Host::Ipv4(_) | Host::Ipv6(_)) | (Self::Net(..), Host::Domain(_)) => false,
        }
    }
}

fn is_below(host: &str, domain: &str) -> bool {
    !domain.is_empty() && host.strip_suffix(domain).is_some_and(|front| front.ends_with('.'))
}

fn begins(ip: IpAddr, net: IpAddr, bits: u32) -> bool {
    let of = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => (u128::from(u32::from(ip)), 32_u32),
        IpAddr::V6(ip) => (u128::from(ip), 128),
    };
    let ((ip, width), (net, net_width)) = (of(ip), of(net));
    let rest = width.saturating_sub(bits);
    width == net_width && ip.checked_shr(rest).unwrap_or_default() == net.checked_shr(rest).unwrap_or_default()
}

impl Proxies {
    /// The proxy for a whole URL, if it goes through one.
    pub fn of(&self, url: &str) -> Option<&Proxy> {
        let url = urls::read(url)?;
        let (host, port) = (url.host()?, url.port_or_known_default());
        let proxy = if url.scheme() == "https" { &self.secure } else { &self.plain };
        proxy.as_ref().filter(|_| !self.exceptions.iter().any(|exception| exception.holds(&host, port)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_url_or_a_host_and_shows_no_password() {
        for (text, authority, unknown) in [
            ("http://ci:s3cr%23t@proxy.example:3128", "proxy.example:3128", None),
            ("proxy.example:3128", "proxy.example:3128", None),
            ("https://10.0.0.1/", "10.0.0.1", None),
            ("socks5h://u:p@proxy.example:1080", "proxy.example:1080", Some("socks5h")),
        ] {
            let proxy = Proxy::parse(text).unwrap();
            assert_eq!((proxy.authority.as_str(), proxy.unknown_kind.as_deref()), (authority, unknown), "{text}");
        }
        for text in
            ["\"http://p:1\"", "'http://p:1'", "http://u:a#b@p:1", "http://p:1 ", "http://", "'p:1'", "p/x", "p:x"]
        {
            assert_eq!(Proxy::parse(text), None, "{text}");
        }
    }

    #[test]
    fn exceptions_are_read_as_curl_and_go_read_them() {
        for (exception, url, wanted) in [
            ("*", "https://gw.example/", true),
            ("*", "https://10.0.0.1/", true),
            ("gw.example", "https://gw.example/", true),
            ("GW.example", "https://a.gw.example:8443/", true),
            ("gw.example", "https://agw.example/", false),
            (".example", "https://gw.example/", true),
            ("*.example", "https://a.gw.example/", true),
            ("*.gw.example", "https://gw.example/", false),
            ("gw.example:8443", "https://gw.example:8443/", true),
            ("gw.example:8443", "https://gw.example/", false),
            ("10.0.0.1", "https://10.0.0.1:9/", true),
            ("10.0.0.0/8", "https://10.255.0.1/", true),
            ("10.0.0.0/8", "https://11.0.0.1/", false),
            ("0.0.0.0/0", "https://11.0.0.1/", true),
            ("127.0.0.1:9", "https://127.0.0.1:9/", true),
            ("127.0.0.1:9", "https://127.0.0.1:8/", false),
            ("::1", "https://[::1]/", true),
            ("fd00::/8", "https://[fd12::1]/", true),
            ("fd00::/8", "https://10.0.0.1/", false),
            ("", "https://gw.example/", false),
        ] {
            let secure = Proxy::parse("p:1");
            let proxies = Proxies { secure, plain: None, exceptions: vec![Exception::parse(exception)] };
            assert_eq!(proxies.of(url).is_none(), wanted, "{exception} and {url}");
        }
    }
}
