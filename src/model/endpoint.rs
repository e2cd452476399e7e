//! Where a request goes: a scheme and a host, by region and network or as given, and whether plain http may go there.
//!
//! URLs are read by `url`, the parser that also sends the request: what is checked is what is asked.

use std::fmt;

use url::{Host, Url};

use super::{options::choice, urls};

choice! {
    /// Which of the regional endpoints are used.
    Network { Public = "public", Vpc = "vpc" }
}

/// A service's address: `scheme://host[:port]`, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    is_plain: bool,
    is_loopback: bool,
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
        let authority = format!("{product}{suffix}.{region}.aliyuncs.com");
        Self { is_plain: false, is_loopback: false, authority }
    }

    /// Reads a host, `host:port` or a URL without path, query and user; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let url = if text.contains("://") { read(text)? } else { read(&format!("https://{text}"))? };
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if is_bare { Self::at(&url) } else { None }
    }

    /// How safely a whole URL can be asked, with its path and query.
    pub fn reachable(url: &str) -> Reachable {
        match read(url).as_ref().and_then(Self::at) {
            Some(endpoint) if endpoint.is_exposed() => Reachable::Exposed,
            Some(endpoint) if endpoint.is_plain => Reachable::Loopback,
            Some(_) => Reachable::Safely,
            None => Reachable::Never,
        }
    }

    /// The server of a URL.
    fn at(url: &Url) -> Option<Self> {
        let is_plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return None,
        };
        let is_loopback = match url.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        };
        // A URL may have more in its host than a name of the DNS; the `host` header is signed, and must stay plain.
        let host = url.host_str()?;
        let is_plain_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        if !host.bytes().all(is_plain_name) {
            return None;
        }
        // The default port is left out, as every HTTP library leaves it out of the `host` header.
        let authority = match url.port() {
            Some(0) => return None,
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Some(Self { is_plain, is_loopback, authority })
    }

    /// `host[:port]`: the value of the `host` header, which every signature covers.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether requests stay on this machine, unencrypted: through a proxy they would not stay.
    pub fn is_plain_loopback(&self) -> bool {
        self.is_plain && self.is_loopback
    }

    /// Whether the secret-bearing requests would travel unencrypted to another machine.
    pub fn is_exposed(&self) -> bool {
        self.is_plain && !self.is_loopback
    }
}

/// How safely a URL can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reachable {
    /// By plain http on this machine.
    Loopback,
    /// By https.
    Safely,
    /// By plain http to another machine.
    Exposed,
    /// Not at all: it is not an http or https URL without a user.
    Never,
}

/// A URL without a user.
fn read(text: &str) -> Option<Url> {
    let url = urls::read(text)?;
    (url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// A text with whatever may be the user and the password of a URL left out, to be shown.
pub fn without_user(text: &str) -> String {
    let (before, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let joint = if before.is_empty() { "" } else { "://" };
    match rest.rsplit_once('@') {
        Some((user, host)) if !before.is_empty() || user.contains(':') => format!("{before}{joint}***@{host}"),
        _ => text.to_owned(),
    }
}

/// What is given for an address, with whatever may be a secret left out: a user, a password without its host, a query.
pub fn without_secrets(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let joint = if scheme.is_empty() { "" } else { "://" };
    let (user, rest) = rest.rsplit_once('@').map_or(("", rest), |(_, rest)| ("***@", rest));
    let (rest, query) = rest.find(['?', '#']).and_then(|at| rest.get(..at)).map_or((rest, ""), |rest| (rest, "?***"));
    let authority = rest.split('/').next().unwrap_or(rest);
    let rest = match authority.rsplit_once(':') {
        // In brackets it is an address of IPv6.
        Some((host, port)) if !port.ends_with(']') && !port.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{host}:***")
        }
        _ => rest.to_owned(),
    };
    format!("{scheme}{joint}{user}{rest}{query}")
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_plain { "http" } else { "https" };
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
            ("http://0x7f.1:9", "http://127.0.0.1:9"),
            ("xn--fiqs8s.example", "https://xn--fiqs8s.example"),
        ] {
            assert_eq!(Endpoint::parse(text).map(|e| e.to_string()).as_deref(), Some(wanted), "{text}");
        }
        for text in [
            "",
            "g%77.example",
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
            "x\t",
            "a&b",
            "主机",
        ] {
            assert_eq!(Endpoint::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_url_is_as_safe_as_its_host() {
        for (url, wanted) in [
            ("https://ci.example/token?api=1", Reachable::Safely),
            ("http://127.0.0.1:80/x", Reachable::Loopback),
            ("https://127.0.0.1/x", Reachable::Safely),
            ("http://127.0.0.1\\@evil.example/", Reachable::Never),
            ("http://127.0.0.1\t.evil.example/", Reachable::Never),
            ("http://127.0.0.1#@evil.example/", Reachable::Loopback),
            ("http://10.0.0.1?x", Reachable::Exposed),
            ("https://user:password@ci.example/", Reachable::Never),
            ("ci.example/token", Reachable::Never),
            ("file:///etc/passwd", Reachable::Never),
            ("http://2130706433/x", Reachable::Loopback),
            ("http://127.0.0.1.evil.example/", Reachable::Exposed),
        ] {
            assert_eq!(Endpoint::reachable(url), wanted, "{url}");
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

    #[test]
    fn the_user_and_the_password_of_a_url_are_not_shown() {
        for (text, wanted) in [
            ("https://u:p@x/y", "https://***@x/y"),
            ("https://u:p/a@b@x", "https://***@x"),
            ("u:p@x", "***@x"),
            ("mei@example", "mei@example"),
            ("gw.example", "gw.example"),
        ] {
            assert_eq!(without_user(text), wanted);
        }
    }

    #[test]
    fn an_address_is_shown_without_what_may_be_a_secret() {
        for (text, wanted) in [
            ("https://u:p@x/y", "https://***@x/y"),
            ("https://u:p/a@b@x", "https://***@x"),
            ("t0ken@x", "***@x"),
            ("https:/u:p@x", "***@x"),
            ("https://u:hunter2", "https://u:***"),
            ("u:hunter2", "u:***"),
            ("https://x/?token=1", "https://x/?***"),
            ("x:8443/y", "x:8443/y"),
            ("http://[::1]/y", "http://[::1]/y"),
            ("ftp://x", "ftp://x"),
        ] {
            assert_eq!(without_secrets(text), wanted, "{text}");
        }
    }
}
