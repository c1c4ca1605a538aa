//! What correlations remember between observations, and how much of it at most.
//!
//! In: limits, and entries from [`observe`](super::observe). Out: groups, and counts of all that
//! was refused or given up. Never: growth beyond the limits, or an order of groups that is not that
//! of their values. Groups and values come from events, so they are kept in trees: no choice of
//! names makes them slow.

use std::collections::BTreeMap;

use super::group::Group;
use super::set::CorrelationSet;

/// How much is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How far an observation may lie behind the latest of its group and still be judged as if it
    /// had come in time; in microseconds. 10 minutes.
    pub lateness_micros: i64,
    /// Groups of one correlation. Above it, the tenth with the oldest latest time is given up.
    /// 100,000.
    pub max_groups: usize,
    /// Entries of one group; more only where a condition can not hold otherwise (an `event_count`
    /// of 50,000 keeps that many). Above it, the oldest is given up. 10,000.
    pub max_entries_per_group: usize,
    /// Entries of all correlations together. Above it, the correlation that has most gives up its
    /// oldest groups. 1,000,000.
    pub max_entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            lateness_micros: 600_000_000,
            max_groups: 100_000,
            max_entries_per_group: 10_000,
            max_entries: 1_000_000,
        }
    }
}

/// What took no part, or was given up; counted once for each correlation concerned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Observations without a time (counted once, not for each correlation).
    pub without_time: u64,
    /// Observations that lack a group-by field.
    pub without_group: u64,
    /// Observations that lack a field of the condition, or have no finite number in it.
    pub without_value: u64,
    /// Observations too far behind the latest of their group.
    pub dropped_late: u64,
    /// Entries given up because their group was full or started over.
    pub evicted_entries: u64,
    /// Groups given up, with all entries, because there were too many.
    pub evicted_groups: u64,
    /// Hits not handed on to correlations above because one observation caused too many.
    pub cut_chains: u64,
}

/// What all correlations of one set remember. Cheap when nothing is.
///
/// A state belongs to the set it was first used with; used with another one, it forgets all groups.
/// One state must be fed by one tenant only.
#[derive(Debug, Clone)]
pub struct CorrelationState {
    pub(super) limits: Limits,
    pub(super) counters: Counters,
    /// By position of the definition in the set.
    pub(super) tables: Vec<Table>,
    /// Invariant: the entries of all tables.
    pub(super) entries: usize,
    fingerprint: u64,
}

/// The groups of one correlation, by their group-by values.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) groups: BTreeMap<Vec<String>, Group>,
}

impl CorrelationState {
    /// Remembers nothing yet.
    pub fn new(limits: Limits) -> Self {
        let (counters, tables) = (Counters::default(), Vec::new());
        CorrelationState { limits, counters, tables, entries: 0, fingerprint: 0 }
    }

    /// What was refused or given up so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Number of entries that are remembered.
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// Number of groups that are remembered.
    pub fn groups(&self) -> usize {
        self.tables.iter().map(|table| table.groups.len()).sum()
    }

    /// Makes room for the set's correlations, and forgets those of any other set.
    pub(super) fn belong_to(&mut self, set: &CorrelationSet) {
        if self.fingerprint != set.fingerprint() || self.tables.len() != set.definitions.len() {
            self.fingerprint = set.fingerprint();
            self.tables = vec![Table::default(); set.definitions.len()];
            self.entries = 0;
        }
    }

    /// Brings the correlation at `position` back under its number of groups.
    pub(super) fn limit_groups(&mut self, position: usize) {
        let most = self.limits.max_groups.max(1);
        let Some(table) = self.tables.get_mut(position) else { return };
        if table.groups.len() > most {
            let excess = table.groups.len() - most;
            let (groups, entries) = table.evict_oldest(excess.max(most / 10));
            self.counters.evicted_groups += groups;
            self.entries = self.entries.saturating_sub(entries);
        }
    }

    /// Brings all correlations back under their number of entries, with a tenth to spare.
    pub(super) fn limit_entries(&mut self) {
        let most = self.limits.max_entries.max(1);
        if self.entries <= most {
            return;
        }
        while self.entries > most - most / 10 {
            let size = |table: &&mut Table| table.groups.values().map(Group::len).sum::<usize>();
            let Some(largest) = self.tables.iter_mut().max_by_key(size) else { return };
            let (groups, entries) = largest.evict_oldest((largest.groups.len() / 10).max(1));
            if groups == 0 {
                return;
            }
            self.counters.evicted_groups += groups;
            self.entries = self.entries.saturating_sub(entries);
        }
    }
}

impl Table {
    /// Gives up so many groups, those with the oldest latest time, and among equals the first by
    /// value. Returns how many groups and how many entries went.
    fn evict_oldest(&mut self, count: usize) -> (u64, usize) {
        let mut times: Vec<i64> = self.groups.values().map(Group::latest).collect();
        times.sort_unstable();
        let Some(limit) = times.get(count.saturating_sub(1)).or(times.last()).copied() else {
            return (0, 0);
        };
        let mut equals = count.saturating_sub(times.partition_point(|time| *time < limit));
        let (mut groups, mut entries) = (0u64, 0usize);
        self.groups.retain(|_, group| {
            let is_equal = group.latest() == limit;
            let goes = group.latest() < limit || (is_equal && equals > 0);
            if goes {
                equals = equals.saturating_sub(usize::from(is_equal));
                groups += 1;
                entries += group.len();
            }
            !goes
        });
        (groups, entries)
    }
}
