//! The assessment of medical devices that a table names.
//!
//! In: the catalogue, devices by vendor, product and version. Out: an assessment's exposures and
//! counts. Never: a device of which no advisory speaks counted as clean.

use wardwatch_model::Day;
use wardwatch_model::inventory::Software;

use super::of_devices;
use crate::assess::{Assessment, count, told_ranked};
use crate::catalogue::Catalogue;
use crate::rank::{Surroundings, Tables};
use crate::told::shown;

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
    assessment.evidence.clear();
    for device in devices {
        let name = shown(device);
        assessment.evidence.push(format!("the table names it {name}"));
        assessment.product.get_or_insert(name);
    }
    let found = of_devices(advisories, devices);
    if found.is_empty() {
        assessment.doubts.push(match advisories.is_empty() {
            true => "no feed has advisories for medical devices: nothing is known".to_owned(),
            false => "no advisory speaks of this vendor's product: nothing is known".to_owned(),
        });
        return false;
    }
    let told = found.into_values().map(|finding| {
        let reasons = finding.sentences();
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
