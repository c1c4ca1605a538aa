//! What loses support in the next months, where, and what blocks it.
//!
//! In: devices with their support and blockers. Out: one line for each organisation and release, the
//! soonest first. Never: a device of unknown support; those are counted by [`super::cliff`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wardwatch_model::{Day, OrgId, SupportState};

use super::Support;
use crate::wave::Blocker;

/// Names of devices in one line.
pub const MAX_NAMED: usize = 20;

/// A device, as this question sees it.
#[derive(Debug, Clone, Copy)]
pub struct LeavingRow<'a> {
    /// Its organisation.
    pub org: &'a OrgId,
    /// Its name.
    pub device: &'a str,
    /// Its support.
    pub support: &'a Support,
    /// What keeps it from being moved; empty when nothing is known to.
    pub blockers: &'a [Blocker],
}

/// Devices of one organisation that leave support together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaving {
    /// Their last supported day.
    pub ends: Day,
    /// Their organisation.
    pub org: OrgId,
    /// What they run, for people.
    pub label: String,
    /// How many they are.
    pub devices: u64,
    /// Names of the first [`MAX_NAMED`], in order.
    pub named: Vec<String>,
    /// How many of them something blocks.
    pub blocked: u64,
    /// What blocks them, and how many devices each; most first.
    pub blockers: Vec<(Blocker, u64)>,
}

/// What is being added up for one line.
#[derive(Default)]
struct Group<'a> {
    devices: u64,
    /// The first names in order.
    named: Vec<&'a str>,
    blocked: u64,
    blockers: BTreeMap<&'a Blocker, u64>,
}

/// What loses support from `today` through the day `months` calendar months later.
pub fn leaving<'a>(
    rows: impl IntoIterator<Item = LeavingRow<'a>>,
    today: Day,
    months: u8,
) -> Vec<Leaving> {
    let until = today.plus_months(i32::from(months));
    let mut groups: BTreeMap<(Day, &OrgId, &str), Group<'_>> = BTreeMap::new();
    for row in rows {
        let Some(ends) = row.support.ends.filter(|ends| (today..=until).contains(ends)) else {
            continue;
        };
        if row.support.state != SupportState::Unknown {
            groups.entry((ends, row.org, &row.support.label)).or_default().add(&row);
        }
    }
    groups.into_iter().map(|((ends, org, label), group)| group.line(ends, org, label)).collect()
}

impl<'a> Group<'a> {
    fn add(&mut self, row: &LeavingRow<'a>) {
        self.devices += 1;
        let place = self.named.partition_point(|name| *name < row.device);
        if place < MAX_NAMED {
            self.named.insert(place, row.device);
            self.named.truncate(MAX_NAMED);
        }
        self.blocked += u64::from(!row.blockers.is_empty());
        for blocker in row.blockers {
            *self.blockers.entry(blocker).or_default() += 1;
        }
    }

    fn line(self, ends: Day, org: &OrgId, label: &str) -> Leaving {
        let mut blockers: Vec<(Blocker, u64)> =
            self.blockers.into_iter().map(|(blocker, count)| (blocker.clone(), count)).collect();
        blockers.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Leaving {
            ends,
            org: org.clone(),
            label: label.to_owned(),
            devices: self.devices,
            named: self.named.into_iter().map(str::to_owned).collect(),
            blocked: self.blocked,
            blockers,
        }
    }
}
