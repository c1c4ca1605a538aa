//! How many devices were heard from, are silent, and reported what they run.
//!
//! In: a scope. Out: counts by organisation; where there are so many that counting is dear, at most half
//! a minute old. Never: a count of an organisation outside the scope.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::{QueryBuilder, Sqlite};
use wardwatch_model::{OrgId, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::state::within::one_by_one;
use crate::state::{State, row};

/// Devices of one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeardDevices {
    /// The organisation.
    pub org: OrgId,
    /// How many were ever heard from.
    pub devices: u64,
    /// How many of them were not heard from since a moment.
    pub silent: u64,
    /// How many of them reported what they run.
    pub reported: u64,
    /// When the last of them was heard from.
    pub last_heard: Timestamp,
}

impl State {
    /// Devices of the scope by organisation, and how many of them were silent since a moment.
    pub async fn heard_devices(
        &self,
        scope: &TenantScope,
        silent_since: Timestamp,
    ) -> Result<Arc<Vec<HeardDevices>>, StoreError> {
        let asked = scope.clone();
        let count =
            move |state: State| async move { state.count_heard(&asked, silent_since).await };
        self.dear(|dear| &dear.heard, Arc::clone(scope.key()), count).await
    }

    async fn count_heard(
        &self,
        scope: &TenantScope,
        silent_since: Timestamp,
    ) -> Result<Vec<HeardDevices>, StoreError> {
        let mut devices = QueryBuilder::<Sqlite>::new("SELECT org, count(*), sum(last_seen < ");
        devices.push_bind(silent_since.micros).push("), max(last_seen) FROM devices WHERE ");
        one_by_one(&mut devices, "org", scope);
        devices.push(" GROUP BY org ORDER BY org");
        let mut reports = QueryBuilder::<Sqlite>::new(
            "SELECT org, count(DISTINCT device) FROM inventories WHERE ",
        );
        one_by_one(&mut reports, "org", scope);
        reports.push(" GROUP BY org");
        let (rows, reports) = tokio::try_join!(
            devices.build().fetch_all(self.readers()),
            reports.build().fetch_all(self.readers()),
        )?;
        let reports: BTreeMap<OrgId, u64> = reports
            .iter()
            .map(|found| Ok((row::word(found, 0)?, row::count(found, 1)?)))
            .collect::<Result<_, StoreError>>()?;
        let counted = rows.iter().map(|found| {
            let org: OrgId = row::word(found, 0)?;
            let devices = row::count(found, 1)?;
            Ok(HeardDevices {
                devices,
                silent: row::count(found, 2)?,
                // A report counts as having been heard from, so there are never more.
                reported: reports.get(&org).copied().unwrap_or(0).min(devices),
                last_heard: row::time(found, 3)?,
                org,
            })
        });
        counted.collect()
    }

    /// How many devices of the scope never reported what they run, by the organisation that speaks for
    /// each.
    pub async fn silent_devices(
        &self,
        scope: &TenantScope,
        silent_since: Timestamp,
    ) -> Result<BTreeMap<OrgId, u64>, StoreError> {
        let heard = self.heard_devices(scope, silent_since).await?;
        let speakers = self.tree().await?.speakers();
        let mut silent = BTreeMap::new();
        for org in heard.iter().filter(|org| org.devices > org.reported) {
            let speaker = speakers.get(&org.org).unwrap_or(&org.org);
            *silent.entry(speaker.clone()).or_default() += org.devices - org.reported;
        }
        Ok(silent)
    }
}
