//! The landscape made ready for questions: products by name, updates by number, what replaces what,
//! and for each product its holes with every way to close them.
//!
//! In: a landscape. Out: an index that is shared and never changes. Never: a row lost, or a row of
//! one product counted for another, save for bulletins: where the catalogue lists some of a
//! bulletin's vulnerabilities for a product, its other ones stand there too, closed by the same
//! updates (MS17-010 on Windows XP stands under one of its six). What the catalogue lists as a program
//! on a system (`Internet Explorer 11 on Windows 7 …`) is a part of that system here.

use std::collections::hash_map::Entry;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use wardwatch_estate::product::systems;
use wardwatch_model::landscape::{Fix, Track, Vulnerability};
use wardwatch_model::{CveId, Day, Kb, Landscape};

use crate::bulletin::add_bulletins;
use crate::component::{Family, Presence, has_the_eleventh, presence};
use crate::package::Trackers;
use crate::program::Programs;
use crate::supersedence::Closure;

/// A vulnerability in a product, with the rows that close it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// Place in the landscape's vulnerabilities.
    pub vulnerability: u32,
    /// Rows in [`Catalogue::rows`], by component.
    pub rows: Range<u32>,
}

/// The index.
#[derive(Debug)]
pub struct Catalogue {
    landscape: Arc<Landscape>,
    products: FxHashMap<String, u32>,
    /// Systems that exist and that the landscape has no row of; their places follow its products.
    others: Vec<String>,
    updates: FxHashMap<Kb, u32>,
    vulnerabilities: FxHashMap<CveId, u32>,
    components: Vec<Arc<str>>,
    presences: Vec<Presence>,
    /// For each product, whether all its installations have the eleventh Internet Explorer.
    eleventh: Vec<bool>,
    replaces: Closure,
    replaced_by: Closure,
    rows: Vec<Fix>,
    holes: Vec<Hole>,
    /// For each product its places in `holes`.
    holes_of: Vec<Range<u32>>,
    products_of: OnceLock<FxHashMap<u32, Vec<u32>>>,
    /// For each update the products that it closes holes of, sorted.
    closed_by: OnceLock<FxHashMap<u32, Vec<u32>>>,
    of_systems: OnceLock<Vec<bool>>,
    trackers: OnceLock<Trackers>,
}

impl Catalogue {
    /// Indexes a landscape. Takes some tenths of a second for Microsoft's whole catalogue.
    pub fn new(landscape: Arc<Landscape>) -> Self {
        let mut products: FxHashMap<String, u32> = (0u32..)
            .zip(&landscape.products)
            .map(|(place, product)| (key(&product.name), place))
            .collect();
        let mut others = Vec::new();
        for name in systems() {
            let place = (landscape.products.len() + others.len()) as u32;
            if let Entry::Vacant(free) = products.entry(key(&name)) {
                free.insert(place);
                others.push(name);
            }
        }
        let updates =
            (0u32..).zip(&landscape.updates).map(|(place, update)| (update.kb, place)).collect();
        let vulnerabilities: FxHashMap<CveId, u32> = (0u32..)
            .zip(&landscape.vulnerabilities)
            .map(|(place, vulnerability)| (vulnerability.cve, place))
            .collect();
        let replaces = Closure::new(landscape.updates.iter().map(|u| u.supersedes.as_slice()));
        let mut back = vec![Vec::new(); landscape.updates.len()];
        for (place, update) in (0u32..).zip(&landscape.updates) {
            for &older in &update.supersedes {
                if let Some(list) = back.get_mut(older as usize) {
                    list.push(place);
                }
            }
        }
        let replaced_by = Closure::new(back.iter().map(Vec::as_slice));
        let mut catalogue = Catalogue {
            products,
            updates,
            vulnerabilities,
            components: Vec::new(),
            presences: Vec::new(),
            eleventh: landscape
                .products
                .iter()
                .map(|one| &one.name)
                .chain(&others)
                .map(|name| has_the_eleventh(name))
                .collect(),
            others,
            replaces,
            replaced_by,
            rows: Vec::with_capacity(landscape.fixes.len()),
            holes: Vec::new(),
            holes_of: Vec::with_capacity(landscape.products.len()),
            products_of: OnceLock::new(),
            closed_by: OnceLock::new(),
            of_systems: OnceLock::new(),
            trackers: OnceLock::new(),
            landscape,
        };
        catalogue.index_holes();
        catalogue.presences = catalogue.components.iter().map(|name| presence(name)).collect();
        catalogue
    }

    fn index_holes(&mut self) {
        let landscape = Arc::clone(&self.landscape);
        let mut components = landscape.components.clone();
        let programs = Programs::new(&landscape, &self.products, &mut components);
        self.components = components.into_iter().map(Arc::from).collect();
        let bulletins: Vec<Vec<u32>> = landscape
            .bulletins
            .iter()
            .map(|bulletin| {
                let known = |cve| self.vulnerabilities.get(cve).copied();
                bulletin.vulnerabilities.iter().filter_map(known).collect()
            })
            .collect();
        for (place, product) in (0u32..).zip(&landscape.products) {
            let range = product.fixes.start as usize..product.fixes.end as usize;
            let mut rows = landscape.fixes.get(range).unwrap_or_default().to_vec();
            rows.extend(programs.rows(&landscape, place));
            add_bulletins(&mut rows, &bulletins);
            rows.sort_unstable_by_key(|row| (row.vulnerability, row.component, row.update));
            rows.dedup_by_key(|row| (row.vulnerability, row.component, row.update));
            let first = self.holes.len();
            for row in rows {
                let at = self.rows.len() as u32;
                self.rows.push(row);
                let same = self.holes[first..].last_mut();
                match same.filter(|hole| hole.vulnerability == row.vulnerability) {
                    Some(hole) => hole.rows.end = at + 1,
                    None => {
                        let vulnerability = row.vulnerability;
                        self.holes.push(Hole { vulnerability, rows: at..at + 1 });
                    }
                }
            }
            self.holes_of.push(first as u32..self.holes.len() as u32);
        }
        self.holes_of.resize(self.holes_of.len() + self.others.len(), 0..0);
    }

    /// The landscape behind it.
    pub fn landscape(&self) -> &Landscape {
        &self.landscape
    }

    /// Place of a product by its name; blanks at the ends and case do not matter.
    pub fn product(&self, name: &str) -> Option<u32> {
        self.products.get(&key(name)).copied()
    }

    /// Name of a product.
    pub fn product_name(&self, place: u32) -> &str {
        let products = &self.landscape.products;
        match products.get(place as usize) {
            Some(product) => &product.name,
            None => (place as usize)
                .checked_sub(products.len())
                .and_then(|other| self.others.get(other))
                .map_or("", String::as_str),
        }
    }

    /// Place of an update by its number.
    pub fn update(&self, kb: Kb) -> Option<u32> {
        self.updates.get(&kb).copied()
    }

    /// Number of an update.
    pub fn kb(&self, update: u32) -> Kb {
        self.landscape.updates.get(update as usize).map_or(Kb(0), |update| update.kb)
    }

    /// Line of an update.
    pub fn track(&self, update: u32) -> Track {
        self.landscape.updates.get(update as usize).map_or(Track::Standalone, |u| u.track)
    }

    /// The first day on which the catalogue has an update.
    pub fn published(&self, update: u32) -> Day {
        self.landscape.updates.get(update as usize).map_or(Day::MIN, |update| update.published)
    }

    /// Place of a vulnerability.
    pub fn vulnerability_place(&self, cve: CveId) -> Option<u32> {
        self.vulnerabilities.get(&cve).copied()
    }

    /// A vulnerability by place.
    pub fn vulnerability(&self, place: u32) -> Option<&Vulnerability> {
        self.landscape.vulnerabilities.get(place as usize)
    }

    /// Holes of a product.
    pub fn holes(&self, product: u32) -> &[Hole] {
        let range = self.holes_of.get(product as usize).cloned().unwrap_or_default();
        &self.holes[range.start as usize..range.end as usize]
    }

    /// Rows of a hole.
    pub fn rows(&self, hole: &Hole) -> &[Fix] {
        &self.rows[hole.rows.start as usize..hole.rows.end as usize]
    }

    /// All updates that an update replaces.
    pub fn replaces(&self) -> &Closure {
        &self.replaces
    }

    /// All updates that replace an update.
    pub fn replaced_by(&self) -> &Closure {
        &self.replaced_by
    }

    /// Whether every installation of a product has a component.
    pub fn presence(&self, product: u32, component: u16) -> Presence {
        let eleventh = || {
            self.component(component).ends_with(" 11")
                && self.eleventh.get(product as usize).copied().unwrap_or(false)
        };
        match self.presences.get(component as usize).copied().unwrap_or(Presence::Always) {
            Presence::OneOf(Family::InternetExplorer) if eleventh() => Presence::Always,
            presence => presence,
        }
    }

    /// Whether a component is a version of Internet Explorer.
    pub fn is_browser(&self, component: u16) -> bool {
        self.presences.get(component as usize) == Some(&Presence::OneOf(Family::InternetExplorer))
    }

    /// Name of a component.
    pub fn component(&self, component: u16) -> &str {
        self.components.get(component as usize).map_or("", |name| name)
    }

    /// The same, to be kept.
    pub(crate) fn component_name(&self, component: u16) -> Arc<str> {
        self.components.get(component as usize).cloned().unwrap_or_else(|| Arc::from(""))
    }

    /// Whether a product has rows of an update, its own or those of programs on it.
    pub fn is_for(&self, update: u32, product: u32) -> bool {
        let places = self.closed_by.get_or_init(|| self.closed_by());
        places.get(&update).is_some_and(|list| list.binary_search(&product).is_ok())
    }

    fn closed_by(&self) -> FxHashMap<u32, Vec<u32>> {
        let mut places: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for product in 0..self.holes_of.len() as u32 {
            for row in self.holes(product).iter().flat_map(|hole| self.rows(hole)) {
                let list = places.entry(row.update).or_default();
                if list.last() != Some(&product) {
                    list.push(product);
                }
            }
        }
        places
    }

    /// The first day on which anybody told of a vulnerability.
    pub fn first_day(&self, vulnerability: u32) -> Option<Day> {
        self.vulnerability(vulnerability)?.published
    }

    /// Whether the catalogue lists a vulnerability for any version of Windows.
    pub fn is_of_systems(&self, vulnerability: u32) -> bool {
        let of_systems = self.of_systems.get_or_init(|| {
            let mut marks = vec![false; self.landscape.vulnerabilities.len()];
            for (place, product) in (0u32..).zip(&self.landscape.products) {
                if is_system(&product.name) {
                    for hole in self.holes(place) {
                        if let Some(mark) = marks.get_mut(hole.vulnerability as usize) {
                            *mark = true;
                        }
                    }
                }
            }
            marks
        });
        of_systems.get(vulnerability as usize).copied().unwrap_or(false)
    }

    /// What trackers of distributions say.
    pub fn trackers(&self) -> &Trackers {
        self.trackers.get_or_init(|| Trackers::new(&self.landscape.packages))
    }

    /// Names of the products that have rows of an update, in the landscape's order.
    pub fn products_of(&self, kb: Kb) -> Vec<&str> {
        let places = self.products_of.get_or_init(|| products_of(&self.landscape));
        let places = self.update(kb).and_then(|update| places.get(&update));
        places.into_iter().flatten().map(|&place| self.product_name(place)).collect()
    }
}

/// For each update the products that have rows of it.
fn products_of(landscape: &Landscape) -> FxHashMap<u32, Vec<u32>> {
    let mut places: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (place, product) in (0u32..).zip(&landscape.products) {
        let range = product.fixes.start as usize..product.fixes.end as usize;
        for row in landscape.fixes.get(range).unwrap_or_default() {
            let list = places.entry(row.update).or_default();
            if list.last() != Some(&place) {
                list.push(place);
            }
        }
    }
    places
}

/// Whether a product of the catalogue is a version of Windows.
fn is_system(name: &str) -> bool {
    let name = name.strip_prefix("Microsoft ").unwrap_or(name);
    let Some(rest) = name.strip_prefix("Windows ") else { return false };
    let first = rest.split([' ', ',']).next().unwrap_or_default();
    ["Server", "XP", "2000", "Vista", "RT"].contains(&first)
        || first.starts_with(|c: char| c.is_ascii_digit())
}

pub(crate) fn key(name: &str) -> String {
    name.trim().to_lowercase()
}
