//! Reads the proxies of the environment, lower case first as curl and Go do.

use super::{env::Environment, error::InputError};
use crate::model::proxies::{Exception, Proxies, Proxy};

/// The proxies. A variable that is neither a URL nor `host:port` is a mistake: without it requests would go another way.
pub(super) fn read(environment: &Environment, errors: &mut Vec<InputError>) -> Proxies {
    let mut proxy = |names: [&str; 2]| {
        let (name, text) = names.into_iter().find_map(|name| Some((name, environment.get(name)?)))?;
        let proxy = Proxy::parse(text);
        if proxy.is_none() {
            let message = "not the URL of a proxy; accepted: http://[USER:PASSWORD@]HOST[:PORT] without quotes and blanks, a # in the password as %23";
            errors.push(InputError::new(name, message));
        }
        proxy
    };
    let secure = proxy(["https_proxy", "HTTPS_PROXY"]);
    let plain = proxy(["http_proxy", "HTTP_PROXY"]);
    let any = proxy(["all_proxy", "ALL_PROXY"]);
    let exceptions = ["no_proxy", "NO_PROXY"].into_iter().find_map(|name| environment.get(name)).unwrap_or_default();
    let exceptions = exceptions.split([',', ' ', '\t', '\n']).filter(|text| !text.is_empty()).map(Exception::parse);
    Proxies { secure: secure.or_else(|| any.clone()), plain: plain.or(any), exceptions: exceptions.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_that_is_no_url_is_a_mistake_and_is_not_shown() {
        for text in ["\"http://u:hunter2@p:1", "http://u:hunter2#x@p:1", "http://u:hunter2 @p:1"] {
            let mut errors = Vec::new();
            read(&Environment::from([("HTTPS_PROXY", text)]), &mut errors);
            let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
            assert!(
                said.len() == 1 && said[0].starts_with("HTTPS_PROXY: ") && !said[0].contains("hunter2"),
                "{said:?}"
            );
        }
        let mut errors = Vec::new();
        let proxies = read(
            &Environment::from([("https_proxy", " p:1 "), ("HTTPS_PROXY", "'"), ("NO_PROXY", "a, b")]),
            &mut errors,
        );
        assert!(errors.is_empty() && proxies.exceptions.len() == 2);
        assert_eq!(proxies.secure.map(|proxy| proxy.authority).as_deref(), Some("p:1"));
    }
}
