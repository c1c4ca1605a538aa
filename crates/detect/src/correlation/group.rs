//! One group of one correlation: its entries in order of time, and a window laid over them.
//!
//! In: entries, late ones too. Out: their positions, and the aggregate of any window asked for.
//! Never: recomputing a window from nothing when the last one asked for overlaps it; entries join
//! and leave the aggregate as the window moves.

use std::collections::VecDeque;

use super::definition::{Definition, Window};
use super::measure::{Aggregate, Measure};
use super::observation::Origins;
use super::state::{Counters, Limits};

/// So many refused observations in a row, and the group starts over at their time.
///
/// Otherwise a single event with a clock far ahead would silence its group for good.
const LATE_RUN: u32 = 16;

/// One observation in a window.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Event time in microseconds.
    pub(super) time: i64,
    /// Which of the correlation's rules.
    pub(super) slot: usize,
    /// A completed window has used it.
    pub(super) spent: bool,
    pub(super) measure: Measure,
    /// One for each name that the definition carries.
    pub(super) carried: Vec<Option<String>>,
    pub(super) origins: Origins,
}

/// The entries that share all group-by values.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// In order of time, and of arrival where times are equal.
    entries: VecDeque<Entry>,
    /// The latest time seen, whether or not its entry is still here.
    latest: i64,
    /// Refused observations since the last one that was taken.
    late_run: u32,
    /// Invariant: `aggregate` is of the entries from `from` up to, not including, `to`, and
    /// `from <= to <= entries.len()`.
    from: usize,
    to: usize,
    aggregate: Aggregate,
}

impl Group {
    pub(super) fn empty(definition: &Definition) -> Group {
        Group {
            entries: VecDeque::new(),
            latest: i64::MIN,
            late_run: 0,
            from: 0,
            to: 0,
            aggregate: Aggregate::empty(definition),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn latest(&self) -> i64 {
        self.latest
    }

    pub(super) fn entries(&self) -> &VecDeque<Entry> {
        &self.entries
    }

    pub(super) fn aggregate(&self) -> &Aggregate {
        &self.aggregate
    }

    /// Position of the first entry at `time` or later.
    pub(super) fn first_at(&self, time: i64) -> usize {
        self.entries.partition_point(|entry| entry.time < time)
    }

    /// Puts the entry at its place, which is returned, and lets go of what is too old or too much.
    /// `None`: it came too late, or is the oldest in a full group.
    pub(super) fn admit(
        &mut self,
        entry: Entry,
        definition: &Definition,
        limits: &Limits,
        counters: &mut Counters,
    ) -> Option<usize> {
        if !self.is_in_time(entry.time, definition.window, limits, counters) {
            return None;
        }
        self.latest = self.latest.max(entry.time);
        let kept_from = kept_from(self.latest, definition.window, limits);
        while self.entries.front().is_some_and(|oldest| oldest.time < kept_from) {
            self.pop_front();
        }
        let room = limits.max_entries_per_group.max(definition.least_entries).max(1);
        while self.entries.len() >= room {
            counters.evicted_entries += 1;
            if self.entries.front().is_some_and(|oldest| oldest.time > entry.time) {
                return None;
            }
            self.pop_front();
        }
        Some(self.insert(entry))
    }

    /// Whether the entry may join; after a run of refusals the group starts over for it.
    fn is_in_time(
        &mut self,
        time: i64,
        window: Window,
        limits: &Limits,
        counters: &mut Counters,
    ) -> bool {
        if time < kept_from(self.latest, window, limits) {
            self.late_run += 1;
            if self.late_run < LATE_RUN {
                counters.dropped_late += 1;
                return false;
            }
            counters.evicted_entries += self.entries.len() as u64;
            self.entries.clear();
            self.lay_nothing(0);
            self.latest = time;
        }
        self.late_run = 0;
        true
    }

    fn insert(&mut self, entry: Entry) -> usize {
        let position = self.entries.partition_point(|other| other.time <= entry.time);
        if position < self.from {
            self.from += 1;
            self.to += 1;
        } else if position < self.to {
            self.to += 1;
            self.aggregate.add(&entry);
        }
        self.entries.insert(position, entry);
        position
    }

    fn pop_front(&mut self) {
        let Some(entry) = self.entries.pop_front() else { return };
        if self.from > 0 {
            self.from -= 1;
            self.to -= 1;
        } else if self.to > 0 {
            self.to -= 1;
            self.aggregate.remove(&entry);
        }
    }

    /// Moves the window so that it covers the entries from `from` up to, not including, `to`.
    pub(super) fn cover(&mut self, from: usize, to: usize) {
        let to = to.min(self.entries.len());
        let from = from.min(to);
        if from >= self.to || to <= self.from {
            self.lay_nothing(from);
        }
        for entry in self.entries.iter().take(to).skip(self.to) {
            self.aggregate.add(entry);
        }
        for entry in self.entries.iter().take(self.from).skip(from) {
            self.aggregate.add(entry);
        }
        for entry in self.entries.iter().take(self.to).skip(to) {
            self.aggregate.remove(entry);
        }
        for entry in self.entries.iter().take(from).skip(self.from) {
            self.aggregate.remove(entry);
        }
        (self.from, self.to) = (from, to);
    }

    fn lay_nothing(&mut self, at: usize) {
        self.aggregate.clear();
        (self.from, self.to) = (at, at);
    }

    /// Takes a completed window's entries away.
    pub(super) fn consume(&mut self, from: usize, to: usize) {
        let to = to.min(self.entries.len());
        let from = from.min(to);
        self.entries.drain(from..to);
        self.lay_nothing(from);
    }

    /// Marks a completed window's entries, so that no window with one of them completes again.
    pub(super) fn spend(&mut self, from: usize, to: usize) {
        for entry in self.entries.iter_mut().take(to).skip(from) {
            entry.spent = true;
        }
        self.lay_nothing(0);
    }

    /// Whether the invariant of the fields holds: the aggregate is that of its entries.
    #[cfg(test)]
    pub(super) fn is_consistent(&self, definition: &Definition) -> bool {
        let mut anew = Aggregate::empty(definition);
        self.entries.iter().take(self.to).skip(self.from).for_each(|entry| anew.add(entry));
        self.from <= self.to
            && self.to <= self.entries.len()
            && self.entries.iter().is_sorted_by_key(|entry| entry.time)
            && format!("{anew:?}") == format!("{:?}", self.aggregate)
    }
}

/// The time before which nothing is kept.
fn kept_from(latest: i64, window: Window, limits: &Limits) -> i64 {
    latest.saturating_sub(window.span).saturating_sub(limits.lateness_micros.max(0))
}
