//! Decision tables as CSV (SSVC, CERT/CC): a number, the inputs, the outcome.
//!
//! In: text. Out: a table, its words in small letters, versions of columns left out of their heads.
//! Format: the `csv` folder of CERT/CC's SSVC data, `row,Exploitation v1.1.0,…`.

use std::io::Read;

use wardwatch_model::landscape::DecisionTable;

use super::error::FeedError;
use super::report::Yield;

/// Rows of one table.
const MAX_ROWS: usize = 10_000;
/// Columns of one table.
const MAX_COLUMNS: usize = 16;

/// Reads a table; its name is made of the file's: `cisa_bod_26_04_1_0_0.csv` is
/// `cisa_bod_26_04 1.0.0`.
///
/// # Errors
/// When it is none. A table with a bad row is none as a whole: half a table decides wrongly.
pub fn csv(file: &str, stream: impl Read) -> Result<Yield<DecisionTable>, FeedError> {
    let bad = |why: String| FeedError::BadForm { form: "decision table", why };
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(stream);
    let heads = reader.headers().map_err(|error| bad(error.to_string()))?.clone();
    if !(3..=MAX_COLUMNS).contains(&heads.len()) {
        return Err(bad(format!("it has {} columns, 3 to {MAX_COLUMNS} are read", heads.len())));
    }
    let mut table = DecisionTable {
        name: name(file),
        columns: heads.iter().skip(1).map(head).collect(),
        rows: Vec::new(),
    };
    for row in reader.records() {
        let row = row.map_err(|error| bad(error.to_string()))?;
        if table.rows.len() >= MAX_ROWS {
            return Err(FeedError::TooMuch { limit: MAX_ROWS as u64, what: "rows" });
        }
        let words: Vec<String> =
            row.iter().skip(1).map(|word| word.trim().to_lowercase()).collect();
        if words.iter().any(String::is_empty) {
            return Err(bad(format!("row {} has an empty field", table.rows.len() + 2)));
        }
        table.rows.push(words);
    }
    if table.rows.is_empty() {
        return Err(bad("it has no rows".to_owned()));
    }
    let count = table.rows.len() as u64;
    Ok(Yield { count, ..Yield::new(table) })
}

/// A column's name without its version and who keeps it.
fn head(text: &str) -> String {
    let is_version = |word: &&str| {
        let rest = word.strip_prefix('v').unwrap_or("x");
        rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let words = text.split_whitespace().take_while(|word| !is_version(word));
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A table's name and version out of its file's name.
fn name(file: &str) -> String {
    let stem = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = stem.strip_suffix(".csv").unwrap_or(stem);
    let parts: Vec<&str> = stem.rsplitn(4, '_').collect();
    match parts[..] {
        [patch, minor, major, name]
            if [patch, minor, major].iter().all(|part| part.parse::<u16>().is_ok()) =>
        {
            format!("{name} {major}.{minor}.{patch}")
        }
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_table() {
        let text = "row,In KEV v1.0.0 (cisa),Technical Impact v1.0.0,\"When, if v1.0.0\"\n\
                    0,no,Partial,14 days\n1,yes,total,3 days\n";
        let table = csv("data/lamp_26_04_1_0_0.csv", text.as_bytes()).unwrap().records;
        assert_eq!(table.name, "lamp_26_04 1.0.0");
        assert_eq!(table.columns, ["in kev", "technical impact", "when, if"]);
        assert_eq!(table.rows, [["no", "partial", "14 days"], ["yes", "total", "3 days"]]);
    }

    #[test]
    fn half_a_table_is_none() {
        for text in ["", "row,a\n0,1\n", "row,a,b\n", "row,a,b\n0,1\n", "row,a,b\n0,1,\n"] {
            assert!(csv("x.csv", text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(file: String, text: String) {
            let _ = csv(&file, text.as_bytes());
            let _ = csv(&file, format!("row,a,b\n{text}").as_bytes());
        }
    }
}
