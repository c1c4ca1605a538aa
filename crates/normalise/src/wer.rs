//! Windows Error Reporting's `Report.wer`: what crashed, where and how.
//!
//! In: the bytes of one report, of any Windows from XP on, in any language. Out: one event with
//! the crash's features under the same names whatever the report calls them, and every other
//! key as it is. Never: a dump, a key that names a user, or the name in a path below a user's
//! directory.

use bumpalo::collections::{String as BumpString, Vec as BumpVec};
use wardwatch_model::{LogSource, RawTime, SourceSet, SourceTable, Timestamp, Value};

use crate::aliases::number_or_text;
use crate::draft::Draft;
use crate::error::RecordError;

mod privacy;
mod signature;

/// Largest report that is read; real ones have 10 to 300 KiB.
pub const MAX_REPORT_BYTES: usize = 4 * 1024 * 1024;

/// Longest value that is kept; what is longer is a dump, not a feature.
const MAX_VALUE_BYTES: usize = 4_096;

/// Most signature parameters of a report; Windows writes ten of each kind.
const MAX_PARAMETERS: usize = 64;

/// Microseconds from 1601, where FILETIME starts, to 1970.
const MICROS_1601_TO_1970: i64 = 11_644_473_600_000_000;

/// The log sources of crash reports.
#[derive(Debug, Clone, Copy)]
pub struct WerSources {
    report: SourceSet,
}

impl WerSources {
    /// Numbers the sets in `table`.
    pub fn intern(table: &mut SourceTable) -> Self {
        let report = LogSource::new("windows", "application_crash", "wer");
        WerSources { report: table.intern(vec![report]) }
    }
}

/// Whether the bytes are such a report: `Version=1` or `EventType=` at the front.
pub fn recognise(file: &[u8]) -> bool {
    let mut letters = file.iter().copied().filter(|byte| *byte != 0);
    let head: [u8; 16] = std::array::from_fn(|_| letters.next().unwrap_or_default());
    let head = head.strip_prefix(b"\xff\xfe").unwrap_or(&head);
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.starts_with(b"Version=") || head.starts_with(b"EventType=")
}

/// Makes an event of a report.
///
/// # Errors
/// When the report is too large, is no report, or has too many fields.
pub fn normalise<'b>(
    file: &'b [u8],
    draft: &mut Draft<'b>,
    sources: &WerSources,
) -> Result<(), RecordError> {
    let broken = |reason| RecordError::Format { format: "Report.wer", reason };
    if file.len() > MAX_REPORT_BYTES {
        return Err(broken("larger than 4 MiB"));
    }
    let text = decode(file, draft);
    let Some(event_type) = pairs(text).find(|(key, _)| *key == "EventType") else {
        return Err(broken("no EventType"));
    };
    draft.push_text("EventType", privacy::reduced(event_type.1, draft))?;
    push_parameters(text, event_type.1, draft)?;
    let mut hidden = "";
    for (key, value) in pairs(text) {
        // `State[3].Key=UserName` is followed by `State[3].Value=…`.
        match key.strip_suffix(".Key") {
            Some(entry) if privacy::names_a_user(value) => hidden = entry,
            _ if !hidden.is_empty() && key.strip_suffix(".Value") == Some(hidden) => {}
            _ => push_key(key, value, draft)?,
        }
    }
    draft.sources = sources.report;
    Ok(())
}

/// The report as text: UTF-16 with or without its mark, UTF-8, or else Windows-1252.
fn decode<'b>(file: &'b [u8], draft: &Draft<'b>) -> &'b str {
    let wide = match file {
        [0xff, 0xfe, rest @ ..] => Some(rest),
        [_, 0, ..] => Some(file),
        _ => None,
    };
    if let Some(wide) = wide {
        let units = wide.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
        let mut out = BumpString::with_capacity_in(wide.len() / 2, draft.arena);
        out.extend(char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}')));
        return out.into_bump_str();
    }
    let narrow = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    match std::str::from_utf8(narrow) {
        Ok(text) => text,
        Err(_) => draft.keep(&encoding_rs::WINDOWS_1252.decode(narrow).0),
    }
}

/// `key=value` of each line; `P1: value` as the event log of old Windows has it, too.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let line = line.trim_matches(['\r', '\0', ' ', '\u{feff}']);
        let (key, value) = line.split_once('=').or_else(|| {
            line.split_once(':').filter(|(key, _)| key.trim_end().parameter_number().is_some())
        })?;
        Some((key.trim_end(), value.trim()))
    })
}

/// Keys such as `P1` to `P10`.
trait ParameterKey {
    /// Position from 0.
    fn parameter_number(&self) -> Option<usize>;
}

impl ParameterKey for str {
    fn parameter_number(&self) -> Option<usize> {
        let number: usize = self.strip_prefix('P')?.parse().ok()?;
        number.checked_sub(1).filter(|number| *number < MAX_PARAMETERS)
    }
}

/// Adds the signature's parameters under the names that [`signature`] gives them.
fn push_parameters<'b>(
    text: &'b str,
    event_type: &str,
    draft: &mut Draft<'b>,
) -> Result<(), RecordError> {
    let mut fixed = parameters(draft);
    let mut dynamic = parameters(draft);
    for (key, value) in pairs(text) {
        if let Some(position) = key.parameter_number() {
            note(&mut fixed, position, "Value", value);
        } else if let Some((name, position, part)) = split_index(key) {
            match name {
                "Sig" => note(&mut fixed, position, part, value),
                "DynamicSig" => note(&mut dynamic, position, part, value),
                _ => {}
            }
        }
    }
    for (position, (name, value)) in fixed.iter().enumerate() {
        let canonical = signature::fixed(event_type, position, name);
        push_parameter(canonical, name, value, draft)?;
    }
    for (position, (name, value)) in dynamic.iter().enumerate() {
        push_parameter(signature::dynamic(position, name), name, value, draft)?;
    }
    Ok(())
}

/// Name and value by position.
type Parameters<'b> = BumpVec<'b, (&'b str, &'b str)>;

fn parameters<'b>(draft: &Draft<'b>) -> Parameters<'b> {
    BumpVec::with_capacity_in(10, draft.arena)
}

fn note<'b>(parameters: &mut Parameters<'b>, position: usize, part: &str, value: &'b str) {
    if position >= MAX_PARAMETERS {
        return;
    }
    while parameters.len() <= position {
        parameters.push(("", ""));
    }
    match (parameters.get_mut(position), part) {
        (Some(parameter), "Name") => parameter.0 = value,
        (Some(parameter), "Value") => parameter.1 = value,
        _ => {}
    }
}

fn push_parameter<'b>(
    canonical: Option<&'static str>,
    name: &'b str,
    value: &'b str,
    draft: &mut Draft<'b>,
) -> Result<(), RecordError> {
    if value.is_empty() || value.len() > MAX_VALUE_BYTES {
        return Ok(());
    }
    let name = match canonical {
        Some(name) => name,
        None if name.is_empty() || privacy::names_a_user(name) => return Ok(()),
        None => without_blanks(name, draft),
    };
    draft.push_text(name, privacy::reduced(value, draft))
}

/// `LoadedModule[12].Part` taken apart; the part may be missing.
fn split_index(key: &str) -> Option<(&str, usize, &str)> {
    let (name, rest) = key.split_once('[')?;
    let (number, part) = rest.split_once(']')?;
    Some((name, number.parse().ok()?, part.strip_prefix('.').unwrap_or(part)))
}

/// Adds a key that is no parameter of the signature.
fn push_key<'b>(key: &'b str, value: &'b str, draft: &mut Draft<'b>) -> Result<(), RecordError> {
    let parameter = key.parameter_number().is_some()
        || key.starts_with("Sig[")
        || key.starts_with("DynamicSig[");
    if parameter || key == "EventType" || key.is_empty() || value.len() > MAX_VALUE_BYTES {
        return Ok(());
    }
    if privacy::names_a_user(key) {
        return Ok(());
    }
    if key == "EventTime" {
        draft.time = file_time(value).map_or(RawTime::Missing, RawTime::Known);
    }
    let value = privacy::reduced(value, draft);
    let name = match key.starts_with("LoadedModule[") {
        true => "LoadedModule",
        false => without_blanks(key, draft),
    };
    let plain: Value<'b> = number_or_text(value);
    draft.push(name, plain)
}

fn without_blanks<'b>(name: &'b str, draft: &Draft<'b>) -> &'b str {
    if !name.contains(' ') {
        return name;
    }
    let mut out = BumpString::with_capacity_in(name.len(), draft.arena);
    out.extend(name.chars().filter(|letter| *letter != ' '));
    out.into_bump_str()
}

/// FILETIME (100 ns since 1601) as a timestamp.
fn file_time(text: &str) -> Option<Timestamp> {
    let ticks: i64 = text.parse().ok()?;
    Some(Timestamp { micros: (ticks / 10).checked_sub(MICROS_1601_TO_1970)? })
}

#[cfg(test)]
mod tests;
