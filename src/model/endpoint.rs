//! Where a request goes: a scheme and a host, by region and network or as given, and whether plain http may go there.

use std::{fmt, net::IpAddr};

use super::options::choice;

choice! {
    /// Which of the regional endpoints are used.
    Network { Public = "public", Vpc = "vpc" }
}

/// A service's address: `scheme://host[:port]`, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    plain: bool,
    authority: String,
}

impl Endpoint {
    /// The regional endpoint of a product, such as `dataworks` or `emr-serverless-spark`.
    ///
    /// The vendor's own client has a list of regions instead; the documented name is the same for every region.
    pub fn regional(product: &str, network: Network, region: &str) -> Self {
        let suffix = match network {
            Network::Public => "",
            Network::Vpc => "-vpc",
        };
        Self { plain: false, authority: format!("{product}{suffix}.{region}.aliyuncs.com") }
    }

    /// Reads a host, `host:port` or a URL without path, query and user; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (plain, rest) = match text.split_once("://") {
            None => (false, text),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (false, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (true, rest),
            Some(_) => return None,
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest).to_ascii_lowercase();
        let (host, port) = split_port(&authority)?;
        let port: Option<u16> = match port {
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.parse().ok()?),
            Some(_) => return None,
            None => None,
        };
        let name = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
        let ip6 = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        let known = ip6.map_or(name, |ip| ip.parse::<IpAddr>().is_ok());
        if host.is_empty() || !known || port == Some(0) {
            return None;
        }
        // The default port is left out, as every HTTP library leaves it out of the signed `host` header.
        let default = if plain { 80 } else { 443 };
        let authority = match port {
            Some(port) if port != default => format!("{host}:{port}"),
            _ => host.to_owned(),
        };
        Some(Self { plain, authority })
    }

    /// How safely a whole URL can be asked, with its path and query.
    pub fn of_url(url: &str) -> Reachable {
        let Some((scheme, rest)) = url.split_once("://") else { return Reachable::Never };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        match Self::parse(&format!("{scheme}://{authority}")) {
            Some(endpoint) if endpoint.is_exposed() => Reachable::Exposed,
            Some(endpoint) if endpoint.plain => Reachable::Here,
            Some(_) => Reachable::Safely,
            None => Reachable::Never,
        }
    }

    /// `host[:port]`: the value of the `host` header, which every signature covers.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether requests stay on this machine, unencrypted: through a proxy they would not stay.
    pub fn is_here(&self) -> bool {
        self.plain && !self.is_exposed()
    }

    /// Whether the secret-bearing requests would travel unencrypted to another machine.
    pub fn is_exposed(&self) -> bool {
        let host = split_port(&self.authority).map_or("", |(host, _)| host);
        let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
        self.plain && host != "localhost" && !ip.is_ok_and(|ip| ip.is_loopback())
    }
}

/// How safely a URL can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reachable {
    /// On this machine.
    Here,
    /// By https.
    Safely,
    /// By plain http to another machine.
    Exposed,
    /// Not at all: it is no URL.
    Never,
}

fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let bracketed = host.starts_with('[') && host.ends_with(']');
            (bracketed || !host.contains(':')).then_some((host, Some(port)))
        }
        _ => Some((authority, None)),
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.plain { "http" } else { "https" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regional_names() {
        let shown = |product, network| Endpoint::regional(product, network, "cn-hangzhou").to_string();
        assert_eq!(shown("dataworks", Network::Public), "https://dataworks.cn-hangzhou.aliyuncs.com");
        assert_eq!(
            shown("emr-serverless-spark", Network::Vpc),
            "https://emr-serverless-spark-vpc.cn-hangzhou.aliyuncs.com"
        );
    }

    #[test]
    fn hosts_and_urls() {
        for (text, wanted) in [
            ("gw.example", "https://gw.example"),
            ("gw.example:8443", "https://gw.example:8443"),
            ("HTTPS://GW.example:443/", "https://gw.example"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("[::1]", "https://[::1]"),
        ] {
            assert_eq!(Endpoint::parse(text).map(|e| e.to_string()).as_deref(), Some(wanted), "{text}");
        }
        for text in [
            "",
            "ftp://x",
            "http://",
            "a b",
            "x/y",
            "https://u:p@x",
            "x?y",
            "x#y",
            "x:0",
            "x:99999",
            "x:y",
            "a:b:c",
            "[zz]",
            "host\r\nx",
            "主机",
        ] {
            assert_eq!(Endpoint::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_url_is_as_safe_as_its_host() {
        for (url, wanted) in [
            ("https://ci.example/token?api=1", Reachable::Safely),
            ("http://127.0.0.1:80/x", Reachable::Here),
            ("https://127.0.0.1/x", Reachable::Safely),
            ("http://127.0.0.1\\@evil.example/", Reachable::Never),
            ("http://127.0.0.1\t.evil.example/", Reachable::Never),
            ("http://127.0.0.1#@evil.example/", Reachable::Here),
            ("http://10.0.0.1?x", Reachable::Exposed),
            ("https://user:password@ci.example/", Reachable::Never),
            ("ci.example/token", Reachable::Never),
            ("file:///etc/passwd", Reachable::Never),
        ] {
            assert_eq!(Endpoint::of_url(url), wanted, "{url}");
        }
    }

    #[test]
    fn plain_http_is_safe_on_loopback_only() {
        for (text, exposed) in [
            ("http://127.0.0.1:9", false),
            ("http://127.8.8.8", false),
            ("http://localhost:9", false),
            ("http://[::1]:9", false),
            ("https://gw.example", false),
            ("http://gw.example", true),
            ("http://10.0.0.1", true),
            ("http://localhost.evil.example", true),
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().is_exposed(), exposed, "{text}");
        }
    }
}
