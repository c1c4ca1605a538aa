//! What an entry adds to its window, and what the window amounts to.
//!
//! In: entries that join and leave, in any order. Out: the number that the condition compares, if
//! the condition holds. Never: rounding that depends on the order. Numbers are kept in whole
//! millionths, so what joins and leaves again leaves no trace; beyond 10^24 they are cut to that.

use std::collections::BTreeMap;

use super::definition::{Definition, Kind, Together};
use super::group::Entry;

/// Parts of a unit in which numbers are kept.
const MILLIONTHS: f64 = 1e6;
/// Greatest kept number, in millionths; a hundred million of them fit into the sum.
const GREATEST: f64 = 1e30;

/// What one entry contributes besides its presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Measure {
    /// Nothing.
    Presence,
    /// The values to count the distinct ones of.
    Values(Vec<String>),
    /// A number in millionths.
    Number(i128),
}

impl Measure {
    /// Reads it from the values of the condition's fields; `None` when there is no number.
    pub(super) fn read(kind: &Kind, values: Vec<String>) -> Option<Measure> {
        match kind {
            Kind::EventCount(_) | Kind::Temporal(_) | Kind::Ordered(_) => Some(Measure::Presence),
            Kind::ValueCount(_) => Some(Measure::Values(values)),
            Kind::Sum(_) | Kind::Average(_) | Kind::Percentile(..) | Kind::Median(_) => {
                let number: f64 = values.first()?.trim().parse().ok()?;
                let kept = || (number * MILLIONTHS).clamp(-GREATEST, GREATEST).round() as i128;
                number.is_finite().then(kept).map(Measure::Number)
            }
        }
    }
}

/// The entries of a window taken together.
#[derive(Debug, Clone)]
pub(super) struct Aggregate {
    entries: u32,
    /// Entries that a completed window has used already.
    spent: u32,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Nothing,
    /// How often each slot was seen.
    Seen(Vec<u32>),
    /// How often each value was.
    Distinct(BTreeMap<Vec<String>, u32>),
    Sum(i128),
    /// All numbers, least first.
    Sorted(Vec<i128>),
}

impl Content {
    fn empty(definition: &Definition) -> Content {
        match definition.kind {
            Kind::EventCount(_) => Content::Nothing,
            Kind::ValueCount(_) => Content::Distinct(BTreeMap::new()),
            Kind::Sum(_) | Kind::Average(_) => Content::Sum(0),
            Kind::Percentile(..) | Kind::Median(_) => Content::Sorted(Vec::new()),
            Kind::Temporal(_) | Kind::Ordered(_) => {
                Content::Seen(vec![0; definition.members.len()])
            }
        }
    }
}

impl Aggregate {
    pub(super) fn empty(definition: &Definition) -> Aggregate {
        Aggregate { entries: 0, spent: 0, content: Content::empty(definition) }
    }

    pub(super) fn clear(&mut self) {
        (self.entries, self.spent) = (0, 0);
        match &mut self.content {
            Content::Nothing => {}
            Content::Seen(seen) => seen.fill(0),
            Content::Distinct(values) => values.clear(),
            Content::Sum(sum) => *sum = 0,
            Content::Sorted(numbers) => numbers.clear(),
        }
    }

    pub(super) fn add(&mut self, entry: &Entry) {
        self.entries = self.entries.saturating_add(1);
        self.spent = self.spent.saturating_add(u32::from(entry.spent));
        match (&mut self.content, &entry.measure) {
            (Content::Seen(seen), _) => {
                if let Some(count) = seen.get_mut(entry.slot) {
                    *count = count.saturating_add(1);
                }
            }
            (Content::Distinct(values), Measure::Values(value)) => match values.get_mut(value) {
                Some(count) => *count = count.saturating_add(1),
                None => drop(values.insert(value.clone(), 1)),
            },
            (Content::Sum(sum), Measure::Number(number)) => *sum = sum.saturating_add(*number),
            (Content::Sorted(numbers), Measure::Number(number)) => {
                let place = numbers.partition_point(|other| other < number);
                numbers.insert(place, *number);
            }
            _ => {}
        }
    }

    pub(super) fn remove(&mut self, entry: &Entry) {
        self.entries = self.entries.saturating_sub(1);
        self.spent = self.spent.saturating_sub(u32::from(entry.spent));
        match (&mut self.content, &entry.measure) {
            (Content::Seen(seen), _) => {
                if let Some(count) = seen.get_mut(entry.slot) {
                    *count = count.saturating_sub(1);
                }
            }
            (Content::Distinct(values), Measure::Values(value)) => match values.get_mut(value) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(values.remove(value)),
            },
            (Content::Sum(sum), Measure::Number(number)) => *sum = sum.saturating_sub(*number),
            (Content::Sorted(numbers), Measure::Number(number)) => {
                let place = numbers.partition_point(|other| other < number);
                if numbers.get(place) == Some(number) {
                    numbers.remove(place);
                }
            }
            _ => {}
        }
    }

    /// Whether every slot was seen.
    pub(super) fn all_seen(&self) -> bool {
        matches!(&self.content, Content::Seen(seen) if seen.iter().all(|count| *count > 0))
    }

    /// The number compared, if the window is not empty, nothing in it is spent, and the condition
    /// holds. Not for ordered correlations, which depend on more than what was seen.
    pub(super) fn satisfies(&self, kind: &Kind) -> Option<f64> {
        if self.entries == 0 || self.spent > 0 {
            return None;
        }
        let count = f64::from(self.entries);
        let (value, threshold) = match (kind, &self.content) {
            (Kind::EventCount(threshold), _) => (count, threshold),
            (Kind::ValueCount(threshold), Content::Distinct(v)) => (v.len() as f64, threshold),
            (Kind::Sum(threshold), Content::Sum(sum)) => (*sum as f64 / MILLIONTHS, threshold),
            (Kind::Average(threshold), Content::Sum(sum)) => {
                (*sum as f64 / (MILLIONTHS * count), threshold)
            }
            (Kind::Percentile(rank, threshold), Content::Sorted(numbers)) => {
                (percentile(numbers, *rank)? as f64 / MILLIONTHS, threshold)
            }
            (Kind::Median(threshold), Content::Sorted(numbers)) => (median(numbers)?, threshold),
            (Kind::Temporal(together), Content::Seen(seen)) => {
                return seen_together(together, seen);
            }
            _ => return None,
        };
        threshold.holds(value).then_some(value)
    }
}

/// The number of different rules seen, if that is what the condition wants.
fn seen_together(together: &Together, seen: &[u32]) -> Option<f64> {
    let different = seen.iter().filter(|count| **count > 0).count();
    let holds = match together {
        Together::All => different == seen.len(),
        Together::Count(threshold) => threshold.holds(different as f64),
        Together::Expression(expression) => expression.holds(seen),
    };
    holds.then_some(different as f64)
}

/// Nearest rank: the value at place ⌈rank/100 · n⌉ counted from 1, and at least the first.
fn percentile(sorted: &[i128], rank: u8) -> Option<i128> {
    let place = sorted.len().saturating_mul(usize::from(rank)).div_ceil(100).max(1);
    sorted.get(place - 1).copied()
}

/// The middle value, or the mean of the middle two, in units.
fn median(sorted: &[i128]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get(sorted.len().saturating_sub(1) / 2)?;
    Some(lower.saturating_add(upper) as f64 / (2.0 * MILLIONTHS))
}
