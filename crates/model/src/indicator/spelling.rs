//! The one spelling of each kind of value.
//!
//! In: text as lists and events write it. Out: the spelling that both are compared in, written
//! into a buffer that callers may use again. Never: an allocation beyond that buffer; a guess at
//! what was meant (`hxxp`, `[.]` and the like are the reader's of lists to undo).

use std::net::IpAddr;

/// Longest domain name (RFC 1035).
pub const DOMAIN_BYTES: usize = 253;
/// Longest web address that is taken.
pub const URL_BYTES: usize = 2_048;

/// Whether the text is a hash of so many hexadecimal digits.
pub fn is_hash(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// An address as events write it: brackets and zone taken off, IPv4 within IPv6 unwrapped.
pub fn address(text: &str) -> Option<IpAddr> {
    let bare = text.split('%').next().unwrap_or_default();
    let bare = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(bare);
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// Puts a domain name into `out`: small letters, no dot at its end. False when it is none; a name
/// of a single label is one.
pub fn domain(text: &str, out: &mut String) -> bool {
    out.clear();
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.is_empty() || text.len() > DOMAIN_BYTES {
        return false;
    }
    let well_formed = text.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || !byte.is_ascii()
            })
    });
    if !well_formed || text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return false;
    }
    if text.is_ascii() {
        out.push_str(text);
        out.make_ascii_lowercase();
    } else {
        out.extend(text.chars().flat_map(char::to_lowercase));
    }
    true
}

/// The parts of a web address that are told apart when it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UrlParts<'t> {
    /// The scheme as written.
    pub scheme: &'t str,
    /// The host as written, without brackets, port and user.
    pub host: &'t str,
    /// The port, unless it is the scheme's own.
    pub port: Option<u16>,
    /// Path and query, without the fragment; may be empty.
    pub path: &'t str,
}

/// Takes a web address apart; none when it is none.
pub fn url_parts(text: &str) -> Option<UrlParts<'_>> {
    if text.len() > URL_BYTES {
        return None;
    }
    let (scheme, rest) = text.split_once("://")?;
    let usual: u16 = match scheme {
        _ if scheme.eq_ignore_ascii_case("http") => 80,
        _ if scheme.eq_ignore_ascii_case("https") => 443,
        _ if scheme.eq_ignore_ascii_case("ftp") => 21,
        _ => return None,
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let path = path.split('#').next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = if let Some(inside) = authority.strip_prefix('[') {
        let (host, behind) = inside.split_once(']')?;
        (host, behind.strip_prefix(':'))
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    let port = match port {
        None | Some("") => None,
        Some(port) => Some(port.parse::<u16>().ok()?),
    };
    let odd = |c: char| c.is_control() || c.is_whitespace();
    if host.is_empty() || host.contains(odd) || path.contains(odd) {
        return None;
    }
    Some(UrlParts { scheme, host, port: port.filter(|port| *port != usual), path })
}

/// Puts a web address into `out` as it is compared: without scheme, user, usual port and fragment,
/// the host in small letters. False when it is none.
pub fn url_key(text: &str, out: &mut String) -> bool {
    out.clear();
    let Some(parts) = url_parts(text) else { return false };
    host_and_path(parts.host, parts.port, parts.path, out)
}

/// The same from parts that a record holds apart.
pub fn host_and_path(host: &str, port: Option<u16>, path: &str, out: &mut String) -> bool {
    if host.is_empty() || host.len() + path.len() > URL_BYTES {
        return false;
    }
    out.clear();
    if host.contains(':') {
        out.extend(["[", host, "]"]);
    } else {
        out.push_str(host.trim_end_matches('.'));
    }
    out.make_ascii_lowercase();
    if let Some(port) = port {
        use std::fmt::Write;
        // Writing to a String does not fail.
        let _ = write!(out, ":{port}");
    }
    if !path.starts_with('/') {
        out.push('/');
    }
    out.push_str(path);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> Option<String> {
        let mut out = String::new();
        url_key(text, &mut out).then_some(out)
    }

    #[test]
    fn one_web_address_has_one_spelling() {
        for text in [
            "http://Zz-Evil.NET/a?b=C",
            "https://zz-evil.net:443/a?b=C#d",
            "HTTP://user:secret@zz-evil.net.:80/a?b=C",
        ] {
            assert_eq!(key(text).as_deref(), Some("zz-evil.net/a?b=C"), "{text}");
        }
        assert_eq!(key("http://zz-evil.net").as_deref(), Some("zz-evil.net/"));
        assert_eq!(key("http://[2001:db8::1]:8080/x").as_deref(), Some("[2001:db8::1]:8080/x"));
        for wrong in ["", "zz-evil.net/a", "mailto:a@b", "http://", "http://a b/", "http://a:x/"] {
            assert_eq!(key(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_and_addresses_have_one_spelling() {
        let mut out = String::new();
        assert!(domain("C2.Zz-Evil.NET.", &mut out));
        assert_eq!(out, "c2.zz-evil.net");
        for wrong in ["", ".", "a..b", "a b", "1.2.3.4", "a/b", &"x".repeat(64)] {
            assert!(!domain(wrong, &mut out), "{wrong}");
        }
        assert_eq!(address("::ffff:45.9.1.2"), address("45.9.1.2"));
        assert_eq!(address("[fe80::1%eth0]"), None, "a bracket within");
        assert_eq!(address("fe80::1%3"), address("FE80::1"));
        assert!(is_hash(&"aB".repeat(16), 32) && !is_hash("xy", 2));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let mut out = String::new();
            let _ = (url_key(&text, &mut out), domain(&text, &mut out), address(&text));
        }

        #[test]
        fn spelling_twice_changes_nothing(text in "[A-Za-z0-9.-]{0,40}") {
            let (mut once, mut twice) = (String::new(), String::new());
            if domain(&text, &mut once) {
                prop_assert!(domain(&once, &mut twice));
                prop_assert_eq!(once, twice);
            }
        }
    }
}
