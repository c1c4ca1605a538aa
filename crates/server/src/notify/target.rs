//! Where webhooks may go: to the outside, by TLS.
//!
//! In: addresses as people give them, and addresses as names resolve to. Out: yes, or why not.
//! Never: this machine, private or link-local networks, unless the server was told to allow them;
//! anything unencrypted to another machine. What a name resolves to is looked at each time, by
//! whoever connects, so that a name cannot change its mind in between.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::http::Uri;
use thiserror::Error;

/// Characters of an address.
const MAX_CHARS: usize = 2_000;

/// Why an address is no target.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TargetError {
    /// It is no address of HTTP.
    #[error("the address is none of a webhook: write it like https://hooks.example/ward")]
    NotAnAddress,
    /// It is not https.
    #[error("the address must be https: notifications go nowhere unencrypted")]
    NotEncrypted,
    /// It holds a name and password.
    #[error("the address holds a name or password: what is sent is signed instead")]
    Credentials,
    /// It is this machine or a private network.
    #[error(
        "{0} is this machine or a private network: only an administrator of the server can allow \
         that, by starting it with --allow-local-webhooks"
    )]
    Private(String),
}

/// Whether an address may be a webhook's. A name is looked at again when it is resolved.
///
/// # Errors
/// When it may not.
pub fn check(address: &str, local: bool) -> Result<Uri, TargetError> {
    if address.chars().count() > MAX_CHARS || address.chars().any(char::is_control) {
        return Err(TargetError::NotAnAddress);
    }
    let uri: Uri = address.parse().map_err(|_| TargetError::NotAnAddress)?;
    let authority = uri.authority().ok_or(TargetError::NotAnAddress)?;
    if authority.as_str().contains('@') {
        return Err(TargetError::Credentials);
    }
    let host = authority.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let literal: Option<IpAddr> = bare.parse().ok();
    let here = literal.map_or(is_localhost(bare), |address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if here && local => {}
        Some("http") => return Err(TargetError::NotEncrypted),
        _ => return Err(TargetError::NotAnAddress),
    }
    let private = here || literal.is_some_and(|address| !is_public(address));
    if host.is_empty() {
        Err(TargetError::NotAnAddress)
    } else if private && !local {
        Err(TargetError::Private(bare.to_owned()))
    } else {
        Ok(uri)
    }
}

fn is_localhost(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// Whether an address is one of the public internet. What is not sure is not.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => is_public_v4(four),
        IpAddr::V6(six) => is_public_v6(six),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        // Carriers' networks, protocol assignments, 6to4 relays, tests of speed.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(four) = address.to_ipv4_mapped() {
        return is_public_v4(four);
    }
    let parts = address.segments();
    match parts {
        // NAT64 ends at the IPv4 address that stands inside.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        // Teredo, protocol assignments, documentation, 6to4: tunnels to who knows where.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x2002, ..] => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // Only this range is given out.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_public_internet_is_public() {
        for public in ["1.1.1.1", "151.101.1.1", "2606:4700::1111", "64:ff9b::101:101"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "127.0.0.1",
            "127.8.8.8",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "::127.0.0.1",
            "fec0::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn a_target_is_https_and_somewhere_else() {
        for fits in ["https://hooks.example/ward?x=1", "https://1.1.1.1:8443/"] {
            assert!(check(fits, false).is_ok(), "{fits}");
        }
        for (wrong, expected) in [
            ("http://hooks.example/", TargetError::NotEncrypted),
            ("http://127.0.0.1:80/", TargetError::NotEncrypted),
            ("https://a:b@hooks.example/", TargetError::Credentials),
            ("ftp://hooks.example/", TargetError::NotAnAddress),
            ("/path", TargetError::NotAnAddress),
            ("", TargetError::NotAnAddress),
            ("https://127.0.0.1/", TargetError::Private("127.0.0.1".into())),
            ("https://[::1]/", TargetError::Private("::1".into())),
            ("https://LOCALHOST./", TargetError::Private("LOCALHOST.".into())),
            ("https://169.254.169.254/latest", TargetError::Private("169.254.169.254".into())),
        ] {
            assert_eq!(check(wrong, false), Err(expected), "{wrong}");
        }
        assert!(check("http://127.0.0.1:8080/", true).is_ok());
        assert!(check("https://10.0.0.1/", true).is_ok());
        assert_eq!(check("http://10.0.0.1/", true), Err(TargetError::NotEncrypted));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = check(&text, true);
            let _ = check(&format!("https://{text}"), false);
        }
    }
}
