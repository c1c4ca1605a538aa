//! Syslog lines, as they come over the wire and as they lie in files.
//!
//! In: one line of RFC 5424, of RFC 3164 with or without its priority, or with the ISO 8601
//! stamp that rsyslog writes. Out: an event with Hostname, program, pid, facility, severity and
//! message; structured data as `sd.<id>.<param>`; CEF, FortiGate and audit records inside a line
//! with the fields of their own formats. Never: a clock; the year that RFC 3164 leaves out is
//! given by the caller.

use wardwatch_model::{RawTime, Value};

use crate::aliases::number_or_text;
use crate::draft::Draft;
use crate::error::RecordError;
use crate::sources_linux::LinuxSources;
use crate::sources_network::NetworkSources;
use crate::{audit, cef};

mod appliance;
pub mod document;
pub(crate) mod stamp;
mod structured;

/// Severities, by number (RFC 5424 section 6.2.1, words of RFC 3164's usual tools).
const SEVERITIES: [&str; 8] =
    ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

/// Facilities, by number (RFC 5424 section 6.2.1).
#[rustfmt::skip]
const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron",
    "authpriv", "ftp", "ntp", "security", "console", "solaris-cron", "local0", "local1",
    "local2", "local3", "local4", "local5", "local6", "local7",
];

/// Longest hostname (RFC 5424 section 6).
const MAX_HOSTNAME: usize = 255;

/// Longest program name that is taken for one; RFC 5424 allows 48, paths are longer.
const MAX_PROGRAM: usize = 128;

/// A line's header. Parts that the line does not have are empty.
struct Header<'a> {
    time: RawTime<'a>,
    host: &'a str,
    program: &'a str,
    pid: &'a str,
    message_id: &'a str,
    /// Whether `message` starts with RFC 5424's structured data.
    structured: bool,
    message: &'a str,
}

/// Whether the line starts as syslog does: with a priority or one of the three stamps.
pub fn recognise(line: &str) -> bool {
    let (priority, rest) = split_priority(line);
    priority.is_some() || stamp::iso(rest).is_some() || stamp::rfc3164(rest, Some(1970)).is_some()
}

/// Makes an event of one line.
///
/// `year_hint` is the year of RFC 3164 stamps, which have none; they count as UTC.
///
/// # Errors
/// When the line has neither a priority nor a stamp, when a CEF record in it is broken, or when
/// it has too many fields.
pub fn normalise<'b>(
    line: &'b str,
    year_hint: i32,
    draft: &mut Draft<'b>,
    linux: &LinuxSources,
    network: &NetworkSources,
) -> Result<(), RecordError> {
    let line = line.trim_end_matches(['\r', '\n', '\0']);
    let (priority, rest) = split_priority(line);
    let header = rfc5424(priority, rest).or_else(|| rfc3164(rest, year_hint));
    let header = match (header, priority) {
        (Some(header), _) => header,
        (None, Some(_)) => with_tag(rest, RawTime::Missing, ""),
        (None, None) => {
            let reason = "neither a priority nor a time at the front";
            return Err(RecordError::Format { format: "syslog", reason });
        }
    };
    push_header(&header, priority, draft)?;
    let message = match header.structured {
        true => structured::push(header.message, draft)?,
        false => header.message,
    };
    push_message(&header, facility(priority), message, draft, linux, network)
}

/// The word for a priority's facility; nothing where there is no priority.
fn facility(priority: Option<usize>) -> &'static str {
    priority.and_then(|priority| FACILITIES.get(priority / 8)).copied().unwrap_or_default()
}

/// The host that a syslog header names, for records that something else wraps.
pub(crate) fn host_of(line: &str) -> Option<&str> {
    let (priority, rest) = split_priority(line);
    let header = rfc5424(priority, rest).or_else(|| rfc3164(rest, 1970))?;
    Some(header.host).filter(|host| !host.is_empty())
}

/// Takes `<PRI>` off; a number beyond 191 is no priority.
fn split_priority(line: &str) -> (Option<usize>, &str) {
    let parsed =
        line.strip_prefix('<').and_then(|tail| tail.split_once('>')).and_then(|(digits, rest)| {
            let plain = digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
            let number: usize = digits.parse().ok().filter(|number| plain && *number < 192)?;
            Some((Some(number), rest))
        });
    parsed.unwrap_or((None, line))
}

/// `1 STAMP HOST PROGRAM PID ID DATA MESSAGE` behind a priority.
fn rfc5424(priority: Option<usize>, rest: &str) -> Option<Header<'_>> {
    priority?;
    let (time, rest) = rest.strip_prefix("1 ")?.split_once(' ')?;
    if time != "-" && stamp::iso(time).is_none() {
        return None;
    }
    let mut words = rest.splitn(5, ' ');
    let mut word = || words.next().map(|word| if word == "-" { "" } else { word });
    let (host, program, pid, message_id) = (word()?, word()?, word()?, word()?);
    let time = match time {
        "-" => RawTime::Missing,
        time => RawTime::Written(Value::Text(time)),
    };
    let message = words.next().unwrap_or_default();
    Some(Header { time, host, program, pid, message_id, structured: true, message })
}

/// A stamp, then host, tag and message, in the spellings of RFC 3164, rsyslog and Cisco.
fn rfc3164(rest: &str, year_hint: i32) -> Option<Header<'_>> {
    if let Some((time, rest)) = stamp::iso(rest) {
        return Some(with_host(rest, RawTime::Written(Value::Text(time))));
    }
    if let Some((time, rest)) = stamp::rfc3164(rest, Some(year_hint)) {
        return Some(with_host(rest, RawTime::Known(time)));
    }
    // Cisco writes a sequence number and, if so set, its name before the stamp.
    let (first, rest) = rest.split_once(": ")?;
    let numbered = first.bytes().all(|byte| byte.is_ascii_digit());
    let (host, rest) = match rest.split_once(": ") {
        Some((host, inner)) if numbered && is_host(host) => match cisco_stamp(inner, year_hint) {
            Some(_) => (host, inner),
            None => ("", rest),
        },
        _ if numbered => ("", rest),
        _ => (first, rest),
    };
    let (time, rest) = cisco_stamp(rest, year_hint).filter(|_| host.is_empty() || is_host(host))?;
    let message = without_zone(rest.trim_start_matches([':', ' ']));
    Some(with_tag(message, RawTime::Known(time), host))
}

/// Cisco marks a clock that is not set with `*` or `.`.
fn cisco_stamp(text: &str, year_hint: i32) -> Option<(wardwatch_model::Timestamp, &str)> {
    stamp::rfc3164(text.trim_start_matches(['*', '.']), Some(year_hint))
}

fn is_host(word: &str) -> bool {
    !word.is_empty() && word.len() <= MAX_HOSTNAME && !word.contains([' ', '%', '['])
}

/// Takes off the time zone that Cisco may write, as in `UTC: %SYS-…`.
fn without_zone(text: &str) -> &str {
    match text.split_once(": ") {
        Some((zone, tail)) if tail.starts_with('%') && !zone.contains(' ') => tail,
        _ => text,
    }
}

/// What follows a stamp: a host, unless the tag follows at once.
fn with_host<'a>(rest: &'a str, time: RawTime<'a>) -> Header<'a> {
    if let Some(message) = rest.strip_prefix(':') {
        return with_tag(message.trim_start(), time, "");
    }
    let rest = without_zone(rest.trim_start());
    let (word, tail) = rest.split_once(' ').unwrap_or((rest, ""));
    if word.ends_with(':') || word.starts_with("CEF:") || !is_host(word) {
        return with_tag(rest, time, "");
    }
    // ASA writes `host : %ASA-…`.
    let tail = tail.strip_prefix(": ").unwrap_or(tail);
    with_tag(tail.trim_start(), time, word)
}

/// `program[pid]: message`, where both are there; all of it is the message where not.
fn with_tag<'a>(text: &'a str, time: RawTime<'a>, host: &'a str) -> Header<'a> {
    let (program, pid, message) = split_tag(text).unwrap_or(("", "", text));
    Header { time, host, program, pid, message_id: "", structured: false, message }
}

/// Program, process id and message.
fn split_tag(text: &str) -> Option<(&str, &str, &str)> {
    if text.starts_with(['%', '{', '[']) || text.starts_with("CEF:") {
        return None;
    }
    let end = text.find([':', '[', ' ', '=', '"'])?;
    let (program, rest) = text.split_at_checked(end)?;
    if program.is_empty() || program.len() > MAX_PROGRAM {
        return None;
    }
    if let Some(rest) = rest.strip_prefix(':') {
        return Some((program, "", rest.trim_start()));
    }
    let (pid, rest) = rest.strip_prefix('[')?.split_once(']')?;
    Some((program, pid, rest.strip_prefix(':').unwrap_or(rest).trim_start()))
}

fn push_header<'b>(
    header: &Header<'b>,
    priority: Option<usize>,
    draft: &mut Draft<'b>,
) -> Result<(), RecordError> {
    draft.time = header.time;
    if !header.host.is_empty() {
        draft.device = Value::Text(header.host);
        draft.push_text("Hostname", header.host)?;
    }
    if !header.program.is_empty() {
        draft.push_text("program", header.program)?;
    }
    if !header.pid.is_empty() {
        draft.push("pid", number_or_text(header.pid))?;
    }
    if let Some(priority) = priority {
        draft.push_text("facility", facility(Some(priority)))?;
        if let Some(severity) = SEVERITIES.get(priority % 8) {
            draft.push_text("severity", severity)?;
        }
    }
    if !header.message_id.is_empty() {
        draft.push_text("msgid", header.message_id)?;
    }
    Ok(())
}

/// Adds the message, or what the format within it has, and sets the log sources.
fn push_message<'b>(
    header: &Header<'b>,
    facility: &str,
    message: &'b str,
    draft: &mut Draft<'b>,
    linux: &LinuxSources,
    network: &NetworkSources,
) -> Result<(), RecordError> {
    if cef::recognise(message) {
        return cef::normalise(message, draft, network);
    }
    if audit::recognise(message) {
        return audit::normalise_line(message, draft, linux);
    }
    // A document may have had it under this name.
    if draft.get("message").is_none_or(|native| native.text() != message) {
        draft.push_text("message", message)?;
    }
    if appliance::push(header.program, message, draft, network)? {
        return Ok(());
    }
    if header.program.eq_ignore_ascii_case("sudo") {
        push_sudo(message, draft)?;
    }
    draft.sources = linux.syslog(header.program, facility);
    Ok(())
}

/// The parts of sudo's `user : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh`.
fn push_sudo<'b>(message: &'b str, draft: &mut Draft<'b>) -> Result<(), RecordError> {
    let Some((_, parts)) = message.split_once(" : ") else { return Ok(()) };
    // The command comes last and may itself hold the divider.
    let (parts, command) = match parts.split_once("COMMAND=") {
        Some((parts, command)) => (parts, Some(command)),
        None => (parts, None),
    };
    for (name, value) in parts.split(" ; ").filter_map(|part| part.split_once('=')) {
        if matches!(name, "TTY" | "PWD" | "USER" | "GROUP" | "TSID" | "ENV") {
            draft.push_text(name, value.trim_end())?;
        }
    }
    match command {
        Some(command) => draft.push_text("COMMAND", command),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
