//! Suricata's EVE records.
//!
//! In: a flattened draft. Out: the same with Sigma's names for DNS and firewall rules, and
//! time, device and log sources. Never: a native field changed.

use wardwatch_model::{RawTime, Value};

use crate::aliases;
use crate::draft::Draft;
use crate::error::RecordError;
use crate::sources_network::NetworkSources;

/// Whether the record is Suricata's.
pub fn recognise(draft: &Draft<'_>) -> bool {
    let mut seen = (false, false, false);
    for field in &draft.fields {
        match field.name {
            "event_type" => seen.0 = true,
            "timestamp" => seen.1 = true,
            "flow_id" | "src_ip" => seen.2 = true,
            name => seen.2 |= name.starts_with("stats."),
        }
    }
    seen == (true, true, true)
}

/// Adds Sigma's names; sets time, device and log sources.
///
/// # Errors
/// When the event has too many fields.
pub fn finish<'b>(draft: &mut Draft<'b>, sources: &NetworkSources) -> Result<(), RecordError> {
    let event_type = aliases::first_text(draft, "event_type").unwrap_or_default();
    match event_type {
        "dns" => aliases::add(draft, dns_alias)?,
        "flow" | "netflow" | "drop" | "alert" => aliases::add(draft, firewall_alias)?,
        _ => {}
    }
    draft.sources = sources.eve(event_type);
    let device = ["host", "sensor_name", "sensor.name"].into_iter().find_map(|n| draft.get(n));
    draft.device = device.unwrap_or(Value::Null);
    draft.time = draft.get("timestamp").map_or(RawTime::Missing, RawTime::Written);
    Ok(())
}

/// The names of Sigma's category `dns`, for all three layouts that Suricata has had.
fn dns_alias(name: &str) -> Option<&'static str> {
    Some(match name {
        "dns.rrname" | "dns.queries.rrname" => "query",
        "dns.rrtype" | "dns.queries.rrtype" => "record_type",
        "dns.rdata" | "dns.answers.rdata" => "answer",
        _ if name.starts_with("dns.grouped.") => "answer",
        _ => return None,
    })
}

/// The names of Sigma's category `firewall` that Suricata spells otherwise.
fn firewall_alias(name: &str) -> Option<&'static str> {
    Some(match name {
        "dest_ip" => "dst_ip",
        "dest_port" => "dst_port",
        "alert.action" | "flow.action" | "verdict.action" => "action",
        _ => return None,
    })
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
    fn a_dns_answer_has_the_names_of_dns_rules() {
        let event = told(&[
            ("timestamp", "2026-11-24T03:05:01.250000+0000"),
            ("flow_id", "7"),
            ("event_type", "dns"),
            ("host", "zz-sensor"),
            ("dns.type", "answer"),
            ("dns.rrname", "files.example.org"),
            ("dns.rrtype", "A"),
            ("dns.answers.rdata", "192.0.2.7"),
            ("dns.answers.rdata", "192.0.2.8"),
        ]);
        let expected = "
            sources: suricata/dns/dns
            time: 2026-11-24T03:05:01.25Z
            device: zz-sensor
            query=files.example.org
            record_type=A
            answer=192.0.2.7
            answer=192.0.2.8
        ";
        assert_eq!(event, lines(expected));
    }

    #[test]
    fn a_flow_is_a_firewall_event_and_an_alert_one_of_intrusion_detection() {
        let flow = told(&[
            ("timestamp", "2026-11-24T03:05:01+0100"),
            ("event_type", "flow"),
            ("src_ip", "192.0.2.7"),
            ("dest_ip", "198.51.100.9"),
            ("dest_port", "23"),
        ]);
        let expected = "
            sources: suricata/firewall/flow
            time: 2026-11-24T02:05:01Z
            dst_ip=198.51.100.9
            dst_port=23
        ";
        assert_eq!(flow, lines(expected));
        let alert = told(&[
            ("timestamp", "2026-11-24T03:05:01+0000"),
            ("event_type", "alert"),
            ("src_ip", "192.0.2.7"),
            ("alert.action", "allowed"),
        ]);
        let expected = "
            sources: suricata/ids/alert
            time: 2026-11-24T03:05:01Z
            action=allowed
        ";
        assert_eq!(alert, lines(expected));
    }

    proptest! {
        #[test]
        fn never_panics(fields in proptest::collection::vec(
            ("event_type|timestamp|flow_id|dns\\.rrname|[a-z.]{0,8}", any::<String>()), 0..20,
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
