//! Half-yearly waves: in which half of a year a device moves to a newer release at the latest.
//!
//! In: devices with their support and what stands in their way. Out: for each half-year how many are to
//! move, how many are ready, and what blocks the others. Never: a mass migration: what ends late moves
//! late; a wave in the past: what should have moved moves now.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use wardwatch_model::Day;

use super::Blocker;

/// Half of a calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HalfYear {
    /// The year.
    pub year: i16,
    /// 1 for January to June, 2 for July to December.
    pub half: u8,
}

impl HalfYear {
    /// The one that a day lies in.
    pub fn of(day: Day) -> HalfYear {
        let (year, month, _) = day.parts();
        HalfYear { year, half: if month <= 6 { 1 } else { 2 } }
    }

    /// The one before.
    fn before(self) -> HalfYear {
        match self.half {
            1 => HalfYear { year: self.year - 1, half: 2 },
            _ => HalfYear { year: self.year, half: 1 },
        }
    }

    /// The last one that is over when support ends, and never one before today's. Support that ends on
    /// the last day of a half leaves all of that half.
    pub fn to_move(ends: Day, today: Day) -> HalfYear {
        let of_end = HalfYear::of(ends);
        let whole = HalfYear::of(ends.plus(1)) != of_end;
        let latest = if whole { of_end } else { of_end.before() };
        latest.max(HalfYear::of(today))
    }
}

impl fmt::Display for HalfYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let months = if self.half == 1 { "January to June" } else { "July to December" };
        write!(f, "{months} {}", self.year)
    }
}

/// The devices of one half-year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wave {
    /// How many move.
    pub devices: u64,
    /// Those that nothing stands in the way of, as far as is known.
    pub ready: u64,
    /// What blocks the others, most first.
    pub blockers: Vec<(Blocker, u64)>,
}

/// Waves of devices, each by the last day of its support and what blocks it.
pub fn waves<'b>(
    devices: impl IntoIterator<Item = (Day, &'b [Blocker])>,
    today: Day,
) -> BTreeMap<HalfYear, Wave> {
    let mut found: BTreeMap<HalfYear, (Wave, HashMap<&Blocker, u64>)> = BTreeMap::new();
    for (ends, blockers) in devices {
        let (wave, counts) = found.entry(HalfYear::to_move(ends, today)).or_default();
        wave.devices += 1;
        wave.ready += u64::from(blockers.is_empty());
        for blocker in blockers {
            *counts.entry(blocker).or_default() += 1;
        }
    }
    let whole = |(mut wave, counts): (Wave, HashMap<&Blocker, u64>)| {
        let mut blockers: Vec<(Blocker, u64)> =
            counts.into_iter().map(|(blocker, count)| (blocker.clone(), count)).collect();
        blockers.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        wave.blockers = blockers;
        wave
    };
    found.into_iter().map(|(half, found)| (half, whole(found))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn to_move(ends: &str, today: &str) -> String {
        HalfYear::to_move(day(ends), day(today)).to_string()
    }

    #[test]
    fn a_device_moves_in_the_last_whole_half_before_its_end_and_never_in_the_past() {
        assert_eq!(to_move("2027-10-12", "2026-11-28"), "January to June 2027");
        assert_eq!(to_move("2027-06-30", "2026-11-28"), "January to June 2027");
        assert_eq!(to_move("2027-06-29", "2026-11-28"), "July to December 2026");
        assert_eq!(to_move("2027-12-31", "2026-11-28"), "July to December 2027");
        assert_eq!(to_move("2028-02-29", "2026-11-28"), "July to December 2027");
        assert_eq!(to_move("2026-12-01", "2026-11-28"), "July to December 2026", "it is late");
        assert_eq!(to_move("2020-01-14", "2026-11-28"), "July to December 2026", "it ended");
    }

    #[test]
    fn waves_count_who_is_ready_and_what_blocks_the_others() {
        let disk = Blocker::Disk { needed_gb: 64 };
        let both = [Blocker::Tpm, disk.clone()];
        let devices = [
            (day("2027-10-12"), &[][..]),
            (day("2027-10-12"), &both[..1]),
            (day("2027-10-12"), &both),
            (day("2028-10-10"), &[]),
        ];
        let found = waves(devices, day("2026-11-28"));
        let first = &found[&HalfYear { year: 2027, half: 1 }];
        assert_eq!((first.devices, first.ready), (3, 1));
        assert_eq!(first.blockers, [(Blocker::Tpm, 2), (disk, 1)]);
        assert_eq!(found[&HalfYear { year: 2028, half: 1 }].devices, 1);
        assert_eq!(found.len(), 2);
    }
}
