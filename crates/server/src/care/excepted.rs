//! Holes that stay open for now, over the devices that they are open on.
//!
//! In: a scope and the exceptions that run in it. Out: how many open devices they cover. Never: a device
//! that counts as closed because of one.

use wardwatch_exposure::survey;
use wardwatch_model::{CveId, Exception, ExposureStatus, OrgId};
use wardwatch_store::TenantScope;

use super::sector::Sector;

impl Sector {
    /// How many of the scope's devices that are open to a vulnerability stand under one of these
    /// exceptions.
    pub fn excepted(&self, scope: &TenantScope, cve: CveId, exceptions: &[Exception]) -> u64 {
        let of_it: Vec<&Exception> = exceptions.iter().filter(|one| one.cve == cve).collect();
        if of_it.is_empty() {
            return 0;
        }
        let worst = survey::worst(&self.fleet, &[cve]);
        let open = |state: wardwatch_exposure::fleet::StateId| {
            worst.get(state.0 as usize) == Some(&ExposureStatus::Exposed)
        };
        let covered = |org: &OrgId, name: &str| of_it.iter().any(|one| self.covers(one, org, name));
        let devices = self.devices(|org| scope.covers(org));
        devices
            .filter(|(_, _, device)| open(device.state))
            .filter(|(org, name, _)| covered(self.org_at(*org), name))
            .count() as u64
    }

    /// Whether an exception is about a device: named, or one of an organisation's or its sites'.
    pub fn covers(&self, exception: &Exception, org: &OrgId, device: &str) -> bool {
        match &exception.device {
            Some(name) => exception.org == *org && name == device,
            None => exception.org == *org || self.speakers.get(org) == Some(&exception.org),
        }
    }
}
