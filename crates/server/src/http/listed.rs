//! Lists that come as a body: JSON, or CSV with a head of named columns in any order.
//!
//! In: a request, or bytes. Out: items, or every line that is wrong, with its number and what to
//! do.

use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;
use wardwatch_api::service::ImportedList;
use wardwatch_store::ListReport;

use super::problem::Problem;
use super::request::Body;

/// Bytes of a list: some 100,000 items.
pub const BODY_BYTES: usize = 16 * 1024 * 1024;
/// Problems that are listed; a file with more is wrong as a whole.
const MAX_PROBLEMS: usize = 100;

/// Columns of a CSV list.
pub struct Columns {
    /// Those that must be there.
    pub needed: &'static [&'static str],
    /// Those that may be.
    pub optional: &'static [&'static str],
}

/// The items of the body; or what is wrong with its lines, all of it.
///
/// # Errors
/// When the body is too large, no JSON, or of another media type.
pub async fn read<T: DeserializeOwned>(
    request: Request,
    csv: impl FnOnce(&[u8]) -> Result<Vec<T>, Vec<String>>,
) -> Result<Result<Vec<T>, Vec<String>>, Problem> {
    let media = request.headers().get(header::CONTENT_TYPE);
    let media = media.and_then(|media| media.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("text/csv") {
        let body = Bytes::from_request(request, &())
            .await
            .map_err(|rejection| Problem::new(rejection.status(), rejection.body_text()))?;
        return Ok(csv(&body));
    }
    if media.eq_ignore_ascii_case("application/json") {
        let Body(items) = Body::from_request(request, &()).await?;
        return Ok(Ok(items));
    }
    let detail = "send application/json or text/csv";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
}

/// Reads CSV; `item` makes one of a line's fields by their names.
///
/// # Errors
/// With all problems, when there are any.
pub fn from_csv<T>(
    text: &[u8],
    columns: &Columns,
    item: impl Fn(&dyn Fn(&str) -> String) -> Result<T, String>,
) -> Result<Vec<T>, Vec<String>> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text);
    let head = match reader.headers() {
        Ok(head) => head.clone(),
        Err(error) => return Err(vec![format!("line 1: {error}")]),
    };
    let place = |name: &str| head.iter().position(|column| column.eq_ignore_ascii_case(name));
    let mut problems: Vec<String> = columns
        .needed
        .iter()
        .filter(|name| place(name).is_none())
        .map(|name| format!("line 1: the column {name} is missing"))
        .collect();
    for column in head.iter() {
        let mut known = columns.needed.iter().chain(columns.optional);
        if !known.any(|name| name.eq_ignore_ascii_case(column)) {
            let column: String = column.chars().take(64).collect();
            problems.push(format!("line 1: the column {column} is not known"));
        }
    }
    if !problems.is_empty() {
        problems.truncate(MAX_PROBLEMS);
        return Err(problems);
    }
    let mut items = Vec::new();
    for row in reader.records() {
        let found = row.map_err(|error| unreadable(&error)).and_then(|row| {
            let line = row.position().map_or(0, csv::Position::line);
            let field = |name: &str| place(name).and_then(|at| row.get(at)).unwrap_or_default();
            item(&|name| field(name).to_owned()).map_err(|why| format!("line {line}: {why}"))
        });
        match found {
            Ok(item) => items.push(item),
            Err(problem) => problems.push(problem),
        }
        if problems.len() == MAX_PROBLEMS {
            break;
        }
    }
    if problems.is_empty() { Ok(items) } else { Err(problems) }
}

fn unreadable(error: &csv::Error) -> String {
    let line = error.position().map_or(0, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("line {line}: it has {len} columns and the head {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => format!("line {line}: it is not UTF-8"),
        _ => format!("line {line}: {error}"),
    }
}

/// A word of a field.
///
/// # Errors
/// When it is none.
pub fn word<T: FromStr<Err: ToString>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// A word of a field that may be empty.
///
/// # Errors
/// When it is something else.
pub fn word_if_any<T: FromStr<Err: ToString>>(text: &str) -> Result<Option<T>, String> {
    if text.is_empty() { Ok(None) } else { word(text).map(Some) }
}

/// Words of a field, with spaces between them.
///
/// # Errors
/// When one of them is none.
pub fn words<T: FromStr<Err: ToString>>(text: &str) -> Result<Vec<T>, String> {
    text.split_whitespace().map(word).collect()
}

/// What an import of a list did, as an answer.
pub fn shape(dry_run: bool, report: ListReport) -> ImportedList {
    ImportedList {
        dry_run,
        added: report.added,
        changed: report.changed,
        unchanged: report.unchanged,
        problems: report.problems,
    }
}

/// The answer to a list with wrong lines.
pub fn refused(dry_run: bool, problems: Vec<String>) -> ImportedList {
    shape(dry_run, ListReport { problems, ..ListReport::default() })
}
