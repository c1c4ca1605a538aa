//! Vulnerabilities of packages (OSV).
//!
//! In: one JSON object. Out: a row for each package and vulnerability. Format: OSV schema 1.x,
//! `affected[].ranges[].events`. A record that names no CVE gives nothing.

use serde_json::Value;
use wardwatch_model::landscape::{PackageFix, PackageStatus};
use wardwatch_model::{CveId, Day};

use super::error::FeedError;
use super::json::{Bounds, within};
use super::report::Yield;

/// Rows of one record.
const MAX_ROWS: usize = 20_000;

/// One record: that of the kernel has half a megabyte.
pub const BOUNDS: Bounds = Bounds { bytes: 8 << 20, values: 400_000 };

/// Reads a record.
///
/// # Errors
/// When it is none.
pub fn json(whole: &str) -> Result<Yield<Vec<PackageFix>>, FeedError> {
    let bad = |why: String| FeedError::BadForm { form: "record of OSV", why };
    within(whole, BOUNDS)?;
    let value: Value = serde_json::from_str(whole).map_err(|error| bad(error.to_string()))?;
    let id = text(&value, "id").ok_or_else(|| bad("it has no id".to_owned()))?;
    let mut out = Yield::new(Vec::new());
    out.saw(text(&value, "modified").and_then(|at| at.get(..10)).and_then(Day::parse));
    let others = ["aliases", "upstream", "related"].iter().flat_map(|name| list(&value, name));
    let mut cves: Vec<CveId> = std::iter::once(id)
        .chain(others.filter_map(Value::as_str))
        .filter_map(|name| {
            name.trim_start_matches("DEBIAN-").trim_start_matches("UBUNTU-").parse().ok()
        })
        .collect();
    cves.sort();
    cves.dedup();
    if cves.is_empty() || value.get("withdrawn").is_some_and(|at| !at.is_null()) {
        out.dropped = 1;
        return Ok(out);
    }
    for (place, affected) in list(&value, "affected").enumerate() {
        let package = affected.get("package");
        let field = |name| package.and_then(|package| text(package, name));
        let (Some(ecosystem), Some(source)) = (field("ecosystem"), field("name")) else {
            out.refused.add(format!("affected[{place}]"), "it names no package and ecosystem");
            continue;
        };
        let (distribution, release) = release(ecosystem);
        for (introduced, status) in list(affected, "ranges").filter_map(range) {
            for cve in &cves {
                if out.records.len() >= MAX_ROWS {
                    return Err(FeedError::TooMuch { limit: MAX_ROWS as u64, what: "rows" });
                }
                out.count += 1;
                out.records.push(PackageFix {
                    distribution: distribution.clone(),
                    release: release.clone(),
                    source: source.to_owned(),
                    cve: *cve,
                    introduced: introduced.clone(),
                    status: status.clone(),
                    urgency: String::new(),
                });
            }
        }
    }
    Ok(out)
}

/// Distribution and release of an ecosystem, under the names that support dates have them by:
/// `Rocky Linux:9`, `Red Hat:enterprise_linux:9::baseos` (a CPE's last parts), `Ubuntu:22.04:LTS`. Others as they
/// are, `Ubuntu:Pro:…` too: its fixes are for those who pay.
fn release(ecosystem: &str) -> (String, String) {
    let (distribution, release) = ecosystem.split_once(':').unwrap_or((ecosystem, ""));
    let (distribution, release) = (distribution.to_lowercase(), release.to_lowercase());
    match distribution.as_str() {
        "ubuntu" => (distribution, release.trim_end_matches(":lts").to_owned()),
        "rocky linux" => ("rocky-linux".to_owned(), release),
        "red hat" => match release.strip_prefix("enterprise_linux:") {
            Some(rest) => {
                let number = rest.split(':').next().unwrap_or_default();
                ("rhel".to_owned(), number.split('.').next().unwrap_or_default().to_owned())
            }
            None => (distribution, release),
        },
        _ => (distribution, release),
    }
}

/// Where a range begins, unless with the first version, and how it ends. Ranges of commits say
/// nothing of versions.
fn range(range: &Value) -> Option<(Option<String>, PackageStatus)> {
    if text(range, "type") == Some("GIT") {
        return None;
    }
    let find = |name| list(range, "events").filter_map(|event| text(event, name)).next_back();
    let introduced = find("introduced").filter(|version| *version != "0").map(str::to_owned);
    let fixed = find("fixed").map(|version| PackageStatus::FixedIn(version.to_owned()));
    // The last affected version is known, the first fixed one is not: it stays open.
    Some((introduced, fixed.unwrap_or(PackageStatus::Open)))
}

fn list<'a>(value: &'a Value, name: &str) -> impl DoubleEndedIterator<Item = &'a Value> + use<'a> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_record() {
        let out = json(
            r#"{"id":"DSA-1","modified":"2026-01-02T00:00:00Z","aliases":["CVE-2999-0001"],"affected":[
            {"package":{"ecosystem":"Debian:12","name":"lamp"},"ranges":[{"type":"ECOSYSTEM",
            "events":[{"introduced":"0"},{"fixed":"1.1-1+deb12u1"}]}]},
            {"package":{"name":"x"}},
            {"package":{"ecosystem":"Debian:11","name":"lamp"},"ranges":[{"type":"ECOSYSTEM",
            "events":[{"introduced":"1.0"},{"last_affected":"1.1"}]}]}]}"#,
        )
        .unwrap();
        assert_eq!(out.refused.count, 1);
        let [fixed, open] = &out.records[..] else { panic!("{out:?}") };
        assert_eq!((&fixed.distribution[..], &fixed.release[..]), ("debian", "12"));
        assert_eq!(fixed.status, PackageStatus::FixedIn("1.1-1+deb12u1".to_owned()));
        assert_eq!((open.introduced.as_deref(), &open.status), (Some("1.0"), &PackageStatus::Open));
        assert_eq!(json(r#"{"id":"GHSA-x"}"#).unwrap().dropped, 1);
        assert!(json("{}").is_err());
    }

    #[test]
    fn releases_have_the_names_of_support_dates() {
        for (ecosystem, distribution, number) in [
            ("Debian:12", "debian", "12"),
            ("AlmaLinux:9", "almalinux", "9"),
            ("Ubuntu:22.04:LTS", "ubuntu", "22.04"),
            ("Ubuntu:24.10", "ubuntu", "24.10"),
            ("Ubuntu:Pro:16.04:LTS", "ubuntu", "pro:16.04"),
            ("Rocky Linux:8", "rocky-linux", "8"),
            ("Red Hat:enterprise_linux:9::baseos", "rhel", "9"),
            ("Red Hat:enterprise_linux:10.1", "rhel", "10"),
            ("Red Hat:openshift:4.16::el9", "red hat", "openshift:4.16::el9"),
            ("Alpine", "alpine", ""),
        ] {
            assert_eq!(release(ecosystem), (distribution.to_owned(), number.to_owned()));
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text: String) {
            let _ = json(&text);
        }
    }
}
