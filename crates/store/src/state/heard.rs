//! How many devices were heard from, are silent, and reported what they run.
//!
//! In: a scope. Out: counts by organisation; where there are so many that counting is dear, at most half
//! a minute old. Never: a count of an organisation outside the scope.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use wardwatch_model::{OrgId, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
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
        match self.inner.heard.look(scope.json(), None, Instant::now()) {
            None => self.count_heard(scope, silent_since).await,
            Some((known, false)) => Ok(known),
            Some((known, true)) => {
                let (state, scope) = (self.clone(), scope.clone());
                // When that fails the known answer grows old, and whoever asks then gets the error.
                tokio::spawn(async move { state.count_heard(&scope, silent_since).await.is_ok() });
                Ok(known)
            }
        }
    }

    async fn count_heard(
        &self,
        scope: &TenantScope,
        silent_since: Timestamp,
    ) -> Result<Arc<Vec<HeardDevices>>, StoreError> {
        let began = Instant::now();
        let rows = sqlx::query(
            "SELECT org, count(*), sum(last_seen < ?), max(last_seen) FROM devices
             WHERE org IN (SELECT value FROM json_each(?)) GROUP BY org ORDER BY org",
        )
        .bind(silent_since.micros)
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
        let reports = sqlx::query(
            "SELECT org, count(DISTINCT device) FROM inventories
             WHERE org IN (SELECT value FROM json_each(?)) GROUP BY org",
        )
        .bind(scope.json())
        .fetch_all(self.readers())
        .await?;
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
        let counted = Arc::new(counted.collect::<Result<Vec<_>, StoreError>>()?);
        let kept = (&counted, None);
        self.inner.heard.put(scope.key(), kept, Instant::now(), began.elapsed());
        Ok(counted)
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
