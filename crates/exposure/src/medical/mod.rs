//! Whether a medical device is open to what advisories (CSAF) say.
//!
//! In: advisories; a device's vendor, product and version as somebody wrote them. Out: for each
//! vulnerability of an advisory that speaks of it, the answer with its reasons and ways out. Pure.
//! Never: a guess: what advisories and names leave open is unknown; a device of which none speaks
//! counted as clean (there is no answer then, not a good one).

mod assess;
mod name;
pub mod range;
mod reason;
mod remedy;
pub mod version;

use std::collections::BTreeMap;

use wardwatch_model::inventory::Software;
use wardwatch_model::landscape::{MedicalAdvisory, MedicalProduct, MedicalStatus};
use wardwatch_model::{CveId, ExposureStatus};

use crate::package::gravity;
pub(crate) use assess::fill;
pub use name::{Likeness, Names};
pub use range::{Place, Versions};
pub use reason::{Leaf, Reason};
pub use remedy::{Way, WayKind};
pub use version::{Stand, Version};

/// Reasons that are kept of one answer.
const MAX_REASONS: usize = 8;

/// A device as somebody wrote it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device<'a> {
    /// Who makes it.
    pub vendor: &'a str,
    /// What it is called.
    pub product: &'a str,
    /// The version of its software, where it is known.
    pub version: Option<&'a str>,
}

/// The answer for one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The vulnerability.
    pub cve: CveId,
    /// The answer.
    pub status: ExposureStatus,
    /// What it rests on.
    pub reasons: Vec<Reason>,
    /// Ways out, when it is not closed: what the advisories advise for this product, each once.
    pub ways: Vec<Way>,
}

/// What one product of an advisory says of the device and a vulnerability.
struct Told<'a> {
    advisory: &'a MedicalAdvisory,
    /// The product's place in the advisory.
    place: u32,
    status: MedicalStatus,
    same: bool,
    within: Within,
}

/// Whether the device's version is among those that a product of an advisory means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Place(Place),
    NoVersion,
}

/// The answers for a device, by vulnerability.
pub fn judge(advisories: &[MedicalAdvisory], device: &Device<'_>) -> Vec<Finding> {
    let names = Names::new(device.vendor, device.product);
    if !names.tells() {
        return Vec::new();
    }
    let version = device.version.map(str::trim).filter(|text| !text.is_empty());
    let mut told: BTreeMap<CveId, Vec<Told<'_>>> = BTreeMap::new();
    for advisory in advisories {
        for (place, product) in (0_u32..).zip(&advisory.products) {
            if !names.is_by(&product.vendor) {
                continue;
            }
            let Some(likeness) = names.like(&product.vendor, &product.name) else { continue };
            let within = within(&product.versions, version);
            let same = likeness == Likeness::Same;
            for &(cve, status) in &product.statuses {
                let one = Told { advisory, place, status, same, within };
                told.entry(cve).or_default().push(one);
            }
        }
    }
    told.into_iter().map(|(cve, told)| finding(cve, &told)).collect()
}

/// The answers for several devices as one: of each vulnerability the worst.
pub fn of_devices(
    advisories: &[MedicalAdvisory],
    devices: &[Software],
) -> BTreeMap<CveId, Finding> {
    let mut found: BTreeMap<CveId, Finding> = BTreeMap::new();
    for device in devices {
        let vendor = device.vendor.as_deref().unwrap_or_default();
        let device = Device { vendor, product: &device.name, version: device.version.as_deref() };
        for finding in judge(advisories, &device) {
            let worse = |known: &Finding| gravity(finding.status) > gravity(known.status);
            if found.get(&finding.cve).is_none_or(worse) {
                found.insert(finding.cve, finding);
            }
        }
    }
    found
}

impl Finding {
    /// The reasons, then the ways out.
    pub fn sentences(&self) -> Vec<String> {
        let reasons = self.reasons.iter().map(ToString::to_string);
        reasons.chain(self.ways.iter().map(ToString::to_string)).collect()
    }
}

fn within(versions: &str, version: Option<&str>) -> Within {
    let meant = Versions::parse(versions);
    let Some(text) = version else {
        return if meant == Versions::All { Within::Place(Place::In) } else { Within::NoVersion };
    };
    // The same words are the same version, whatever they mean.
    if names(versions, text) {
        return Within::Place(Place::In);
    }
    Within::Place(match (Version::parse(text), &meant) {
        (_, Versions::All) => Place::In,
        (Some(version), meant) => meant.place(&version),
        (None, _) => Place::Unclear,
    })
}

/// Whether a version stands among an advisory's in the same words, alone or in a plain list.
fn names(versions: &str, text: &str) -> bool {
    let plain = !versions.contains(['<', '>', '(', ')']);
    let mut listed = versions.split('|').filter(|_| plain);
    versions.trim().eq_ignore_ascii_case(text)
        || listed.any(|one| one.trim().eq_ignore_ascii_case(text))
}

/// What all that is told of a vulnerability comes to.
fn finding(cve: CveId, told: &[Told<'_>]) -> Finding {
    let (same, like): (Vec<&Told<'_>>, Vec<&Told<'_>>) = told.iter().partition(|one| one.same);
    let (status, by) =
        if same.is_empty() { (ExposureStatus::Unknown, like) } else { decide(&same) };
    let mut reasons: Vec<Reason> = Vec::new();
    for one in &by {
        let reason = one.reason(status);
        if reasons.len() < MAX_REASONS && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let closed = matches!(status, ExposureStatus::Fixed | ExposureStatus::NotAffected);
    let open = by.iter().filter(|_| !closed).map(|one| (one.advisory, one.place));
    Finding { cve, status, reasons, ways: remedy::ways(open) }
}

/// The answer of products with the device's own name, and those that it rests on.
fn decide<'a, 't>(told: &[&'t Told<'a>]) -> (ExposureStatus, Vec<&'t Told<'a>>) {
    let is = |one: &Told<'_>, place: Place| one.within == Within::Place(place);
    let hits: Vec<&Told<'_>> = told.iter().copied().filter(|one| is(one, Place::In)).collect();
    if let Some(first) = hits.first() {
        // Advisories that contradict each other leave it open.
        let agreed = hits.iter().all(|one| one.status == first.status);
        let status = match first.status {
            _ if !agreed => ExposureStatus::Unknown,
            MedicalStatus::Affected => ExposureStatus::Exposed,
            MedicalStatus::Fixed => ExposureStatus::Fixed,
            MedicalStatus::NotAffected => ExposureStatus::NotAffected,
            MedicalStatus::UnderInvestigation => ExposureStatus::Unknown,
        };
        return (status, hits);
    }
    let outside = |one: &&Told<'_>| is(one, Place::Out) && one.status == MedicalStatus::Affected;
    if told.iter().all(outside) {
        return (ExposureStatus::NotAffected, told.to_vec());
    }
    (ExposureStatus::Unknown, told.iter().copied().filter(|one| !outside(one)).collect())
}

impl Told<'_> {
    fn reason(&self, verdict: ExposureStatus) -> Reason {
        let leaf = self.leaf();
        let status = self.status;
        if !self.same {
            return Reason::MayBe { leaf };
        }
        match self.within {
            Within::Place(Place::In) => Reason::Said { status, leaf },
            Within::Place(Place::Out) if verdict == ExposureStatus::NotAffected => {
                Reason::Outside { leaf }
            }
            Within::Place(Place::Out) => Reason::NotSaid { status, leaf },
            Within::Place(Place::Others) => Reason::OtherVersions { leaf },
            Within::Place(Place::Unclear) => Reason::NotComparable { leaf },
            Within::NoVersion => Reason::NoVersion { leaf },
        }
    }

    fn leaf(&self) -> Leaf {
        let product: Option<&MedicalProduct> = self.advisory.products.get(self.place as usize);
        let name =
            |product: &MedicalProduct| format!("{} {}", product.vendor.trim(), product.name.trim());
        Leaf {
            advisory: self.advisory.id.clone(),
            product: product.map(name).unwrap_or_default(),
            versions: product.map(|product| product.versions.clone()).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;
