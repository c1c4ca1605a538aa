//! What decides how detections are folded, with the limits that keep memory bounded.
//!
//! In: nothing. Out: values. Never: read from anywhere.

use wardwatch_model::{Level, Timestamp};

const HOUR: i64 = 3_600 * 1_000_000;
const DAY: i64 = 24 * HOUR;

/// How detections are folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// An open incident takes a detection that shares an entity, up to this long before its first
    /// or after its last, in microseconds of event time.
    pub window_micros: i64,
    /// No incident spans more than this; what goes on longer opens another one.
    pub longest_micros: i64,
    /// Incidents that lie no further apart than this may be one campaign. Also how long an
    /// incident stays in memory after its latest detection was received.
    pub campaign_micros: i64,
    /// Incidents below this level make no campaign.
    pub campaign_level: Level,
    /// An entity seen on more devices than this joins only detections of level high and above.
    pub common_devices: usize,
    /// What memory is allowed to hold.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            window_micros: DAY,
            longest_micros: 14 * DAY,
            campaign_micros: 7 * DAY,
            campaign_level: Level::Medium,
            common_devices: 20,
            limits: Limits::default(),
        }
    }
}

impl Settings {
    /// Whether something from `first` to `last` takes a detection at `time`.
    pub(crate) fn takes(&self, first: Timestamp, last: Timestamp, time: Timestamp) -> bool {
        let early = first.micros.saturating_sub(self.window_micros);
        let late = last.micros.saturating_add(self.window_micros);
        (early..=late).contains(&time.micros) && self.spans(first.min(time), last.max(time))
    }

    /// Whether one incident may span from `first` to `last`.
    pub(crate) fn spans(&self, first: Timestamp, last: Timestamp) -> bool {
        last.micros.saturating_sub(first.micros) <= self.longest_micros
    }

    /// Whether the gap between two spans of time is short enough for one campaign.
    pub(crate) fn near(&self, one: (Timestamp, Timestamp), other: (Timestamp, Timestamp)) -> bool {
        let gap = one.0.max(other.0).micros.saturating_sub(one.1.min(other.1).micros);
        gap <= self.campaign_micros
    }
}

/// What memory is allowed to hold. Beyond a limit the incident that has been quiet for longest
/// leaves memory: it stays open where it is stored and takes no more detections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Entities of one sighting that are looked at.
    pub sighting_entities: usize,
    /// Entities by which one incident is found.
    pub incident_entities: usize,
    /// Incidents of one organisation.
    pub organisation_incidents: usize,
    /// Entities by which incidents of one organisation are found.
    pub organisation_entities: usize,
    /// Incidents of all organisations; those of the organisation with most go first.
    pub incidents: usize,
    /// Entities by which incidents of all organisations are found; likewise.
    pub entities: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            sighting_entities: crate::entities::MOST,
            incident_entities: 5_000,
            organisation_incidents: 500,
            organisation_entities: 50_000,
            incidents: 20_000,
            entities: 500_000,
        }
    }
}
