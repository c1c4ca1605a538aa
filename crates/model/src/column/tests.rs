//! What events of each source give for the promoted columns. In: events as their sources write them.
//! Out: columns in one spelling. Never: a value that the event does not have.

use proptest::prelude::*;

use super::*;
use crate::event::Field;
use crate::logsource::SourceSet;
use crate::time::RawTime;

fn columns(fields: &[Field<'_>]) -> Columns {
    Columns::of(&Event {
        fields,
        sources: SourceSet::UNKNOWN,
        time: RawTime::Missing,
        device: Value::Null,
        record: 0,
    })
}

/// The columns that are filled, as `name=value`.
fn promoted(fields: &[(&str, &str)]) -> Vec<String> {
    let fields: Vec<Field> = fields.iter().map(|(name, text)| Field::text(name, text)).collect();
    let columns = columns(&fields);
    let filled = Column::ALL
        .into_iter()
        .filter_map(|column| columns.get(column).map(|value| format!("{}={value}", column.name())));
    filled.collect()
}

#[test]
fn a_process_of_sysmon() {
    let (md5, sha256) = ("AB".repeat(16), "CD".repeat(32));
    let hashes = format!("SHA1=00,MD5={md5},SHA256={sha256},IMPHASH={}", "EF".repeat(16));
    let found = promoted(&[
        ("Channel", "Microsoft-Windows-Sysmon/Operational"),
        ("EventID", "1"),
        ("Image", r"C:\Windows\System32\cmd.exe"),
        ("CommandLine", "cmd /c dir"),
        ("User", r"ZZTRUST\ngrant"),
        ("ParentImage", r"C:\Windows\explorer.exe"),
        ("Hashes", &hashes),
        ("message", "Process Create: all of it again"),
    ]);
    let expected = [
        "channel=Microsoft-Windows-Sysmon/Operational".to_owned(),
        "event_id=1".to_owned(),
        r"image=C:\Windows\System32\cmd.exe".to_owned(),
        "command_line=cmd /c dir".to_owned(),
        r"parent_image=C:\Windows\explorer.exe".to_owned(),
        r"user=ZZTRUST\ngrant".to_owned(),
        format!("hashes={hashes}"),
        format!("sha256={}", "cd".repeat(32)),
        format!("md5={}", "ab".repeat(16)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_logon_of_windows_is_that_of_who_logged_on() {
    let found = promoted(&[
        ("EventID", "4624"),
        ("SubjectUserName", "ZZDC01$"),
        ("SubjectDomainName", "ZZTRUST"),
        ("TargetUserName", "ngrant"),
        ("TargetDomainName", "ZZTRUST"),
        ("IpAddress", "::ffff:10.2.0.7"),
    ]);
    assert_eq!(found, ["event_id=4624", r"user=ZZTRUST\ngrant", "source_ip=10.2.0.7"]);
    let found = promoted(&[
        ("SubjectUserName", "ngrant"),
        ("SubjectDomainName", "-"),
        ("TargetUserName", "-"),
        ("NewProcessName", r"C:\a.exe"),
        ("IpAddress", "LOCAL"),
    ]);
    assert_eq!(found, [r"image=C:\a.exe", "user=ngrant"]);
}

#[test]
fn sensors_syslog_and_auditd() {
    let suricata = promoted(&[
        ("event_type", "dns"),
        ("src_ip", "10.0.0.5"),
        ("dest_ip", "203.0.113.9"),
        ("dest_port", "53"),
        ("dns.rrname", "C2.Example.org."),
    ]);
    let expected = [
        "channel=dns",
        "source_ip=10.0.0.5",
        "destination_ip=203.0.113.9",
        "destination_port=53",
        "domain=c2.example.org",
    ];
    assert_eq!(suricata, expected);
    let syslog = promoted(&[("program", "sshd"), ("message", "Failed password for root")]);
    assert_eq!(syslog, ["service=sshd", "message=Failed password for root"]);
    // A text is left out only beside a number of Windows' own.
    let odd = promoted(&[("EventID", "none of ours"), ("message", "all of it")]);
    assert_eq!(odd, ["message=all of it"]);
    let audit = promoted(&[
        ("type", "EXECVE"),
        ("comm", "id"),
        ("exe", "/usr/bin/id"),
        ("proctitle", "id -u"),
        ("AUID", "ngrant"),
    ]);
    let expected = ["channel=EXECVE", "image=/usr/bin/id", "command_line=id -u", "user=ngrant"];
    assert_eq!(audit, expected);
}

#[test]
fn what_is_no_number_hash_or_address_is_left_out() {
    let found = promoted(&[
        ("EventID", "many"),
        ("dest_port", "-1"),
        ("sha256", "abc"),
        ("src_ip", "nowhere"),
        ("query", "a b"),
        ("User", "  "),
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn names_stand_once_and_a_long_value_is_cut_between_letters() {
    let all = Column::ALL.map(Column::name);
    for (at, column) in Column::ALL.into_iter().enumerate() {
        assert_eq!(column.place(), at);
        assert!(!all[..at].contains(&column.name()));
    }
    let long = "é".repeat(LONGEST);
    let columns = columns(&[Field::text("CommandLine", &long)]);
    let kept = columns.get(Column::CommandLine).unwrap_or_default();
    assert_eq!(kept.len(), LONGEST);
}

proptest! {
    #[test]
    fn never_panics_and_keeps_its_bounds(
        fields in prop::collection::vec((
            "User|TargetUserName|TargetDomainName|Hashes|EventID|IpAddress|query|message|md5|[a-zA-Z.]{0,8}",
            prop_oneof![any::<String>(), "[A-F0-9=,:.\\\\%-]{0,80}"],
        ), 0..40),
    ) {
        let fields: Vec<Field> = fields
            .iter()
            .enumerate()
            .map(|(at, (name, text))| Field {
                name,
                value: if at % 5 == 0 { Value::Escaped(text) } else { Value::Text(text) },
            })
            .collect();
        let columns = columns(&fields);
        for column in Column::ALL {
            let value = columns.get(column);
            prop_assert!(value.is_none_or(|value| !value.is_empty() && value.len() <= LONGEST));
            if column.is_number() {
                prop_assert_eq!(value.is_some(), columns.number(column).is_some());
            }
        }
    }
}
