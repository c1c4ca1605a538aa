//! The answer to "is this device open to this vulnerability", and the words of its rank.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether a device is open to a vulnerability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExposureStatus {
    /// Open.
    Exposed,
    /// Not fixed, but the way in is closed.
    Mitigated,
    /// Fixed.
    Fixed,
    /// The device does not run what is vulnerable.
    NotAffected,
    /// Not known; never counted as clean.
    Unknown,
}

impl ExposureStatus {
    /// All, the worst first.
    pub const ALL: [ExposureStatus; 5] = [
        ExposureStatus::Exposed,
        ExposureStatus::Unknown,
        ExposureStatus::Mitigated,
        ExposureStatus::Fixed,
        ExposureStatus::NotAffected,
    ];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            ExposureStatus::Exposed => "exposed",
            ExposureStatus::Mitigated => "mitigated",
            ExposureStatus::Fixed => "fixed",
            ExposureStatus::NotAffected => "not_affected",
            ExposureStatus::Unknown => "unknown",
        }
    }
}

impl fmt::Display for ExposureStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// When a vulnerability is to be closed: the outcomes of the BOD 26-04 table (CISA, 2026-06-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Within three days, and look for what an attacker may have left.
    ThreeDaysForensics,
    /// Within three days.
    ThreeDays,
    /// Within 14 days.
    FourteenDays,
    /// Within 60 days.
    SixtyDays,
    /// With the next upgrade of the system.
    OnUpgrade,
}

impl Clock {
    /// Days that it gives; none when it waits for an upgrade.
    pub fn days(self) -> Option<i32> {
        match self {
            Clock::ThreeDaysForensics | Clock::ThreeDays => Some(3),
            Clock::FourteenDays => Some(14),
            Clock::SixtyDays => Some(60),
            Clock::OnUpgrade => None,
        }
    }
}

/// How support for a release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupportState {
    /// Gets fixes.
    Supported,
    /// Gets fixes, and stops within twelve months.
    EndsSoon,
    /// Gets fixes only for those who pay for extended support.
    ExtendedOnly,
    /// Gets none.
    Ended,
    /// Not known.
    Unknown,
}

impl SupportState {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            SupportState::Supported => "supported",
            SupportState::EndsSoon => "ends_soon",
            SupportState::ExtendedOnly => "extended_only",
            SupportState::Ended => "ended",
            SupportState::Unknown => "unknown",
        }
    }
}
