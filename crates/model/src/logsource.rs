//! Where an event comes from, in Sigma's three words, and which sets of them occur together.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A log source: product, category and service, each optional.
///
/// On a rule an absent part means "any"; on an event it means "does not say".
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LogSource {
    /// Operating system, appliance or cloud, such as `windows`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub product: Option<String>,
    /// Kind of event across products, such as `process_creation`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub category: Option<String>,
    /// Log within a product, such as `security`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service: Option<String>,
}

impl LogSource {
    /// A log source from its three parts; an empty part counts as absent.
    pub fn new(product: &str, category: &str, service: &str) -> Self {
        let part = |text: &str| (!text.is_empty()).then(|| text.to_ascii_lowercase());
        LogSource { product: part(product), category: part(category), service: part(service) }
    }

    /// True when no part is given.
    pub fn is_empty(&self) -> bool {
        self.product.is_none() && self.category.is_none() && self.service.is_none()
    }

    /// Whether a rule with this log source applies to an event of `event`'s:
    /// every part that the rule names must be named, alike, by the event.
    pub fn covers(&self, event: &LogSource) -> bool {
        let part = |rule: &Option<String>, event: &Option<String>| match rule {
            None => true,
            Some(word) => event.as_ref().is_some_and(|other| word.eq_ignore_ascii_case(other)),
        };
        part(&self.product, &event.product)
            && part(&self.category, &event.category)
            && part(&self.service, &event.service)
    }
}

impl fmt::Display for LogSource {
    /// `product/category/service` with `-` for an absent part.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        write!(f, "{}/{}/{}", part(&self.product), part(&self.category), part(&self.service))
    }
}

/// Number of a set of log sources in a [`SourceTable`]; every event carries one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceSet(pub u16);

impl SourceSet {
    /// The empty set: the origin of the event is not known, no rule that names a source applies.
    pub const UNKNOWN: SourceSet = SourceSet(0);
}

/// Every set of log sources that an event can have, numbered.
///
/// One event often has several: Windows Security 4688 is both `windows/-/security` and
/// `windows/process_creation/-`. Set 0 is always the empty one.
#[derive(Debug, Clone)]
pub struct SourceTable {
    sets: Vec<Vec<LogSource>>,
    numbers: HashMap<Vec<LogSource>, SourceSet>,
}

impl Default for SourceTable {
    fn default() -> Self {
        let mut table = SourceTable { sets: Vec::new(), numbers: HashMap::new() };
        table.intern(Vec::new());
        table
    }
}

impl SourceTable {
    /// The number of `set`, adding it when it is new. Order within a set is kept: the first log
    /// source is the one that output names.
    ///
    /// Returns [`SourceSet::UNKNOWN`] once 65,536 sets exist.
    pub fn intern(&mut self, set: Vec<LogSource>) -> SourceSet {
        if let Some(number) = self.numbers.get(&set) {
            return *number;
        }
        let Ok(number) = u16::try_from(self.sets.len()) else {
            return SourceSet::UNKNOWN;
        };
        self.sets.push(set.clone());
        self.numbers.insert(set, SourceSet(number));
        SourceSet(number)
    }

    /// The log sources of a set; empty for a number that is not in the table.
    pub fn get(&self, number: SourceSet) -> &[LogSource] {
        self.sets.get(usize::from(number.0)).map_or(&[], Vec::as_slice)
    }

    /// How many sets there are, the empty one included.
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// Never true: set 0 always exists.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// All sets with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (SourceSet, &[LogSource])> {
        (0u16..).map(SourceSet).zip(self.sets.iter().map(Vec::as_slice))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_covers_events_that_name_all_its_parts() {
        let event = LogSource::new("windows", "process_creation", "");
        assert!(LogSource::new("windows", "process_creation", "").covers(&event));
        assert!(LogSource::new("Windows", "", "").covers(&event));
        assert!(LogSource::default().covers(&event));
        assert!(!LogSource::new("windows", "", "sysmon").covers(&event));
        assert!(!LogSource::new("linux", "process_creation", "").covers(&event));
    }

    #[test]
    fn sets_are_numbered_once_and_set_zero_is_empty() {
        let mut table = SourceTable::default();
        let set = vec![LogSource::new("windows", "", "security")];
        let number = table.intern(set.clone());
        assert_eq!(table.intern(set.clone()), number);
        assert_eq!(table.get(number), set);
        assert!(table.get(SourceSet::UNKNOWN).is_empty());
        assert!(table.get(SourceSet(999)).is_empty());
    }
}
