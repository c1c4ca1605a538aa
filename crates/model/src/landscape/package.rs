//! Fixes of Linux packages, as trackers list them.

use serde::{Deserialize, Serialize};

use crate::CveId;

/// What a tracker says of a vulnerability in a source package of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageStatus {
    /// Fixed from this version on.
    FixedIn(String),
    /// Vulnerable, no fix yet.
    Open,
    /// Vulnerable; the distribution will not fix it in this release, with its reason.
    WontFix(String),
    /// Not vulnerable.
    NotAffected,
    /// Not looked at.
    Undetermined,
}

/// One row of a tracker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageFix {
    /// The distribution: `debian`, `ubuntu`, `rhel`, or OSV's ecosystem in small letters.
    pub distribution: String,
    /// Its release: `bookworm`, `12`, `9`; empty when the tracker does not part them.
    pub release: String,
    /// The source package.
    pub source: String,
    /// The vulnerability.
    pub cve: CveId,
    /// The version with which it came in, where told.
    pub introduced: Option<String>,
    /// What is said of it.
    pub status: PackageStatus,
    /// The tracker's urgency, small letters; empty when not told.
    pub urgency: String,
}
