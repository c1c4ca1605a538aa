//! Support dates of all products, from lists that may be older and newer.
//!
//! In: lists of files, in any order, and what is known already. Out: each release with the dates of the
//! newest list by the lists' own days, or of another where that does not have it. A folder may hold
//! copies of last year.

use std::collections::BTreeMap;

use wardwatch_model::landscape::Lifecycle;

use super::lifecycle;
use super::report::shortened;
use super::taken::Taken;

/// A list of a product's dates that was read.
#[derive(Debug)]
struct List {
    age: lifecycle::Age,
    /// Where it was read; none of what is built in or of an older landscape.
    file: Option<String>,
}

/// Support dates of all products.
#[derive(Debug, Default)]
pub struct Dates {
    releases: BTreeMap<String, BTreeMap<(String, u8), Lifecycle>>,
    lists: BTreeMap<String, List>,
}

impl Dates {
    /// Takes the dates of a product from a file. Releases that the newer list does not have stay as
    /// the older one has them; of others the newer list's dates count, in whatever order they come.
    pub fn take(&mut self, file: &str, list: lifecycle::Product) -> Taken {
        let (age, file) = (list.age(), shortened(file));
        let before = self.lists.get(&list.name);
        let older = before.is_some_and(|before| age < before.age);
        let taken = match before {
            Some(before) if older => Taken::TooOld(format!(
                "its list of {} is older ({age}) than that of {} ({}), whose dates count",
                list.name,
                before.file.as_deref().unwrap_or("what is known"),
                before.age
            )),
            Some(List { age: known, file: Some(other) }) if *known < age => {
                Taken::InPlace(format!(
                    "its list of {} ({age}) is newer than that of {other} ({known}), whose dates give way",
                    list.name
                ))
            }
            _ => Taken::Whole,
        };
        let known = self.releases.entry(list.name.clone()).or_default();
        for release in list.releases {
            let key = (release.cycle.clone(), release.channel as u8);
            if older {
                known.entry(key).or_insert(release);
            } else {
                known.insert(key, release);
            }
        }
        if !older {
            self.lists.insert(list.name, List { age, file: Some(file) });
        }
        taken
    }

    /// Takes a release that is built in, or that an older landscape knows.
    pub fn known(&mut self, release: Lifecycle) {
        let age = lifecycle::Age { newest: release.released, changed: None };
        let list = self.lists.entry(release.product.clone());
        let list = list.or_insert_with(|| List { age, file: None });
        list.age = list.age.max(age);
        let known = self.releases.entry(release.product.clone()).or_default();
        known.insert((release.cycle.clone(), release.channel as u8), release);
    }

    /// All releases, by product and name.
    pub fn into_releases(self) -> impl Iterator<Item = Lifecycle> {
        self.releases.into_values().flat_map(BTreeMap::into_values)
    }
}
