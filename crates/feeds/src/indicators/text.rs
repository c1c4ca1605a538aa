//! Plain lists: one value a line, and files of hosts.
//!
//! In: lines; `#`, `;` and `//` begin a comment. Out: the values. Never: a line passed over that is
//! neither empty nor a comment.

use wardwatch_model::{Indicator, IndicatorKind};

use super::gather::Gather;
use super::{ListError, value};

/// What stands before the names in files of hosts that block.
const BLOCKED_TO: [&str; 4] = ["0.0.0.0", "127.0.0.1", "::", "::1"];

/// Reads a list.
pub fn read(text: &str, gather: &mut Gather) -> Result<(), ListError> {
    for (at, line) in text.lines().enumerate() {
        let line = without_comment(line);
        if line.is_empty() {
            continue;
        }
        let place = format!("line {}", at + 1);
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        let values = match BLOCKED_TO.contains(&first) && !rest.is_empty() {
            true => rest,
            false if rest.is_empty() => vec![first],
            false => {
                gather.refuse(place, format!("{} is more than one value", value::shown(line)));
                continue;
            }
        };
        for text in values {
            match value::guess(text) {
                Some(kind) => {
                    let bare = Indicator::bare(IndicatorKind::Domain, "");
                    gather.offer(kind, text, &place, &bare)?;
                }
                None => gather.refuse(place.as_str(), no_value(text)),
            }
        }
    }
    Ok(())
}

/// What is said of a value that is none.
pub fn no_value(text: &str) -> String {
    let shown = value::shown(text);
    format!("{shown} is no hash of a file, address, domain or web address")
}

fn without_comment(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with(['#', ';']) || line.starts_with("//") {
        return "";
    }
    // A web address may hold a `#`, so a comment behind a value needs a blank before it.
    match line.find(" #").or_else(|| line.find("\t#")) {
        Some(at) => line[..at].trim_end(),
        None => line,
    }
}
