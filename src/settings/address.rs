//! The address of a PBX, checked before anything is sent to it.

/// Scheme, host and port of what somebody gave as the address of a PBX. The path of the API is tolerated, nothing
/// else is. The refusal never repeats what may be a password.
pub(super) fn base(given: &str) -> Result<String, String> {
    let given = given.trim();
    let Some((scheme, rest)) = given.split_once("://") else {
        return Err(if given.is_empty() || given.contains('@') {
            "The address of a PBX looks like https://pbx.example.com.".to_owned()
        } else {
            format!("`{given}` lacks its scheme: write https://{given}")
        });
    };
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "https" && scheme != "http" {
        return Err(format!("A PBX is spoken to by https, not by {scheme}."));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if authority.contains('@') {
        return Err("The address holds a name or a password before the @. Leave them out: cordboard signs in with a \
                    client id and its secret."
            .to_owned());
    }
    let path = path.trim_end_matches('/');
    if !(path.is_empty() || path.eq_ignore_ascii_case("/xapi") || path.eq_ignore_ascii_case("/xapi/v1")) {
        return Err(format!(
            "The address of a PBX ends with its name or port; leave out what follows {scheme}://{authority}"
        ));
    }
    let authority = authority.to_ascii_lowercase();
    let (host, port) = split(&authority);
    let names = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_name = !host.is_empty() && host.chars().all(names);
    let is_v6 = host
        .strip_prefix('[')
        .and_then(|h| h.strip_suffix(']'))
        .is_some_and(|h| h.parse::<std::net::Ipv6Addr>().is_ok());
    if !is_name && !is_v6 {
        return Err(format!("`{host}` is no name of a host; the address of a PBX looks like https://pbx.example.com."));
    }
    if port.is_some_and(|p| p.parse::<u16>().map_or(true, |p| p == 0)) {
        return Err(format!("`{}` is no port: ports are numbers from 1 to 65535.", port.unwrap_or_default()));
    }
    if scheme == "http" && !is_loopback(host) {
        return Err(format!(
            "http://{authority} would show the client's secret to everybody on the way. Use https://; http is for a \
             PBX on this machine only (localhost)."
        ));
    }
    Ok(format!("{scheme}://{authority}"))
}

/// Host and port of a base address: what a PBX without a name of its own is called.
pub(super) fn host(base: &str) -> &str {
    base.split_once("://").map_or(base, |(_, authority)| authority)
}

fn split(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn is_loopback(host: &str) -> bool {
    let v4 = host.parse::<std::net::Ipv4Addr>().is_ok_and(|a| a.is_loopback());
    v4 || host == "localhost" || host.ends_with(".localhost") || host == "[::1]"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_trimmed_to_their_base() {
        for (given, trimmed) in [
            ("https://pbx.acme.example", "https://pbx.acme.example"),
            (" HTTPS://PBX.acme.example:5001/ ", "https://pbx.acme.example:5001"),
            ("https://pbx.acme.example/xapi/v1", "https://pbx.acme.example"),
            ("https://pbx.acme.example/xapi/v1/", "https://pbx.acme.example"),
            ("https://10.0.0.4:5001", "https://10.0.0.4:5001"),
            ("https://[2001:db8::4]:5001", "https://[2001:db8::4]:5001"),
            ("https://[2001:db8::4]", "https://[2001:db8::4]"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://büro.example", "https://büro.example"),
        ] {
            assert_eq!(base(given).as_deref(), Ok(trimmed), "{given}");
        }
    }

    #[test]
    fn other_addresses_are_explained() {
        for (given, why) in [
            ("", "looks like https://pbx.example.com."),
            ("pbx.acme.example", "lacks its scheme: write https://pbx.acme.example"),
            ("pbx.acme.example:5001", "write https://pbx.acme.example:5001"),
            ("ftp://pbx.acme.example", "by https, not by ftp"),
            ("https://", "is no name of a host"),
            ("https:///xapi/v1", "is no name of a host"),
            ("https://pbx acme", "is no name of a host"),
            ("https://[::zz]", "is no name of a host"),
            ("https://pbx.acme.example:0", "`0` is no port"),
            ("https://pbx.acme.example:65536", "`65536` is no port"),
            ("https://pbx.acme.example:", "`` is no port"),
            ("https://pbx.acme.example/webclient", "leave out what follows https://pbx.acme.example"),
            ("https://pbx.acme.example?x=1", "leave out what follows"),
            ("http://pbx.acme.example", "would show the client's secret"),
            ("http://127.0.0.1.acme.example", "would show the client's secret"),
            ("http://localhost.acme.example", "would show the client's secret"),
        ] {
            let sentence = base(given).unwrap_err();
            assert!(sentence.contains(why), "{given}: {sentence}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        for given in ["https://900:hunter2@pbx.acme.example", "900:hunter2@pbx.acme.example"] {
            assert!(!base(given).unwrap_err().contains("hunter2"));
        }
    }
}
