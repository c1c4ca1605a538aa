//! Documents that carry a syslog message: a whole line of it, or its parts under a shipper's names.
//!
//! In: a flattened draft whose own names do not say what it is. Out: the same with what the line
//! itself would have given, and with its log sources. Never: a native field changed or removed;
//! a document that only looks a little like syslog taken for it.
//! Names: rsyslog's properties, Elastic's schema and Filebeat's inputs, Logstash, Fluent Bit,
//! journald's fields.

use wardwatch_model::{RawTime, Value};

use super::{FACILITIES, Header, SEVERITIES, facility, push_header, push_message};
use super::{rfc3164, rfc5424, split_priority, split_tag, structured};
use crate::aliases::{first_text, number_or_text, text_of};
use crate::cef;
use crate::draft::Draft;
use crate::error::RecordError;
use crate::sources_linux::LinuxSources;
use crate::sources_network::NetworkSources;

const MESSAGES: [&str; 5] = ["message", "msg", "MESSAGE", "log", "event.original"];

/// Names that nothing but syslog has for the program.
const SURE_PROGRAMS: [&str; 7] = [
    "syslogtag",
    "programname",
    "SYSLOG_IDENTIFIER",
    "syslog.identifier",
    "log.syslog.appname",
    "syslog_program",
    "app-name",
];
/// Names that others have, too.
const PROGRAMS: [&str; 7] =
    ["program", "ident", "appname", "app_name", "process.program", "process.name", "tag"];
const PIDS: [&str; 7] =
    ["procid", "pid", "process.pid", "_PID", "SYSLOG_PID", "syslog_pid", "log.syslog.procid"];
/// Names for the host, before the document's own device.
const HOSTS: [&str; 5] =
    ["log.syslog.hostname", "logsource", "_HOSTNAME", "syslog_hostname", "hostname"];
const FACILITY_NAMES: [&str; 8] = [
    "syslogfacility-text",
    "syslogfacility",
    "log.syslog.facility.name",
    "log.syslog.facility.code",
    "syslog.facility",
    "SYSLOG_FACILITY",
    "facility_label",
    "syslog_facility",
];
const SEVERITY_NAMES: [&str; 10] = [
    "syslogseverity-text",
    "syslogseverity",
    "log.syslog.severity.name",
    "log.syslog.severity.code",
    "syslog.priority",
    "PRIORITY",
    "severity_label",
    "syslog_severity",
    "severity",
    "priority",
];
const PRIORITIES: [&str; 3] = ["pri", "syslog_pri", "log.syslog.priority"];
const TIMES: [&str; 5] = [
    "timereported",
    "timegenerated",
    "syslog_timestamp",
    "_SOURCE_REALTIME_TIMESTAMP",
    "__REALTIME_TIMESTAMP",
];

/// Facilities and severities by the words of Logstash and Elastic's schema.
const OTHER_WORDS: [(&str, &str); 12] = [
    ("kernel", "kern"),
    ("user-level", "user"),
    ("system", "daemon"),
    ("security/authorization", "auth"),
    ("syslogd", "syslog"),
    ("clock", "cron"),
    ("emergency", "emerg"),
    ("critical", "crit"),
    ("error", "err"),
    ("warn", "warning"),
    ("informational", "info"),
    ("panic", "emerg"),
];

/// Completes a draft that carries a syslog message; leaves any other as it is.
///
/// # Errors
/// When a CEF record in it is broken, or when it has too many fields.
pub fn finish<'b>(
    draft: &mut Draft<'b>,
    linux: &LinuxSources,
    network: &NetworkSources,
) -> Result<(), RecordError> {
    let Some(message) = MESSAGES.into_iter().find_map(|name| first_text(draft, name)) else {
        return Ok(());
    };
    let message = message.trim_end_matches(['\r', '\n', '\0']);
    if let Some((priority, header)) = whole(message, draft) {
        return finish_whole(&header, priority, draft, linux, network);
    }
    match Parts::of(draft) {
        Some(parts) => finish_parts(&parts, message.trim_start(), draft, linux, network),
        None => Ok(()),
    }
}

/// The header of a message that is a whole line beyond doubt.
fn whole<'b>(message: &'b str, draft: &Draft<'b>) -> Option<(Option<usize>, Header<'b>)> {
    let (priority, rest) = split_priority(message);
    let header = rfc5424(priority, rest).or_else(|| rfc3164(rest, year(draft)))?;
    let marked = header.message.starts_with('%') || cef::recognise(header.message);
    let named = !header.host.is_empty() && !header.program.is_empty();
    let own = || {
        let device = text_of(draft, draft.device);
        let short = |name: &str| name.split('.').next().unwrap_or_default().to_ascii_lowercase();
        !device.is_empty() && short(device) == short(header.host)
    };
    // Many programs start their own lines with an ISO stamp and two words.
    let sure = match header.time {
        RawTime::Known(_) => named || marked,
        _ => marked || named && (!header.pid.is_empty() || own()),
    };
    (priority.is_some() || sure).then_some((priority, header))
}

/// The year that the document is of, for a stamp without one.
fn year(draft: &Draft<'_>) -> i32 {
    let year = |time: Value<'_>| time.text().get(..4).and_then(|year| year.parse().ok());
    let time = ["@timestamp", "timestamp", "time", "date"].into_iter().find_map(|n| draft.get(n));
    time.and_then(year).unwrap_or(1970)
}

fn finish_whole<'b>(
    header: &Header<'b>,
    priority: Option<usize>,
    draft: &mut Draft<'b>,
    linux: &LinuxSources,
    network: &NetworkSources,
) -> Result<(), RecordError> {
    let (time, device) = (draft.time, draft.device);
    push_header(header, priority, draft)?;
    // A stamp without year and zone says less than the document's own.
    let vague = matches!(draft.time, RawTime::Known(_) | RawTime::Missing);
    if vague && !matches!(time, RawTime::Missing) {
        draft.time = time;
    }
    if draft.device.is_null() {
        draft.device = device;
    }
    let message = match header.structured {
        true => structured::push(header.message, draft)?,
        false => header.message,
    };
    push_message(header, facility(priority), message, draft, linux, network)
}

/// What a document says of a line's header.
struct Parts<'b> {
    program: &'b str,
    pid: &'b str,
    facility: Option<&'static str>,
    severity: Option<&'static str>,
}

impl<'b> Parts<'b> {
    /// The parts, when there are enough of them to be sure.
    fn of(draft: &Draft<'b>) -> Option<Self> {
        let text = |names: &[&str]| names.iter().find_map(|name| first_text(draft, name));
        let word = |names: &[&str], words: &[&'static str]| {
            names.iter().find_map(|name| known(first_text(draft, name)?, words))
        };
        let priority = text(&PRIORITIES).and_then(|text| text.parse::<usize>().ok());
        let priority = priority.filter(|number| *number < 192);
        let of_priority = |word: Option<&&'static str>| word.copied();
        let facility = word(&FACILITY_NAMES, &FACILITIES)
            .or_else(|| of_priority(FACILITIES.get(priority? / 8)));
        let severity = word(&SEVERITY_NAMES, &SEVERITIES)
            .or_else(|| of_priority(SEVERITIES.get(priority? % 8)));
        // A hospital is a facility, too.
        let facility = facility.or_else(|| severity.and_then(|_| word(&["facility"], &FACILITIES)));
        let sure = text(&SURE_PROGRAMS);
        if sure.is_none() && facility.is_none() {
            return None;
        }
        let program = sure.or_else(|| text(&PROGRAMS)).unwrap_or_default();
        let (program, tag_pid) = match split_tag(program) {
            Some((program, pid, _)) => (program, pid),
            None => (program, ""),
        };
        let pid = text(&PIDS).filter(|pid| !matches!(*pid, "" | "-")).unwrap_or(tag_pid);
        Some(Parts { program, pid, facility, severity })
    }
}

/// A facility or severity by its number or by one of its names.
fn known(text: &str, words: &[&'static str]) -> Option<&'static str> {
    if let Ok(number) = text.parse::<usize>() {
        return words.get(number).copied();
    }
    let other = OTHER_WORDS.iter().find(|(other, _)| other.eq_ignore_ascii_case(text));
    let text = other.map_or(text, |(_, word)| word);
    words.iter().find(|word| word.eq_ignore_ascii_case(text)).copied()
}

fn finish_parts<'b>(
    parts: &Parts<'b>,
    message: &'b str,
    draft: &mut Draft<'b>,
    linux: &LinuxSources,
    network: &NetworkSources,
) -> Result<(), RecordError> {
    let host = HOSTS.into_iter().find_map(|name| first_text(draft, name));
    if let Some(host) = host.filter(|host| !host.is_empty()) {
        draft.device = Value::Text(host);
    } else if draft.device.is_null()
        && let Some(host) = first_text(draft, "fromhost")
    {
        draft.device = Value::Text(host);
    }
    if !draft.device.is_null() {
        push_once(draft, "Hostname", draft.device)?;
    }
    if !parts.program.is_empty() {
        push_once(draft, "program", Value::Text(parts.program))?;
    }
    if !parts.pid.is_empty() {
        push_once(draft, "pid", number_or_text(parts.pid))?;
    }
    for (name, word) in [("facility", parts.facility), ("severity", parts.severity)] {
        if let Some(word) = word {
            push_once(draft, name, Value::Text(word))?;
        }
    }
    if matches!(draft.time, RawTime::Missing) {
        let time = TIMES.into_iter().find_map(|name| draft.get(name));
        draft.time = time.map_or(RawTime::Missing, RawTime::Written);
    }
    let header = Header {
        time: draft.time,
        host: "",
        program: parts.program,
        pid: parts.pid,
        message_id: "",
        structured: false,
        message,
    };
    push_message(&header, parts.facility.unwrap_or_default(), message, draft, linux, network)
}

/// Adds a field unless the document has it with this value.
fn push_once<'b>(
    draft: &mut Draft<'b>,
    name: &'static str,
    value: Value<'b>,
) -> Result<(), RecordError> {
    let same = |old: Value<'_>| old.text() == value.text();
    if draft.fields.iter().any(|field| field.name == name && same(field.value)) {
        return Ok(());
    }
    draft.push(name, value)
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;
    use proptest::prelude::*;

    use crate::Normaliser;
    use crate::draft::Draft;
    use crate::story::{lines, render};

    fn told(document: &str) -> String {
        let (arena, normaliser) = (Bump::new(), Normaliser::new(None));
        match normaliser.json(&arena, document, 1) {
            Err(error) => format!("{error}\n"),
            Ok(event) => {
                let mut draft = Draft::new(&arena, event.record);
                draft.fields.extend(event.fields.iter().copied());
                (draft.sources, draft.time, draft.device) =
                    (event.sources, event.time, event.device);
                render(draft, normaliser.table())
            }
        }
    }

    #[test]
    fn a_whole_line_in_a_document_is_read() {
        let document = r#"{"@timestamp":"2026-11-24T03:05:02Z","ecs":{"version":"8.0.0"},
            "host":{"name":"zz-gw-01"},
            "message":"Nov 24 03:05:01 zz-gw-01 sshd[4711]: Accepted password for ngrant"}"#;
        let expected = "
            sources: linux/-/sshd linux/-/auth linux/-/syslog
            time: 2026-11-24T03:05:02Z
            device: zz-gw-01
            @timestamp=2026-11-24T03:05:02Z
            ecs.version=8.0.0
            host.name=zz-gw-01
            message=Nov 24 03:05:01 zz-gw-01 sshd[4711]: Accepted password for ngrant
            Computer=zz-gw-01
            Hostname=zz-gw-01
            program=sshd
            pid=4711
            message=Accepted password for ngrant
        ";
        assert_eq!(told(document), lines(expected));
    }

    #[test]
    fn parts_are_read_under_many_names() {
        let header = |native: &str| {
            format!(
                "sources: linux/-/sshd linux/-/auth linux/-/syslog\ntime: 2026-11-24T03:05:01Z\n\
                 device: zz-gw-01\n{native}"
            )
        };
        let rsyslog = r#"{"timestamp":"2026-11-24T03:05:01Z","message":" let in","host":"zz-gw-01",
            "severity":"info","facility":"auth","syslogtag":"sshd[4711]:"}"#;
        let expected = "
            timestamp=2026-11-24T03:05:01Z
            message= let in
            host=zz-gw-01
            severity=info
            facility=auth
            syslogtag=sshd[4711]:
            Hostname=zz-gw-01
            program=sshd
            pid=4711
            message=let in
        ";
        assert_eq!(told(rsyslog), header(&lines(expected)));
        let journal = r#"{"time":"2026-11-24T03:05:01Z","_HOSTNAME":"zz-gw-01","PRIORITY":"6",
            "SYSLOG_IDENTIFIER":"sshd","SYSLOG_FACILITY":"4","MESSAGE":"let in"}"#;
        let expected = "
            time=2026-11-24T03:05:01Z
            _HOSTNAME=zz-gw-01
            PRIORITY=6
            SYSLOG_IDENTIFIER=sshd
            SYSLOG_FACILITY=4
            MESSAGE=let in
            Hostname=zz-gw-01
            program=sshd
            facility=auth
            severity=info
            message=let in
        ";
        assert_eq!(told(journal), header(&lines(expected)));
    }

    #[test]
    fn what_only_looks_like_it_is_left_alone() {
        for document in [
            r#"{"message":"2026-11-24T03:05:01Z ERROR zz.Main: no"}"#,
            r#"{"message":"hello","facility":"mail","program":"dialysis"}"#,
            r#"{"message":"hello","program":"x","severity":"error"}"#,
            r#"{"facility":"auth","severity":"info"}"#,
            r#"{"message":"Nov 24 03:05:01"}"#,
        ] {
            let told = told(document);
            assert!(!told.contains("sources:"), "{document}: {told}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(
            message in "(<34>)?(1 )?(Nov 24 03:05:01|2026-11-24T03:05:01Z)?[ -~é]{0,40}",
            tag in "[ -~é]{0,20}",
        ) {
            let text = serde_json::json!({ "message": message, "syslogtag": tag, "pri": tag });
            let _ = told(&text.to_string());
        }
    }
}
