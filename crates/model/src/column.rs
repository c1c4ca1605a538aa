//! The lake's promoted columns: what is asked for most often, in one place whatever the source.
//!
//! In: an event under its native field names. Out: for each column at most one value, in one
//! spelling. Never: a value that the event does not have; more than [`LONGEST`] bytes of one.

mod table;
#[cfg(test)]
mod tests;
mod value;

use std::borrow::Cow;

use crate::event::Event;
use crate::value::Value;

pub use table::column_of;

/// How many columns there are.
pub const COLUMNS: usize = 19;
/// Longest value that is promoted; the rest of a longer one is in the event's body only.
pub const LONGEST: usize = 32 << 10;

/// A promoted column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// Windows' channel, or the kind of record that a sensor or auditd writes.
    Channel,
    /// Windows' event number.
    EventId,
    /// Who wrote the event.
    Provider,
    /// The program that acted.
    Image,
    /// How it was started.
    CommandLine,
    /// The program that started it.
    ParentImage,
    /// How that one was started.
    ParentCommandLine,
    /// The user, with the domain before a backslash where the event names one.
    User,
    /// The file that was made, changed or loaded.
    TargetFile,
    /// The registry key.
    RegistryKey,
    /// Hashes as the event has them.
    Hashes,
    /// SHA-256 in lower case.
    Sha256,
    /// MD5 in lower case.
    Md5,
    /// Address that a connection came from.
    SourceIp,
    /// Address that it went to.
    DestinationIp,
    /// Port that it went to.
    DestinationPort,
    /// Name that was looked up or connected to, in lower case.
    Domain,
    /// Service, or the program of a syslog line.
    Service,
    /// Free text: a syslog message, a script.
    Message,
}

impl Column {
    /// All columns, in the order of the lake's files.
    pub const ALL: [Column; COLUMNS] = [
        Column::Channel,
        Column::EventId,
        Column::Provider,
        Column::Image,
        Column::CommandLine,
        Column::ParentImage,
        Column::ParentCommandLine,
        Column::User,
        Column::TargetFile,
        Column::RegistryKey,
        Column::Hashes,
        Column::Sha256,
        Column::Md5,
        Column::SourceIp,
        Column::DestinationIp,
        Column::DestinationPort,
        Column::Domain,
        Column::Service,
        Column::Message,
    ];

    /// The name that files and hunts use.
    pub fn name(self) -> &'static str {
        match self {
            Column::Channel => "channel",
            Column::EventId => "event_id",
            Column::Provider => "provider",
            Column::Image => "image",
            Column::CommandLine => "command_line",
            Column::ParentImage => "parent_image",
            Column::ParentCommandLine => "parent_command_line",
            Column::User => "user",
            Column::TargetFile => "target_file",
            Column::RegistryKey => "registry_key",
            Column::Hashes => "hashes",
            Column::Sha256 => "sha256",
            Column::Md5 => "md5",
            Column::SourceIp => "source_ip",
            Column::DestinationIp => "destination_ip",
            Column::DestinationPort => "destination_port",
            Column::Domain => "domain",
            Column::Service => "service",
            Column::Message => "message",
        }
    }

    /// Whether its values are numbers of 32 bits; all others are texts.
    pub fn is_number(self) -> bool {
        matches!(self, Column::EventId | Column::DestinationPort)
    }

    fn place(self) -> usize {
        self as usize
    }
}

/// The promoted values of one event: one text, and where each value stands in it.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    text: String,
    /// Start and end; none where they are equal.
    places: [(u32, u32); COLUMNS],
}

/// The same values are equal, in whatever order they were set.
impl PartialEq for Columns {
    fn eq(&self, other: &Self) -> bool {
        Column::ALL.into_iter().all(|column| self.get(column) == other.get(column))
    }
}

impl Eq for Columns {}

impl Columns {
    /// Bytes of memory that their text holds.
    pub fn held_bytes(&self) -> usize {
        self.text.capacity()
    }

    /// Those of an event.
    pub fn of(event: &Event<'_>) -> Self {
        let mut best: [Option<(u8, Value<'_>)>; COLUMNS] = [None; COLUMNS];
        for field in event.fields {
            let Some((column, rank)) = column_of(field.name) else { continue };
            let slot = &mut best[column.place()];
            let better = slot.is_none_or(|(known, _)| rank < known);
            if better && value::is_there(field.value) {
                *slot = Some((rank, field.value));
            }
        }
        // What is left out or made shorter takes no more; what is added grows it.
        let length = |&(rank, value): &(u8, Value<'_>)| match rank {
            table::RENDERED.. => 0,
            _ => value::length(value),
        };
        let text = String::with_capacity(best.iter().flatten().map(length).sum());
        let mut columns = Columns { text, ..Columns::default() };
        for column in Column::ALL {
            if let Some((rank, found)) = best[column.place()] {
                columns.promote(event, column, rank, found);
            }
        }
        columns
    }

    /// Adds a value in its column's spelling.
    fn promote(&mut self, event: &Event<'_>, column: Column, rank: u8, found: Value<'_>) {
        // Windows' own rendering repeats every other field, and is long: it is not even decoded.
        let rendered = column == Column::Message && rank >= table::RENDERED;
        if rendered && self.get(Column::EventId).is_some() {
            return;
        }
        let text = found.text();
        let text = text.trim();
        match column {
            Column::EventId | Column::DestinationPort => {
                if text.parse::<i32>().is_ok_and(|number| number >= 0) {
                    self.set(column, text);
                }
            }
            Column::User => self.set(column, &with_domain(event, rank, text)),
            Column::Hashes => {
                self.set(column, text);
                for (kind, column) in [("sha256", Column::Sha256), ("md5", Column::Md5)] {
                    if let Some(hash) = value::hash_in(text, kind) {
                        self.set(column, &hash);
                    }
                }
            }
            Column::Sha256 | Column::Md5 => {
                let digits = if column == Column::Sha256 { 64 } else { 32 };
                if let Some(hash) = value::hash(text, digits) {
                    self.set(column, &hash);
                }
            }
            Column::SourceIp | Column::DestinationIp => {
                if let Some(address) = value::address(text) {
                    self.set(column, &address);
                }
            }
            Column::Domain => {
                if let Some(name) = value::domain(text) {
                    self.set(column, &name);
                }
            }
            _ => self.set(column, text),
        }
    }

    /// Sets a column's value, cut to [`LONGEST`] bytes; an empty one is none.
    pub fn set(&mut self, column: Column, value: &str) {
        let mut end = value.len().min(LONGEST);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        let start = self.text.len();
        self.text.push_str(&value[..end]);
        // 19 values of 32 KiB each, set a few times at most.
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.places[column.place()] = (place(start), place(self.text.len()));
    }

    /// A column's value.
    pub fn get(&self, column: Column) -> Option<&str> {
        let (start, end) = self.places[column.place()];
        let found = self.text.get(start as usize..end as usize)?;
        (!found.is_empty()).then_some(found)
    }

    /// A number's column's value.
    pub fn number(&self, column: Column) -> Option<i32> {
        self.get(column)?.parse().ok()
    }
}

/// A user's name with the domain that the event has beside it, as incidents write it.
fn with_domain<'v>(event: &Event<'_>, rank: u8, name: &'v str) -> Cow<'v, str> {
    let Some(field) = table::domain_field(rank) else { return Cow::Borrowed(name) };
    if name.contains(['\\', '@']) {
        return Cow::Borrowed(name);
    }
    let domain = event.get(field).map(Value::text).unwrap_or_default();
    match domain.trim() {
        "" | "-" => Cow::Borrowed(name),
        domain => Cow::Owned(format!("{domain}\\{name}")),
    }
}
