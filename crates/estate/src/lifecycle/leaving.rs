//! What loses support in the next months, where, and what blocks it.
//!
//! In: devices with their support and blockers. Out: one line for each organisation and release, the
//! soonest first. Never: a device of unknown support; those are counted by [`super::cliff`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wardwatch_model::{Day, OrgId, SupportState};

use super::Support;
use crate::wave::Blocker;

/// A device, as this question sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeavingRow {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub device: String,
    /// Its support.
    pub support: Support,
    /// What keeps it from being moved; empty when nothing is known to.
    pub blockers: Vec<Blocker>,
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
    /// Their names, in order.
    pub devices: Vec<String>,
    /// How many of them something blocks.
    pub blocked: u64,
    /// What blocks them, and how many devices each; most first.
    pub blockers: Vec<(Blocker, u64)>,
}

/// What loses support from `today` through the day `months` calendar months later.
pub fn leaving<'a>(
    rows: impl IntoIterator<Item = &'a LeavingRow>,
    today: Day,
    months: u8,
) -> Vec<Leaving> {
    let until = today.plus_months(i32::from(months));
    let mut groups: BTreeMap<(Day, &OrgId, &str), Vec<&LeavingRow>> = BTreeMap::new();
    for row in rows {
        let Some(ends) = row.support.ends.filter(|ends| (today..=until).contains(ends)) else {
            continue;
        };
        if row.support.state != SupportState::Unknown {
            groups.entry((ends, &row.org, &row.support.label)).or_default().push(row);
        }
    }
    groups.into_iter().map(|((ends, org, label), rows)| group(ends, org, label, &rows)).collect()
}

fn group(ends: Day, org: &OrgId, label: &str, rows: &[&LeavingRow]) -> Leaving {
    let mut devices: Vec<String> = rows.iter().map(|row| row.device.clone()).collect();
    devices.sort_unstable();
    let mut counts: BTreeMap<&Blocker, u64> = BTreeMap::new();
    for blocker in rows.iter().flat_map(|row| &row.blockers) {
        *counts.entry(blocker).or_default() += 1;
    }
    let mut blockers: Vec<(Blocker, u64)> =
        counts.into_iter().map(|(blocker, count)| (blocker.clone(), count)).collect();
    blockers.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Leaving {
        ends,
        org: org.clone(),
        label: label.to_owned(),
        devices,
        blocked: rows.iter().filter(|row| !row.blockers.is_empty()).count() as u64,
        blockers,
    }
}
