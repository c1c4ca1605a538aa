//! What a list shows, as a table for other programs: all of its pages, up to a limit.
//!
//! In: the address of a list of the API, as its page has it. Out: CSV by RFC 4180, a column for each field.
//! Never: a cell that a spreadsheet would run; a list that is cut without its name saying so.

use std::collections::BTreeSet;

use axum::extract::{Path, RawQuery};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::ask::Fault;
use crate::part::address::part;
use crate::visit::Visit;

/// Rows of a table at most.
const ROWS: usize = 10_000;
/// Rows that are asked for at once.
const AT_ONCE: usize = 500;
/// Lists that can be had so, by their place in the API.
const LISTS: [&str; 9] = [
    "incidents",
    "campaigns",
    "overview/organisations",
    "devices",
    "exposures",
    "plans",
    "decisions",
    "detections",
    "rules",
];

/// `GET /csv/{list}`: with the words of the list's page.
pub async fn show(
    visit: Visit,
    Path(list): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let known = LISTS.contains(&list.as_str()) || is_nested(&list);
    if !known {
        let problem = wardwatch_api::Problem::new(404, "Not Found", "there is no such list");
        return Err(Fault::Problem(problem));
    }
    let path: Vec<String> = list.split('/').map(part).collect();
    let kept: Vec<(String, String)> = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .into_owned()
        .filter(|(name, _)| !matches!(name.as_str(), "after" | "limit"))
        .collect();
    let mut rows: Vec<Vec<(String, String)>> = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let asked = question(&path.join("/"), &kept, after.as_deref());
        let page: Value = visit.get(&asked).await?;
        for item in page["items"].as_array().into_iter().flatten() {
            let mut cells = Vec::new();
            flatten("", item, &mut cells);
            rows.push(cells);
        }
        after = page["next"].as_str().map(str::to_owned);
        if after.is_none() || rows.len() >= ROWS {
            break;
        }
    }
    let cut = if after.is_some() { format!("-first-{}", rows.len()) } else { String::new() };
    let name = format!("attachment; filename=\"{}{cut}.csv\"", path.join("-").replace('%', "_"));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, table(&rows)).into_response())
}

/// A page of the list, as the API is asked for it.
fn question(path: &str, kept: &[(String, String)], after: Option<&str>) -> String {
    let mut asked = form_urlencoded::Serializer::new(String::new());
    asked.extend_pairs(kept).append_pair("limit", &AT_ONCE.to_string());
    if let Some(after) = after {
        asked.append_pair("after", after);
    }
    format!("/api/v1/{path}?{}", asked.finish())
}

/// Devices by how they stand: `exposures/{cve}/devices` and `alerts/{id}/devices`.
fn is_nested(list: &str) -> bool {
    matches!(list.split('/').collect::<Vec<_>>()[..], ["exposures" | "alerts", _, "devices"])
}

/// Fields of fields get names with full stops.
fn flatten(name: &str, value: &Value, cells: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let name = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
                flatten(&name, value, cells);
            }
        }
        Value::Null => {}
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let items: Vec<String> = items.iter().map(text).collect();
            cells.push((name.to_owned(), items.join("; ")));
        }
        other => cells.push((name.to_owned(), text(other))),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Rows under the names of all fields that any of them has.
fn table(rows: &[Vec<(String, String)>]) -> String {
    let names: BTreeSet<&str> = rows.iter().flatten().map(|(name, _)| name.as_str()).collect();
    let mut out = String::new();
    line(&mut out, names.iter().copied());
    for row in rows {
        let of = |name: &&str| {
            let cell = row.iter().find(|(field, _)| field == name);
            cell.map_or("", |(_, text)| text.as_str())
        };
        line(&mut out, names.iter().map(of));
    }
    out
}

fn line<'c>(out: &mut String, cells: impl Iterator<Item = &'c str>) {
    for (at, text) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        cell(out, text);
    }
    out.push_str("\r\n");
}

/// A cell between quotes where it needs them; one that a spreadsheet would run gets a quote in front.
fn cell(out: &mut String, text: &str) {
    const RUNS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '＠'];
    let runs = text.starts_with(RUNS) && text.parse::<f64>().is_err();
    if !runs && !text.contains([',', '"', '\n', '\r']) {
        out.push_str(text);
        return;
    }
    out.push('"');
    if runs {
        out.push('\'');
    }
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_become_columns_and_nothing_runs() {
        let rows: Vec<Vec<(String, String)>> = [
            json!({ "org": "ZZ1", "decided": { "by": "kim", "n": -3 }, "names": ["a", "b"] }),
            json!({ "org": "=cmd|'/c calc'!A1", "note": "two\nlines, \"quoted\"", "gone": null }),
        ]
        .iter()
        .map(|item| {
            let mut cells = Vec::new();
            flatten("", item, &mut cells);
            cells
        })
        .collect();
        assert_eq!(
            table(&rows),
            "decided.by,decided.n,names,note,org\r\nkim,-3,a; b,,ZZ1\r\n,,,\"two\nlines, \
             \"\"quoted\"\"\",\"'=cmd|'/c calc'!A1\"\r\n"
        );
    }

    #[test]
    fn only_lists_can_be_had() {
        assert!(is_nested("exposures/CVE-2017-0144/devices") && is_nested("alerts/1/devices"));
        assert!(!is_nested("people") && !is_nested("exposures/x/y/devices"));
    }
}
