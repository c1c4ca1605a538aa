//! Sets of whole numbers as ranges, both ends included.
//!
//! In: ranges. Out: what is in the set, and what is missing from it. Pure. Invariant: ranges are in
//! order, do not overlap and do not touch.

use serde::{Deserialize, Serialize};

/// From and until, both included.
pub type Range = (u64, u64);

/// A set of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Range>", into = "Vec<Range>")]
pub struct Ranges {
    all: Vec<Range>,
}

impl From<Vec<Range>> for Ranges {
    fn from(all: Vec<Range>) -> Self {
        let mut ranges = Ranges::default();
        all.into_iter().for_each(|(from, until)| ranges.insert(from, until));
        ranges
    }
}

impl From<Ranges> for Vec<Range> {
    fn from(ranges: Ranges) -> Self {
        ranges.all
    }
}

impl Ranges {
    /// Its ranges, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Range> + '_ {
        self.all.iter().copied()
    }

    /// How many ranges it takes.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Its largest number.
    pub fn last(&self) -> Option<u64> {
        self.all.last().map(|(_, until)| *until)
    }

    /// Adds a range; one that ends before it starts is none.
    pub fn insert(&mut self, from: u64, until: u64) {
        if until < from {
            return;
        }
        // All that overlap or touch become one with it.
        let start = self.all.partition_point(|range| range.1.saturating_add(1) < from);
        let end = self.all.partition_point(|range| range.0 <= until.saturating_add(1));
        let joined = match self.all.get(start..end).unwrap_or_default() {
            [] => (from, until),
            [first, .., last] => (from.min(first.0), until.max(last.1)),
            [only] => (from.min(only.0), until.max(only.1)),
        };
        self.all.splice(start..end, [joined]);
    }

    /// Takes a range out.
    pub fn remove(&mut self, from: u64, until: u64) {
        if until < from || self.all.is_empty() {
            return;
        }
        let mut left = Vec::with_capacity(self.all.len() + 1);
        for (start, end) in self.all.drain(..) {
            if end < from || start > until {
                left.push((start, end));
                continue;
            }
            if start < from {
                left.push((start, from - 1));
            }
            if end > until {
                left.push((until + 1, end));
            }
        }
        self.all = left;
    }

    /// Takes out the range of the smallest numbers.
    pub fn pop_first(&mut self) -> Option<Range> {
        (!self.all.is_empty()).then(|| self.all.remove(0))
    }

    /// The parts of a range that are not in the set.
    pub fn missing(&self, from: u64, until: u64) -> Vec<Range> {
        let mut missing = Vec::new();
        let mut at = from;
        for (start, end) in self.iter() {
            if at > until || start > until {
                break;
            }
            if end < at {
                continue;
            }
            if start > at {
                missing.push((at, start - 1));
            }
            at = end.saturating_add(1);
        }
        let covered_to_the_end = self.last() == Some(u64::MAX) && at == u64::MAX;
        if at <= until && !covered_to_the_end {
            missing.push((at, until));
        }
        missing
    }

    /// Whether a number of the range is in the set.
    pub fn overlaps(&self, from: u64, until: u64) -> bool {
        self.iter().any(|(start, end)| start <= until && end >= from)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set(ranges: &Ranges) -> BTreeSet<u64> {
        ranges.iter().flat_map(|(from, until)| from..=until).collect()
    }

    #[test]
    fn ranges_that_touch_become_one() {
        let mut ranges = Ranges::from(vec![(10, 20), (1, 3), (30, 30)]);
        ranges.insert(4, 9);
        assert_eq!(ranges.iter().collect::<Vec<_>>(), [(1, 20), (30, 30)]);
        assert_eq!(ranges.missing(15, 40), [(21, 29), (31, 40)]);
        ranges.remove(5, 6);
        assert_eq!(serde_json::to_string(&ranges).unwrap(), "[[1,4],[7,20],[30,30]]");
        ranges.insert(u64::MAX - 1, u64::MAX);
        assert_eq!(ranges.missing(u64::MAX, u64::MAX), []);
    }

    proptest! {
        #[test]
        fn is_the_same_as_a_plain_set(
            steps in prop::collection::vec((any::<bool>(), 0u64..60, 0u64..12), 0..40),
            from in 0u64..70,
            size in 0u64..20,
        ) {
            let (mut ranges, mut plain) = (Ranges::default(), BTreeSet::new());
            for (add, from, size) in steps {
                if add {
                    ranges.insert(from, from + size);
                    plain.extend(from..=from + size);
                } else {
                    ranges.remove(from, from + size);
                    plain.retain(|number| !(from..=from + size).contains(number));
                }
                prop_assert_eq!(set(&ranges), plain.clone());
                let all: Vec<Range> = ranges.iter().collect();
                prop_assert!(all.windows(2).all(|two| two[0].1 + 1 < two[1].0), "{:?}", all);
            }
            let until = from + size;
            let missing: BTreeSet<u64> =
                ranges.missing(from, until).into_iter().flat_map(|(a, b)| a..=b).collect();
            let expected = (from..=until).filter(|number| !plain.contains(number)).collect();
            prop_assert_eq!(missing, expected);
            let any = (from..=until).any(|number| plain.contains(&number));
            prop_assert_eq!(ranges.overlaps(from, until), any);
        }
    }
}
