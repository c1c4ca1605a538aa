//! The assessment of a Linux host's packages.
//!
//! In: the catalogue, the host's release, its packages. Out: an assessment's exposures, what to bring
//! up to date, and counts. Never: a host whose release no tracker speaks of counted as clean.

use std::collections::BTreeMap;

use wardwatch_model::inventory::Inventory;
use wardwatch_model::{CveId, Day, ExposureStatus};

use super::{Release, Source, decide, gravity, outdated};
use crate::assess::{Assessment, count, told_ranked};
use crate::catalogue::Catalogue;
use crate::rank::{Surroundings, Tables};

/// Fills an assessment; false when no tracker speaks of the release.
pub(crate) fn fill(
    assessment: &mut Assessment,
    catalogue: &Catalogue,
    tables: &Tables,
    release: &Release,
    inventory: &Inventory,
    around: &Surroundings,
    today: Day,
) -> bool {
    let rows = &catalogue.landscape().packages;
    if !rows.iter().any(|row| release.has(row)) {
        return false;
    }
    let sources = decide(rows, release, &inventory.packages);
    assessment.outdated_packages = outdated(&sources);
    let told = by_vulnerability(&sources).into_iter();
    let told = told.map(|(cve, (status, reasons))| (cve, status, reasons));
    assessment.exposures = told_ranked(catalogue, tables, told, around, today);
    assessment.counts = count(assessment);
    true
}

/// A vulnerability stands as in the worst of its source packages; the reasons are those of all that
/// stand so.
fn by_vulnerability(sources: &[Source]) -> BTreeMap<CveId, (ExposureStatus, Vec<String>)> {
    let mut found: BTreeMap<CveId, (ExposureStatus, Vec<String>)> = BTreeMap::new();
    for finding in sources.iter().flat_map(|source| &source.findings) {
        let entry = found.entry(finding.cve).or_insert((finding.status, Vec::new()));
        if gravity(finding.status) > gravity(entry.0) {
            *entry = (finding.status, Vec::new());
        }
        if finding.status == entry.0 {
            entry.1.push(finding.reason.clone());
        }
    }
    found
}
