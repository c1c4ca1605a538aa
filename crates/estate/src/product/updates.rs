//! What the installed updates tell of the system: a service pack's own number, and the products
//! that the catalogue has most of them for.
//!
//! In: an inventory, the products of an update. Out: facts that fit. Never: the kind of processor
//! by a few more updates.

use std::collections::BTreeMap;

use wardwatch_model::Kb;
use wardwatch_model::inventory::Inventory;

use super::catalogue;
use super::family::{Facts, Family};

use Family::{Server2003, Server2008, Server2008R2, Seven, Vista, Xp};

/// Numbers of service packs, and the families whose pack that is (Microsoft's support pages).
const PACKS: [(u32, u8, &[Family]); 9] = [
    (835_935, 2, &[Xp]),
    (936_929, 3, &[Xp]),
    (889_101, 1, &[Server2003]),
    (914_961, 2, &[Server2003, Xp]),
    (936_330, 1, &[Vista]),
    (948_465, 2, &[Vista, Server2008]),
    (976_932, 1, &[Seven, Server2008R2]),
    (976_933, 1, &[Seven, Server2008R2]),
    (976_902, 0, &[]),
];

/// A product must fit more than so many hundredths of what the best one fits.
const NEAR_PERCENT: usize = 80;

/// With fewer updates than this the catalogue's gaps weigh more than what they tell.
const LEAST_UPDATES: usize = 8;

/// The newest service pack among the installed updates.
pub(super) fn service_pack(inventory: &Inventory, family: Option<Family>) -> (Facts, String) {
    let installed = |number: u32| inventory.updates.iter().any(|update| update.kb == Kb(number));
    let of_family = |families: &[Family]| family.is_none_or(|family| families.contains(&family));
    let found = PACKS
        .iter()
        .filter(|(number, _, families)| {
            !families.is_empty() && of_family(families) && installed(*number)
        })
        .max_by_key(|(_, pack, _)| *pack);
    let Some(&(number, pack, families)) = found else { return <(Facts, String)>::default() };
    let family = match families {
        [one] => Some(*one),
        _ => family,
    };
    let facts = Facts { family, pack: Some(pack), ..Facts::default() };
    (facts, format!("the installed KB{number} is a service pack"))
}

/// Systems of the catalogue that fit most of the host's updates, as well as the best one or nearly.
pub(super) fn fitting<'a>(
    inventory: &Inventory,
    known: &Facts,
    products: &dyn Fn(Kb) -> Vec<&'a str>,
) -> Vec<Facts> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = 0;
    for update in &inventory.updates {
        let mut named = products(update.kb);
        named.sort_unstable();
        named.dedup();
        named.retain(|name| catalogue::facts(name).is_some());
        all += usize::from(!named.is_empty());
        named.retain(|name| catalogue::facts(name).is_some_and(|facts| !facts.contradicts(known)));
        for name in named {
            *counts.entry(name).or_default() += 1;
        }
    }
    let best = counts.values().copied().max().unwrap_or(0);
    if all < LEAST_UPDATES || best * 2 <= all {
        return Vec::new();
    }
    let mut found: Vec<Facts> = counts
        .into_iter()
        .filter(|&(_, count)| count * 100 >= best * NEAR_PERCENT)
        .filter_map(|(name, _)| catalogue::facts(name))
        .collect();
    for facts in &mut found {
        // The same updates are for a server with a desktop and without.
        facts.core = None;
    }
    found.dedup();
    found
}

/// What all of them say alike.
pub(super) fn shared(fitting: &[Facts]) -> Facts {
    let Some(first) = fitting.first() else { return Facts::default() };
    let all = |same: &dyn Fn(&Facts) -> bool| fitting.iter().all(same);
    if !all(&|fit| fit.family == first.family) {
        return Facts::default();
    }
    Facts {
        family: first.family,
        release: first.release.clone().filter(|_| all(&|fit| fit.release == first.release)),
        pack: first.pack.filter(|_| all(&|fit| fit.pack == first.pack)),
        architecture: None,
        core: None,
        channel: None,
    }
}
