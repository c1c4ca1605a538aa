//! Stories of CEF records: a record in, an event out.

use bumpalo::Bump;
use proptest::prelude::*;
use wardwatch_model::SourceTable;

use super::*;
use crate::story::{lines, render};

fn told(record: &str) -> String {
    let (arena, mut table) = (Bump::new(), SourceTable::default());
    let sources = NetworkSources::intern(&mut table);
    let mut draft = Draft::new(&arena, 1);
    match normalise(record, &mut draft, &sources) {
        Ok(()) => render(draft, &table),
        Err(error) => format!("{error}\n"),
    }
}

#[test]
fn header_and_extensions_keep_their_names_and_lose_their_escapes() {
    let event = told(concat!(
        r"CEF:0|Invented \| Sons|Wall\\Guard|7.1|100|Connection denied|8|",
        r"src=192.0.2.7 spt=51515 dst=198.51.100.9 dpt=23 act=deny msg=Denied by rule 7\=b\nend ",
        r"cs1Label=Rule Name cs1=Block Telnet cs2= request=http://x.example/?a\=1&b\=2 ",
        r"rt=1795489501250 dvchost=zz-fw-01",
    ));
    let expected = r"
        sources: -/firewall/-
        time: 2026-11-24T03:05:01.25Z
        device: zz-fw-01
        DeviceVendor=Invented | Sons
        DeviceProduct=Wall\Guard
        DeviceVersion=7.1
        SignatureId=100
        Name=Connection denied
        Severity=8
        src=192.0.2.7
        spt=51515
        dst=198.51.100.9
        dpt=23
        act=deny
        msg=Denied by rule 7=b
        end
        cs1Label=Rule Name
        cs1=Block Telnet
        cs2=
        request=http://x.example/?a=1&b=2
        rt=1795489501250
        dvchost=zz-fw-01
        RuleName=Block Telnet
        src_ip=192.0.2.7
        dst_ip=198.51.100.9
        src_port=51515
        dst_port=23
        action=deny
    ";
    assert_eq!(event, lines(expected));
}

#[test]
fn fortigate_has_its_own_names_and_service() {
    let event = told(
        "CEF:0|Fortinet|Fortigate|v7.2.1|44547|event:system add|3|\
         start=Nov 24 2026 03:05:01 act=Add FTNTFGTcfgpath=system.admin",
    );
    let expected = "
        sources: fortigate/-/event
        time: 2026-11-24T03:05:01Z
        DeviceVendor=Fortinet
        DeviceProduct=Fortigate
        DeviceVersion=v7.2.1
        SignatureId=44547
        Name=event:system add
        Severity=3
        start=Nov 24 2026 03:05:01
        act=Add
        FTNTFGTcfgpath=system.admin
        cfgpath=system.admin
        action=Add
    ";
    assert_eq!(event, lines(expected));
}

#[test]
fn a_short_header_is_refused_and_one_without_extensions_is_not() {
    let error = "not a CEF record: fewer than seven header fields\n";
    assert_eq!(told("CEF:0|Invented|Wall|7.1"), error);
    let event = told("CEF:0|Invented|Wall|7.1|1|Started|2");
    assert!(event.ends_with("Name=Started\nSeverity=2\n"), "{event}");
}

proptest! {
    #[test]
    fn never_panics(record in any::<String>()) {
        let _ = told(&record);
        let _ = told(&format!("CEF:0|a|b|c|d|e|f|{record}"));
    }

    #[test]
    fn never_panics_on_what_looks_like_extensions(text in "([a-c]{1,3}|=|\\\\| |\\||Label|é){0,40}") {
        let _ = told(&format!("CEF:0|a|b|c|d|e|f|{text}"));
    }
}
