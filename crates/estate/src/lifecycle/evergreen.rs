//! How fresh an estate is: the measures of servicing twice a year.
//!
//! In: what each device runs, a day. Out: the share within one release of the newest, the median
//! age, the next cliff. Never: a share without the number of devices that it does not speak of.

use serde::{Deserialize, Serialize};
use wardwatch_model::Day;
use wardwatch_model::landscape::Lifecycle;

use super::{MonthCount, Support, cliff};

/// A month is a cliff when at least one in so many devices leaves support in it.
const CLIFF_ONE_IN: u64 = 20;

/// Months that are searched for the next cliff.
const CLIFF_MONTHS: u8 = 36;

/// What a device runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Its support.
    pub support: Support,
    /// Newer releases than its own, see [`releases_behind`]; none when not known.
    pub behind: Option<u32>,
}

/// The measures. Shares are left to the reader: both numbers are here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evergreen {
    /// All devices.
    pub devices: u64,
    /// Devices that run the newest release or the one before (N or N-1).
    pub within_one: u64,
    /// Devices of which that is not known.
    pub release_unknown: u64,
    /// Days since the release of what the middle device runs, among those where it is known; the
    /// lower of the two middle ones when their number is even.
    pub median_age_days: Option<i32>,
    /// Devices of whose release the day is not known.
    pub age_unknown: u64,
    /// The first month from today in which at least one in twenty of all devices leaves support.
    pub next_cliff: Option<MonthCount>,
}

impl Evergreen {
    /// Devices within one release of the newest, per mille of all. Those not known count as not.
    pub fn within_one_permille(&self) -> u64 {
        (self.within_one * 1000).checked_div(self.devices).unwrap_or(0)
    }
}

/// The measures of some devices.
pub fn evergreen<'a>(devices: impl IntoIterator<Item = &'a Running>, today: Day) -> Evergreen {
    let devices: Vec<&Running> = devices.into_iter().collect();
    let count = |test: &dyn Fn(&Running) -> bool| {
        devices.iter().filter(|running| test(running)).count() as u64
    };
    let mut ages: Vec<i32> = devices
        .iter()
        .filter_map(|running| running.support.released)
        .map(|released| today.since(released))
        .collect();
    ages.sort_unstable();
    let all = devices.len() as u64;
    let forecast = cliff(devices.iter().map(|running| ((), &running.support)), today, CLIFF_MONTHS);
    let is_cliff =
        |month: &MonthCount| month.devices > 0 && month.devices.saturating_mul(CLIFF_ONE_IN) >= all;
    Evergreen {
        devices: all,
        within_one: count(&|running| running.behind.is_some_and(|behind| behind <= 1)),
        release_unknown: count(&|running| running.behind.is_none()),
        median_age_days: ages.get(ages.len().saturating_sub(1) / 2).copied(),
        age_unknown: all - ages.len() as u64,
        next_cliff: forecast.all.months.into_iter().find(is_cliff),
    }
}

/// How many newer releases of the product were out on `today`: days of release later than that of
/// `cycle`, among long-term releases for a long-term one and among the others for another. Editions
/// of one release that came on one day count once. None when the day of its own is not known.
///
/// Leave out of `lifecycles` what the estate could not run (a release for new hardware only).
pub fn releases_behind(
    lifecycles: &[Lifecycle],
    product: &str,
    cycle: &str,
    today: Day,
) -> Option<u32> {
    let of_product = || lifecycles.iter().filter(|row| row.product == product);
    let own = of_product().find(|row| row.cycle == cycle)?;
    let released = own.released?;
    let mut newer: Vec<Day> = of_product()
        .filter(|row| row.long_term == own.long_term)
        .filter_map(|row| row.released)
        .filter(|&day| day > released && day <= today)
        .collect();
    newer.sort_unstable();
    newer.dedup();
    u32::try_from(newer.len()).ok()
}
