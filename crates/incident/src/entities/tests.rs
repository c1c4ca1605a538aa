//! Events of every kind of source, and what they touched.

use proptest::prelude::*;
use wardwatch_model::{Event, Field, RawTime, SourceSet, Value};

use super::*;

fn touched(device: &str, fields: &[(&str, &str)]) -> Vec<String> {
    let fields: Vec<Field> = fields.iter().map(|(name, text)| Field::text(name, text)).collect();
    let event = Event {
        fields: &fields,
        sources: SourceSet::UNKNOWN,
        time: RawTime::Missing,
        device: Value::Text(device),
        record: 1,
    };
    let told = |entity: &Entity| format!("{:?} {}", entity.kind, entity.value);
    of(&event).iter().map(told).collect()
}

#[test]
fn a_program_start_of_sysmon() {
    let hashes =
        format!("SHA256={},MD5={},IMPHASH={}", "AB".repeat(32), "CD".repeat(16), "EF".repeat(16));
    let found = touched(
        "ZZPC01.zztrust.example",
        &[
            ("Image", r"C:\Users\ngrant\invoice.exe"),
            ("User", r"ZZTRUST\NGrant"),
            ("ProcessGuid", "{A23EAE89-BD28-5903-0000-001009665D00}"),
            ("ParentProcessGuid", "{00000000-0000-0000-0000-000000000000}"),
            ("Hashes", &hashes),
            ("ParentUser", r"NT AUTHORITY\SYSTEM"),
        ],
    );
    let expected = [
        "Device zzpc01.zztrust.example".to_owned(),
        r"User zztrust\ngrant".to_owned(),
        "Process a23eae89-bd28-5903-0000-001009665d00".to_owned(),
        format!("Hash {}", "ab".repeat(32)),
        format!("Hash {}", "cd".repeat(16)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn programs_of_windows_leave_no_hash_but_strangers_of_that_name_do() {
    let hash = format!("SHA256={}", "AB".repeat(32));
    let hashes = |path: &str| touched("", &[("Image", path), ("Hashes", &hash)]).len();
    assert_eq!(hashes(r"C:\Windows\System32\cmd.exe"), 0);
    assert_eq!(hashes(r"C:\WINDOWS\SysWOW64\rundll32.exe"), 0);
    assert_eq!(hashes(r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"), 0);
    for stranger in [
        r"C:\Windows\cmd.exe",
        r"C:\Windows\System32\tasksche.exe",
        r"D:\x\cmd.exe",
        r"\\zz\c$\windows\system32\cmd.exe",
        "cmd.exe",
        "",
        r"é\windows\system32\cmd.exe",
    ] {
        assert_eq!(hashes(stranger), 1, "{stranger}");
    }
}

#[test]
fn a_logon_of_windows_names_two_users_and_an_address() {
    let found = touched(
        "ZZDC01",
        &[
            ("SubjectUserName", "ZZDC01$"),
            ("SubjectDomainName", "ZZTRUST"),
            ("TargetUserName", "ngrant"),
            ("TargetDomainName", "ZZTRUST"),
            ("IpAddress", "::ffff:10.2.0.7"),
        ],
    );
    assert_eq!(found, ["Device zzdc01", r"User zztrust\ngrant", "Address 10.2.0.7"]);
    let without = [("TargetUserName", "ngrant@zztrust.example"), ("TargetDomainName", "-")];
    assert_eq!(touched("-", &without), ["User ngrant@zztrust.example"]);
}

#[test]
fn sensors_report_others_and_are_not_touched_themselves() {
    let suricata = touched(
        "zz-sensor",
        &[
            ("src_ip", "10.0.0.5"),
            ("dest_ip", "203.0.113.9"),
            ("dst_ip", "203.0.113.9"),
            ("dns.query", "C2.Example.org."),
            ("fileinfo.sha256", &"0a".repeat(32)),
            ("http.hostname", "198.51.100.4"),
        ],
    );
    let expected = [
        "Address 10.0.0.5".to_owned(),
        "Address 203.0.113.9".to_owned(),
        "Domain c2.example.org".to_owned(),
        format!("Hash {}", "0a".repeat(32)),
        "Address 198.51.100.4".to_owned(),
    ];
    assert_eq!(suricata, expected);
    let zeek = touched(
        "zz-sensor",
        &[("id.orig_h", "fe80::1"), ("id.resp_h", "10.0.0.9"), ("query", "wpad")],
    );
    assert_eq!(zeek, ["Address 10.0.0.9"]);
}

#[test]
fn linux_names_its_people_and_not_its_services() {
    let fields = [("acct", "root"), ("AUID", "ngrant"), ("addr", "10.0.0.5"), ("user", "1000")];
    assert_eq!(
        touched("zz-web-01", &fields),
        ["Device zz-web-01", "User ngrant", "Address 10.0.0.5"]
    );
}

#[test]
fn what_is_no_hash_or_domain_is_left_out() {
    let odd = [
        ("Hashes", "SHA256=xyz,MD5=,SHA1"),
        ("md5", "00000000000000000000000000000000"),
        ("sha256", &"g".repeat(64)),
        ("QueryName", "a b.example"),
        ("query", "10.0.0.1"),
        ("DestinationHostname", "-"),
        ("SourceIp", "10.0.0.300"),
        ("user", "a\nb"),
    ];
    assert!(touched("", &odd).is_empty());
}

#[test]
fn number_and_length_are_bounded() {
    let names: Vec<String> = (0..MOST * 2).map(|number| format!("user{number}")).collect();
    let mut fields: Vec<(&str, &str)> = names.iter().map(|name| ("User", name.as_str())).collect();
    assert_eq!(touched("zzpc01", &fields).len(), MOST);
    let long = "x".repeat(ENTITY_BYTES + 1);
    fields = vec![("User", &long), ("ProcessGuid", &long), ("SubjectUserName", &long)];
    assert!(touched(&long, &fields).is_empty());
}

proptest! {
    #[test]
    fn never_panics_and_keeps_its_bounds(
        fields in prop::collection::vec((
            "User|SubjectUserName|SubjectDomainName|Hashes|Image|IpAddress|query|http.hostname|\
             ProcessGuid|md5|id.orig_h|[a-zA-Z.]{0,8}",
            prop_oneof![any::<String>(), "[A-F0-9=,:.\\\\%{}é-]{0,80}", "(SHA256=[0-9a-f]{64},?){1,3}"],
        ), 0..100),
        device in any::<String>(),
    ) {
        let fields: Vec<Field> = fields
            .iter()
            .enumerate()
            .map(|(at, (name, text))| Field {
                name,
                value: if at % 5 == 0 { Value::Escaped(text) } else { Value::Text(text) },
            })
            .collect();
        let event = Event {
            fields: &fields,
            sources: SourceSet::UNKNOWN,
            time: RawTime::Missing,
            device: Value::Text(&device),
            record: 1,
        };
        let found = of(&event);
        prop_assert!(found.len() <= MOST);
        for (at, entity) in found.iter().enumerate() {
            prop_assert!(entity.value.len() <= ENTITY_BYTES && !entity.value.is_empty());
            prop_assert_eq!(entity.value.to_lowercase(), entity.value.clone());
            prop_assert!(!found[..at].contains(entity));
        }
    }
}
