//! The assessment of medical devices that a table names.
//!
//! In: the catalogue, devices by vendor, product and version. Out: an assessment's exposures and
//! counts. Never: a device of which no advisory speaks counted as clean.

use std::collections::BTreeMap;

use wardwatch_model::inventory::Software;
use wardwatch_model::{CveId, Day};

use super::{Device, Finding, judge};
use crate::assess::{Assessment, count, told_ranked};
use crate::catalogue::Catalogue;
use crate::package::gravity;
use crate::rank::{Surroundings, Tables};

/// Fills an assessment; false when no advisory speaks of any of the devices.
pub(crate) fn fill(
    assessment: &mut Assessment,
    catalogue: &Catalogue,
    tables: &Tables,
    devices: &[Software],
    around: &Surroundings,
    today: Day,
) -> bool {
    let advisories = &catalogue.landscape().medical;
    let mut found: BTreeMap<CveId, Finding> = BTreeMap::new();
    assessment.evidence.clear();
    for device in devices {
        let name = shown(device);
        assessment.evidence.push(format!("the table names it {name}"));
        assessment.product.get_or_insert(name);
        let vendor = device.vendor.as_deref().unwrap_or_default();
        let device = Device { vendor, product: &device.name, version: device.version.as_deref() };
        for finding in judge(advisories, &device) {
            let worse = |known: &Finding| gravity(finding.status) > gravity(known.status);
            if found.get(&finding.cve).is_none_or(worse) {
                found.insert(finding.cve, finding);
            }
        }
    }
    if found.is_empty() {
        assessment.doubts.push(match advisories.is_empty() {
            true => "no feed has advisories for medical devices: nothing is known".to_owned(),
            false => "no advisory speaks of this vendor's product: nothing is known".to_owned(),
        });
        return false;
    }
    let told = found.into_values().map(|finding| {
        let reasons = sentences(&finding);
        (finding.cve, finding.status, reasons)
    });
    assessment.exposures = told_ranked(catalogue, tables, told, around, today);
    assessment.counts = count(assessment);
    let unknown = assessment.counts.unknown;
    if unknown > 0 {
        assessment.doubts.push(format!(
            "{unknown} vulnerabilities of advisories that may speak of it are left open: see their reasons"
        ));
    }
    let silence = "only what advisories say is known: of a device's other holes nobody has spoken";
    assessment.doubts.push(silence.to_owned());
    true
}

fn shown(device: &Software) -> String {
    let all = [device.vendor.as_deref(), Some(device.name.as_str()), device.version.as_deref()];
    all.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The reasons, then the ways out.
fn sentences(finding: &Finding) -> Vec<String> {
    let reasons = finding.reasons.iter().map(ToString::to_string);
    reasons.chain(finding.ways.iter().map(ToString::to_string)).collect()
}
