//! Linux audit logs: the lines of one serial become one event.
//!
//! In: lines as auditd writes them, with or without `node=`, enriched or not, also as audispd
//! hands them to syslog. Out: groups of lines by serial; from each an event with all fields of
//! all its records under their native names, and Sigma's names beside them. Never: lookup of a
//! user id, memory beyond the limits below, a record dropped because of its neighbours.

use std::collections::VecDeque;

use memchr::memrchr;
use rustc_hash::FxHashMap;
use wardwatch_model::{RawTime, Value};

use crate::draft::{Draft, MAX_FIELDS};
use crate::error::RecordError;
use crate::sources_linux::LinuxSources;
use crate::syslog;

use arguments::Arguments;
use pairs::{Pairs, Raw};

mod arguments;
pub(crate) mod facts;
mod head;
mod pairs;
mod syscalls;

pub(crate) use facts::Facts;

/// Most serials whose records are awaited at once; beyond that the eldest counts as complete.
pub const MAX_PENDING_SERIALS: usize = 1_024;

/// Most records that one event may have; the next record of its serial starts another event.
pub const MAX_RECORDS: usize = 256;

/// Most native fields of one event; the rest is left out, so that a padded record can neither
/// hide itself nor crowd out the names that rules look at.
const MAX_NATIVE_FIELDS: usize = MAX_FIELDS - 512;

/// The records of one audit event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditGroup<'b> {
    /// The event's serial number; 0 for a line that is no audit record.
    pub serial: u64,
    /// Seconds since 1970 as written, such as `1364481363.243`.
    pub stamp: &'b str,
    /// The `node=` that the lines start with, or nothing.
    pub node: &'b str,
    /// The lines, in order.
    pub lines: Vec<&'b str>,
}

/// The lines of `block` by serial, in the order in which the serials first appear.
///
/// A line that is no audit record becomes a group of its own, which [`normalise`] refuses, so
/// that it is counted.
pub fn group_lines(block: &str) -> Vec<AuditGroup<'_>> {
    let mut joiner = Joiner::default();
    for line in block.lines().filter(|line| !line.trim().is_empty()) {
        joiner.add(line);
    }
    joiner.groups
}

/// What makes records belong together: node, and time with serial. The time is part of it
/// because serials start again at every boot.
type Key<'b> = (&'b str, &'b str);

/// Joins lines by serial.
#[derive(Default)]
struct Joiner<'b> {
    groups: Vec<AuditGroup<'b>>,
    open: FxHashMap<Key<'b>, usize>,
    order: VecDeque<Key<'b>>,
}

impl<'b> Joiner<'b> {
    fn add(&mut self, line: &'b str) {
        let Some(head) = head::parse(line) else {
            self.groups.push(AuditGroup { serial: 0, stamp: "", node: "", lines: vec![line] });
            return;
        };
        let key = (head.node, head.id);
        if let Some(index) = self.open.get(&key)
            && let Some(group) = self.groups.get_mut(*index)
            && group.lines.len() < MAX_RECORDS
        {
            group.lines.push(line);
            return;
        }
        if self.order.len() >= MAX_PENDING_SERIALS
            && let Some(eldest) = self.order.pop_front()
        {
            self.open.remove(&eldest);
        }
        self.open.insert(key, self.groups.len());
        self.order.push_back(key);
        let (stamp, serial) = head.id.split_once(':').unwrap_or((head.id, ""));
        let serial = serial.parse().unwrap_or_default();
        self.groups.push(AuditGroup { serial, stamp, node: head.node, lines: vec![line] });
    }
}

/// How many bytes at the front of `block` hold whole events only: everything before the first
/// line of the last serial, and before any serial that has lines on both sides of that.
///
/// 0 when the block holds no such cut; a reader whose block is full then cuts at any line.
/// A block without audit records is cut behind its last whole line. A last line without its end
/// of line is not looked at.
pub fn complete_prefix_len(block: &[u8]) -> usize {
    let whole = memrchr(b'\n', block).map_or(0, |at| at + 1);
    let mut first_lines: FxHashMap<(&[u8], &[u8]), usize> = FxHashMap::default();
    let mut lines: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    for line in block.get(..whole).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
        if let Some(key) = head::key(line) {
            lines.push((start, *first_lines.entry(key).or_insert(start)));
        }
        start += line.len();
    }
    let Some((_, mut cut)) = lines.last().copied() else { return whole };
    for (line, first) in lines.into_iter().rev() {
        if line < cut {
            break;
        }
        cut = cut.min(first);
    }
    cut
}

/// Whether a line holds an audit record.
pub fn recognise(line: &str) -> bool {
    head::parse(line).is_some()
}

/// Makes one event of the records of a serial.
///
/// # Errors
/// When the group is a line that is no audit record.
pub fn normalise<'b>(
    group: &AuditGroup<'b>,
    draft: &mut Draft<'b>,
    sources: &LinuxSources,
) -> Result<(), RecordError> {
    let mut reader = Reader { facts: Facts::new(draft), arguments: Arguments::new(draft), draft };
    let mut records = 0;
    for line in &group.lines {
        if let Some(head) = head::parse(line) {
            if records == 0 {
                reader.device(&head)?;
            }
            records += 1;
            reader.record(head.kind, head.body);
        }
    }
    if records == 0 {
        let reason = "no type= and msg=audit(time:serial)";
        return Err(RecordError::Format { format: "auditd", reason });
    }
    let Reader { mut facts, arguments, draft } = reader;
    arguments.finish(draft, &mut facts);
    draft.record = group.serial;
    draft.time = RawTime::Written(Value::Text(group.stamp));
    facts.conclude(draft, sources)
}

/// Makes an event of one line, for audit records that come one by one through syslog.
///
/// # Errors
/// When the line is no audit record.
pub(crate) fn normalise_line<'b>(
    line: &'b str,
    draft: &mut Draft<'b>,
    sources: &LinuxSources,
) -> Result<(), RecordError> {
    let mut joiner = Joiner::default();
    joiner.add(line);
    match joiner.groups.first() {
        Some(group) => normalise(group, draft, sources),
        None => Err(RecordError::Format { format: "auditd", reason: "no line" }),
    }
}

/// Reads the records of one event into a draft.
struct Reader<'d, 'b> {
    draft: &'d mut Draft<'b>,
    facts: Facts<'b>,
    arguments: Arguments<'b>,
}

impl<'b> Reader<'_, 'b> {
    /// Where it happened: the node, or the host that a syslog header around the record names.
    fn device(&mut self, head: &head::Head<'b>) -> Result<(), RecordError> {
        let host = match head.node {
            "" => syslog::host_of(head.wrapper).unwrap_or_default(),
            node => node,
        };
        if !host.is_empty() {
            self.draft.device = Value::Text(host);
            if self.draft.get("Hostname").is_none() {
                self.draft.push_text("Hostname", host)?;
            }
        }
        Ok(())
    }

    fn record(&mut self, kind: &'b str, body: &'b str) {
        keep(self.draft, "type", Value::Text(kind));
        for (name, raw) in Pairs::of(body) {
            self.pair(kind, name, raw);
        }
    }

    /// One `name=value`, or the pairs within one such as `msg='…'` and `SADDR={ … }`.
    fn pair(&mut self, kind: &'b str, name: &'b str, raw: Raw<'b>) {
        if let Raw::Group(inside) = raw {
            let mut any = false;
            for (name, raw) in Pairs::of(inside) {
                any = true;
                self.value(kind, name, raw);
            }
            if !any && !inside.trim().is_empty() {
                keep(self.draft, name, Value::Text(inside));
            }
        } else {
            self.value(kind, name, raw);
        }
    }

    fn value(&mut self, kind: &'b str, name: &'b str, raw: Raw<'b>) {
        let argument = kind == "EXECVE" && arguments::is_argument(name);
        let text = match raw {
            Raw::Quoted(text) | Raw::Group(text) => text,
            Raw::Bare("(null)") => return keep(self.draft, name, Value::Null),
            Raw::Bare(text) if argument || pairs::is_encoded(name) => {
                pairs::unhex(self.draft.arena, text).unwrap_or(text)
            }
            Raw::Bare(text) => text,
        };
        if argument {
            return self.arguments.add(name, text, self.draft, &mut self.facts);
        }
        match name {
            // Several keys of a rule come in one value, with this between them.
            "key" => text.split('\u{1}').for_each(|key| keep(self.draft, name, Value::Text(key))),
            "proctitle" => {
                let title = pairs::blanks_for_nul(self.draft.arena, text);
                self.facts.note(kind, name, title);
                keep(self.draft, name, Value::Text(title));
            }
            _ => {
                self.facts.note(kind, name, text);
                keep(self.draft, name, Value::Text(text));
            }
        }
    }
}

/// Adds a native field, up to the limit.
fn keep<'b>(draft: &mut Draft<'b>, name: &'b str, value: Value<'b>) {
    if draft.fields.len() < MAX_NATIVE_FIELDS {
        // Can not fail: the draft's own limit is higher.
        let _ = draft.push(name, value);
    }
}

#[cfg(test)]
mod tests;
