//! Who has a word on a host beside the vendor who lists updates.
//!
//! In: what a host runs, its inventory. Out: the tracker of its distribution, or the advisories on the devices
//! that a table names, with every answer. Never: silence about a package whose source has no name taken
//! for good news.

use std::collections::BTreeMap;

use wardwatch_model::inventory::{Inventory, Package, ReportKind, Software, SystemClaim};
use wardwatch_model::{CveId, ExposureStatus};

use crate::assess::Subject;
use crate::catalogue::Catalogue;
use crate::medical;
use crate::package::{self, Release};

/// Answers by vulnerability, each with its reasons.
pub type Answers = BTreeMap<CveId, (ExposureStatus, Vec<String>)>;

/// Whose word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teller<'a> {
    /// That of the tracker of a release, on these packages.
    Tracker(&'a Release, &'a [Package]),
    /// That of advisories, on these devices.
    Advisories(&'a [Software]),
}

impl<'a> Teller<'a> {
    /// Who speaks of a host; none where its vendor lists updates, or nobody speaks.
    pub fn of(
        catalogue: &Catalogue,
        subject: &'a Subject,
        inventory: &'a Inventory,
    ) -> Option<Teller<'a>> {
        let tracked = |release: &&Release| catalogue.trackers().speak_of(release);
        if let Some(release) = subject.release.as_ref().filter(tracked)
            && !inventory.packages.is_empty()
        {
            return Some(Teller::Tracker(release, &inventory.packages));
        }
        let devices = equipment(inventory);
        (!devices.is_empty()).then_some(Teller::Advisories(devices))
    }

    /// What it says.
    pub fn answers(self, catalogue: &Catalogue) -> Answers {
        match self {
            Teller::Tracker(release, packages) => {
                package::by_vulnerability(&package::decide(catalogue, release, packages))
            }
            Teller::Advisories(devices) => {
                let found =
                    medical::of_devices(&catalogue.landscape().medical, devices).into_iter();
                found.map(|(cve, finding)| (cve, (finding.status, finding.sentences()))).collect()
            }
        }
    }

    /// The release whose tracker's silence says that a package is not there. A list that names no source
    /// packages leaves that open: every system has packages of another name than their source.
    pub fn silent(self) -> Option<&'a Release> {
        match self {
            Teller::Tracker(release, packages) => {
                let told = packages.iter().any(|package| package.source != package.name);
                Some(release).filter(|_| told)
            }
            Teller::Advisories(_) => None,
        }
    }
}

/// The devices that a table names: it tells nothing of any system, and programs of a host are not devices.
pub fn equipment(inventory: &Inventory) -> &[Software] {
    let table = inventory.report == ReportKind::Table && inventory.system == SystemClaim::default();
    if table { &inventory.software } else { &[] }
}

/// What a device of a table is called.
pub fn shown(device: &Software) -> String {
    let all = [device.vendor.as_deref(), Some(device.name.as_str()), device.version.as_deref()];
    all.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
