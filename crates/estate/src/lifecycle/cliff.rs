//! How many devices leave support in which month.
//!
//! In: a key (the organisation) and the support of each device, a day, how many months. Out: counts
//! by calendar month, for each key and for all. Never: a device left out of every count.
//!
//! A device leaves in the month that holds its last supported day: one supported through 31 January
//! leaves in January.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wardwatch_model::{Day, SupportState};

use super::Support;

/// Devices that leave support in one calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthCount {
    /// The year.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: i8,
    /// How many leave.
    pub devices: u64,
}

/// Who leaves when. Every device is in exactly one count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cliff {
    /// The months, the one of the first day first, none left out.
    pub months: Vec<MonthCount>,
    /// Devices whose last day lies before the first day; also those that extended updates, which
    /// they have not, would cover.
    pub ended: u64,
    /// Devices of which it is not known.
    pub unknown: u64,
    /// Devices whose last day lies after the last month.
    pub later: u64,
    /// Devices for whose release no end is set yet.
    pub open_ended: u64,
}

/// The forecast for all, and for each key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast<K: Ord> {
    /// The day from which it looks ahead.
    pub from: Day,
    /// All devices together.
    pub all: Cliff,
    /// The same by key, as a rule the organisation.
    pub by_key: BTreeMap<K, Cliff>,
}

/// Who leaves support in the calendar month of `from` and those that follow, `months` in all
/// (36 where nobody asks for another number).
pub fn cliff<K: Ord, S: Borrow<Support>>(
    devices: impl IntoIterator<Item = (K, S)>,
    from: Day,
    months: u8,
) -> Forecast<K> {
    let mut all = Cliff::empty(from, months);
    let mut by_key = BTreeMap::new();
    for (key, support) in devices {
        let support = support.borrow();
        all.count(support, from);
        by_key.entry(key).or_insert_with(|| Cliff::empty(from, months)).count(support, from);
    }
    Forecast { from, all, by_key }
}

impl Cliff {
    fn empty(from: Day, months: u8) -> Cliff {
        let (year, month, _) = from.parts();
        let first = Day::new(year, month, 1).unwrap_or(from);
        let months = (0..i32::from(months))
            .map(|ahead| {
                let (year, month, _) = first.plus_months(ahead).parts();
                MonthCount { year, month, devices: 0 }
            })
            .collect();
        Cliff { months, ended: 0, unknown: 0, later: 0, open_ended: 0 }
    }

    fn count(&mut self, support: &Support, from: Day) {
        match (support.state, support.ends) {
            (SupportState::Unknown, _) => self.unknown += 1,
            (SupportState::Supported | SupportState::EndsSoon, None) => self.open_ended += 1,
            (_, None) => self.ended += 1,
            (_, Some(ends)) if ends < from => self.ended += 1,
            (_, Some(ends)) => match self.months.get_mut(months_between(from, ends)) {
                Some(month) => month.devices += 1,
                None => self.later += 1,
            },
        }
    }

    /// All devices that were counted.
    pub fn devices(&self) -> u64 {
        let leaving: u64 = self.months.iter().map(|month| month.devices).sum();
        leaving + self.ended + self.unknown + self.later + self.open_ended
    }
}

/// Calendar months from the month of `from` to that of `to`. Invariant: `from` is not later.
fn months_between(from: Day, to: Day) -> usize {
    let months = |day: Day| {
        let (year, month, _) = day.parts();
        i32::from(year) * 12 + i32::from(month)
    };
    usize::try_from(months(to) - months(from)).unwrap_or(usize::MAX)
}
