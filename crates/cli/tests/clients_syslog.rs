//! Syslog from the programs that send it: `logger` of util-linux, and `rsyslogd` as a relay, over
//! TLS, and through its output for Elasticsearch.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod sector;

use std::fs;
use std::path::Path;
use std::process::Command;

use sector::client::{Daemon, module, program, run};
use sector::{Sector, assert_recent, free_port, matched, now};

/// True of one message only when every part of it has arrived under its own name.
const RULES: &str = "title: Stranger let in\nid: stranger\nlevel: high\n\
    logsource: {product: linux, service: sshd}\n\
    detection:\n  s:\n    program: sshd\n    pid: 4711\n    facility: auth\n    severity: warning\n    \
    Hostname|re: '.'\n    message|re: '^Accepted password for zz-visitor by [a-z ]+$'\n  \
    condition: s\n\
    ---\n\
    title: Beside the message\nid: beside\nlevel: low\nlogsource: {product: linux}\n\
    detection: {s: {sd.zz@32473.ward: '7', msgid: ZZLOGIN}, condition: s}\n";

/// Where the modules of rsyslog lie on Debian.
fn rsyslog_module(package: &str, name: &str) -> bool {
    let folders = ["/usr/lib/x86_64-linux-gnu/rsyslog", "/usr/lib/aarch64-linux-gnu/rsyslog"];
    let places = folders.map(|folder| format!("{folder}/{name}.so"));
    module(package, &[&places[0], &places[1]]).is_some()
}

fn host_name() -> String {
    fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim().to_owned()
}

/// A message in words that the rule asks for.
fn logger(program: &Path, way: &str) -> Command {
    let mut command = Command::new(program);
    command.args(["--tag", "sshd", "--id=4711", "--priority", "auth.warning"]);
    // What a message says of its origin decides nothing.
    command.arg(format!("Accepted password for zz-visitor by {way}"));
    command
}

#[test]
fn logger_by_datagram_and_both_framings() {
    let Some(program) = program("logger") else { return };
    let mut sector = Sector::new(RULES);
    let port = free_port();
    let syslog = |token: &str| format!("127.0.0.1:{port}={token}");
    let refused = sector.try_open(&["--syslog", &syslog("wt_nobody")]);
    let refused = refused.expect_err("a door for a token that is nobody's is opened");
    assert!(refused.contains("token") && refused.contains("nobody's"), "{refused}");
    sector.open(&["--syslog", &syslog(&sector.one.sender.clone())]);
    let since = now();
    for (way, options) in [
        ("datagram", &["--udp"][..]),
        ("newline", &["--tcp"]),
        ("octet count", &["--tcp", "--octet-count"]),
    ] {
        let done = run(logger(&program, way)
            .args(["--server", "127.0.0.1", "--port", &port.to_string(), "--rfc5424"])
            .args(["--msgid", "ZZLOGIN", "--sd-id", "zz@32473", "--sd-param", "ward=\"7\""])
            .args(options));
        assert!(done.status.success(), "{done:?}");
    }
    let found = sector.only_in_one(6);
    let host = host_name();
    let host = host.split('.').next().unwrap();
    for way in ["datagram", "newline", "octet count"] {
        let message = format!("Accepted password for zz-visitor by {way}");
        let this = found.iter().find(|found| matched(found).get("message") == Some(&message));
        let this = this.unwrap_or_else(|| panic!("{way} is not in {found:#?}"));
        assert_eq!(this["device"].as_str().unwrap().split('.').next(), Some(host));
        assert_recent(this, since);
    }
    assert_eq!(found.iter().filter(|found| found["rule_id"] == "beside").count(), 3);
}

/// An rsyslog daemon of its own, with a socket for messages and these actions.
fn rsyslog(sector: &Sector, program: &Path, actions: &str) -> Daemon {
    let folder = sector.path("rsyslog");
    fs::create_dir(&folder).unwrap();
    let socket = folder.join("socket");
    let place = folder.display();
    let settings = format!(
        "global(workDirectory=\"{place}\" localHostname=\"zz-relay\" net.enableDNS=\"off\")\n\
         module(load=\"imuxsock\" SysSock.Use=\"off\")\n\
         input(type=\"imuxsock\" Socket=\"{}\")\n{actions}",
        socket.display()
    );
    let file = folder.join("rsyslog.conf");
    fs::write(&file, settings).unwrap();
    let mut command = Command::new(program);
    command.args(["-n", "-iNONE", "-f"]).arg(&file).env("TZ", "UTC0");
    let mut daemon = Daemon::start(&mut command, folder.join("said"));
    daemon.until("rsyslogd's socket", || socket.exists());
    daemon
}

/// A message for the daemon's own socket.
fn log_locally(sector: &Sector, logger_program: &Path, way: &str) {
    let socket = sector.path("rsyslog/socket");
    let done = run(logger(logger_program, way).arg("--socket").arg(socket));
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn rsyslog_forwards_in_both_framings() {
    let (Some(rsyslogd), Some(logger)) = (program("rsyslogd"), program("logger")) else { return };
    let mut sector = Sector::new(RULES);
    let port = free_port();
    sector.open(&["--syslog", &format!("127.0.0.1:{port}={}", sector.one.sender.clone())]);
    let forward = |more: &str| {
        format!(
            "if $msg contains \"{more}\" then action(type=\"omfwd\" Target=\"127.0.0.1\" \
             Port=\"{port}\" Protocol=\"tcp\" "
        )
    };
    let actions = format!(
        "{} TCP_Framing=\"octet-counted\" Template=\"RSYSLOG_SyslogProtocol23Format\")\n{})\n",
        forward("counted"),
        forward("usual"),
    );
    let since = now();
    let _daemon = rsyslog(&sector, &rsyslogd, &actions);
    log_locally(&sector, &logger, "counted");
    log_locally(&sector, &logger, "usual form");
    for found in sector.only_in_one(2) {
        assert_eq!(found["device"], "zz-relay", "{found}");
        assert_recent(&found, since);
    }
}

/// Settings of an action that sends documents.
fn elastic_action(sector: &Sector, token: &str, more: &str) -> String {
    format!(
        "action(type=\"omelasticsearch\" server=\"127.0.0.1\" serverport=\"{}\" \
         bulkmode=\"on\" uid=\"zz\" pwd=\"{token}\" searchIndex=\"zz-logs\" \
         errorfile=\"{}\" action.resumeRetryCount=\"-1\" action.resumeInterval=\"1\" {more})\n",
        sector.server().port(),
        sector.path("rsyslog/errors").display(),
    )
}

/// The names that rsyslog's manual gives in its example for Elasticsearch.
const DOCUMENT: &str = "template(name=\"document\" type=\"list\" option.json=\"on\") {\n\
    constant(value=\"{\\\"timestamp\\\":\\\"\") property(name=\"timereported\" dateFormat=\"rfc3339\")\n\
    constant(value=\"\\\",\\\"message\\\":\\\"\") property(name=\"msg\")\n\
    constant(value=\"\\\",\\\"host\\\":\\\"\") property(name=\"hostname\")\n\
    constant(value=\"\\\",\\\"severity\\\":\\\"\") property(name=\"syslogseverity-text\")\n\
    constant(value=\"\\\",\\\"facility\\\":\\\"\") property(name=\"syslogfacility-text\")\n\
    constant(value=\"\\\",\\\"syslogtag\\\":\\\"\") property(name=\"syslogtag\")\n\
    constant(value=\"\\\"}\")\n}\n";

/// A whole line within a document, as shippers of files send it.
const LINE: &str = "template(name=\"line\" type=\"list\" option.json=\"on\") {\n\
    constant(value=\"{\\\"@timestamp\\\":\\\"\") property(name=\"timereported\" dateFormat=\"rfc3339\")\n\
    constant(value=\"\\\",\\\"host\\\":{\\\"name\\\":\\\"zz-relay\\\"},\\\"message\\\":\\\"<\")\n\
    property(name=\"pri\") constant(value=\">\")\n\
    property(name=\"timereported\" dateFormat=\"rfc3164\") constant(value=\" \")\n\
    property(name=\"hostname\") constant(value=\" \") property(name=\"syslogtag\")\n\
    property(name=\"msg\") constant(value=\"\\\"}\")\n}\n";

#[test]
fn rsyslog_sends_documents() {
    let (Some(rsyslogd), Some(logger)) = (program("rsyslogd"), program("logger")) else { return };
    if !rsyslog_module("rsyslog-elasticsearch", "omelasticsearch") {
        return;
    }
    let sector = Sector::new(RULES);
    let since = now();
    let token = &sector.one.sender;
    let actions = format!(
        "module(load=\"omelasticsearch\")\n{DOCUMENT}{LINE}\
         if $msg contains \"names\" then {}if $msg contains \"line\" then {}",
        elastic_action(&sector, token, "template=\"document\""),
        elastic_action(&sector, token, "template=\"line\""),
    );
    let _daemon = rsyslog(&sector, &rsyslogd, &actions);
    log_locally(&sector, &logger, "names");
    log_locally(&sector, &logger, "a whole line");
    for found in sector.only_in_one(2) {
        assert_eq!(found["device"], "zz-relay", "{found}");
        assert_recent(&found, since);
    }
}

#[test]
fn rsyslog_is_told_that_nobody_knows_its_token() {
    let (Some(rsyslogd), Some(logger)) = (program("rsyslogd"), program("logger")) else { return };
    if !rsyslog_module("rsyslog-elasticsearch", "omelasticsearch") {
        return;
    }
    let sector = Sector::new(RULES);
    let action = elastic_action(&sector, "wt_nobody", "template=\"document\"");
    let actions = format!("module(load=\"omelasticsearch\")\n{DOCUMENT}{action}");
    let mut daemon = rsyslog(&sector, &rsyslogd, &actions);
    log_locally(&sector, &logger, "names");
    let errors = sector.path("rsyslog/errors");
    let told = || fs::read_to_string(&errors).unwrap_or_default();
    daemon.until("the refusal in the file of errors", || told().contains("security_exception"));
    assert!(sector.detections(&sector.one).is_empty());
}

#[test]
fn rsyslog_forwards_over_tls() {
    let (Some(rsyslogd), Some(logger)) = (program("rsyslogd"), program("logger")) else { return };
    if !rsyslog_module("rsyslog-openssl", "lmnsd_ossl") {
        return;
    }
    let mut sector = Sector::new(RULES);
    let port = free_port();
    sector.open(&["--syslog-tls", &format!("127.0.0.1:{port}={}", sector.one.sender.clone())]);
    let authority = sector.path("data/tls/ca.pem");
    let forward = |more: &str| {
        format!(
            "if $msg contains \"{more}\" then action(type=\"omfwd\" Target=\"127.0.0.1\" \
             Port=\"{port}\" Protocol=\"tcp\" TCP_Framing=\"octet-counted\" \
             Template=\"RSYSLOG_SyslogProtocol23Format\" StreamDriver=\"ossl\" \
             StreamDriverMode=\"1\" StreamDriverAuthMode=\"x509/certvalid\" \
             action.resumeRetryCount=\"-1\" action.resumeInterval=\"1\")\n"
        )
    };
    let actions = format!(
        "global(DefaultNetstreamDriver=\"ossl\" DefaultNetstreamDriverCAFile=\"{}\")\n{}",
        authority.display(),
        forward("ciphered"),
    );
    let since = now();
    let _daemon = rsyslog(&sector, &rsyslogd, &actions);
    log_locally(&sector, &logger, "ciphered way");
    for found in sector.only_in_one(1) {
        assert_eq!(found["device"], "zz-relay", "{found}");
        assert_recent(&found, since);
    }
}
