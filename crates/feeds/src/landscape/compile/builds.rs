//! From which build on a product is fixed, and to which build an update brings it.
//!
//! In: what vulnerabilities' own records claim. Out: builds at fixes and updates. Where a product
//! has two fixed builds (a hotpatch's and the full one), the larger is that of full updates. An
//! update's build is the one that most vulnerabilities first published in its month claim: late
//! rows name old vulnerabilities, whose builds are older.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use wardwatch_model::landscape::{Fix, Track, Update, Vulnerability};
use wardwatch_model::{Build, Day};

use crate::landscape::facts::Facts;

/// Writes builds into fixes and updates.
pub fn settle(
    facts: &Facts,
    product_places: &FxHashMap<u32, u32>,
    vulnerabilities: &[Vulnerability],
    fixes: &mut [(u32, Fix)],
    updates: &mut [Update],
) {
    let place_of = |name: &str| product_places.get(&facts.products.find(name)?).copied();
    let mut claimed: FxHashMap<(u32, u32), Vec<Build>> = FxHashMap::default();
    let named = facts.claims.iter().flat_map(|claim| {
        claim.products.iter().map(|name| (claim.cve, name.as_str(), claim.build))
    });
    let older = facts.fixed_builds.iter().map(|(cve, name, build)| (*cve, name.as_str(), *build));
    for (cve, name, build) in named.chain(older) {
        let place = vulnerabilities.binary_search_by_key(&cve, |one| one.cve);
        if let (Some(product), Ok(place)) = (place_of(name), place) {
            claimed.entry((product, place as u32)).or_default().push(build);
        }
    }
    let mut seen: BTreeMap<(u32, u32), BTreeMap<Build, u32>> = BTreeMap::new();
    for (product, fix) in fixes.iter_mut() {
        let Some(builds) = claimed.get(&(*product, fix.vulnerability)) else { continue };
        let Some(update) = updates.get(fix.update as usize) else { continue };
        fix.fixed_build = match update.track {
            Track::Hotpatch => builds.iter().min().copied(),
            _ => builds.iter().max().copied(),
        };
        let first = vulnerabilities.get(fix.vulnerability as usize).and_then(|one| one.published);
        if first.is_some_and(|first| month(first) == month(update.published))
            && let Some(build) = fix.fixed_build
        {
            *seen.entry((fix.update, *product)).or_default().entry(build).or_default() += 1;
        }
    }
    for ((update, product), counts) in seen {
        let mode = counts.iter().max_by_key(|(build, count)| (**count, **build));
        if let (Some(update), Some((build, _))) = (updates.get_mut(update as usize), mode) {
            update.builds.push((product, *build));
        }
    }
    for (kb, name, build) in &facts.update_builds {
        let at = updates.binary_search_by_key(kb, |one| one.kb);
        if let (Ok(at), Some(product)) = (at, place_of(name))
            && let Some(update) = updates.get_mut(at)
            && update.builds.iter().all(|(place, _)| *place != product)
        {
            update.builds.push((product, *build));
        }
    }
    for update in updates.iter_mut() {
        update.builds.sort_unstable();
    }
    // An update that brings a product to a build fixes there what it fixes.
    for (product, fix) in fixes.iter_mut().filter(|(_, fix)| fix.fixed_build.is_none()) {
        let builds = updates.get(fix.update as usize).map(|update| &update.builds[..]);
        let builds = builds.unwrap_or_default();
        let found = builds.binary_search_by_key(product, |(place, _)| *place);
        fix.fixed_build = found.ok().and_then(|at| builds.get(at)).map(|(_, build)| *build);
    }
}

fn month(day: Day) -> (i16, i8) {
    let (year, month, _) = day.parts();
    (year, month)
}
