//! Which fields of events hold values that are looked up: names as Windows, Sysmon, auditd,
//! Suricata, Zeek, CEF and ECS write them.
//!
//! In: a field's name. Out: what it holds. Never: values.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observable {
    /// One or several hashes of a file.
    Hashes,
    /// An address.
    Address,
    /// A domain name.
    Domain,
    /// An address or a domain name.
    Host,
    /// A web address.
    Url,
    /// A web address, or its path when the host stands in this other field.
    Path(&'static str),
}

/// All names that hold something, in no order.
pub const NAMES: &[(&str, Observable)] = &[
    ("Hashes", Observable::Hashes),
    ("Hash", Observable::Hashes),
    ("SourceIp", Observable::Address),
    ("DestinationIp", Observable::Address),
    ("IpAddress", Observable::Address),
    ("SourceAddress", Observable::Address),
    ("DestAddress", Observable::Address),
    ("ClientAddress", Observable::Address),
    ("ClientIP", Observable::Address),
    ("RemoteAddress", Observable::Address),
    ("SourceNetworkAddress", Observable::Address),
    ("src_ip", Observable::Address),
    ("dest_ip", Observable::Address),
    ("dst_ip", Observable::Address),
    ("srcip", Observable::Address),
    ("dstip", Observable::Address),
    ("id.orig_h", Observable::Address),
    ("id.resp_h", Observable::Address),
    ("src", Observable::Address),
    ("dst", Observable::Address),
    ("addr", Observable::Address),
    ("source.ip", Observable::Address),
    ("destination.ip", Observable::Address),
    ("client.ip", Observable::Address),
    ("server.ip", Observable::Address),
    ("dns.answers.data", Observable::Host),
    ("QueryName", Observable::Domain),
    ("query", Observable::Domain),
    ("dns.query", Observable::Domain),
    ("dns.rrname", Observable::Domain),
    ("dns.question.name", Observable::Domain),
    ("tls.sni", Observable::Domain),
    ("server_name", Observable::Domain),
    ("url.domain", Observable::Domain),
    ("DestinationHostname", Observable::Host),
    ("destination.domain", Observable::Host),
    ("destination.address", Observable::Host),
    ("http.hostname", Observable::Host),
    ("dhost", Observable::Host),
    ("c-uri-host", Observable::Host),
    ("cs-host", Observable::Host),
    ("host_header", Observable::Host),
    ("url", Observable::Url),
    ("Url", Observable::Url),
    ("url.full", Observable::Url),
    ("url.original", Observable::Url),
    ("request", Observable::Url),
    ("RemoteName", Observable::Url),
    ("HostUrl", Observable::Url),
    ("http.url", Observable::Path("http.hostname")),
    ("c-uri", Observable::Path("c-uri-host")),
    ("cs-uri", Observable::Path("cs-host")),
    ("uri", Observable::Path("host")),
];

/// Whether a name that is not in [`NAMES`] is that of a single hash, such as `file.hash.sha256`.
pub fn is_single_hash(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    matches!(last.len(), 3 | 4 | 6)
        && ["md5", "sha1", "sha256"].iter().any(|kind| last.eq_ignore_ascii_case(kind))
}

/// What a field holds, if it holds something that is looked up.
pub fn of(name: &str) -> Option<Observable> {
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, observable)| *observable)
        .or_else(|| is_single_hash(name).then_some(Observable::Hashes))
}
