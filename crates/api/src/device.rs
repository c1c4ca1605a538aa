//! Devices that were heard from.

use serde::{Deserialize, Serialize};
use wardwatch_model::{OrgId, Timestamp};

/// A device that events came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The organisation.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// When something of it was first seen.
    pub first_seen: Timestamp,
    /// When something of it was last seen.
    pub last_seen: Timestamp,
    /// How many events came from it.
    pub events: u64,
    /// Whether it runs a system out of support, as far as its events tell.
    pub legacy: bool,
}

/// Which devices: `GET /api/v1/devices`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Only names that start so.
    pub name: Option<String>,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}
