//! Which addresses mean the same everywhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is for, when it is not one of the public network.
pub fn special(address: IpAddr) -> Option<&'static str> {
    match address.to_canonical() {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => special_v6(v6),
    }
}

/// Whether an address belongs to the public network.
pub fn is_public(address: IpAddr) -> bool {
    special(address).is_none()
}

/// By the registry of special-purpose IPv4 addresses (RFC 6890 and its successors).
fn special_v4(v4: Ipv4Addr) -> Option<&'static str> {
    let [first, second, third, _] = v4.octets();
    match (first, second, third) {
        (0, ..) => Some("this network"),
        (10, ..) | (192, 168, _) => Some("a private network"),
        (172, 16..=31, _) => Some("a private network"),
        (100, 64..=127, _) => Some("a provider's inner network"),
        (127, ..) => Some("this machine itself"),
        (169, 254, _) => Some("a link of its own"),
        (192, 0, 0) => Some("protocols"),
        (192, 0, 2) | (198, 51, 100) | (203, 0, 113) => Some("documents"),
        (192, 88, 99) => Some("a protocol of the past"),
        (198, 18 | 19, _) => Some("measurements"),
        (224..=239, ..) => Some("many receivers at once"),
        (240..=255, ..) => Some("a use that is reserved"),
        _ => None,
    }
}

/// By the registry of special-purpose IPv6 addresses.
fn special_v6(v6: Ipv6Addr) -> Option<&'static str> {
    let [first, second, ..] = v6.segments();
    match (first, second) {
        _ if v6.is_loopback() => Some("this machine itself"),
        _ if v6.is_unspecified() => Some("no address at all"),
        (0xfc00..=0xfdff, _) => Some("a private network"),
        (0xfe80..=0xfeff, _) => Some("a link of its own"),
        (0xff00..=0xffff, _) => Some("many receivers at once"),
        (0x2001, 0xdb8) | (0x3fff, 0..=0xfff) => Some("documents"),
        (0x64, 0xff9b) => Some("translation between networks"),
        (0x100, 0) => Some("nothing: it is thrown away"),
        // Only 2000::/3 is given out.
        (0x2000..=0x3fff, _) => None,
        _ => Some("a use that is reserved"),
    }
}
