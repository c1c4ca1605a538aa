//! Indicators as one immutable matcher: an event's hashes, addresses, names and web addresses are
//! looked up, whatever rules are loaded.
//!
//! In: lists of indicators, each with the organisations that it goes for; then events. Out: hits.
//! Never: a hit of a list that does not go for the event's organisation; allocation on an event
//! without one, once buffers have grown; a look at events while no list is loaded.

mod advice;
mod build;
mod look_up;
pub mod observable;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use wardwatch_model::{
    Entity, EntityKind, IndicatorKind, IndicatorListId, Level, OrgId, RuleHead, RuleId, Timestamp,
};

pub use build::Builder;
pub use look_up::Scratch;

use table::{Names, Networks};

/// Hits of one event that are given.
pub const MOST_HITS: usize = 64;

/// A list's number in a matcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListNumber(u32);

/// An entry's number in a matcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryNumber(u32);

/// An indicator that an event holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The indicator.
    pub entry: EntryNumber,
    /// The event's field, by its place, that holds it.
    pub field: usize,
}

/// A list and whom it goes for.
#[derive(Debug)]
struct List {
    id: IndicatorListId,
    name: Arc<str>,
    orgs: Arc<BTreeSet<OrgId>>,
}

/// An indicator of a list.
#[derive(Debug)]
pub struct Entry {
    list: u32,
    /// The next entry with the same place in a table.
    next: u32,
    kind: IndicatorKind,
    confidence: Option<u8>,
    valid_until: Timestamp,
    value: Box<str>,
    id: Box<str>,
    note: Arc<str>,
    labels: Arc<[String]>,
}

/// All lists, ready to be looked up in.
#[derive(Debug, Default)]
pub struct Matcher {
    lists: Vec<List>,
    entries: Vec<Entry>,
    names: Names,
    networks: Networks,
    observables: FxHashMap<&'static str, observable::Observable>,
    kinds: [u32; IndicatorKind::ALL.len()],
}

impl Matcher {
    /// How many indicators are in it.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn has(&self, kind: IndicatorKind) -> bool {
        self.kinds[kind as usize] > 0
    }

    /// An entry.
    pub fn entry(&self, number: EntryNumber) -> Option<&Entry> {
        self.entries.get(number.0 as usize)
    }

    /// The list of an entry.
    pub fn list_of(&self, entry: &Entry) -> Option<IndicatorListId> {
        self.lists.get(entry.list as usize).map(|list| list.id)
    }

    /// What detections say of an indicator: it is a rule of its own, so that only what shares the
    /// indicator, and not all that shares the list, counts as one attack.
    pub fn rule(&self, entry: &Entry) -> Option<RuleHead> {
        let list = self.lists.get(entry.list as usize)?;
        Some(RuleHead {
            id: RuleId(format!("indicator:{}:{}", list.id, entry.value)),
            title: format!("{} of the list '{}' was seen", advice::noun(entry.kind), list.name),
            level: level(entry),
            tags: entry.labels.to_vec(),
            logsource: wardwatch_model::LogSource::default(),
            advice: advice::of(entry.kind, &entry.value, &entry.note),
        })
    }
}

impl Entry {
    /// What its value is.
    pub fn kind(&self) -> IndicatorKind {
        self.kind
    }

    /// Its value.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Its identity at the source.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What events share that hold it; of a range of addresses, nothing that is the range's own.
    pub fn entity(&self) -> Option<Entity> {
        let (kind, value) = match self.kind {
            IndicatorKind::Sha256 | IndicatorKind::Sha1 | IndicatorKind::Md5 => {
                (EntityKind::Hash, &*self.value)
            }
            IndicatorKind::Domain => (EntityKind::Domain, &*self.value),
            IndicatorKind::Address if self.value.contains('/') => return None,
            IndicatorKind::Address => (EntityKind::Address, &*self.value),
            IndicatorKind::Url => {
                let host = wardwatch_model::indicator::spelling::url_parts(&self.value)?.host;
                let is_address = wardwatch_model::indicator::spelling::address(host).is_some();
                (if is_address { EntityKind::Address } else { EntityKind::Domain }, host)
            }
        };
        Some(Entity { kind, value: value.to_owned() })
    }
}

/// How serious a hit is: by how sure the source is. Addresses change hands, so one about which the
/// source says nothing counts for less than a hash or a name.
fn level(entry: &Entry) -> Level {
    match (entry.confidence, entry.kind) {
        (Some(70..), _) => Level::High,
        (Some(30..), _) => Level::Medium,
        (Some(_), _) => Level::Low,
        (None, IndicatorKind::Address) => Level::Medium,
        (None, _) => Level::High,
    }
}
