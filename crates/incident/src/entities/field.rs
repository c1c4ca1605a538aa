//! Which fields hold what: names as Windows, Sysmon, auditd, Suricata, Zeek, CEF and ECS write them.
//!
//! In: a field's name. Out: its role, if it has one. Never: values.

/// What a field's value is.
pub(super) enum Role {
    /// A user, with the field that holds the domain.
    User(Option<&'static str>),
    /// A process's GUID.
    Process,
    /// One or several hashes.
    Hashes,
    /// An address.
    Address,
    /// A domain name.
    Domain,
    /// An address or a domain name.
    Host,
}

/// The role of a field.
pub(super) fn role(name: &str) -> Option<Role> {
    let role = match name {
        "SubjectUserName" => Role::User(Some("SubjectDomainName")),
        "TargetUserName" => Role::User(Some("TargetDomainName")),
        "user.name" => Role::User(Some("user.domain")),
        "source.user.name" => Role::User(Some("source.user.domain")),
        "destination.user.name" => Role::User(Some("destination.user.domain")),
        "User" | "SourceUser" | "TargetUser" | "ParentUser" | "UserName" | "AccountName"
        | "user" | "acct" | "AUID" | "suser" | "duser" => Role::User(None),
        "ProcessGuid"
        | "ParentProcessGuid"
        | "SourceProcessGUID"
        | "SourceProcessGuid"
        | "TargetProcessGUID"
        | "TargetProcessGuid"
        | "process.entity_id"
        | "process.parent.entity_id" => Role::Process,
        "Hashes" | "Hash" => Role::Hashes,
        "SourceIp"
        | "DestinationIp"
        | "IpAddress"
        | "SourceAddress"
        | "DestAddress"
        | "ClientAddress"
        | "ClientIP"
        | "RemoteAddress"
        | "src_ip"
        | "dest_ip"
        | "dst_ip"
        | "srcip"
        | "dstip"
        | "id.orig_h"
        | "id.resp_h"
        | "src"
        | "dst"
        | "addr"
        | "source.ip"
        | "destination.ip"
        | "client.ip"
        | "server.ip"
        | "SourceNetworkAddress" => Role::Address,
        "QueryName"
        | "query"
        | "dns.query"
        | "dns.rrname"
        | "dns.question.name"
        | "tls.sni"
        | "server_name"
        | "DestinationHostname"
        | "url.domain"
        | "destination.domain" => Role::Domain,
        "http.hostname" | "dhost" | "c-uri-host" | "cs-host" => Role::Host,
        _ => {
            let last = name.rsplit('.').next().unwrap_or(name);
            let plain =
                ["md5", "sha1", "sha256"].iter().any(|kind| last.eq_ignore_ascii_case(kind));
            return plain.then_some(Role::Hashes);
        }
    };
    Some(role)
}

/// Whether a field names a user.
pub(crate) fn is_user(name: &str) -> bool {
    matches!(role(name), Some(Role::User(_)))
}

/// Whether only records of a sensor beside the network have such a field, not those of the devices
/// that talk.
pub(super) fn is_sensors(name: &str) -> bool {
    matches!(name, "src_ip" | "dest_ip" | "dst_ip" | "id.orig_h" | "id.resp_h")
}
