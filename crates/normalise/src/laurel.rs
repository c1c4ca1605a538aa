//! Audit events as laurel writes them: one JSON object an event, one member a record type.
//!
//! In: a flattened draft (`SYSCALL.exe`, `EXECVE.ARGV`, `PATH.name`). Out: the same with the
//! names that auditd's own records have, Sigma's names, and time, device and log sources.
//! Never: a native field changed.
//! Format: laurel's `json-format.md`.

use bumpalo::collections::{String as BumpString, Vec as BumpVec};
use wardwatch_model::{RawTime, Value};

use crate::aliases::{concat, first_text, text_of};
use crate::audit::Facts;
use crate::draft::{Draft, MAX_FIELDS};
use crate::error::RecordError;
use crate::sources_linux::LinuxSources;

/// Members that are no audit records.
const OTHER_MEMBERS: [&str; 6] = ["ID", "NODE", "PARENT_INFO", "PID", "PPID", "CONTAINER_INFO"];

/// Fields that are left for Sigma's names when the native ones fill the event.
const RESERVED_FIELDS: usize = 512;

/// Most arguments that become fields of their own; all are in the command line.
const MAX_ARGUMENTS: usize = 1_024;

/// Names of the first arguments, so that common commands need no memory for them.
#[rustfmt::skip]
const ARGUMENT_NAMES: [&str; 16] = [
    "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7",
    "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15",
];

/// Whether the record is laurel's: it has laurel's identity and at least one audit record.
pub fn recognise(draft: &Draft<'_>) -> bool {
    let Some(Value::Text(id)) = draft.get("ID") else { return false };
    let is_id = id.split_once(':').is_some_and(|(stamp, serial)| {
        let digit = |byte: u8| byte.is_ascii_digit();
        !serial.is_empty()
            && serial.bytes().all(digit)
            && stamp.bytes().all(|byte| digit(byte) || byte == b'.')
    });
    is_id && draft.fields.iter().any(|field| record_of(field.name).is_some())
}

/// Adds the names of auditd and of Sigma; sets time, device, record and log sources.
///
/// # Errors
/// When the event has too many fields.
pub fn finish<'b>(draft: &mut Draft<'b>, sources: &LinuxSources) -> Result<(), RecordError> {
    if let Some(id) = first_text(draft, "ID")
        && let Some((stamp, serial)) = id.split_once(':')
    {
        draft.time = RawTime::Written(Value::Text(stamp));
        draft.record = serial.parse().unwrap_or(draft.record);
    }
    draft.alias("Hostname", "NODE")?;
    if let Some(node) = draft.get("NODE") {
        draft.device = node;
    }
    let mut reader = Reader::new(draft);
    for index in 0..reader.draft.fields.len() {
        let Some(field) = reader.draft.fields.get(index).copied() else { break };
        match record_of(field.name) {
            Some((record, name)) if !field.value.is_null() => {
                reader.field(record, name, field.value);
            }
            _ => {}
        }
    }
    let Reader { draft, mut facts, title, .. } = reader;
    if let Some(title) = title {
        let title = title.into_bump_str();
        facts.note("PROCTITLE", "proctitle", title);
        keep(draft, "proctitle", title);
    }
    draft.alias("ParentImage", "PARENT_INFO.exe")?;
    draft.alias("ParentImage", "PPID.exe")?;
    facts.conclude(draft, sources)
}

/// Record type and field of a flattened name: `("PATH", "name")` of `PATH.name`.
fn record_of(flattened: &str) -> Option<(&str, &str)> {
    let (record, name) = flattened.split_once('.')?;
    let capital = |byte: u8| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit();
    let is_record = record.len() > 2 && record.bytes().all(capital);
    (is_record && !OTHER_MEMBERS.contains(&record)).then_some((record, name))
}

/// Adds a native field while Sigma's names still have room.
fn keep<'b>(draft: &mut Draft<'b>, name: &'b str, text: &'b str) {
    if draft.fields.len() < MAX_FIELDS - RESERVED_FIELDS {
        // Can not fail: the draft's own limit is higher.
        let _ = draft.push_text(name, text);
    }
}

/// Walks over the flattened fields once.
struct Reader<'d, 'b> {
    draft: &'d mut Draft<'b>,
    facts: Facts<'b>,
    records: BumpVec<'b, &'b str>,
    arguments: usize,
    call_arguments: usize,
    title: Option<BumpString<'b>>,
}

impl<'d, 'b> Reader<'d, 'b> {
    fn new(draft: &'d mut Draft<'b>) -> Self {
        Reader {
            facts: Facts::new(draft),
            records: BumpVec::new_in(draft.arena),
            title: None,
            arguments: 0,
            call_arguments: 0,
            draft,
        }
    }

    fn field(&mut self, record: &'b str, name: &'b str, value: Value<'b>) {
        if !self.records.contains(&record) {
            self.records.push(record);
            keep(self.draft, "type", record);
        }
        let text = decoded(self.draft, value);
        match (record, name) {
            ("EXECVE", "ARGV") => self.argument(text),
            // Where laurel is set to write a command line instead of an array.
            ("EXECVE", "ARGV_STR") => self.facts.argument(text),
            ("SYSCALL", "ARGV") => self.call_argument(text),
            ("PROCTITLE", "ARGV") => self.title(text),
            ("SOCKADDR", "SADDR") => self.socket(text),
            ("SOCKADDR", "saddr") => {}
            _ => {
                self.facts.note(record, name, text);
                keep(self.draft, name, text);
            }
        }
    }

    /// `a0`, `a1`, … as in EXECVE.
    fn argument(&mut self, text: &'b str) {
        self.facts.argument(text);
        if self.arguments < MAX_ARGUMENTS {
            let name = match ARGUMENT_NAMES.get(self.arguments) {
                Some(name) => name,
                None => concat(self.draft, &["a", &self.arguments.to_string()]),
            };
            keep(self.draft, name, text);
        }
        self.arguments += 1;
    }

    /// `a0` to `a3` as in SYSCALL, where auditd writes them without `0x`.
    fn call_argument(&mut self, text: &'b str) {
        if let Some(name) = ARGUMENT_NAMES.get(self.call_arguments) {
            keep(self.draft, name, text.strip_prefix("0x").unwrap_or(text));
        }
        self.call_arguments += 1;
    }

    /// The words of a process title, joined by blanks as in auditd's `proctitle`.
    fn title(&mut self, text: &str) {
        match &mut self.title {
            None => self.title = Some(BumpString::from_str_in(text, self.draft.arena)),
            Some(title) => {
                title.push(' ');
                title.push_str(text);
            }
        }
    }

    /// `{saddr_fam=inet laddr=192.0.2.7 lport=445}`.
    fn socket(&mut self, text: &'b str) {
        let (mut family, mut address, mut port) = ("", "", "");
        for (name, value) in text
            .trim_matches(['{', '}', ' '])
            .split_ascii_whitespace()
            .filter_map(|pair| pair.split_once('='))
        {
            match name {
                "saddr_fam" => family = value,
                "laddr" => address = value,
                "lport" => port = value,
                _ => {}
            }
            keep(self.draft, name, value);
        }
        if family.starts_with("inet") && !address.is_empty() {
            self.facts.note_remote(address, port);
        }
    }
}

/// A value without laurel's percent-encoding (of `%`, `+` and what is not printable ASCII).
fn decoded<'b>(draft: &Draft<'b>, value: Value<'b>) -> &'b str {
    let text = text_of(draft, value);
    if !text.contains('%') {
        return text;
    }
    let mut bytes = BumpVec::with_capacity_in(text.len(), draft.arena);
    let mut rest = text;
    while let Some((plain, tail)) = rest.split_once('%') {
        bytes.extend_from_slice(plain.as_bytes());
        let code = tail.get(..2).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = tail;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    match std::str::from_utf8(bytes.into_bump_slice()) {
        Ok(text) => text,
        Err(_) => text,
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
        let sources = LinuxSources::intern(&mut table);
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
    fn a_started_program_reads_as_from_auditd() {
        let event = told(&[
            ("ID", "1700000000.250:31"),
            ("NODE", "zz-web-01"),
            ("SYSCALL.arch", "0xc000003e"),
            ("SYSCALL.syscall", "59"),
            ("SYSCALL.pid", "812"),
            ("SYSCALL.auid", "1000"),
            ("SYSCALL.comm", "curl"),
            ("SYSCALL.exe", "/usr/bin/curl"),
            ("SYSCALL.SYSCALL", "execve"),
            ("SYSCALL.AUID", "ngrant"),
            ("SYSCALL.ARGV", "0x55d0"),
            ("EXECVE.argc", "2"),
            ("EXECVE.ARGV", "curl"),
            ("EXECVE.ARGV", "http://192.0.2.7/a%2Bb"),
            ("CWD.cwd", "/tmp"),
            ("PROCTITLE.ARGV", "curl"),
            ("PROCTITLE.ARGV", "http://192.0.2.7/a%2Bb"),
            ("PARENT_INFO.exe", "/usr/bin/bash"),
        ]);
        let expected = "
            sources: linux/process_creation/- linux/-/auditd
            time: 2023-11-14T22:13:20.25Z
            device: zz-web-01
            Hostname=zz-web-01
            type=SYSCALL
            arch=0xc000003e
            syscall=59
            pid=812
            auid=1000
            comm=curl
            exe=/usr/bin/curl
            SYSCALL=execve
            AUID=ngrant
            a0=55d0
            type=EXECVE
            argc=2
            a0=curl
            a1=http://192.0.2.7/a+b
            type=CWD
            cwd=/tmp
            type=PROCTITLE
            proctitle=curl http://192.0.2.7/a+b
            ParentImage=/usr/bin/bash
            Image=/usr/bin/curl
            CommandLine=curl http://192.0.2.7/a+b
            ProcessId=812
            User=ngrant
            CurrentDirectory=/tmp
        ";
        assert_eq!(event, lines(expected));
    }

    #[test]
    fn a_connection_has_its_remote_end() {
        let event = told(&[
            ("ID", "1700000000.250:32"),
            ("SYSCALL.SYSCALL", "connect"),
            ("SYSCALL.exe", "/tmp/x"),
            ("SOCKADDR.saddr", "%02%00%01%BD"),
            ("SOCKADDR.SADDR", "{saddr_fam=inet laddr=198.51.100.9 lport=445}"),
        ]);
        let expected = "
            sources: linux/network_connection/- linux/-/auditd
            time: 2023-11-14T22:13:20.25Z
            type=SYSCALL
            SYSCALL=connect
            exe=/tmp/x
            type=SOCKADDR
            saddr_fam=inet
            laddr=198.51.100.9
            lport=445
            Image=/tmp/x
            DestinationIp=198.51.100.9
            DestinationPort=445
            Initiated=true
        ";
        assert_eq!(event, lines(expected));
    }

    proptest! {
        #[test]
        fn never_panics(fields in proptest::collection::vec((
            "(SYSCALL|EXECVE|PATH|SOCKADDR|PROCTITLE|CWD|X)\\.(ARGV|SADDR|saddr|name|nametype|exe)",
            any::<String>(),
        ), 0..40)) {
            let (arena, mut table) = (Bump::new(), SourceTable::default());
            let sources = LinuxSources::intern(&mut table);
            let mut draft = Draft::new(&arena, 1);
            draft.push_text("ID", "1.2:3").unwrap();
            for (name, value) in &fields {
                draft.push_text(name, value).unwrap();
            }
            let _ = recognise(&draft);
            let _ = finish(&mut draft, &sources);
        }
    }
}
