//! Which native field names fill which column, and which of several goes first.
//!
//! In: a field's name as Sysmon, Windows, PowerShell, auditd, syslog, Zeek, Suricata, CEF or ECS
//! write it. Out: its column and rank; the lowest rank that an event has wins.

use std::sync::LazyLock;

use super::Column;

/// Ranks from here on are texts that Windows made of the other fields.
pub(super) const RENDERED: u8 = 10;

/// Column and its native names, the ones that go first before the others.
#[rustfmt::skip]
const NAMES: [(Column, &[&str]); 18] = [
    (Column::Channel, &[
        "Channel", "winlog.channel", "event.channel", "_path", "event_type", "type",
        "event.dataset",
    ]),
    (Column::EventId, &["EventID", "EventId", "event_id", "winlog.event_id", "event.code"]),
    (Column::Provider, &[
        "Provider_Name", "ProviderName", "Provider.Name", "winlog.provider_name", "SourceName",
        "event.provider", "DeviceProduct",
    ]),
    (Column::Image, &[
        "Image", "NewProcessName", "SourceImage", "process.executable", "ProcessName", "exe",
        "process.name", "comm",
    ]),
    (Column::CommandLine, &[
        "CommandLine", "ProcessCommandLine", "process.command_line", "HostApplication", "COMMAND",
        "PROCTITLE", "proctitle",
    ]),
    (Column::ParentImage, &[
        "ParentImage", "ParentProcessName", "process.parent.executable", "process.parent.name",
    ]),
    (Column::ParentCommandLine, &["ParentCommandLine", "process.parent.command_line"]),
    (Column::TargetFile, &[
        "TargetFilename", "ImageLoaded", "file.path", "dll.path", "FileName", "RelativeTargetName",
        "fileinfo.filename", "filename", "ScriptName", "Path",
    ]),
    (Column::RegistryKey, &["TargetObject", "registry.path", "registry.key"]),
    (Column::Hashes, &["Hashes", "Hash", "hashes"]),
    (Column::Sha256, &[
        "sha256", "SHA256", "file.hash.sha256", "process.hash.sha256", "dll.hash.sha256",
        "fileinfo.sha256", "hash.sha256",
    ]),
    (Column::Md5, &[
        "md5", "MD5", "file.hash.md5", "process.hash.md5", "dll.hash.md5", "fileinfo.md5",
        "hash.md5",
    ]),
    (Column::SourceIp, &[
        "SourceIp", "IpAddress", "SourceAddress", "ClientAddress", "ClientIP", "src_ip", "srcip",
        "id.orig_h", "source.ip", "client.ip", "src", "SourceNetworkAddress", "addr",
    ]),
    (Column::DestinationIp, &[
        "DestinationIp", "DestAddress", "RemoteAddress", "dest_ip", "dst_ip", "dstip",
        "id.resp_h", "destination.ip", "server.ip", "dst",
    ]),
    (Column::DestinationPort, &[
        "DestinationPort", "DestPort", "dest_port", "dst_port", "dstport", "id.resp_p",
        "destination.port", "server.port", "dpt",
    ]),
    (Column::Domain, &[
        "QueryName", "query", "dns.query", "dns.rrname", "dns.question.name", "tls.sni",
        "server_name", "http.hostname", "DestinationHostname", "url.domain", "destination.domain",
        "dhost", "c-uri-host", "cs-host",
    ]),
    (Column::Service, &[
        "ServiceName", "service.name", "service", "app_proto", "program", "unit",
    ]),
    (Column::Message, &["ScriptBlockText", "Payload", "log.original", "MESSAGE"]),
];

/// Texts that often are Windows' rendering.
const TEXTS: [&str; 3] = ["message", "Message", "msg"];

/// Users' names, and the field with their domain. The one whom it happened to goes before the one
/// who asked for it, so that a logon is found by who logged on.
#[rustfmt::skip]
const USERS: [(&str, Option<&str>); 10] = [
    ("User", None),
    ("TargetUserName", Some("TargetDomainName")),
    ("SubjectUserName", Some("SubjectDomainName")),
    ("user.name", Some("user.domain")),
    ("SourceUser", None),
    ("UserName", None),
    ("AccountName", None),
    ("AUID", None),
    ("user", None),
    ("acct", None),
];

type Known = (&'static str, Column, u8);

/// Names by a mark that few of them share.
static BY_MARK: LazyLock<[Vec<Known>; 256]> = LazyLock::new(|| {
    let mut marks = std::array::from_fn(|_| Vec::new());
    let mut add = |name: &'static str, column, rank| marks[mark(name)].push((name, column, rank));
    let rank = |at: usize| u8::try_from(at).unwrap_or(u8::MAX);
    for (column, names) in NAMES {
        for (at, name) in names.iter().enumerate() {
            add(name, column, rank(at));
        }
    }
    for (at, name) in TEXTS.iter().enumerate() {
        add(name, Column::Message, RENDERED + rank(at));
    }
    for (at, (name, _)) in USERS.iter().enumerate() {
        add(name, Column::User, rank(at));
    }
    marks
});

/// Length, first and last letter in one number: told apart without reading the whole name.
#[inline]
fn mark(name: &str) -> usize {
    let bytes = name.as_bytes();
    let first = bytes.first().copied().unwrap_or_default();
    let last = bytes.last().copied().unwrap_or_default();
    let length = bytes.len().to_le_bytes()[0];
    usize::from(length.wrapping_mul(29) ^ first.wrapping_mul(7) ^ last.wrapping_mul(3))
}

/// The column that a native field fills, and its rank among those that fill it; lower goes first.
#[inline]
pub fn column_of(name: &str) -> Option<(Column, u8)> {
    let known = &BY_MARK[mark(name)];
    known.iter().find(|(native, ..)| *native == name).map(|(_, column, rank)| (*column, *rank))
}

/// The field with the domain of a user of this rank.
pub(super) fn domain_field(rank: u8) -> Option<&'static str> {
    USERS.get(usize::from(rank)).and_then(|(_, domain)| *domain)
}
