//! The smallest set of updates that closes what is open.
//!
//! In: a host and its verdicts. Out: updates to install, by line, each with what it closes and all
//! that it replaces. Never: an update that another one for the same product replaces.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::smallvec;
use wardwatch_model::landscape::Track;
use wardwatch_model::{Day, ExposureStatus};

use crate::catalogue::Catalogue;
use crate::component::Presence;
use crate::decide::Host;
use crate::part::{Few, Part, stands};
use crate::patches::contained;
use crate::verdict::{Reason, Verdict};

/// An update to install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Place of the update.
    pub update: u32,
    /// Its line.
    pub track: Track,
    /// Places of the open vulnerabilities that it closes, in their order.
    pub closes: Vec<u32>,
    /// Places of the updates for this product that it replaces, in their order.
    pub replaces: Vec<u32>,
}

/// The updates that close what is open on a host, those that close most first.
pub fn missing(catalogue: &Catalogue, host: &Host<'_>, verdicts: &[Verdict]) -> Vec<Missing> {
    let open: FxHashSet<u32> = verdicts
        .iter()
        .filter(|verdict| wants_update(verdict))
        .map(|verdict| verdict.vulnerability)
        .collect();
    let mut of_product: FxHashSet<u32> = FxHashSet::default();
    let mut newest: Option<(Day, u32)> = None;
    // Open parts: of each, whether it is of Internet Explorer, and the updates that would close it.
    let mut parts: Vec<(u32, bool, Few)> = Vec::new();
    for hole in catalogue.holes(host.product) {
        let rows = catalogue.rows(hole);
        for row in rows {
            of_product.insert(row.update);
            if catalogue.track(row.update) == Track::Cumulative {
                newest = newest.max(Some((catalogue.published(row.update), row.update)));
            }
        }
        if open.contains(&hole.vulnerability) {
            for part in rows.chunk_by(|a, b| a.component == b.component) {
                let component = part[0].component;
                let known = catalogue.presence(host.product, component) == Presence::Always;
                let browser = catalogue.is_browser(component);
                match stands(catalogue, &host.patches, part) {
                    Part::AnyOf(updates) if known => {
                        parts.push((hole.vulnerability, browser, updates));
                    }
                    Part::AllOf(updates) => {
                        let each = updates.into_iter().map(|update| smallvec![update]);
                        parts.extend(each.map(|one| (hole.vulnerability, browser, one)));
                    }
                    Part::AnyOf(_) | Part::Closed(..) => {}
                }
            }
        }
    }
    let best = |update: u32, browser: bool| match newest {
        Some((day, newest)) if browser && day > catalogue.published(update) => newest,
        _ => last_word(catalogue, &of_product, newest.map(|(_, place)| place), update),
    };
    let mut chosen: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    // Parts that only one update closes decide first; the others are closed by what is chosen already
    // where that can be.
    let mut parts: Vec<(u32, Few)> = parts
        .into_iter()
        .map(|(vulnerability, browser, updates)| {
            let mut updates: Few =
                updates.into_iter().map(|update| best(update, browser)).collect();
            updates.sort_unstable();
            updates.dedup();
            (vulnerability, updates)
        })
        .collect();
    parts.sort_by_key(|(_, updates)| updates.len());
    for (vulnerability, updates) in parts {
        let known = updates.iter().copied().find(|update| chosen.contains_key(update));
        let update =
            known.or_else(|| updates.into_iter().max_by_key(|&update| rank(catalogue, update)));
        if let Some(update) = update {
            chosen.entry(update).or_default().push(vulnerability);
        }
    }
    let mut list: Vec<Missing> = chosen
        .into_iter()
        .map(|(update, mut closes)| {
            closes.sort_unstable();
            closes.dedup();
            let older = catalogue.replaces().of(update).iter().copied();
            let replaces = older.filter(|older| of_product.contains(older)).collect();
            Missing { update, track: catalogue.track(update), closes, replaces }
        })
        .collect();
    list.sort_by_key(|missing| (std::cmp::Reverse(missing.closes.len()), missing.update));
    list
}

/// A roll-up before an update of its month alone, then the newest.
fn rank(catalogue: &Catalogue, update: u32) -> (bool, Day, u32) {
    (catalogue.track(update) == Track::Cumulative, catalogue.published(update), update)
}

/// The update that in the end replaces this one for the product: the newest of the cumulative line,
/// or the newest that replaces it by the vendor's word and is replaced by none.
fn last_word(
    catalogue: &Catalogue,
    of_product: &FxHashSet<u32>,
    newest_cumulative: Option<u32>,
    update: u32,
) -> u32 {
    let contained_in = |update: u32| {
        newest_cumulative.filter(|&newest| {
            contained(catalogue.track(update))
                && catalogue.published(update) <= catalogue.published(newest)
        })
    };
    if let Some(newest) = contained_in(update) {
        return newest;
    }
    let later = catalogue.replaced_by().of(update).iter().copied();
    let last = later
        .filter(|later| of_product.contains(later))
        .max_by_key(|&later| {
            let replaced_again = catalogue.replaced_by().of(later).iter().any(|further| {
                of_product.contains(further) && !catalogue.replaces().reaches(later, *further)
            });
            (!replaced_again, rank(catalogue, later))
        })
        .unwrap_or(update);
    contained_in(last).unwrap_or(last)
}

/// Whether an update is what closes it: a restart that is pending, or a part that may not be there,
/// is not closed by installing.
fn wants_update(verdict: &Verdict) -> bool {
    matches!(verdict.status, ExposureStatus::Exposed | ExposureStatus::Mitigated)
        && !matches!(verdict.reasons.first(), Some(Reason::RestartPending { .. }))
}
