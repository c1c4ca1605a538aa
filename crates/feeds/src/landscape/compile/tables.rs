//! Facts by name to sorted tables that refer to each other by place.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

use rustc_hash::{FxHashMap, FxHashSet};
use wardwatch_model::landscape::{
    FeedStatus, Fix, Landscape, Product, Track, Update, Vulnerability,
};
use wardwatch_model::{CveId, Day, Kb};

use super::builds;
use crate::landscape::facts::Facts;
use crate::landscape::microsoft::track::tracks;
use crate::landscape::microsoft::{Row, UpdateFacts};

/// Components that a landscape can number.
const MAX_COMPONENTS: usize = u16::MAX as usize;

/// Makes the tables. Rows that are left out are counted with the feed `microsoft`.
pub fn make(mut facts: Facts, feeds: &mut [FeedStatus], notes: &mut Vec<String>) -> Landscape {
    let dropped = clean(&mut facts, notes);
    if let Some(status) = feeds.iter_mut().find(|one| one.feed == "microsoft") {
        status.dropped += dropped;
        status.records = status.records.saturating_sub(dropped);
    }
    mentioned(&mut facts.updates);
    let mut track = tracks(&facts.rows, &facts.products, &facts.updates);
    for (kb, known) in &facts.tracks {
        // An older landscape saw words that its rows do not keep. That it saw nothing says nothing, and
        // no word names what came out between two months.
        let named = !matches!(known, Track::Standalone | Track::SecurityOnly);
        let line = track.entry(*kb).or_insert(*known);
        *line = if named { *known } else { *line };
    }
    let vulnerabilities = vulnerabilities(&mut facts);
    let products: BTreeMap<String, u32> = facts
        .rows
        .iter()
        .filter(|row| row.kb.is_some() && row.cve.is_some())
        .map(|row| row.product)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|number| (facts.products.get(number).to_owned(), number))
        .collect();
    let components: BTreeSet<String> = (0..facts.components.len())
        .map(|number| facts.components.get(number as u32).to_owned())
        .collect();
    let components: Vec<String> = components.into_iter().take(MAX_COMPONENTS).collect();
    let component_places = places(components.iter().map(String::as_str));
    let update_places = places(facts.updates.keys().copied());
    let cve_places = places(vulnerabilities.iter().map(|one| one.cve));
    let product_places: FxHashMap<u32, u32> =
        products.values().zip(0..).map(|(number, place)| (*number, place)).collect();

    let mut fixes: Vec<(u32, Fix)> = facts
        .rows
        .iter()
        .filter_map(|row| {
            let component = component_places.get(facts.components.get(row.component));
            let fix = Fix {
                vulnerability: *cve_places.get(&row.cve?)?,
                update: *update_places.get(&row.kb?)?,
                component: component.and_then(|place| u16::try_from(*place).ok()).unwrap_or(0),
                severity: row.severity,
                published: row.day,
                fixed_build: None,
            };
            Some((*product_places.get(&row.product)?, fix))
        })
        .collect();
    one_each(&mut fixes, component_places.get("").copied());
    let mut updates: Vec<Update> = facts
        .updates
        .iter()
        .map(|(kb, facts)| Update {
            kb: *kb,
            title: facts.title.clone(),
            track: track.get(kb).copied().unwrap_or(Track::Standalone),
            published: facts.published.unwrap_or(Day::MIN),
            supersedes: facts
                .supersedes
                .iter()
                .filter_map(|old| update_places.get(old).copied())
                .collect(),
            builds: Vec::new(),
        })
        .collect();
    builds::settle(&facts, &product_places, &vulnerabilities, &mut fixes, &mut updates);
    let mut landscape = Landscape {
        vulnerabilities,
        updates,
        components,
        bulletins: facts.bulletins.into_values().collect(),
        lifecycles: facts.dates.into_releases().collect(),
        packages: facts.packages.into_values().collect(),
        medical: facts.medical.into_values().collect(),
        tables: facts.tables.into_values().collect(),
        incompatible: facts.incompatible.into_iter().collect(),
        ..Landscape::default()
    };
    let mut start = 0;
    for (name, place) in products.into_keys().zip(0..) {
        let count =
            fixes[start as usize..].iter().take_while(|(product, _)| *product == place).count();
        let end = start + count as u32;
        landscape.products.push(Product { name, fixes: start..end });
        start = end;
    }
    landscape.fixes = fixes.into_iter().map(|(_, fix)| fix).collect();
    landscape
}

/// Takes out rows that say nothing: repeated ones, and those without an update. Nearly all of the
/// latter repeat a vulnerability and product that another row names with its update; the others
/// name a hole for which the catalogue has no update, which tables of fixes cannot hold.
fn clean(facts: &mut Facts, notes: &mut Vec<String>) -> u64 {
    let before = facts.rows.len();
    facts.rows.sort_unstable();
    facts.rows.dedup();
    let repeated = before - facts.rows.len();
    let with: FxHashSet<(u32, Option<CveId>)> = facts
        .rows
        .iter()
        .filter(|row| row.kb.is_some())
        .map(|row| (row.product, row.cve))
        .collect();
    let without: Vec<&Row> = facts.rows.iter().filter(|row| row.kb.is_none()).collect();
    let orphans = without.iter().filter(|row| !with.contains(&(row.product, row.cve))).count();
    let lacking = without.len();
    if repeated + lacking > 0 {
        notes.push(format!(
            "microsoft: {repeated} repeated rows and {lacking} rows without an update left out; of \
             these {orphans} name a vulnerability and product that no other row has an update for"
        ));
    }
    facts.rows.retain(|row| row.kb.is_some());
    (repeated + lacking) as u64
}

/// Updates that are only named as superseded keep their place in the chain; the catalogue has them
/// from the day of the first that supersedes them.
fn mentioned(updates: &mut BTreeMap<Kb, UpdateFacts>) {
    let mut more: BTreeMap<Kb, Option<Day>> = BTreeMap::new();
    for facts in updates.values() {
        for old in facts.supersedes.iter().filter(|old| !updates.contains_key(old)) {
            let day = more.entry(*old).or_insert(facts.published);
            *day = (*day).min(facts.published);
        }
    }
    for (kb, published) in more {
        updates.insert(kb, UpdateFacts { published, ..UpdateFacts::default() });
    }
}

fn vulnerabilities(facts: &mut Facts) -> Vec<Vulnerability> {
    for cve in facts.kev.keys() {
        facts.vulnerabilities.entry(*cve).or_default();
    }
    for bulletin in facts.bulletins.values() {
        for cve in &bulletin.vulnerabilities {
            facts.vulnerabilities.entry(*cve).or_default();
        }
    }
    let make = |(cve, known): (&CveId, &crate::landscape::microsoft::VulnerabilityFacts)| {
        let aside = facts.aside.get(cve);
        let kev = facts.kev.get(cve);
        let name = kev.map(|(_, name)| name.clone()).unwrap_or_default();
        let titles =
            [facts.titles.get(cve).cloned().unwrap_or_default(), name, known.title.clone()];
        let published = [known.published, aside.and_then(|aside| aside.published)];
        Vulnerability {
            title: titles.into_iter().find(|title| !title.is_empty()).unwrap_or_default(),
            published: published.into_iter().flatten().min(),
            kev: kev.map(|(known, _)| *known),
            epss: facts.epss.get(cve).copied(),
            ssvc: facts.ssvc.get(cve).copied(),
            cvss: facts.cvss.get(cve).cloned(),
            exploit_public: known.exploit || aside.is_some_and(|aside| aside.exploit),
            ..Vulnerability::new(*cve)
        }
    };
    facts.vulnerabilities.iter().map(make).collect()
}

/// Sorts fixes; one for each vulnerability, update and component of a product, with the worst
/// severity and the first day. A row without a component gives way to those that name one.
fn one_each(fixes: &mut Vec<(u32, Fix)>, nameless: Option<u32>) {
    let key = |(product, fix): &(u32, Fix)| (*product, fix.vulnerability, fix.update);
    let nameless = |fix: &Fix| Some(u32::from(fix.component)) == nameless;
    fixes.sort_unstable_by_key(|one| {
        (
            key(one),
            nameless(&one.1),
            one.1.component,
            std::cmp::Reverse(one.1.severity),
            one.1.published,
        )
    });
    fixes.dedup_by(|next, kept| {
        let same =
            key(next) == key(kept) && (next.1.component == kept.1.component || nameless(&next.1));
        if same {
            kept.1.severity = kept.1.severity.max(next.1.severity);
            kept.1.published = kept.1.published.min(next.1.published);
        }
        same
    });
}

fn places<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> FxHashMap<K, u32> {
    keys.zip(0..).collect()
}
