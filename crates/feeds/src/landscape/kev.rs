//! The catalogue of known exploited vulnerabilities (CISA), as JSON and as CSV.
//!
//! In: text. Out: an entry for each vulnerability. Format: CISA's schema
//! `known_exploited_vulnerabilities_schema.json`; the CSV has the same names as heads.

use std::io::Read;

use serde::Deserialize;
use serde_json::Value;
use wardwatch_model::landscape::KnownExploited;
use wardwatch_model::{CveId, Day};

use super::error::FeedError;
use super::json::{Bounds, within};
use super::report::Yield;
use super::text::Text;

/// Entries of one catalogue.
const MAX_ENTRIES: u64 = 100_000;

/// The catalogue of 2026 has two megabytes.
const BOUNDS: Bounds = Bounds { bytes: 128 << 20, values: 4_000_000 };

/// An entry and its short name.
pub type Entry = (CveId, KnownExploited, String);

#[derive(Deserialize)]
struct Catalogue {
    #[serde(default, rename = "catalogVersion")]
    version: String,
    vulnerabilities: Vec<Value>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "cveID")]
    cve: String,
    #[serde(rename = "dateAdded")]
    added: String,
    #[serde(rename = "dueDate")]
    due: String,
    #[serde(default, rename = "vulnerabilityName")]
    name: String,
    #[serde(default, rename = "knownRansomwareCampaignUse")]
    ransomware: String,
}

impl Row {
    fn entry(self) -> Result<Entry, String> {
        let cve: CveId = self.cve.parse().map_err(|error| format!("{error}"))?;
        let day = |text: &str| text.parse::<Day>().map_err(|error| error.to_string());
        let known = KnownExploited {
            added: day(&self.added)?,
            due: day(&self.due)?,
            ransomware: self.ransomware.trim().eq_ignore_ascii_case("known"),
        };
        Ok((cve, known, self.name.trim().to_owned()))
    }
}

/// Reads the catalogue as JSON.
///
/// # Errors
/// When it is none.
pub fn json(text: Text<'_>) -> Result<Yield<Vec<Entry>>, FeedError> {
    let bad = |error: serde_json::Error| FeedError::BadForm {
        form: "catalogue of known exploited vulnerabilities",
        why: error.to_string(),
    };
    let text = text.whole(BOUNDS.bytes)?;
    within(&text, BOUNDS)?;
    let catalogue: Catalogue = serde_json::from_str(&text).map_err(bad)?;
    let mut out = Yield::new(Vec::new());
    out.saw(Day::parse(&catalogue.version.replace('.', "-")));
    for (place, value) in catalogue.vulnerabilities.into_iter().enumerate() {
        let row = Row::deserialize(value).map_err(|error| error.to_string());
        take(&mut out, format!("vulnerabilities[{place}]"), row)?;
    }
    checked(out)
}

/// Reads the catalogue as CSV.
///
/// # Errors
/// When it is none.
pub fn csv(stream: impl Read) -> Result<Yield<Vec<Entry>>, FeedError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(stream);
    let mut out = Yield::new(Vec::new());
    for row in reader.deserialize::<Row>() {
        let place = out.count + out.dropped + out.refused.count + 2;
        let row = match row {
            Err(error) if error.is_io_error() => {
                return Err(FeedError::Unreadable(error.to_string()));
            }
            row => row.map_err(|error| error.to_string()),
        };
        take(&mut out, format!("row {place}"), row)?;
    }
    checked(out)
}

fn take(
    out: &mut Yield<Vec<Entry>>,
    place: String,
    row: Result<Row, String>,
) -> Result<(), FeedError> {
    match row.and_then(Row::entry) {
        Ok(_) if out.count >= MAX_ENTRIES => {
            return Err(FeedError::TooMuch { limit: MAX_ENTRIES, what: "entries" });
        }
        Ok(entry) => {
            out.saw(Some(entry.1.added));
            out.count += 1;
            out.records.push(entry);
        }
        Err(reason) => out.refused.add(place, reason),
    }
    Ok(())
}

fn checked(out: Yield<Vec<Entry>>) -> Result<Yield<Vec<Entry>>, FeedError> {
    // An empty list would wipe out all that is known.
    match out.count {
        0 => Err(FeedError::NothingUsable(out.refused.count)),
        _ => Ok(out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"cveID":"CVE-2999-0001","vulnerabilityName":"Lamp","dateAdded":"2026-01-02",
        "dueDate":"2026-01-23","knownRansomwareCampaignUse":"Known"}"#;

    fn read(text: &str) -> Result<Yield<Vec<Entry>>, FeedError> {
        let mut stream = text.as_bytes();
        json(Text::open(&mut stream)?)
    }

    #[test]
    fn a_bad_entry_does_not_take_its_neighbours() {
        let text = format!(
            r#"{{"catalogVersion":"2026.08.07","vulnerabilities":[{ROW},
            {{"cveID":"CVE-2999-0002","dateAdded":"soon","dueDate":"2026-01-23"}},
            {{"cveID":7}}, {{}}]}}"#
        );
        let out = read(&text).unwrap();
        assert_eq!(out.count, 1);
        assert!(out.records[0].1.ransomware);
        assert_eq!(out.newest, Day::new(2026, 8, 7));
        let places: Vec<_> = out.refused.listed.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(places, ["vulnerabilities[1]", "vulnerabilities[2]", "vulnerabilities[3]"]);
        assert!(out.refused.listed[0].1.contains("'soon' is no day"));
    }

    #[test]
    fn csv_says_the_same() {
        let text = "cveID,dateAdded,dueDate,vulnerabilityName,knownRansomwareCampaignUse\n\
                    CVE-2999-0001,2026-01-02,2026-01-23,Lamp,Known\n\
                    CVE-2999,2026-01-02,2026-01-23,Lamp,Known\n";
        let out = csv(text.as_bytes()).unwrap();
        let json = read(&format!(r#"{{"vulnerabilities":[{ROW}]}}"#)).unwrap();
        assert_eq!(out.records, json.records);
        assert_eq!(out.refused.listed[0].0, "row 3");
    }

    #[test]
    fn an_empty_catalogue_is_none() {
        assert!(read(r#"{"vulnerabilities":[]}"#).is_err());
        assert!(read("{}").unwrap_err().to_string().contains("missing field"));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text: String) {
            let _ = (read(&text), csv(text.as_bytes()));
        }
    }
}
