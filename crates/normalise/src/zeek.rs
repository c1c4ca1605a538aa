//! Zeek's logs as JSON.
//!
//! In: a flattened draft. Out: the same with Sigma's names for DNS and web rules, and time,
//! device and log sources. Never: a native field changed.

use wardwatch_model::{RawTime, Value};

use crate::aliases;
use crate::draft::Draft;
use crate::error::RecordError;
use crate::sources_network::NetworkSources;

/// Fields by which a log is known whose `_path` is missing; the first line that fits counts.
#[rustfmt::skip]
const CHARACTERISTIC: [(&str, &[&str]); 28] = [
    ("conn", &["conn_state"]),
    ("dns", &["qtype_name"]),
    ("dns", &["query", "trans_id"]),
    ("http", &["method", "uri", "trans_depth"]),
    ("http", &["method", "uri"]),
    ("smb_mapping", &["share_type"]),
    ("smb_files", &["action", "path", "name"]),
    ("smb_files", &["action", "name", "times.modified"]),
    ("dce_rpc", &["operation", "endpoint"]),
    ("rdp", &["security_protocol"]),
    ("rdp", &["cookie", "result"]),
    ("ssh", &["auth_success"]),
    ("ssh", &["client", "auth_attempts"]),
    ("kerberos", &["request_type"]),
    ("ntlm", &["domainname", "hostname"]),
    ("x509", &["certificate.serial"]),
    ("ssl", &["cipher"]),
    ("ssl", &["server_name", "established"]),
    ("files", &["fuid", "mime_type"]),
    ("files", &["fuid", "source"]),
    ("smtp", &["mailfrom"]),
    ("smtp", &["helo", "trans_depth"]),
    ("ftp", &["command", "reply_code"]),
    ("dhcp", &["msg_types"]),
    ("snmp", &["community"]),
    ("notice", &["note", "msg"]),
    ("weird", &["name", "notice", "peer"]),
    ("tunnel", &["tunnel_type"]),
];

/// Whether the record is Zeek's.
pub fn recognise(draft: &Draft<'_>) -> bool {
    let has = |name| draft.get(name).is_some();
    has("_path") && (has("ts") || has("_write_ts"))
        || has("ts")
            && (has("uid") && has("id.orig_h")
                || has("certificate.serial")
                || has("fuid") && has("source"))
}

/// Adds Sigma's names; sets time, device and log sources.
///
/// # Errors
/// When the event has too many fields.
pub fn finish<'b>(draft: &mut Draft<'b>, sources: &NetworkSources) -> Result<(), RecordError> {
    let log = match aliases::first_text(draft, "_path") {
        Some(path) => path,
        None => guess(draft).unwrap_or_default(),
    };
    match log {
        "dns" => aliases::add(draft, dns_alias)?,
        "http" => aliases::add(draft, http_alias)?,
        _ => {}
    }
    draft.sources = sources.zeek(log);
    draft.device = draft.get("_system_name").unwrap_or(Value::Null);
    let time = draft.get("ts").or_else(|| draft.get("_write_ts"));
    draft.time = time.map_or(RawTime::Missing, RawTime::Written);
    Ok(())
}

/// The log that has such fields.
fn guess(draft: &Draft<'_>) -> Option<&'static str> {
    let fits = |names: &[&str]| names.iter().all(|name| draft.get(name).is_some());
    CHARACTERISTIC.iter().find(|(_, names)| fits(names)).map(|(log, _)| *log)
}

/// The names of Sigma's category `dns` that Zeek spells otherwise.
fn dns_alias(name: &str) -> Option<&'static str> {
    match name {
        "qtype_name" => Some("record_type"),
        "answers" => Some("answer"),
        _ => None,
    }
}

/// The W3C names that Sigma's rules for Zeek's http log use.
fn http_alias(name: &str) -> Option<&'static str> {
    match name {
        "uri" => Some("c-uri"),
        "user_agent" => Some("c-useragent"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;
    use proptest::prelude::*;
    use wardwatch_model::SourceTable;

    use super::*;
    use crate::story::{lines, render};

    fn told(fields: &[(&str, &str)]) -> String {
        let (arena, mut table) = (Bump::new(), SourceTable::default());
        let sources = NetworkSources::intern(&mut table);
        let mut draft = Draft::new(&arena, 1);
        for (name, value) in fields {
            draft.push_text(arena.alloc_str(name), arena.alloc_str(value)).unwrap();
        }
        assert!(recognise(&draft));
        finish(&mut draft, &sources).unwrap();
        draft.fields.drain(..fields.len());
        render(draft, &table)
    }

    #[test]
    fn a_dns_record_is_known_by_its_path() {
        let event = told(&[
            ("_path", "dns"),
            ("_system_name", "zz-zeek"),
            ("ts", "2026-11-24T03:05:01.250000Z"),
            ("query", "files.example.org"),
            ("qtype_name", "TXT"),
            ("answers", "TXT 3 abc"),
            ("answers", "TXT 3 def"),
        ]);
        let expected = "
            sources: zeek/dns/dns
            time: 2026-11-24T03:05:01.25Z
            device: zz-zeek
            record_type=TXT
            answer=TXT 3 abc
            answer=TXT 3 def
        ";
        assert_eq!(event, lines(expected));
    }

    #[test]
    fn a_record_without_path_is_known_by_its_fields() {
        for (names, log) in [
            (&["conn_state"][..], "conn"),
            (&["query", "qtype_name"], "dns"),
            (&["method", "uri"], "http"),
            (&["action", "path", "name"], "smb_files"),
            (&["path", "share_type"], "smb_mapping"),
            (&["operation", "endpoint"], "dce_rpc"),
            (&["cookie", "security_protocol"], "rdp"),
            (&["auth_success"], "ssh"),
            (&["request_type", "cipher"], "kerberos"),
            (&["server_name", "cipher"], "ssl"),
        ] {
            let mut fields = vec![("ts", "1795489501.25"), ("uid", "C1"), ("id.orig_h", "::1")];
            fields.extend(names.iter().map(|name| (*name, "x")));
            let event = told(&fields);
            let category = if log == "dns" { "dns" } else { "-" };
            let head = format!("sources: zeek/{category}/{log}\ntime: 2026-11-24T03:05:01.25Z\n");
            assert!(event.starts_with(&head), "{event}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(fields in proptest::collection::vec(
            ("_path|ts|uid|id\\.orig_h|query|answers|[a-z._]{0,8}", any::<String>()), 0..20,
        )) {
            let (arena, mut table) = (Bump::new(), SourceTable::default());
            let sources = NetworkSources::intern(&mut table);
            let mut draft = Draft::new(&arena, 1);
            for (name, value) in &fields {
                draft.push_text(name, value).unwrap();
            }
            let _ = recognise(&draft);
            let _ = finish(&mut draft, &sources);
        }
    }
}
