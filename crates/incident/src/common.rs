//! What so many devices have in common that sharing it means nothing.
//!
//! In: an entity. Out: whether it joins detections, or organisations. Never: state; what is common
//! only in one organisation is counted by its desk.

use std::net::{IpAddr, Ipv4Addr};

use wardwatch_model::{Entity, EntityKind};

use crate::ENTITY_BYTES;

/// Domains, with all below them, that healthy computers ask for all day.
const EVERYDAY_DOMAINS: [&str; 12] = [
    "microsoft.com",
    "windowsupdate.com",
    "windows.com",
    "windows.net",
    "office.com",
    "office365.com",
    "live.com",
    "msftconnecttest.com",
    "msftncsi.com",
    "digicert.com",
    "ntp.org",
    "arpa",
];

/// Public resolvers of names, which healthy computers ask all day.
const RESOLVERS: [&str; 12] = [
    "1.0.0.1",
    "1.1.1.1",
    "8.8.4.4",
    "8.8.8.8",
    "9.9.9.9",
    "149.112.112.112",
    "208.67.220.220",
    "208.67.222.222",
    "2001:4860:4860::8844",
    "2001:4860:4860::8888",
    "2606:4700:4700::1001",
    "2606:4700:4700::1111",
];

/// Accounts that every device has of itself, without their domain.
const BUILT_IN_USERS: [&str; 17] = [
    "admin",
    "administrator",
    "anonymous",
    "anonymous logon",
    "daemon",
    "defaultaccount",
    "guest",
    "iusr",
    "local service",
    "local system",
    "localsystem",
    "network service",
    "nobody",
    "root",
    "system",
    "unknown",
    "unset",
];

/// Domains whose accounts every Windows device has of itself.
const BUILT_IN_DOMAINS: [&str; 7] = [
    "nt authority",
    "nt service",
    "nt virtual machine",
    "font driver host",
    "window manager",
    "iis apppool",
    "builtin",
];

/// Hashes of an empty file.
const EMPTY_FILE: [&str; 3] = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

/// Whether detections that share the entity may belong together.
pub(crate) fn joins(entity: &Entity) -> bool {
    let value = entity.value.as_str();
    if matches!(value, "" | "-") || value.len() > ENTITY_BYTES {
        return false;
    }
    match entity.kind {
        EntityKind::Device => {
            !is_this_computer(value) && value.parse().map_or(true, is_some_device)
        }
        EntityKind::User => is_some_user(value),
        EntityKind::Process => value.bytes().any(|byte| !matches!(byte, b'0' | b'-' | b'{' | b'}')),
        EntityKind::Hash => value.bytes().any(|byte| byte != b'0') && !EMPTY_FILE.contains(&value),
        EntityKind::Address => value
            .parse()
            .is_ok_and(|address| is_some_device(address) && !RESOLVERS.contains(&value)),
        EntityKind::Domain => !is_this_computer(value) && !is_everyday(value),
    }
}

/// Whether organisations that share the entity may be under one attack.
pub(crate) fn joins_organisations(entity: &Entity) -> bool {
    match entity.kind {
        EntityKind::Hash | EntityKind::Domain => true,
        EntityKind::Address => entity.value.parse().is_ok_and(is_public),
        EntityKind::Device | EntityKind::User | EntityKind::Process => false,
    }
}

fn is_this_computer(name: &str) -> bool {
    name == "localhost" || name.starts_with("localhost.") || name == "(none)"
}

fn is_everyday(domain: &str) -> bool {
    EVERYDAY_DOMAINS.iter().any(|known| {
        domain.strip_suffix(known).is_some_and(|front| front.is_empty() || front.ends_with('.'))
    })
}

fn is_some_user(user: &str) -> bool {
    let (domain, name) = user.rsplit_once('\\').unwrap_or(("", user));
    // A name that ends so is a device's own account; a bare number is one of a single system.
    let own = name.ends_with('$') || name.bytes().all(|byte| byte.is_ascii_digit());
    let built_in = domain.is_empty() && BUILT_IN_USERS.contains(&name)
        || matches!(name, "system" | "anonymous logon" | "-")
        || BUILT_IN_DOMAINS.contains(&domain);
    !own && !built_in
}

/// Whether the address is that of a device, and the same device wherever it is seen in an
/// organisation.
fn is_some_device(address: IpAddr) -> bool {
    let special = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4 == Ipv4Addr::BROADCAST || v4.octets()[0] == 0,
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !special && !address.is_loopback() && !address.is_unspecified() && !address.is_multicast()
}

/// Whether the address means the same in every organisation. Ranges for documents count: samples
/// and exercises use them as the internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
    let inside = match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            v4.is_private() || first == 100 && (64..128).contains(&second) || first >= 240
        }
        IpAddr::V6(v6) => v6.is_unique_local() || v6.to_ipv4_mapped().is_some(),
    };
    is_some_device(address) && !inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(kind: EntityKind, values: &[&str]) -> Vec<bool> {
        let entity = |value: &&str| Entity { kind, value: (*value).to_owned() };
        values.iter().map(|value| joins(&entity(value))).collect()
    }

    #[test]
    fn what_every_device_has_joins_nothing() {
        let users = [
            "nt authority\\system",
            "system",
            "local service",
            "zztrust\\zzpc01$",
            "window manager\\dwm-3",
            "zztrust\\system",
            "root",
            "administrator",
            "1000",
            "-",
            "",
        ];
        assert!(all(EntityKind::User, &users).iter().all(|joins| !joins));
        let addresses = [
            "127.0.0.1",
            "::1",
            "0.0.0.0",
            "::",
            "169.254.3.4",
            "fe80::1",
            "224.0.0.251",
            "8.8.8.8",
            "255.255.255.255",
            "no address",
        ];
        assert!(all(EntityKind::Address, &addresses).iter().all(|joins| !joins));
        assert!(all(EntityKind::Device, &["localhost", "127.0.0.1", "-", ""]).iter().all(|j| !j));
        assert!(
            all(EntityKind::Domain, &["localhost", "a.windowsupdate.com", "7.in-addr.arpa"])
                .iter()
                .all(|joins| !joins)
        );
        assert!(all(EntityKind::Hash, &EMPTY_FILE).iter().all(|joins| !joins));
        assert!(all(EntityKind::Process, &["00000000-0000-0000-0000-000000000000"]) == [false]);
        assert!(all(EntityKind::Device, &[&"x".repeat(ENTITY_BYTES + 1)]) == [false]);
    }

    #[test]
    fn what_is_somebodys_own_joins() {
        assert!(
            all(EntityKind::User, &["zztrust\\ngrant", "ngrant", "zzpc01\\administrator"])
                .iter()
                .all(|joins| *joins)
        );
        assert!(
            all(EntityKind::Address, &["10.0.0.5", "203.0.113.9", "2001:db8::7"])
                .iter()
                .all(|joins| *joins)
        );
        assert!(all(EntityKind::Device, &["zzpc01", "10.0.0.5"]).iter().all(|joins| *joins));
        assert!(all(EntityKind::Domain, &["notmicrosoft.com", "c2.example.org"]) == [true, true]);
    }

    #[test]
    fn only_what_means_the_same_everywhere_joins_organisations() {
        let across = |kind, value: &str| joins_organisations(&Entity { kind, value: value.into() });
        assert!(across(EntityKind::Address, "203.0.113.9"));
        for inside in
            ["10.0.0.5", "192.168.1.1", "172.20.1.1", "100.64.0.1", "fd00::1", "127.0.0.1"]
        {
            assert!(!across(EntityKind::Address, inside), "{inside}");
        }
        assert!(across(EntityKind::Hash, "ab") && across(EntityKind::Domain, "c2.example.org"));
        assert!(!across(EntityKind::User, "zz\\a") && !across(EntityKind::Device, "zzpc01"));
        assert!(!across(EntityKind::Process, "ab"));
    }
}
