//! Endpoints of how things stand: counts, and organisations one by one.

pub mod get;
pub mod organisations;

use std::collections::{BTreeMap, HashSet};

use wardwatch_api::overview::{OrgNow, SILENT_HOURS};
use wardwatch_model::{Level, OrgId, Organisation, Timestamp};
use wardwatch_store::{HeardDevices, OpenIncidents, TenantScope};

use super::problem::Problem;
use crate::app::App;

const HOUR_MICROS: i64 = 3_600_000_000;

/// Each open organisation of the scope in the order of codes, with what is known of it; one that was never
/// heard from says so.
async fn each(
    app: &App,
    scope: &TenantScope,
    open: &[OpenIncidents],
) -> Result<Vec<OrgNow>, Problem> {
    let silent_since = Timestamp { micros: app.now().micros - SILENT_HOURS * HOUR_MICROS };
    let heard = app.state.heard_devices(scope, silent_since).await?;
    let heard: BTreeMap<&OrgId, &HeardDevices> = heard.iter().map(|of| (&of.org, of)).collect();
    let mut incidents: BTreeMap<&OrgId, (u64, Option<Level>)> = BTreeMap::new();
    for of in open {
        let (count, worst) = incidents.entry(&of.org).or_default();
        *count += of.count;
        *worst = (*worst).max(Some(of.level));
    }
    let organisations = app.state.organisations(scope).await?;
    let organisations: Vec<Organisation> =
        organisations.into_iter().filter(|organisation| organisation.closed.is_none()).collect();
    let parents: HashSet<OrgId> =
        organisations.iter().filter_map(|organisation| organisation.parent.clone()).collect();
    let now = |organisation: Organisation| {
        let (count, worst) = incidents.get(&organisation.code).copied().unwrap_or_default();
        let devices = heard.get(&organisation.code);
        OrgNow {
            name: organisation.name,
            kind: organisation.kind,
            parent: organisation.parent,
            above_others: parents.contains(&organisation.code),
            open: count,
            worst,
            devices: devices.map_or(0, |of| of.devices),
            silent: devices.map_or(0, |of| of.silent),
            last_heard: devices.map(|of| of.last_heard),
            org: organisation.code,
        }
    };
    Ok(organisations.into_iter().map(now).collect())
}
