//! Which feed a text is of, told by its first bytes.
//!
//! In: a file's name and the start of its text. Out: the kind, or none. The name only parts what
//! the content cannot.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Microsoft's catalogue as CSV.
    Microsoft,
    /// Known exploited vulnerabilities, JSON.
    KevJson,
    /// Known exploited vulnerabilities, CSV.
    KevCsv,
    /// Probabilities of exploitation.
    Epss,
    /// Support dates, YAML before a page.
    LifecyclePage,
    /// Support dates, JSON.
    LifecycleJson,
    /// CVE records, one or one a line.
    Cve,
    /// An advisory.
    Csaf,
    /// A vulnerability of packages.
    Osv,
    /// A tracker of packages.
    Debian,
    /// A decision table.
    Table,
    /// What does not run on newer releases.
    Compatibility,
}

impl Kind {
    /// The feed's name in a landscape.
    pub fn feed(self) -> &'static str {
        match self {
            Kind::Microsoft => "microsoft",
            Kind::KevJson | Kind::KevCsv => "kev",
            Kind::Epss => "epss",
            Kind::LifecyclePage | Kind::LifecycleJson => "lifecycle",
            Kind::Cve => "cve",
            Kind::Csaf => "csaf",
            Kind::Osv => "osv",
            Kind::Debian => "debian",
            Kind::Table => "ssvc",
            Kind::Compatibility => "compatibility",
        }
    }
}

/// The names of all feeds that are told.
pub const FEEDS: [&str; 10] = [
    "microsoft",
    "kev",
    "epss",
    "lifecycle",
    "cve",
    "csaf",
    "osv",
    "debian",
    "ssvc",
    "compatibility",
];

/// Tells what a text is.
pub fn recognise(name: &str, start: &str) -> Option<Kind> {
    let start = start.trim_start();
    match start.as_bytes().first()? {
        b'{' => object(start),
        b'[' => list(start),
        b'-' => {
            (start.starts_with("---") && start.contains("releases:")).then_some(Kind::LifecyclePage)
        }
        _ => table(name, start),
    }
}

fn object(start: &str) -> Option<Kind> {
    let keys = keys(start);
    let has = |key: &str| keys.iter().any(|found| found == key);
    if has("catalogVersion") || (has("vulnerabilities") && start.contains("\"cveID\"")) {
        Some(Kind::KevJson)
    } else if has("cveMetadata") || has("containers") || start.contains("\"CVE_RECORD\"") {
        Some(Kind::Cve)
    } else if has("document") && start.contains("\"csaf_version\"") {
        Some(Kind::Csaf)
    } else if has("result") && start.contains("\"releases\"") {
        Some(Kind::LifecycleJson)
    } else if has("id") && (has("modified") || has("schema_version") || has("affected")) {
        Some(Kind::Osv)
    } else if start.contains("\"CVE-") && start.contains("\"releases\"") {
        Some(Kind::Debian)
    } else {
        None
    }
}

fn list(start: &str) -> Option<Kind> {
    let cycle = start.contains("\"cycle\"") || start.contains("\"releaseCycle\"");
    cycle.then_some(Kind::LifecycleJson)
}

fn table(name: &str, start: &str) -> Option<Kind> {
    if start.starts_with("#model_version") {
        return Some(Kind::Epss);
    }
    let head = start.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'))?;
    let heads: Vec<String> =
        head.split(',').map(|word| word.trim().trim_matches('"').to_ascii_lowercase()).collect();
    let has = |word: &str| heads.iter().any(|head| head == word);
    if has("bulletinkb") || (has("dateposted") && has("affectedproduct")) {
        Some(Kind::Microsoft)
    } else if has("cveid") && has("dateadded") {
        Some(Kind::KevCsv)
    } else if has("cve") && has("epss") {
        Some(Kind::Epss)
    } else if has("target") && has("kind") && has("below") {
        Some(Kind::Compatibility)
    } else if has("row") && heads.len() > 2 && name.ends_with(".csv") {
        Some(Kind::Table)
    } else {
        None
    }
}

/// Names at the top of an object whose end may be missing.
fn keys(start: &str) -> Vec<String> {
    struct Names<'a>(&'a mut Vec<String>);
    impl<'de> Visitor<'de> for Names<'_> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(name) = map.next_key::<String>()? {
                self.0.push(name);
                map.next_value::<IgnoredAny>()?;
            }
            Ok(())
        }
    }
    let mut names = Vec::new();
    // The text is only a start: that it breaks off is no error.
    let _ = serde_json::Deserializer::from_str(start).deserialize_map(Names(&mut names));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_feeds_by_their_start() {
        for (start, kind) in [
            (
                "\"DatePosted\",\"CVE\",\"BulletinKB\",\"Title\",\"AffectedProduct\"\n",
                Kind::Microsoft,
            ),
            ("{\"title\":\"x\",\"catalogVersion\":\"2026.08.07\",\"vuln", Kind::KevJson),
            ("cveID,vendorProject,product,vulnerabilityName,dateAdded\n", Kind::KevCsv),
            ("#model_version:v2025.03.14,score_date:2026-01-01\n", Kind::Epss),
            ("cve,epss,percentile\n", Kind::Epss),
            ("---\ntitle: x\nreleases:\n", Kind::LifecyclePage),
            ("[{\"cycle\":\"12\"}]", Kind::LifecycleJson),
            ("{\"dataType\":\"CVE_RECORD\",\"containers\":{", Kind::Cve),
            ("{\"document\":{\"csaf_version\":\"2.0\"", Kind::Csaf),
            ("{\"id\":\"DSA-1\",\"modified\":\"2026\",\"affected\":[", Kind::Osv),
            ("{\"bash\":{\"CVE-2014-6271\":{\"releases\":{", Kind::Debian),
            ("row,In KEV,Automatable,Outcome\n0,no", Kind::Table),
            ("target,kind,name,below,supplier,day\n", Kind::Compatibility),
        ] {
            assert_eq!(recognise("a.csv", start), Some(kind), "{start}");
            assert!(FEEDS.contains(&kind.feed()), "{kind:?}");
        }
        for start in ["", "{", "[1]", "MIT License", "a,b\n", "--- ", "{\"$schema\":\"x\"}"] {
            assert_eq!(recognise("a.csv", start), None, "{start}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(head in "[{\\[#\"-]?", text: String) {
            let _ = recognise("a.csv", &(head + &text));
        }
    }
}
