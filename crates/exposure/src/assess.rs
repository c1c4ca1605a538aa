//! All that is to be said of one host: product, support, verdicts, missing updates, rank.
//!
//! In: what the host runs, its inventory, the catalogue, the tables, a day. Out: one value that every
//! output prints. Never: a host whose product is not known counted as anything but unknown.

use std::cmp::Reverse;

use wardwatch_estate::lifecycle::{Support, support};
use wardwatch_estate::product::Resolution;
use wardwatch_estate::wave::{Target, blockers};
use wardwatch_model::inventory::Inventory;
use wardwatch_model::landscape::{Severity, Vulnerability};
use wardwatch_model::{Architecture, Build, CveId, Day, ExposureStatus, Kb};

use crate::absent::{absent, looked};
pub use crate::answer::{Assessment, Counts, Exposure, MissingUpdate};
use crate::catalogue::Catalogue;
use crate::decide::{Host, decide};
use crate::medical;
use crate::missing::missing;
use crate::package::{self, Release};
use crate::rank::{Order, Surroundings, Tables, rank, words};
use crate::reasons::Reasons;
use crate::told::Teller;
use crate::verdict::Verdict;

/// What a host runs, as resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The catalogue's product; none when it could not be told.
    pub product: Option<String>,
    /// The name to show: the product, or that of a system that the catalogue does not have.
    pub name: Option<String>,
    /// Processor family.
    pub architecture: Option<Architecture>,
    /// Service pack.
    pub service_pack: Option<u8>,
    /// Build, with its revision where known.
    pub build: Option<Build>,
    /// Which evidence told the product, one sentence each.
    pub evidence: Vec<String>,
    /// How its support stands.
    pub support: Support,
    /// The release of Linux whose packages are asked for.
    pub release: Option<Release>,
}

impl Subject {
    /// From what a host was told to run: the product under the name that the catalogue has it by, and
    /// its support on a day. `extended` says whether extended security updates are paid for.
    pub fn of(catalogue: &Catalogue, told: &Resolution, extended: bool, today: Day) -> Subject {
        let support = match &told.lifecycle {
            Some(dates) => support(
                &catalogue.landscape().lifecycles,
                &dates.product,
                &dates.cycles,
                told.channel,
                extended,
                today,
            ),
            None => Support::unknown("the product is not known"),
        };
        let mut names = told.product.iter().chain(&told.aliases);
        let spoken_of = |product| !catalogue.holes(product).is_empty();
        let known = names.find(|name| catalogue.product(name).is_some_and(spoken_of));
        let mut evidence = told.evidence.clone();
        evidence.extend(told.needed.clone());
        if !told.candidates.is_empty() {
            evidence.push(format!("it may be {}", told.candidates.join(", or ")));
        }
        Subject {
            product: known.or(told.product.as_ref()).cloned(),
            name: told.product.clone(),
            architecture: told.architecture,
            service_pack: told.service_pack,
            build: told.build,
            evidence,
            support,
            release: release(told),
        }
    }
}

/// The release of a distribution whose trackers are understood; none for others.
fn release(told: &Resolution) -> Option<Release> {
    let dates = told.lifecycle.as_ref()?;
    Release::of(&dates.product, dates.cycles.first()?)
}

/// Assesses a host.
pub fn assess(
    catalogue: &Catalogue,
    tables: &Tables,
    subject: &Subject,
    inventory: &Inventory,
    around: &Surroundings,
    today: Day,
) -> Assessment {
    let mut installed: Vec<Kb> = inventory.updates.iter().map(|update| update.kb).collect();
    installed.sort_unstable();
    let target = subject.name.as_deref().and_then(Target::of);
    let known = &catalogue.landscape().incompatible;
    let blockers = target.map_or_else(Vec::new, |target| blockers(target, inventory, known));
    let mut assessment = Assessment {
        host: inventory.host.clone(),
        product: subject.name.clone().or_else(|| subject.product.clone()),
        service_pack: subject.service_pack,
        architecture: subject.architecture,
        build: subject.build,
        evidence: subject.evidence.clone(),
        installed,
        support: subject.support.clone(),
        moves_to: target.filter(|_| !blockers.is_empty()).map(|target| target.name),
        blockers,
        missing_updates: Vec::new(),
        outdated_packages: Vec::new(),
        exposures: Vec::new(),
        counts: Counts::default(),
        silent: None,
        doubts: inventory.doubts.clone(),
    };
    match Teller::of(catalogue, subject, inventory) {
        Some(teller @ Teller::Tracker(release, packages)) => {
            package::fill(&mut assessment, catalogue, tables, release, packages, around, today);
            assessment.silent = teller.silent().cloned();
            return assessment;
        }
        Some(Teller::Advisories(devices))
            if medical::fill(&mut assessment, catalogue, tables, devices, around, today) =>
        {
            return assessment;
        }
        _ => {}
    }
    // A product without a single row is one that the vendor does not look at: not a clean one.
    let product = subject.product.as_deref().and_then(|name| catalogue.product(name));
    let product = product.filter(|&product| !catalogue.holes(product).is_empty());
    let Some(product) = product else {
        assessment.counts.unknown = catalogue.landscape().vulnerabilities.len();
        if !inventory.packages.is_empty() {
            let packages = "no feed has a tracker of this distribution's release: the packages are not yet held \
                            against vulnerabilities";
            assessment.doubts.push(packages.to_owned());
        } else if let Some(name) = &subject.product {
            let doubt = format!("no feed has a vulnerability of {name}: nothing is known");
            assessment.doubts.push(doubt);
        }
        return assessment;
    };
    let host = Host::new(catalogue, product, subject.build, inventory);
    let verdicts = decide(catalogue, &host);
    note_unknown_updates(&host, &mut assessment);
    assessment.missing_updates = missing_updates(catalogue, &host, &verdicts);
    let mut ranked: Vec<(Option<Order>, Exposure)> = verdicts
        .into_iter()
        .filter_map(|verdict| exposure(catalogue, tables, &host, verdict, around, today))
        .collect();
    // Open ones by rank; the others by how they stand, the newest first.
    ranked.sort_by_cached_key(|(order, exposure)| {
        (order.is_none(), *order, exposure.status, Reverse(exposure.cve))
    });
    assessment.exposures = ranked.into_iter().map(|(_, exposure)| exposure).collect();
    assessment.counts = count(&assessment);
    assessment.counts.not_looked_at = not_looked_at(catalogue, product);
    if assessment.counts.not_looked_at > 0 {
        assessment.doubts.push(format!(
            "{} vulnerabilities of Windows were found when the vendor did not look at this product: \
             whether it has them is not known",
            assessment.counts.not_looked_at
        ));
    }
    assessment
}

fn note_unknown_updates(host: &Host<'_>, assessment: &mut Assessment) {
    let unknown = &host.patches.unknown;
    if unknown.is_empty() {
        return;
    }
    let names: Vec<String> = unknown.iter().take(5).map(Kb::to_string).collect();
    let more = match unknown.len().saturating_sub(5) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    assessment.doubts.push(format!(
        "installed and not in the catalogue of security updates: {}{more}",
        names.join(", ")
    ));
}

/// How many vulnerabilities of Windows the vendor's silence says nothing about.
fn not_looked_at(catalogue: &Catalogue, product: u32) -> usize {
    let looked = looked(catalogue, product);
    let holes = catalogue.holes(product);
    (0u32..)
        .zip(&catalogue.landscape().vulnerabilities)
        .filter(|&(place, _)| catalogue.is_of_systems(place))
        .filter(|(place, _)| holes.binary_search_by_key(place, |hole| hole.vulnerability).is_err())
        .filter(|(_, vulnerability)| {
            absent(looked, vulnerability.published, true) == ExposureStatus::Unknown
        })
        .count()
}

fn missing_updates(
    catalogue: &Catalogue,
    host: &Host<'_>,
    verdicts: &[Verdict],
) -> Vec<MissingUpdate> {
    let updates = &catalogue.landscape().updates;
    missing(catalogue, host, verdicts)
        .into_iter()
        .map(|missing| MissingUpdate {
            id: catalogue.kb(missing.update),
            title: updates[missing.update as usize].title.clone(),
            track: missing.track,
            released: catalogue.published(missing.update),
            closes: missing.closes.len(),
            supersedes: missing.replaces.iter().map(|&older| catalogue.kb(older)).collect(),
        })
        .collect()
}

fn exposure(
    catalogue: &Catalogue,
    tables: &Tables,
    host: &Host<'_>,
    verdict: Verdict,
    around: &Surroundings,
    today: Day,
) -> Option<(Option<Order>, Exposure)> {
    let vulnerability = catalogue.vulnerability(verdict.vulnerability)?;
    let holes = catalogue.holes(host.product);
    let place = holes.binary_search_by_key(&verdict.vulnerability, |hole| hole.vulnerability);
    let rows = place.map_or(&[][..], |place| catalogue.rows(&holes[place]));
    let severity = rows.iter().map(|row| row.severity).max().unwrap_or(Severity::Unknown);
    let published = rows.iter().map(|row| row.published).min();
    let exposure = Exposure {
        cve: vulnerability.cve,
        status: verdict.status,
        severity,
        kev: vulnerability.kev.is_some(),
        ransomware: vulnerability.kev.is_some_and(|kev| kev.ransomware),
        decision: None,
        ssvc: None,
        due: None,
        overdue: false,
        reasons: Reasons::decided(verdict.reasons),
    };
    Some(open_rank(tables, vulnerability, exposure, around, published, today))
}

/// An exposure with its rank and clock when it is not closed; the order only when it is open.
pub(crate) fn open_rank(
    tables: &Tables,
    vulnerability: &Vulnerability,
    mut exposure: Exposure,
    around: &Surroundings,
    published: Option<Day>,
    today: Day,
) -> (Option<Order>, Exposure) {
    if matches!(exposure.status, ExposureStatus::Fixed | ExposureStatus::NotAffected) {
        return (None, exposure);
    }
    let rank = rank(tables, vulnerability, exposure.severity, around, published);
    exposure.decision = Some(words(rank.clock));
    exposure.ssvc = rank.decision.map(|decision| decision.as_str());
    exposure.due = rank.due;
    exposure.overdue = rank.due.is_some_and(|due| due < today);
    exposure.reasons.rank_by(rank.grounds);
    let order = (exposure.status == ExposureStatus::Exposed).then_some(rank.order);
    (order, exposure)
}

/// Exposures that somebody else's words tell, as trackers and advisories do: each with its rank, those to
/// close first in front. A vulnerability that the catalogue does not have is left out.
pub(crate) fn told_ranked(
    catalogue: &Catalogue,
    tables: &Tables,
    told: impl Iterator<Item = (CveId, ExposureStatus, Vec<String>)>,
    around: &Surroundings,
    today: Day,
) -> Vec<Exposure> {
    let ranked = told.filter_map(|(cve, status, reasons)| {
        let vulnerability = catalogue.vulnerability(catalogue.vulnerability_place(cve)?)?;
        let exposure = Exposure {
            cve,
            status,
            severity: Severity::Unknown,
            kev: vulnerability.kev.is_some(),
            ransomware: vulnerability.kev.is_some_and(|kev| kev.ransomware),
            decision: None,
            ssvc: None,
            due: None,
            overdue: false,
            reasons: Reasons::told(reasons),
        };
        let published = vulnerability.published;
        Some(open_rank(tables, vulnerability, exposure, around, published, today))
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_cached_key(|(order, exposure)| {
        (order.is_none(), *order, exposure.status, Reverse(exposure.cve))
    });
    ranked.into_iter().map(|(_, exposure)| exposure).collect()
}

pub(crate) fn count(assessment: &Assessment) -> Counts {
    let mut counts = Counts::default();
    for exposure in &assessment.exposures {
        let exposed = exposure.status == ExposureStatus::Exposed;
        match exposure.status {
            ExposureStatus::Exposed => counts.exposed += 1,
            ExposureStatus::Mitigated => counts.mitigated += 1,
            ExposureStatus::Fixed => counts.fixed += 1,
            ExposureStatus::NotAffected => counts.not_affected += 1,
            ExposureStatus::Unknown => counts.unknown += 1,
        }
        counts.exploited += usize::from(exposed && exposure.kev);
        counts.overdue += usize::from(exposed && exposure.overdue);
    }
    counts.missing_updates = assessment.missing_updates.len();
    counts
}
