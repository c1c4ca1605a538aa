//! Devices that were heard from.

use serde::{Deserialize, Serialize};
use wardwatch_model::{CareClass, OrgId, ServiceCode, Timestamp};

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
    /// How careful to be with it; none while nobody has classified it, which is never to be read
    /// as normal.
    pub care_class: Option<CareClass>,
    /// The service that depends on it.
    pub service: Option<ServiceCode>,
}

/// Which devices: `GET /api/v1/devices`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Of none of these and those below them: codes, apart by commas.
    pub not_org: Option<String>,
    /// Only names that start so.
    pub name: Option<String>,
    /// Only of this care class, or `unclassified`.
    pub care_class: Option<String>,
    /// None of this care class, or `unclassified`.
    pub not_care_class: Option<String>,
    /// Only those that this service depends on.
    pub service: Option<ServiceCode>,
    /// None that this service depends on.
    pub not_service: Option<ServiceCode>,
    /// Only those whose system is out of support as far as is known, or only the others.
    pub legacy: Option<bool>,
    /// Only those that were not heard from for [`SILENT_HOURS`](crate::overview::SILENT_HOURS) hours,
    /// or only those that were.
    pub silent: Option<bool>,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}

/// How careful to be with a device: `PUT /api/v1/devices/{org}/{name}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classify {
    /// Its care class; none takes away the one that it had.
    #[serde(default)]
    pub care_class: Option<CareClass>,
    /// The service of its organisation that depends on it.
    #[serde(default)]
    pub service: Option<ServiceCode>,
}
