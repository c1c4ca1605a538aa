//! What does not run on newer releases, as a table that people keep.
//!
//! In: text. Out: one row for each program or machine. Format: ours, CSV with the heads
//! `target,kind,name,below,supplier,day`; `kind` is `application` or `machine`, `below` the first version that does
//! run, empty when none does.

use std::io::Read;

use serde::Deserialize;
use wardwatch_model::Day;
use wardwatch_model::landscape::{Incompatible, IncompatibleKind};

use super::error::FeedError;
use super::report::Yield;

/// Rows of one list.
const MAX_ROWS: u64 = 20_000;
/// Characters of a field.
const MAX_CHARS: usize = 200;

#[derive(Deserialize)]
struct Row {
    target: String,
    kind: String,
    name: String,
    #[serde(default)]
    below: String,
    #[serde(default)]
    supplier: String,
    day: String,
}

impl Row {
    fn taken(self) -> Result<Incompatible, String> {
        let kind = match self.kind.trim() {
            "application" => IncompatibleKind::Application,
            "machine" => IncompatibleKind::Machine,
            other => {
                let other: String = other.chars().take(40).collect();
                return Err(format!("'{other}' is no kind: use application or machine"));
            }
        };
        let text = |name: &str, text: &str| {
            let text = text.trim();
            let fits = text.chars().count() <= MAX_CHARS && !text.chars().any(char::is_control);
            fits.then(|| text.to_owned()).ok_or_else(|| {
                format!("'{name}' is longer than {MAX_CHARS} characters, or has control characters")
            })
        };
        let target = text("target", &self.target)?;
        let name = text("name", &self.name)?;
        if target.is_empty() || name.is_empty() {
            return Err("it names no target, or nothing that does not run on it".to_owned());
        }
        let day = Day::parse(self.day.trim())
            .ok_or_else(|| format!("'{}' is no day, such as 2026-03-31", self.day.trim()))?;
        let (below, supplier) = (text("below", &self.below)?, text("supplier", &self.supplier)?);
        Ok(Incompatible {
            target,
            kind,
            name,
            below: Some(below).filter(|text| !text.is_empty()),
            supplier: Some(supplier).filter(|text| !text.is_empty()),
            day,
        })
    }
}

/// Reads the list.
///
/// # Errors
/// When it is none.
pub fn csv(stream: impl Read) -> Result<Yield<Vec<Incompatible>>, FeedError> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).comment(Some(b'#')).from_reader(stream);
    let mut out = Yield::new(Vec::new());
    for row in reader.deserialize::<Row>() {
        let place = out.count + out.refused.count + 2;
        let row = match row {
            Err(error) if error.is_io_error() => {
                return Err(FeedError::Unreadable(error.to_string()));
            }
            row => row.map_err(|error| error.to_string()),
        };
        match row.and_then(Row::taken) {
            Ok(_) if out.count >= MAX_ROWS => {
                return Err(FeedError::TooMuch { limit: MAX_ROWS, what: "rows" });
            }
            Ok(one) => {
                out.saw(Some(one.day));
                out.count += 1;
                out.records.push(one);
            }
            Err(reason) => out.refused.add(format!("row {place}"), reason),
        }
    }
    // An empty list would wipe out all that is known.
    match out.count {
        0 => Err(FeedError::NothingUsable(out.refused.count)),
        _ => Ok(out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: &str = "target,kind,name,below,supplier,day\n";

    #[test]
    fn a_bad_row_does_not_take_its_neighbours() {
        let text = format!(
            "{HEADS}Windows 11,application,Path Viewer,7.10,Lumen Path,2026-03-31\n\
             Windows 11,machine,ZZ Scan 300,,,2026-04-01\n\
             Windows 11,driver,ZZ Scan 400,,,2026-04-01\n\
             Windows 11,machine,,,,2026-04-01\n\
             Windows 11,machine,ZZ Scan 500,,,soon\n"
        );
        let out = csv(text.as_bytes()).unwrap();
        assert_eq!((out.count, out.newest), (2, Day::parse("2026-04-01")));
        assert_eq!(out.records[0].below.as_deref(), Some("7.10"));
        assert_eq!((&out.records[1].below, &out.records[1].supplier), (&None, &None));
        let refused: Vec<&str> = out.refused.listed.iter().map(|(place, _)| &**place).collect();
        assert_eq!(refused, ["row 4", "row 5", "row 6"]);
        assert!(out.refused.listed[0].1.contains("use application or machine"));
        assert!(csv(HEADS.as_bytes()).is_err(), "an empty list is none");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text: String) {
            let _ = csv(text.as_bytes());
            let _ = csv(format!("{HEADS}{text}").as_bytes());
        }
    }
}
