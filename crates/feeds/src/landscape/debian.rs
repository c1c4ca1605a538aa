//! Debian's security tracker, as its one JSON file.
//!
//! In: text. Out: a row for each source package, vulnerability and release. Format: the tracker's
//! `data/json`: package → vulnerability → `releases` → release → `status`, `fixed_version`,
//! `urgency`, `nodsa_reason`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use wardwatch_model::CveId;
use wardwatch_model::landscape::{PackageFix, PackageStatus};

use super::error::FeedError;
use super::json::{Bounds, within};
use super::report::Yield;

/// Rows of one file; the tracker of 2026 has some 500,000.
const MAX_ROWS: u64 = 3_000_000;

/// The tracker of 2026 has some 70 megabytes and 4 million values.
pub const BOUNDS: Bounds = Bounds { bytes: 512 << 20, values: 20_000_000 };

type Packages = BTreeMap<String, BTreeMap<String, Value>>;

#[derive(Deserialize)]
struct Release {
    status: String,
    #[serde(default)]
    fixed_version: Option<String>,
    #[serde(default)]
    urgency: Option<String>,
    #[serde(default)]
    nodsa_reason: Option<String>,
}

/// Reads the tracker.
///
/// # Errors
/// When it is none.
pub fn json(text: &str) -> Result<Yield<Vec<PackageFix>>, FeedError> {
    within(text, BOUNDS)?;
    let packages: Packages = serde_json::from_str(text).map_err(|error| FeedError::BadForm {
        form: "security tracker of Debian",
        why: error.to_string(),
    })?;
    let mut out = Yield::new(Vec::new());
    for (source, holes) in packages {
        for (name, hole) in holes {
            // Holes without a number yet (`TEMP-…`) cannot be joined with anything.
            let Ok(cve) = name.parse::<CveId>() else {
                out.dropped += 1;
                continue;
            };
            let releases = hole.get("releases").and_then(Value::as_object);
            let Some(releases) = releases else {
                out.refused.add(format!("{source} {name}"), "it has no releases");
                continue;
            };
            for (release, said) in releases {
                match Release::deserialize(said) {
                    Ok(_) if out.count >= MAX_ROWS => {
                        return Err(FeedError::TooMuch { limit: MAX_ROWS, what: "rows" });
                    }
                    Ok(said) => {
                        out.count += 1;
                        out.records.push(row(&source, cve, release, said));
                    }
                    Err(error) => {
                        out.refused.add(format!("{source} {name} {release}"), error.to_string());
                    }
                }
            }
        }
    }
    match out.count {
        0 => Err(FeedError::NothingUsable(out.refused.count)),
        _ => Ok(out),
    }
}

fn row(source: &str, cve: CveId, release: &str, said: Release) -> PackageFix {
    let status = match (said.status.as_str(), said.fixed_version.as_deref()) {
        // The tracker's way to say that no version ever had it.
        ("resolved", Some("0")) => PackageStatus::NotAffected,
        ("resolved", Some(version)) => PackageStatus::FixedIn(version.to_owned()),
        ("open", _) => match said.nodsa_reason.as_deref() {
            Some("ignored") => PackageStatus::WontFix("ignored".to_owned()),
            _ => PackageStatus::Open,
        },
        _ => PackageStatus::Undetermined,
    };
    PackageFix {
        distribution: "debian".to_owned(),
        release: release.to_owned(),
        source: source.to_owned(),
        cve,
        introduced: None,
        status,
        urgency: said.urgency.unwrap_or_default().to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_tracker() {
        let text = r#"{"lamp":{"TEMP-1":{},"CVE-2999-0001":{"releases":{
            "bookworm":{"status":"resolved","fixed_version":"1.1-1","urgency":"High"},
            "bullseye":{"status":"open","nodsa_reason":"ignored"},
            "sid":{"status":"resolved","fixed_version":"0"},
            "trixie":{"status":7}}}}}"#;
        let out = json(text).unwrap();
        let said: Vec<_> = out.records.iter().map(|row| &row.status).collect();
        assert_eq!(
            said,
            [
                &PackageStatus::FixedIn("1.1-1".to_owned()),
                &PackageStatus::WontFix("ignored".to_owned()),
                &PackageStatus::NotAffected
            ]
        );
        assert_eq!(
            (out.dropped, out.refused.listed[0].0.as_str()),
            (1, "lamp CVE-2999-0001 trixie")
        );
        assert!(json("{\"lamp\":{").is_err());
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text: String) {
            let _ = json(&text);
        }
    }
}
