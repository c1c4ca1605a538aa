//! Lists to a matcher.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use wardwatch_model::{Indicator, IndicatorKind, IndicatorListId, OrgId, Timestamp};

use super::observable;
use super::table::Sort;
use super::{Entry, List, ListNumber, Matcher};

/// The end of time, for what ends never.
const NEVER: Timestamp = Timestamp { micros: i64::MAX };

/// A matcher in the making.
#[derive(Debug, Default)]
pub struct Builder {
    matcher: Matcher,
    notes: HashMap<String, Arc<str>>,
    labels: HashMap<Vec<String>, Arc<[String]>>,
}

impl Builder {
    /// Begins a list.
    pub fn list(
        &mut self,
        id: IndicatorListId,
        name: &str,
        orgs: Arc<BTreeSet<OrgId>>,
    ) -> ListNumber {
        self.matcher.lists.push(List { id, name: name.into(), orgs });
        ListNumber(self.matcher.lists.len() as u32 - 1)
    }

    /// Adds an indicator to a list. False when its value is not in the one spelling: it would never
    /// be found.
    pub fn add(&mut self, list: ListNumber, indicator: Indicator) -> bool {
        let number = self.matcher.entries.len() as u32;
        let Some(next) = self.place(&indicator, number) else { return false };
        let Indicator { kind, value, id, note, labels, confidence, valid_until, .. } = indicator;
        let note = self.notes.entry(note).or_insert_with_key(|note| note.as_str().into()).clone();
        let labels =
            self.labels.entry(labels).or_insert_with_key(|labels| labels.clone().into()).clone();
        self.matcher.kinds[kind as usize] += 1;
        self.matcher.entries.push(Entry {
            list: list.0,
            next,
            kind,
            confidence,
            valid_until: valid_until.unwrap_or(NEVER),
            value: value.into(),
            id: id.into(),
            note,
            labels,
        });
        true
    }

    /// Puts an indicator into its table; gives the entry that follows it there.
    fn place(&mut self, indicator: &Indicator, number: u32) -> Option<u32> {
        let value = indicator.value.as_str();
        let names = &mut self.matcher.names;
        let next = match indicator.kind {
            IndicatorKind::Sha256 | IndicatorKind::Sha1 | IndicatorKind::Md5 => {
                names.put(Sort::Hash, value, number)
            }
            IndicatorKind::Domain => names.put(Sort::Domain, value, number),
            IndicatorKind::Url => names.put(Sort::Url, without_scheme(value), number),
            IndicatorKind::Address => {
                let net = match value.parse::<IpNet>() {
                    Ok(net) => net,
                    Err(_) => value.parse::<IpAddr>().ok()?.into(),
                };
                self.matcher.networks.put(net.addr(), net.prefix_len(), number)
            }
        };
        Some(next)
    }

    /// The matcher.
    pub fn build(mut self) -> Matcher {
        self.matcher.entries.shrink_to_fit();
        self.matcher.observables = observable::NAMES.iter().copied().collect();
        self.matcher
    }
}

/// A web address as it is compared.
pub fn without_scheme(value: &str) -> &str {
    value.split_once("://").map_or(value, |(_, rest)| rest)
}
