//! Which updates a device has.
//!
//! In: its release, its body's posture, its draws. Out: the month that it is patched through, its
//! build, its updates, whether MS17-010 is closed.

use serde::{Deserialize, Serialize};
use wardwatch_model::{Build, Day, Kb};

use super::draw::{Draw, Field};
use super::math::lognormal_quantile;
use super::posture::Posture;
use super::release::Release;
use super::scenario::Scenario;

/// Spread of the days from an update to its installation.
const LATENCY_SIGMA: f64 = 0.9;

/// Median days for medical devices: only what the supplier approved.
const MEDICAL_MEDIAN_DAYS: u32 = 300;

/// The month of MS17-010.
const MS17_010: (i16, i8) = (2017, 3);

/// How a device stands to MS17-010.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ms17010 {
    /// Open.
    Missing,
    /// Closed by an update.
    Installed,
    /// The release came with it, or is none of Windows.
    NotAffected,
}

/// Which updates a device has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchState {
    /// The last month whose updates it has; none when it has none since its release.
    pub through: Option<(i16, i8)>,
    /// Its build, with the revision where the system has one.
    pub build: Build,
    /// Its updates, as far as this house knows their numbers.
    pub updates: Vec<Kb>,
    /// MS17-010.
    pub ms17_010: Ms17010,
}

/// Which updates the device with these draws has.
pub fn patch_state(
    release: &Release,
    scenario: Scenario,
    posture: &Posture,
    medical: bool,
    draw: Draw,
) -> PatchState {
    let by_latency = through(release, scenario.today(), posture, medical, draw);
    let (through, ms17_010) = ms17_010(release, scenario, posture, by_latency, draw);
    let [major, minor, build] = release.version;
    let revision = through.map_or(0, |month| revision(release, month));
    PatchState {
        through,
        build: Build([major, minor, build, revision]),
        updates: updates(release, through, ms17_010),
        ms17_010,
    }
}

/// The last month whose updates are in place, from the days that they took.
fn through(
    release: &Release,
    today: Day,
    posture: &Posture,
    medical: bool,
    draw: Draw,
) -> Option<(i16, i8)> {
    let last = today.min(release.until());
    let reached = if draw.chance(Field::NeverPatched, posture.never_permille) {
        // As it came out of its box, some time since its release.
        let span = u32::try_from(last.since(release.released())).unwrap_or(0);
        release.released().plus(draw.below(Field::ImageMonth, span + 1) as i32)
    } else {
        let median = if medical { MEDICAL_MEDIAN_DAYS } else { posture.median_latency_days };
        let share = draw.inner_share(Field::Latency);
        let days = lognormal_quantile(share, f64::from(median), LATENCY_SIGMA).min(5_000.0);
        today.plus(-(days as i32)).min(last)
    };
    let month = month_of_updates(reached);
    let (year, first, _) = release.released().parts();
    (month > (year, first)).then_some(month)
}

/// On the worm's day, who misses MS17-010 is given by share, so that an unopposed worm reaches what
/// it reached in 2017: laggards miss it on many devices, others on none. XP and Server 2003 got
/// theirs a day later. On other days it follows from the months; systems out of support got it at
/// once or never.
fn ms17_010(
    release: &Release,
    scenario: Scenario,
    posture: &Posture,
    through: Option<(i16, i8)>,
    draw: Draw,
) -> (Option<(i16, i8)>, Ms17010) {
    if release.ms17_010.is_none() {
        return (through, Ms17010::NotAffected);
    }
    let out_of_support = release.until() < scenario.today() && !release.cumulative;
    let missing = match scenario {
        Scenario::May2017 if out_of_support => true,
        Scenario::May2017 => draw.chance(Field::Missing, posture.missing_permille),
        _ if out_of_support => draw.chance(Field::Missing, 3 * posture.never_permille),
        _ => through < Some(MS17_010),
    };
    let before = (2017, 2);
    match missing {
        true => (through.map(|month| month.min(before)), Ms17010::Missing),
        false if out_of_support => (through, Ms17010::Installed),
        false => (through.max(Some(MS17_010)), Ms17010::Installed),
    }
}

/// The month whose updates are out on a day: they come on its second Tuesday.
fn month_of_updates(day: Day) -> (i16, i8) {
    let (year, month, _) = day.parts();
    let first = Day::new(year, month, 1).unwrap_or(day);
    // 1970-01-01 was a Thursday: Tuesday is 5 days on.
    let until_tuesday = (5 - first.0).rem_euclid(7);
    if day >= first.plus(until_tuesday + 7) {
        return (year, month);
    }
    let (year, month, _) = first.plus(-1).parts();
    (year, month)
}

/// The revision of the month, between known months in proportion; nought, which means not known,
/// after the last of them.
fn revision(release: &Release, month: (i16, i8)) -> u32 {
    if !release.cumulative {
        return 0;
    }
    let at = |(year, month): (i16, i8)| i64::from(year) * 12 + i64::from(month);
    let (year, first, _) = release.released().parts();
    let start = (at((year, first)), 1);
    let numbered = || release.monthly.iter().filter(|&&(_, _, _, ubr)| ubr > 0);
    let known = || numbered().map(|&(y, m, _, ubr)| (at((y, m)), i64::from(ubr)));
    let wanted = at(month);
    let low = known().take_while(|&(known, _)| known <= wanted).last().unwrap_or(start);
    let revision = match known().find(|&(known, _)| known > wanted) {
        Some(high) => low.1 + (high.1 - low.1) * (wanted - low.0) / (high.0 - low.0).max(1),
        None if low.0 == wanted => low.1,
        None => 0,
    };
    u32::try_from(revision).unwrap_or(0)
}

/// Updates that a report would list: for cumulative systems the last, for others all.
fn updates(release: &Release, through: Option<(i16, i8)>, ms17_010: Ms17010) -> Vec<Kb> {
    let have = |&&(year, month, kb, _): &&(i16, i8, u32, u32)| {
        kb > 0 && through.is_some_and(|through| (year, month) <= through)
    };
    if release.cumulative {
        let exact = release.monthly.iter().rfind(have);
        return exact.map(|&(_, _, kb, _)| Kb(kb)).into_iter().collect();
    }
    let single = release.ms17_010.filter(|_| ms17_010 == Ms17010::Installed);
    let mut updates: Vec<Kb> = release
        .monthly
        .iter()
        .filter(have)
        .map(|&(_, _, kb, _)| Kb(kb))
        .chain(single.map(Kb))
        .collect();
    updates.sort_unstable();
    updates.dedup();
    updates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estate::release::{W10_1607, WINDOWS_7};

    /// Second Tuesdays: 2017-03-14, 2017-05-09, 2020-01-14.
    #[test]
    fn updates_come_on_the_second_tuesday() {
        let month = |text: &str| month_of_updates(Day::parse(text).unwrap());
        assert_eq!(month("2017-03-13"), (2017, 2));
        assert_eq!(month("2017-03-14"), (2017, 3));
        assert_eq!(month("2017-05-08"), (2017, 4));
        assert_eq!(month("2017-05-09"), (2017, 5));
        assert_eq!(month("2020-01-13"), (2019, 12));
    }

    #[test]
    fn a_known_month_has_the_published_revision_and_the_updates_follow() {
        assert_eq!(revision(&W10_1607, (2017, 3)), 953);
        // Half of the eight months from 1198 (May 2017) to 2007 (January 2018).
        assert_eq!(revision(&W10_1607, (2017, 9)), 1602);
        let seven = |through, state| updates(&WINDOWS_7, through, state);
        assert_eq!(seven(Some((2017, 2)), Ms17010::Missing), []);
        assert_eq!(
            seven(Some((2017, 4)), Ms17010::Installed),
            [Kb(4_012_212), Kb(4_012_215), Kb(4_015_549)]
        );
        assert_eq!(updates(&W10_1607, Some((2017, 6)), Ms17010::Installed), [Kb(4_019_472)]);
    }
}
