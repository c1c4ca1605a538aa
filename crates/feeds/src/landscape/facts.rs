//! All that was read so far, by names, before it becomes tables.
//!
//! In: what parsers yield, or a landscape made before. Out: tables for `compile`. A newer list of a
//! whole (known exploited, probabilities, a product's dates) replaces an older one.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use wardwatch_model::landscape::{
    Bulletin, Cvss, DecisionTable, Epss, Incompatible, KnownExploited, Landscape, MedicalAdvisory,
    PackageFix, Ssvc, Track,
};
use wardwatch_model::{Build, CveId, Day, Kb};

use super::dates::Dates;
use super::microsoft::name::Names;
use super::microsoft::{Row, Rows, UpdateFacts, VulnerabilityFacts};
use super::taken::Taken;
use super::{cve, kev};

/// Distribution, release and source package; vulnerability; the version with which it came in.
type PackageKey = ((String, String, String), CveId, Option<String>);

/// All that was read so far.
#[derive(Debug, Default)]
pub struct Facts {
    pub rows: Vec<Row>,
    pub products: Names,
    pub components: Names,
    pub updates: BTreeMap<Kb, UpdateFacts>,
    /// Lines of updates that an older landscape knows.
    pub tracks: FxHashMap<Kb, Track>,
    /// Builds that an older landscape knows: product, update or vulnerability.
    pub update_builds: Vec<(Kb, String, Build)>,
    pub fixed_builds: Vec<(CveId, String, Build)>,
    pub vulnerabilities: BTreeMap<CveId, VulnerabilityFacts>,
    /// Titles from the vulnerabilities' own records, which go before others.
    pub titles: FxHashMap<CveId, String>,
    pub ssvc: FxHashMap<CveId, Ssvc>,
    pub cvss: FxHashMap<CveId, Cvss>,
    /// Vulnerabilities of which there is only a record, of a product that no other feed has.
    pub aside: BTreeMap<CveId, VulnerabilityFacts>,
    pub kev: BTreeMap<CveId, (KnownExploited, String)>,
    kev_newest: Option<Day>,
    pub epss: FxHashMap<CveId, Epss>,
    epss_newest: Option<Day>,
    pub claims: Vec<cve::Claim>,
    pub bulletins: BTreeMap<String, Bulletin>,
    pub dates: Dates,
    pub packages: BTreeMap<PackageKey, PackageFix>,
    pub medical: BTreeMap<String, MedicalAdvisory>,
    pub tables: BTreeMap<String, DecisionTable>,
    pub incompatible: BTreeSet<Incompatible>,
    incompatible_newest: Option<Day>,
}

impl Facts {
    /// Takes rows of the catalogue.
    pub fn microsoft(&mut self, rows: Rows) {
        let products = self.products.absorb(&rows.products);
        let components = self.components.absorb(&rows.components);
        let renamed = |numbers: &[u32], number: u32| {
            numbers.get(number as usize).copied().unwrap_or(u32::MAX)
        };
        self.rows.extend(rows.rows.into_iter().map(|row| Row {
            product: renamed(&products, row.product),
            component: renamed(&components, row.component),
            ..row
        }));
        for (kb, new) in rows.updates {
            let known = self.updates.entry(kb).or_default();
            known.published = earlier(known.published, new.published);
            known.supersedes.extend(new.supersedes);
            keep_first(&mut known.title, new.title);
        }
        for (cve, new) in rows.vulnerabilities {
            self.vulnerability(cve, new);
        }
    }

    fn vulnerability(&mut self, cve: CveId, new: VulnerabilityFacts) {
        let known = self.vulnerabilities.entry(cve).or_default();
        known.published = earlier(known.published, new.published);
        known.exploit |= new.exploit;
        keep_first(&mut known.title, new.title);
    }

    /// Takes a whole catalogue of known exploited vulnerabilities, unless a newer one is there.
    pub fn kev(&mut self, entries: Vec<kev::Entry>, newest: Option<Day>) -> Taken {
        if newest < self.kev_newest {
            return Taken::too_old(newest, self.kev_newest);
        }
        self.kev = entries.into_iter().map(|(cve, known, name)| (cve, (known, name))).collect();
        self.kev_newest = newest;
        Taken::Whole
    }

    /// Takes a day's probabilities, unless newer ones are there.
    pub fn epss(&mut self, scores: Vec<(CveId, Epss)>, newest: Option<Day>) -> Taken {
        if newest < self.epss_newest {
            return Taken::too_old(newest, self.epss_newest);
        }
        self.epss = scores.into_iter().collect();
        self.epss_newest = newest;
        Taken::Whole
    }

    /// Takes a whole list of what does not run on newer releases, unless a newer one is there.
    pub fn incompatible(&mut self, rows: Vec<Incompatible>, newest: Option<Day>) -> Taken {
        if newest < self.incompatible_newest {
            return Taken::too_old(newest, self.incompatible_newest);
        }
        self.incompatible = rows.into_iter().collect();
        self.incompatible_newest = newest;
        Taken::Whole
    }

    /// Takes records of vulnerabilities.
    pub fn records(&mut self, records: Vec<cve::Record>) {
        for record in records {
            let facts = VulnerabilityFacts {
                title: String::new(),
                published: record.published,
                exploit: record.exploit,
            };
            if !record.title.is_empty() {
                self.titles.insert(record.cve, record.title);
            }
            if let Some(ssvc) = record.ssvc {
                let said = self.ssvc.get(&record.cve).is_some_and(|known| !known.estimated);
                if !(said && ssvc.estimated) {
                    self.ssvc.insert(record.cve, ssvc);
                }
            }
            if let Some(cvss) = record.cvss {
                self.cvss.insert(record.cve, cvss);
            }
            if record.microsoft {
                self.vulnerability(record.cve, facts);
            } else {
                self.aside.insert(record.cve, facts);
            }
            self.claims.extend(record.claims);
        }
    }

    /// Takes what trackers say of packages.
    pub fn packages(&mut self, fixes: Vec<PackageFix>) {
        for fix in fixes {
            self.vulnerabilities.entry(fix.cve).or_default();
            let package = (fix.distribution.clone(), fix.release.clone(), fix.source.clone());
            let key = (package, fix.cve, fix.introduced.clone());
            self.packages.insert(key, fix);
        }
    }

    /// Takes an advisory.
    pub fn advisory(&mut self, advisory: MedicalAdvisory) {
        for (cve, _) in advisory.products.iter().flat_map(|product| &product.statuses) {
            self.vulnerabilities.entry(*cve).or_default();
        }
        let newer =
            self.medical.get(&advisory.id).is_none_or(|old| old.updated <= advisory.updated);
        if newer {
            self.medical.insert(advisory.id.clone(), advisory);
        }
    }

    /// Takes a table; a table of the same name and another version is replaced.
    pub fn table(&mut self, table: DecisionTable) {
        let name = table.name.split(' ').next().unwrap_or_default().to_owned();
        self.tables.insert(name, table);
    }

    /// Takes all that an older landscape knows.
    pub fn landscape(&mut self, old: &Landscape) {
        let mut rows = Rows::default();
        for product in &old.products {
            let number = rows.products.add(&product.name);
            let range = product.fixes.start as usize..product.fixes.end as usize;
            for fix in old.fixes.get(range).unwrap_or_default() {
                let cve = old.vulnerabilities.get(fix.vulnerability as usize).map(|one| one.cve);
                let kb = old.updates.get(fix.update as usize).map(|one| one.kb);
                let component = old.components.get(usize::from(fix.component));
                let component = rows.components.add(component.map_or("", String::as_str));
                let (severity, day) = (fix.severity, fix.published);
                rows.rows.push(Row {
                    product: number,
                    cve,
                    kb,
                    component,
                    severity,
                    day,
                    hint: None,
                });
                if let (Some(cve), Some(build)) = (cve, fix.fixed_build) {
                    self.fixed_builds.push((cve, product.name.clone(), build));
                }
            }
        }
        for update in &old.updates {
            self.tracks.insert(update.kb, update.track);
            let older = |place: &u32| old.updates.get(*place as usize).map(|one| one.kb);
            let facts = rows.updates.entry(update.kb).or_default();
            facts.title.clone_from(&update.title);
            facts.published = Some(update.published);
            facts.supersedes = update.supersedes.iter().filter_map(older).collect();
            for (place, build) in &update.builds {
                let Some(product) = old.products.get(*place as usize) else { continue };
                self.update_builds.push((update.kb, product.name.clone(), *build));
            }
        }
        self.microsoft(rows);
        for one in &old.vulnerabilities {
            let facts = VulnerabilityFacts {
                title: one.title.clone(),
                published: one.published,
                exploit: one.exploit_public,
            };
            self.vulnerability(one.cve, facts);
            self.ssvc.extend(one.ssvc.map(|ssvc| (one.cve, ssvc)));
            self.cvss.extend(one.cvss.clone().map(|cvss| (one.cve, cvss)));
            self.epss.extend(one.epss.map(|epss| (one.cve, epss)));
            self.kev.extend(one.kev.map(|kev| (one.cve, (kev, String::new()))));
        }
        let newest = |feed: &str| old.feeds.iter().find(|one| one.feed == feed)?.newest;
        self.kev_newest = newest("kev");
        self.epss_newest = newest("epss");
        self.incompatible = old.incompatible.iter().cloned().collect();
        self.incompatible_newest = newest("compatibility");
        for bulletin in &old.bulletins {
            self.bulletins.insert(bulletin.name.clone(), bulletin.clone());
        }
        for release in &old.lifecycles {
            self.dates.known(release.clone());
        }
        self.packages(old.packages.clone());
        old.medical.iter().cloned().for_each(|advisory| self.advisory(advisory));
        old.tables.iter().cloned().for_each(|table| self.table(table));
    }
}

fn earlier(one: Option<Day>, other: Option<Day>) -> Option<Day> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn keep_first(known: &mut String, new: String) {
    if known.is_empty() {
        *known = new;
    }
}
