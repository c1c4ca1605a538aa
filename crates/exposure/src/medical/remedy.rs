//! Ways out that advisories name for a product.

use std::fmt;

use serde::Serialize;
use wardwatch_model::landscape::MedicalAdvisory;

/// Ways out that are kept of one answer.
const MAX_WAYS: usize = 20;

/// What kind of way out it is. The order is the one in which people look for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WayKind {
    /// The vendor has a fix.
    VendorFix,
    /// Something lessens the risk.
    Mitigation,
    /// Something avoids it.
    Workaround,
    /// There is none yet.
    NoneAvailable,
    /// There will be none.
    NonePlanned,
    /// Some other.
    Other,
}

/// A way out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Way {
    /// Its kind.
    pub kind: WayKind,
    /// What to do, in the advisory's words.
    pub details: String,
    /// Where to find it.
    pub url: Option<String>,
    /// The advisory.
    pub advisory: String,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            WayKind::VendorFix => "the vendor's fix",
            WayKind::Mitigation => "lessens the risk",
            WayKind::Workaround => "avoids it",
            WayKind::NoneAvailable => "no way out yet",
            WayKind::NonePlanned => "no fix is planned",
            WayKind::Other => "advice",
        };
        write!(f, "{kind} ({}): {}", self.advisory, self.details)?;
        self.url.as_ref().map_or(Ok(()), |url| write!(f, " {url}"))
    }
}

/// Ways out for products of advisories, each once, fixes first.
pub(super) fn ways<'a>(open: impl Iterator<Item = (&'a MedicalAdvisory, u32)>) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for (advisory, place) in open {
        let for_it = advisory
            .remedies
            .iter()
            .filter(|remedy| remedy.products.is_empty() || remedy.products.contains(&place));
        for remedy in for_it {
            let way = Way {
                kind: kind(&remedy.category),
                details: remedy.details.clone(),
                url: remedy.url.clone(),
                advisory: advisory.id.clone(),
            };
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
    }
    ways.sort_by_key(|way| way.kind);
    ways.truncate(MAX_WAYS);
    ways
}

/// By CSAF's category.
fn kind(category: &str) -> WayKind {
    match category {
        "vendor_fix" => WayKind::VendorFix,
        "mitigation" => WayKind::Mitigation,
        "workaround" => WayKind::Workaround,
        "none_available" => WayKind::NoneAvailable,
        "no_fix_planned" => WayKind::NonePlanned,
        _ => WayKind::Other,
    }
}
