//! The landscape: what feeds know of vulnerabilities, updates and support, compiled into one
//! immutable value.
//!
//! Rows refer to each other by place in a table, so that a snapshot is small and quick to load.
//! `feeds` makes it; `estate` and `exposure` read it. It decides nothing.

mod compatibility;
mod knowledge;
mod lifecycle;
mod medical;
mod package;
mod update;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{CveId, Day};

pub use compatibility::{Incompatible, IncompatibleKind};
pub use knowledge::{
    Cvss, Epss, Exploitation, KnownExploited, Ssvc, TechnicalImpact, Vulnerability,
};
pub use lifecycle::{Channel, Lifecycle};
pub use medical::{MedicalAdvisory, MedicalProduct, MedicalStatus, Remedy};
pub use package::{PackageFix, PackageStatus};
pub use update::{Bulletin, Fix, Product, Severity, Track, Update};

/// What a feed gave, and how old it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedStatus {
    /// The feed's name: `microsoft`, `kev`, `epss`, `cve`, `csaf`, `osv`, `debian`, `lifecycle`,
    /// `ssvc`, `compatibility`, or `starter` for what is built in.
    pub feed: String,
    /// The file, address or bundle it came from.
    pub origin: String,
    /// The newest day that its records name.
    pub newest: Option<Day>,
    /// The day on which it was read.
    pub read: Day,
    /// Records taken.
    pub records: u64,
    /// Records left out as junk: repeated, empty, or naming nothing.
    pub dropped: u64,
    /// Records that could not be read.
    pub refused: u64,
}

/// Decision tables, when a feed brings newer ones than those built in; rows in the table's order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DecisionTable {
    /// The table's name and version: `cisa_bod_26_04 1.0.0`.
    pub name: String,
    /// Heads of its columns, the outcome last.
    pub columns: Vec<String>,
    /// Its rows, words in small letters.
    pub rows: Vec<Vec<String>>,
}

/// All that is known, compiled.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Landscape {
    /// The feeds it was made from.
    pub feeds: Vec<FeedStatus>,
    /// Vulnerabilities, by CVE number.
    pub vulnerabilities: Vec<Vulnerability>,
    /// Products of Microsoft's catalogue, by name.
    pub products: Vec<Product>,
    /// Microsoft's updates, by number.
    pub updates: Vec<Update>,
    /// Which update fixes which vulnerability in which product; rows of a product stand together,
    /// see [`Product::fixes`].
    pub fixes: Vec<Fix>,
    /// Names of parts of products, for [`Fix::component`].
    pub components: Vec<String>,
    /// Advisories that close several vulnerabilities with the same updates.
    pub bulletins: Vec<Bulletin>,
    /// Support dates of releases.
    pub lifecycles: Vec<Lifecycle>,
    /// Fixes of Linux packages, by distribution, release and source package.
    pub packages: Vec<PackageFix>,
    /// Advisories for medical devices.
    pub medical: Vec<MedicalAdvisory>,
    /// Decision tables.
    pub tables: Vec<DecisionTable>,
    /// What does not run on newer releases.
    pub incompatible: Vec<Incompatible>,
}

impl Landscape {
    /// Lets probabilities count as they did in the landscape whose place this one takes, where the new
    /// ones are near ([`Epss::after`]).
    pub fn follow(&mut self, earlier: &Landscape) {
        let known = |one: &Vulnerability| Some((one.cve, one.epss?));
        let known: HashMap<CveId, Epss> =
            earlier.vulnerabilities.iter().filter_map(known).collect();
        for one in &mut self.vulnerabilities {
            if let (Some(epss), Some(earlier)) = (&mut one.epss, known.get(&one.cve)) {
                *epss = epss.after(*earlier);
            }
        }
    }
}
