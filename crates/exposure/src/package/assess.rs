//! The assessment of a Linux host's packages.
//!
//! In: the catalogue, the host's release, its packages. Out: an assessment's exposures, what to bring
//! up to date, and counts. Never: an answer that no tracker gave.

use wardwatch_model::Day;
use wardwatch_model::inventory::Package;

use super::{Release, Source, decide, gravity, outdated};
use crate::assess::{Assessment, count, told_ranked};
use crate::catalogue::Catalogue;
use crate::rank::{Surroundings, Tables};
use crate::told::Answers;

/// Fills an assessment.
pub(crate) fn fill(
    assessment: &mut Assessment,
    catalogue: &Catalogue,
    tables: &Tables,
    release: &Release,
    packages: &[Package],
    around: &Surroundings,
    today: Day,
) {
    let sources = decide(catalogue, release, packages);
    assessment.outdated_packages = outdated(release.packager, &sources);
    let told = by_vulnerability(&sources).into_iter();
    let told = told.map(|(cve, (status, reasons))| (cve, status, reasons));
    assessment.exposures = told_ranked(catalogue, tables, told, around, today);
    assessment.counts = count(assessment);
}

/// A vulnerability stands as in the worst of its source packages; the reasons are those of all that
/// stand so.
pub(crate) fn by_vulnerability(sources: &[Source]) -> Answers {
    let mut found = Answers::new();
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
