//! The verdict for each report.
//!
//! In: reports, and what to assess by. Out: an assessment for each, in their order, with a plan for
//! what gets no fixes any more. Never: two reports of one host mixed up; one may only tell the other
//! what the host runs.

use std::collections::HashMap;
use std::path::Path;

use serde::Serialize;
use wardwatch_estate::plan;
use wardwatch_estate::product::{Hints, Resolution, resolve};
use wardwatch_exposure::rank::{Surroundings, Tables};
use wardwatch_exposure::{Assessment, Catalogue, Subject, assess as decide};
use wardwatch_model::inventory::{ReportKind, Setting};
use wardwatch_model::{Day, Kb, SupportState};

use super::read::Report;

/// What to assess by.
pub struct By {
    /// What is known.
    pub catalogue: Catalogue,
    /// Decision tables.
    pub tables: Tables,
    /// Where the hosts stand.
    pub around: Surroundings,
    /// Whether extended support is paid for.
    pub extended: bool,
    /// The day.
    pub today: Day,
}

/// The verdict for one report.
#[derive(Debug, Serialize)]
pub struct Host {
    /// The file.
    pub file: String,
    /// What kind of report it is.
    pub report: ReportKind,
    /// The verdict.
    #[serde(flatten)]
    pub assessment: Assessment,
    /// What to do instead, when the system gets no fixes any more.
    pub plan: Option<plan::Plan>,
}

/// Assesses all reports.
pub fn assess(by: &By, reports: &[Report]) -> Vec<Host> {
    let first: Vec<Resolution> = reports.iter().map(|report| told(by, report, None)).collect();
    let mut hosts: HashMap<String, usize> = HashMap::new();
    for (place, report) in reports.iter().enumerate() {
        // What names its own system may tell others; a list of updates is none.
        let names_itself = report.inventory.system.version.is_some();
        if let Some(host) = report.inventory.host.as_ref().filter(|_| names_itself)
            && first[place].product.is_some()
        {
            hosts.entry(host.to_lowercase()).or_insert(place);
        }
    }
    reports
        .iter()
        .zip(&first)
        .enumerate()
        .map(|(place, (report, alone))| {
            let host = report.inventory.host.as_ref().map(|host| host.to_lowercase());
            let other = host.and_then(|host| hosts.get(&host).copied());
            match other.filter(|&other| other != place) {
                Some(other) if report.inventory.system.version.is_none() => {
                    verdict(by, report, &told(by, report, Some(&first[other])))
                }
                _ => verdict(by, report, alone),
            }
        })
        .collect()
}

fn told(by: &By, report: &Report, same_host: Option<&Resolution>) -> Resolution {
    let products = |kb: Kb| by.catalogue.products_of(kb);
    let file_name = Path::new(&report.file).file_name().and_then(|name| name.to_str());
    let hints = Hints { file_name, same_host, products_of_kb: Some(&products) };
    resolve(&report.inventory, &hints)
}

fn verdict(by: &By, report: &Report, resolution: &Resolution) -> Host {
    let subject = Subject::of(&by.catalogue, resolution, by.extended, by.today);
    let assessment =
        decide(&by.catalogue, &by.tables, &subject, &report.inventory, &by.around, by.today);
    let plan = plan_for(by, &assessment, &report.inventory.settings);
    Host { file: report.file.clone(), report: report.inventory.report, assessment, plan }
}

/// A plan for a system that gets no fixes: of its duty and surroundings a report tells nothing.
fn plan_for(by: &By, assessment: &Assessment, settings: &[Setting]) -> Option<plan::Plan> {
    if assessment.support.state != SupportState::Ended {
        return None;
    }
    let product = assessment.product.as_ref()?;
    let subject = plan::Subject::unplaced(
        assessment.host.clone().unwrap_or_else(|| "this host".to_owned()),
        product.clone(),
        assessment.support.ends,
        assessment.installed.clone(),
        settings.to_vec(),
    );
    Some(plan::make(&subject, by.today))
}
