//! The verdicts for a host of Microsoft's: every hole of its product, closed or not.
//!
//! In: the catalogue, the host's product, its patches and settings. Out: a verdict for each hole, in
//! the order of CVE numbers. The order of evidence: full build against fixed build; installed
//! updates with all that they replace; the cumulative line; settings; else open. Never: fixed by a list
//! of updates while a restart is pending (a build's revision counts up only with the restart); a part
//! that may not be there counted either way.

use smallvec::{SmallVec, smallvec};
use wardwatch_model::inventory::{Inventory, ReportKind, Setting};
use wardwatch_model::landscape::Fix;
use wardwatch_model::{Build, ExposureStatus, Kb};

use crate::catalogue::{Catalogue, Hole};
use crate::component::Presence;
use crate::mitigation::mitigation;
use crate::part::{Few, Part, stands};
use crate::patches::{Cover, Patches, in_line};
use crate::verdict::{Reason, Verdict};

type Answer = (ExposureStatus, SmallVec<[Reason; 1]>);

/// What is decided upon: a host with a product of the catalogue.
#[derive(Debug, Clone)]
pub struct Host<'a> {
    /// Place of its product.
    pub product: u32,
    /// What is installed.
    pub patches: Patches,
    /// Settings that its reports tell of.
    pub settings: &'a [Setting],
    /// Whether a restart is pending.
    pub restart_pending: bool,
    /// Whether any report lists updates, or tells the full build.
    pub anything_known: bool,
    /// Updates that the system itself still wants, by place, sorted.
    pub offered: Vec<u32>,
}

impl<'a> Host<'a> {
    /// A host from its inventory.
    pub fn new(
        catalogue: &Catalogue,
        product: u32,
        build: Option<Build>,
        inventory: &'a Inventory,
    ) -> Self {
        let installed = inventory.updates.iter().map(|update| update.kb);
        Host {
            product,
            patches: Patches::new(catalogue, product, build, installed),
            settings: &inventory.settings,
            restart_pending: inventory.restart_pending == Some(true),
            anything_known: Host::knows(build, inventory),
            offered: Host::offered(catalogue, inventory),
        }
    }

    /// Places of the updates that a system says it still wants, sorted.
    pub(crate) fn offered(catalogue: &Catalogue, inventory: &Inventory) -> Vec<u32> {
        let numbers = inventory.offered.iter().filter_map(|offered| offered.kb);
        let mut places: Vec<u32> = numbers.filter_map(|kb| catalogue.update(kb)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Whether an inventory says anything about what is installed: it has the full build, or lists
    /// updates. Some reports list them all: an empty list says that nothing is installed.
    pub fn knows(build: Option<Build>, inventory: &Inventory) -> bool {
        let full_build = build.is_some_and(|build| build.revision().is_some());
        let lists = matches!(
            inventory.report,
            ReportKind::SystemInfo | ReportKind::HotfixList | ReportKind::Agent
        );
        full_build || lists || !inventory.updates.is_empty()
    }
}

/// A verdict for every hole of a host's product.
pub fn decide(catalogue: &Catalogue, host: &Host<'_>) -> Vec<Verdict> {
    catalogue.holes(host.product).iter().map(|hole| decide_one(catalogue, host, hole)).collect()
}

/// The verdict for one hole of the host's product.
pub fn decide_one(catalogue: &Catalogue, host: &Host<'_>, hole: &Hole) -> Verdict {
    let rows = catalogue.rows(hole);
    let (status, reasons) = by_build(host, rows).unwrap_or_else(|| by_parts(catalogue, host, rows));
    let mut verdict = Verdict { vulnerability: hole.vulnerability, status, reasons };
    if verdict.status == ExposureStatus::Exposed
        && let Some(vulnerability) = catalogue.vulnerability(hole.vulnerability)
    {
        let closed = rows.iter().find_map(|row| {
            mitigation(host.settings, vulnerability.cve, catalogue.component(row.component))
        });
        if let Some(reason) = closed {
            verdict.status = ExposureStatus::Mitigated;
            verdict.reasons.insert(0, reason);
        }
    }
    verdict
}

/// By full build, when both are known for the same branch. Where rows differ, the largest fixed build
/// counts: an update that is brought out again closes what its first form left open.
fn by_build(host: &Host<'_>, rows: &[Fix]) -> Option<Answer> {
    let have = host.patches.build.filter(|build| build.revision().is_some())?;
    let fixed = rows
        .iter()
        .filter_map(|row| row.fixed_build)
        .filter(|fixed| fixed.branch() == have.branch() && fixed.revision().is_some())
        .max()?;
    Some(if have >= fixed {
        (ExposureStatus::Fixed, smallvec![Reason::BuildReached { have, fixed }])
    } else {
        (ExposureStatus::Exposed, smallvec![Reason::BuildBelow { have, fixed }])
    })
}

/// By updates, part by part: all parts that the host has must be closed.
fn by_parts(catalogue: &Catalogue, host: &Host<'_>, rows: &[Fix]) -> Answer {
    let offered = rows.iter().find(|row| host.offered.binary_search(&row.update).is_ok());
    if let Some(row) = offered {
        return (ExposureStatus::Exposed, smallvec![Reason::Offered(catalogue.kb(row.update))]);
    }
    if !host.anything_known {
        return match behind(catalogue, host, rows) {
            Some(reason) => (ExposureStatus::Exposed, smallvec![reason]),
            None => (ExposureStatus::Unknown, smallvec![Reason::NothingToGoBy]),
        };
    }
    let mut closed: Option<Reason> = None;
    let mut open: Option<Reason> = None;
    let mut doubtful: Option<Reason> = None;
    let browser_closed = || {
        rows.iter().any(|row| {
            catalogue.is_browser(row.component)
                && host.patches.cover(catalogue, row.update).is_some()
        })
    };
    for part in rows.chunk_by(|a, b| a.component == b.component) {
        let component = part[0].component;
        match stands(catalogue, &host.patches, part) {
            Part::Closed(update, cover) => {
                closed = closed.or_else(|| Some(covered(catalogue, update, cover)));
            }
            Part::AllOf(updates) => {
                open = open.or_else(|| Some(missing(catalogue, component, updates)));
            }
            Part::AnyOf(updates) => match catalogue.presence(host.product, component) {
                Presence::Always => {
                    open = open.or_else(|| Some(missing(catalogue, component, updates)));
                }
                // Each host has one version of it: one that is closed is the host's.
                Presence::OneOf(_) if browser_closed() => {}
                Presence::OneOf(_) | Presence::Optional => {
                    let component = catalogue.component_name(component);
                    doubtful = doubtful.or(Some(Reason::ComponentUnknown { component }));
                }
            },
        }
    }
    match (open, closed, doubtful) {
        (Some(reason), _, _) => (ExposureStatus::Exposed, smallvec![reason]),
        (None, Some(reason), _) if host.restart_pending => {
            let fix = match reason {
                Reason::Installed(kb) => kb,
                Reason::Replaced { by, .. } | Reason::LaterCumulative { by, .. } => by,
                _ => Kb(0),
            };
            (ExposureStatus::Exposed, smallvec![Reason::RestartPending { fix }])
        }
        (None, Some(reason), None) => (ExposureStatus::Fixed, smallvec![reason]),
        (None, closed, Some(reason)) => {
            (ExposureStatus::Unknown, [Some(reason), closed].into_iter().flatten().collect())
        }
        (None, None, None) => (ExposureStatus::Unknown, smallvec![Reason::NothingToGoBy]),
    }
}

/// A part that only later cumulative updates close than one that the system still wants. Where an
/// update of a month alone closes it too nothing is told: the roll-up is wanted beside it.
fn behind(catalogue: &Catalogue, host: &Host<'_>, rows: &[Fix]) -> Option<Reason> {
    let lines = host.offered.iter().copied().filter(|&update| {
        in_line(catalogue.track(update)) && catalogue.is_for(update, host.product)
    });
    let wanted = lines.min_by_key(|&update| catalogue.published(update))?;
    let later = |row: &Fix| {
        in_line(catalogue.track(row.update))
            && catalogue.published(row.update) > catalogue.published(wanted)
    };
    let parts = rows.chunk_by(|a, b| a.component == b.component);
    let mut known = parts
        .filter(|part| catalogue.presence(host.product, part[0].component) == Presence::Always);
    let open = known.find(|part| part.iter().all(later))?;
    let fix = catalogue.kb(open[0].update);
    Some(Reason::Behind { fix, wanted: catalogue.kb(wanted) })
}

fn covered(catalogue: &Catalogue, update: u32, cover: Cover) -> Reason {
    let fix = catalogue.kb(update);
    match cover {
        Cover::Installed => Reason::Installed(fix),
        Cover::Replaced { by } => Reason::Replaced { fix, by: catalogue.kb(by) },
        Cover::Later { by } => Reason::LaterCumulative { fix, by: catalogue.kb(by) },
    }
}

fn missing(catalogue: &Catalogue, component: u16, mut updates: Few) -> Reason {
    updates.sort_unstable_by_key(|&update| {
        (std::cmp::Reverse(catalogue.published(update)), catalogue.kb(update))
    });
    updates.dedup();
    Reason::NotInstalled {
        any_of: updates.into_iter().map(|update| catalogue.kb(update)).collect(),
        component: catalogue.component_name(component),
    }
}
