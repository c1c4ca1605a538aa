//! How many devices stand how towards one vulnerability.

use serde::Serialize;
use wardwatch_model::ExposureStatus;

/// Counts by status; their sum is all devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Open.
    pub exposed: u64,
    /// Open with the way in closed.
    pub mitigated: u64,
    /// Fixed.
    pub fixed: u64,
    /// Not running what is vulnerable.
    pub not_affected: u64,
    /// Not known.
    pub unknown: u64,
}

impl Tally {
    /// One device more.
    pub fn add(&mut self, status: ExposureStatus) {
        *self.of(status) += 1;
    }

    fn of(&mut self, status: ExposureStatus) -> &mut u64 {
        match status {
            ExposureStatus::Exposed => &mut self.exposed,
            ExposureStatus::Mitigated => &mut self.mitigated,
            ExposureStatus::Fixed => &mut self.fixed,
            ExposureStatus::NotAffected => &mut self.not_affected,
            ExposureStatus::Unknown => &mut self.unknown,
        }
    }

    /// Many devices more.
    pub fn add_many(&mut self, status: ExposureStatus, devices: u64) {
        *self.of(status) += devices;
    }

    /// All devices.
    pub fn devices(&self) -> u64 {
        self.exposed + self.mitigated + self.fixed + self.not_affected + self.unknown
    }
}
