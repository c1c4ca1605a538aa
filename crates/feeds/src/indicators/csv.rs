//! Values in columns, whatever the columns are called and however they are parted.
//!
//! In: CSV with or without a head; a head may stand in the last comment before the rows, as public
//! lists have it. Out: the values. Which columns hold values is told by their names, and where
//! there are none by their content. Never: a row passed over in silence.

mod columns;

use csv::{ReaderBuilder, StringRecord};
use wardwatch_model::{Indicator, IndicatorKind, Timestamp};

use super::gather::Gather;
use super::text::no_value;
use super::{ListError, value};
use columns::{Column, Columns};

/// Characters that part columns, in order of preference.
const SEPARATORS: [u8; 4] = *b",;\t|";
/// Lines that are looked at to tell what a list is.
const LOOKED_AT: usize = 100;

/// Whether most lines of a text have the same number of columns, more than one.
pub fn looks_like_it(text: &str) -> bool {
    separator(text).is_some()
}

fn rows(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
}

/// What parts the columns; none when nothing does.
fn separator(text: &str) -> Option<u8> {
    SEPARATORS.into_iter().find(|separator| {
        let count = |line: &str| line.bytes().filter(|byte| byte == separator).count();
        let counts: Vec<usize> = rows(text).take(LOOKED_AT).map(count).collect();
        let with = counts.iter().filter(|count| **count > 0).count();
        with > 0 && with * 10 >= counts.len() * 8
    })
}

/// Reads a list.
pub fn read(text: &str, gather: &mut Gather) -> Result<(), ListError> {
    let separator = separator(text).unwrap_or(b',');
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut columns = head_in_comment(text, separator);
    let mut record = StringRecord::new();
    let mut sample: Option<Columns> = None;
    let mut first = true;
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(error) => return Err(ListError::NotCsv(error.to_string())),
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = record.position().map_or(line, csv::Position::line);
        if std::mem::take(&mut first)
            && let Some(head) = Columns::by_names(record.iter())
        {
            columns = Some(head);
            continue;
        }
        if columns.is_none() && sample.is_none() {
            sample = Some(by_content(text, separator));
        }
        let Some(used) = columns.as_ref().or(sample.as_ref()) else { continue };
        row(&record, used, &format!("line {line}"), gather)?;
    }
}

/// The head in the last comment before the first row.
fn head_in_comment(text: &str, separator: u8) -> Option<Columns> {
    let before = text
        .lines()
        .take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    let last = before.filter(|line| line.contains(char::from(separator))).last()?;
    let names = last.trim_start().trim_start_matches('#').split(char::from(separator));
    Columns::by_names(names.map(|name| name.trim().trim_matches('"')))
}

/// Which columns hold values, told by the first rows.
fn by_content(text: &str, separator: u8) -> Columns {
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let sample: Vec<StringRecord> =
        reader.records().take(LOOKED_AT).filter_map(Result::ok).collect();
    Columns::by_content(&sample)
}

/// Takes a row's values.
fn row(
    record: &StringRecord,
    columns: &Columns,
    place: &str,
    gather: &mut Gather,
) -> Result<(), ListError> {
    let known = about(record, columns);
    let named = columns.find(record, Column::Kind).and_then(columns::kind_word);
    let mut values = 0;
    for (at, column) in columns.values() {
        let Some(text) = record.get(at).filter(|text| !text.is_empty() && *text != "n/a") else {
            continue;
        };
        values += 1;
        let kind = match column {
            Column::Value(Some(kind)) => Some(kind),
            _ => named.or_else(|| value::guess(text)),
        };
        match kind {
            // A column of hosts holds names and addresses alike.
            Some(IndicatorKind::Domain) if value::guess(text) == Some(IndicatorKind::Address) => {
                gather.offer(IndicatorKind::Address, text, place, &known)?;
            }
            Some(kind) => gather.offer(kind, text, place, &known)?,
            None => gather.refuse(place, no_value(text)),
        }
    }
    if values == 0 {
        gather.refuse(place, "the row holds no value where the others hold theirs");
    }
    Ok(())
}

fn about(record: &StringRecord, columns: &Columns) -> Indicator {
    let text = |column| columns.find(record, column).unwrap_or_default().to_owned();
    let time = |column| columns.find(record, column).and_then(Timestamp::parse);
    let confidence = columns.find(record, Column::Confidence).and_then(confidence);
    let labels = text(Column::Labels);
    Indicator {
        id: text(Column::Id),
        source: text(Column::Source),
        valid_from: time(Column::From),
        valid_until: time(Column::Until),
        confidence,
        labels: labels.split([',', ';', '|']).map(|label| label.trim().to_owned()).collect(),
        note: text(Column::Note),
        ..Indicator::bare(IndicatorKind::Domain, "")
    }
}

/// A number from 0 to 100, or a word.
fn confidence(text: &str) -> Option<u8> {
    match text.trim_end_matches('%') {
        word if word.eq_ignore_ascii_case("high") => Some(85),
        word if word.eq_ignore_ascii_case("medium") => Some(50),
        word if word.eq_ignore_ascii_case("low") => Some(15),
        number => number.parse::<u8>().ok().map(|number| number.min(100)),
    }
}
