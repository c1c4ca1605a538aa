//! When support for a release begins and ends.

use serde::{Deserialize, Serialize};

use crate::{Build, Day};

/// Whom a release's dates are for, where editions differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// All editions.
    All,
    /// Home and Pro (`-w`).
    HomePro,
    /// Enterprise and Education (`-e`).
    EnterpriseEducation,
    /// Long-term servicing (`-e-lts`).
    LongTerm,
    /// IoT long-term servicing (`-iot-lts`).
    IotLongTerm,
    /// Embedded.
    Embedded,
}

/// Support dates of one release of one product. A date of `None` means that the source names none:
/// not known, not ended yet, or ended on a day that is not told: see [`Lifecycle::open_ended`] and
/// [`Lifecycle::ended`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// The product: `windows`, `windows-server`, `debian`, `mssqlserver`.
    pub product: String,
    /// The release as its source calls it: `10-1809-e`, `2012-r2`, `12`.
    pub cycle: String,
    /// Its name for people: `10 1809 (E)`.
    pub label: String,
    /// Whom the dates are for.
    pub channel: Channel,
    /// The day of its release.
    pub released: Option<Day>,
    /// The last day of active support.
    pub active_until: Option<Day>,
    /// The last day of security fixes for everybody.
    pub supported_until: Option<Day>,
    /// The last day of extended security updates, for those who pay.
    pub extended_until: Option<Day>,
    /// Whether the source says that support has no end yet.
    pub open_ended: bool,
    /// Whether the source says that support has ended, without the day.
    pub ended: bool,
    /// The build that it is known by: `10.0.17763`.
    pub build: Option<Build>,
    /// Whether it is a long-term release.
    pub long_term: bool,
}
