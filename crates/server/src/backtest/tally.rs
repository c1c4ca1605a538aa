//! What a trial found, counted.
//!
//! In: times of events and detections. Out: sums by organisation, device and day, and the first
//! detections. Never: memory without bound.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use wardwatch_api::backtest::{Backtest, DayCount, DeviceCount, OrgCount};
use wardwatch_model::{OrgId, Sighting, Timestamp};

/// Detections that are kept.
pub const SAMPLES: usize = 100;
/// Devices that are told of.
const DEVICES_TOLD: usize = 100;
/// Devices that are counted; hits on more only count as hits.
const DEVICES: usize = 50_000;
/// Days that are counted.
const DAYS: usize = 5_000;
const DAY_MICROS: i64 = 86_400 * 1_000_000;

/// Sums.
#[derive(Debug, Default)]
pub struct Tally {
    /// Events looked at.
    pub rows: u64,
    /// Events that could not be read.
    pub unreadable: u64,
    hits: u64,
    orgs: BTreeMap<OrgId, u64>,
    devices: HashMap<(OrgId, String), u64>,
    days: BTreeMap<i64, u64>,
    days_with_events: BTreeSet<i64>,
    samples: Vec<Sighting>,
    /// All of them, for comparison with what was found live.
    #[cfg(test)]
    pub found: Vec<(wardwatch_model::RuleId, wardwatch_model::DetectionId)>,
}

impl Tally {
    /// Counts an event.
    pub fn look(&mut self, time: Timestamp) {
        self.rows += 1;
        let day = time.micros.div_euclid(DAY_MICROS);
        if self.days_with_events.len() < DAYS {
            self.days_with_events.insert(day);
        }
    }

    /// Counts a detection.
    pub fn count(&mut self, sighting: Sighting) {
        self.hits += 1;
        #[cfg(test)]
        self.found.push((sighting.rule_id.clone(), sighting.id));
        *self.orgs.entry(sighting.org.clone()).or_default() += 1;
        let day = sighting.time.micros.div_euclid(DAY_MICROS);
        if self.days.len() < DAYS || self.days.contains_key(&day) {
            *self.days.entry(day).or_default() += 1;
        }
        let device = (sighting.org.clone(), sighting.device.clone());
        if self.devices.len() < DEVICES || self.devices.contains_key(&device) {
            *self.devices.entry(device).or_default() += 1;
        }
        if self.samples.len() < SAMPLES {
            self.samples.push(sighting);
        }
    }

    /// Says the sums.
    pub fn tell(&self, told: &mut Backtest) {
        (told.rows, told.unreadable, told.hits) = (self.rows, self.unreadable, self.hits);
        let orgs = self.orgs.iter().map(|(org, hits)| OrgCount { org: org.clone(), hits: *hits });
        told.by_org = orgs.collect();
        told.by_org.sort_by_key(|count| std::cmp::Reverse(count.hits));
        let devices = self.devices.iter().map(|((org, device), hits)| DeviceCount {
            org: org.clone(),
            device: device.clone(),
            hits: *hits,
        });
        told.by_device = devices.collect();
        told.by_device.sort_by(|one, other| {
            (other.hits, &one.org, &one.device).cmp(&(one.hits, &other.org, &other.device))
        });
        told.by_device.truncate(DEVICES_TOLD);
        told.by_day =
            self.days.iter().map(|(day, hits)| DayCount { day: name(*day), hits: *hits }).collect();
        let days = self.days_with_events.len().max(1) as f64;
        told.alerts_a_day = self.hits as f64 / days;
        told.samples.clone_from(&self.samples);
    }
}

/// The day as `2017-05-12`.
fn name(day: i64) -> String {
    let text = Timestamp { micros: day.saturating_mul(DAY_MICROS) }.to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}
