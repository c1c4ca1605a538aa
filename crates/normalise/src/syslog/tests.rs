//! Stories of syslog lines: a line in, an event out.

use bumpalo::Bump;
use proptest::prelude::*;
use wardwatch_model::SourceTable;

use super::*;
use crate::story::{lines, render};

fn told(line: &str) -> String {
    let (arena, mut table) = (Bump::new(), SourceTable::default());
    let linux = LinuxSources::intern(&mut table);
    let network = NetworkSources::intern(&mut table);
    let mut draft = Draft::new(&arena, 1);
    match normalise(line, 2026, &mut draft, &linux, &network) {
        Ok(()) => render(draft, &table),
        Err(error) => format!("{error}\n"),
    }
}

#[test]
fn rfc_5424_has_structured_data() {
    let line = "<86>1 2026-11-24T03:05:01.250Z zz-gw-01 sshd 4711 ID47 \
                [zz@32473 user=\"n\\\"grant\" tries=\"3\"][meta seq=\"9\"] \u{feff}Failed password";
    let expected = "
        sources: linux/-/sshd linux/-/auth linux/-/syslog
        time: 2026-11-24T03:05:01.25Z
        device: zz-gw-01
        Hostname=zz-gw-01
        program=sshd
        pid=4711
        facility=authpriv
        severity=info
        msgid=ID47
        sd.zz@32473.user=n\"grant
        sd.zz@32473.tries=3
        sd.meta.seq=9
        message=Failed password
    ";
    assert_eq!(told(line), lines(expected));
    let relayed = line.replace("] \u{feff}Failed", "]  Failed");
    assert_eq!(told(&relayed), lines(expected));
    let empty = "facility=kern\nseverity=emerg\nmessage=up\n";
    assert_eq!(told("<0>1 - - - - - - up"), format!("sources: linux/-/syslog\n{empty}"));
}

#[test]
fn rfc_3164_is_read_with_and_without_its_priority() {
    let expected = "
        sources: linux/-/cron linux/-/syslog
        time: 2026-11-04T03:05:01Z
        device: zz-gw-01
        Hostname=zz-gw-01
        program=CRON
        pid=99
        message=(root) CMD (run-parts /etc/cron.hourly)
    ";
    let line = "Nov  4 03:05:01 zz-gw-01 CRON[99]: (root) CMD (run-parts /etc/cron.hourly)";
    assert_eq!(told(line), lines(expected));
    let with_priority = told(&format!("<78>{line}\n"));
    assert_eq!(
        with_priority,
        lines(expected).replace("message=", "facility=cron\nseverity=info\nmessage=",)
    );
}

#[test]
fn iso_stamps_of_rsyslog_are_read() {
    let expected = "
        sources: linux/-/sudo linux/-/auth linux/-/syslog
        time: 2026-11-24T02:05:01.123456Z
        device: zz-gw-01
        Hostname=zz-gw-01
        program=sudo
        message=ngrant : TTY=pts/0 ; PWD=/home/ngrant ; USER=#-1 ; COMMAND=/bin/sh -c a ; b=c
        TTY=pts/0
        PWD=/home/ngrant
        USER=#-1
        COMMAND=/bin/sh -c a ; b=c
    ";
    let line = "2026-11-24T03:05:01.123456+01:00 zz-gw-01 sudo:   ngrant : TTY=pts/0 ; \
                PWD=/home/ngrant ; USER=#-1 ; COMMAND=/bin/sh -c a ; b=c";
    assert_eq!(told(line), lines(expected));
}

#[test]
fn headers_may_lack_host_tag_or_stamp() {
    let told = |line| told(line).lines().skip(1).collect::<Vec<_>>().join("|");
    assert_eq!(
        told("<13>Nov 24 03:05:01 su: no host"),
        "time: 2026-11-24T03:05:01Z|program=su|facility=user|severity=notice|message=no host"
    );
    assert_eq!(
        told("Nov 24 03:05:01 zz-gw-01 last message repeated 3 times"),
        "time: 2026-11-24T03:05:01Z|device: zz-gw-01|Hostname=zz-gw-01|\
         message=last message repeated 3 times"
    );
    assert_eq!(
        told("<13>su[7]: no stamp"),
        "program=su|pid=7|facility=user|severity=notice|message=no stamp"
    );
    assert_eq!(told("<13>"), "facility=user|severity=notice|message=");
}

#[test]
fn a_line_without_priority_and_stamp_is_refused() {
    let error = "not a syslog record: neither a priority nor a time at the front\n";
    assert_eq!(told("no syslog"), error);
    assert_eq!(told("<999>no priority"), error);
}

#[test]
fn routers_and_firewalls_have_their_own_log_sources() {
    let told = |line| {
        let event = told(line);
        let kept = |line: &&str| !line.starts_with("facility") && !line.starts_with("severity");
        event.lines().filter(kept).collect::<Vec<_>>().join("|")
    };
    assert_eq!(
        told("<189>45: *Nov 24 03:05:01.250: %PARSER-5-CFGLOG_LOGGEDCMD: User:n logged no logging"),
        "sources: cisco/-/aaa|time: 2026-11-24T03:05:01.25Z|\
         message=%PARSER-5-CFGLOG_LOGGEDCMD: User:n logged no logging"
    );
    assert_eq!(
        told("<189>45: zz-rt-01: Nov 24 03:05:01.250 UTC: %IP-TCP-3-BADAUTH: from 192.0.2.7:179"),
        "sources: cisco/-/bgp cisco/-/ldp|time: 2026-11-24T03:05:01.25Z|device: zz-rt-01|\
         Hostname=zz-rt-01|message=%IP-TCP-3-BADAUTH: from 192.0.2.7:179"
    );
    assert_eq!(
        told("<166>Nov 24 2026 03:05:01 zz-fw-01 : %ASA-6-302013: Built outbound TCP"),
        "sources: cisco/firewall/asa|time: 2026-11-24T03:05:01Z|device: zz-fw-01|\
         Hostname=zz-fw-01|message=%ASA-6-302013: Built outbound TCP"
    );
    assert_eq!(
        told("<166>Nov 24 2026 03:05:01: %ASA-6-302013: Built"),
        "sources: cisco/firewall/asa|time: 2026-11-24T03:05:01Z|message=%ASA-6-302013: Built"
    );
    assert_eq!(
        told(
            "<189>date=2026-11-24 time=03:05:01 devname=\"ZZ-FG\" devid=\"FGZZ1\" type=\"event\" \
             subtype=\"system\" action=\"Add\" cfgpath=\"system.admin\" msg=\"Add a b\""
        ),
        "sources: fortigate/-/event|time: 2026-11-24T03:05:01Z|device: ZZ-FG|\
         message=date=2026-11-24 time=03:05:01 devname=\"ZZ-FG\" devid=\"FGZZ1\" type=\"event\" \
         subtype=\"system\" action=\"Add\" cfgpath=\"system.admin\" msg=\"Add a b\"|\
         date=2026-11-24|time=03:05:01|devname=ZZ-FG|devid=FGZZ1|type=event|subtype=system|\
         action=Add|cfgpath=system.admin|msg=Add a b"
    );
}

#[test]
fn cef_and_audit_records_within_a_line_have_their_own_fields() {
    let event = told("<134>Nov 24 03:05:01 zz-relay CEF:0|Invented|Wall|7|1|Deny|3|act=deny");
    assert!(event.contains("device: zz-relay\nHostname=zz-relay\n"), "{event}");
    assert!(
        event.ends_with(
            "DeviceVersion=7\nSignatureId=1\nName=Deny\nSeverity=3\nact=deny\naction=deny\n"
        ),
        "{event}"
    );
    let event = told("<134>Nov 24 03:05:01 zz-web audispd: type=CWD msg=audit(1.5:3): cwd=\"/\"");
    assert!(
        event
            .starts_with("sources: linux/-/auditd\ntime: 1970-01-01T00:00:01.5Z\ndevice: zz-web\n"),
        "{event}"
    );
    assert!(event.ends_with("type=CWD\ncwd=/\nCurrentDirectory=/\n"), "{event}");
}

proptest! {
    #[test]
    fn never_panics(line in any::<String>()) {
        let _ = told(&line);
        let _ = recognise(&line);
        let _ = told(&format!("<13>{line}"));
        let _ = told(&format!("<13>1 - {line}"));
        let _ = told(&format!("Nov 24 03:05:01{line}"));
        let _ = told(&format!("<13>1 - h p i m [{line}"));
    }

    #[test]
    fn never_panics_on_what_looks_like_syslog(
        line in "(<[0-9]{0,4}>)?(1 )?(Nov|Feb| |[0-9]{1,4}|:|%|-|\\[|\\]|\"|=|date=|devid=|é|a){0,30}",
    ) {
        let _ = told(&line);
    }
}
