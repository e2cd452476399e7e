//! Reads a URL as it stands, whose host is a name or an address in ASCII.

use url::Url;

/// A URL with a scheme, `//` and a host of visible ASCII; `None` for anything else, which the library would read in some
/// way: it skips tabs and line breaks, takes `\` for `/`, and needs no `//`.
pub fn read(text: &str) -> Option<Url> {
    let (scheme, rest) = text.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(user, host)| (user, host));
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if !is_plain || host.is_empty() || host.contains('%') {
        return None;
    }
    // The library's reader of host names takes for granted that somebody wrote them in small letters before.
    let at = if authority.len() > host.len() { "@" } else { "" };
    Url::parse(&format!("{scheme}://{user}{at}{}{path}", host.to_ascii_lowercase())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_ascii_in_any_case_and_the_rest_stays_as_it_is() {
        for (text, wanted) in [
            ("https://API.example.com:8443/Path?Query#Part", "https://api.example.com:8443/Path?Query#Part"),
            ("http://User:Pa%40ss@Proxy.example:3128", "http://User:Pa%40ss@proxy.example:3128/"),
            ("HTTPS://[::FFFF:1]/", "https://[::ffff:1]/"),
            ("https://XN--BCHER-KVA.example", "https://xn--bcher-kva.example/"),
        ] {
            assert_eq!(read(text).map(String::from).as_deref(), Some(wanted), "{text}");
        }
        for text in [
            "",
            "https:",
            "https://",
            "https:host",
            "https:///host",
            "https://%41.example",
            "https://bücher.example",
            "https://ho\tst",
            "https:\\\\host",
            "https://XN--A-.example",
            "host",
            "https://user@/path",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
