//! What hosts run, as their reports said: the latest of each kind of a device.
//!
//! In: inventories, with the organisation of their sender. Out: the same, to whoever follows all of
//! them, or within a scope. Never: an older report over a newer one of its kind.

use std::cell::RefCell;
use std::sync::PoisonError;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wardwatch_model::inventory::Inventory;
use wardwatch_model::{CareClass, OrgId, ServiceCode, Timestamp};
use zstd::bulk::Decompressor;

use crate::error::StoreError;
use crate::scope::{SystemScope, TenantScope};
use crate::state::{State, row};

/// How hard reports are packed: they are short and alike, and written once.
const PACKING: i32 = 3;
/// Whoever reads counts that are remembered, so as not to be written down again within the hour.
const MAX_SURVEYORS: usize = 10_000;
/// Bytes that a stored report may unpack to.
const MAX_BYTES: usize = 64 << 20;

thread_local! {
    /// Its tables are large, so each thread keeps one; none where there is no memory for it.
    static UNPACKER: RefCell<Option<Decompressor<'static>>> =
        RefCell::new(Decompressor::new().ok());
}

/// A report of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptInventory {
    /// The organisation of its sender.
    pub org: OrgId,
    /// The device.
    pub device: String,
    /// When it was received.
    pub received: Timestamp,
    /// What it says.
    pub inventory: Inventory,
}

/// How careful to be with a device, and what depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceClass {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// Its care class; none when nobody has said.
    pub care_class: Option<CareClass>,
    /// The service that depends on it.
    pub service: Option<ServiceCode>,
    /// When that was said.
    pub set: Timestamp,
}

impl State {
    /// Reports that came or changed after a number, in their order, each with its number.
    pub async fn inventories_after(
        &self,
        _: &SystemScope,
        seq: u64,
        limit: u32,
    ) -> Result<Vec<(u64, KeptInventory)>, StoreError> {
        let rows = sqlx::query(
            "SELECT org, device, received, body, seq FROM inventories WHERE seq > ?
             ORDER BY seq LIMIT ?",
        )
        .bind(row::stored(seq))
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(|found| Ok((row::count(found, 4)?, kept(found)?))).collect()
    }

    /// The number of the last report that came or changed; nought without any.
    pub async fn last_inventory(&self, _: &SystemScope) -> Result<u64, StoreError> {
        let query = sqlx::query("SELECT coalesce(max(seq), 0) FROM inventories");
        row::count(&query.fetch_one(self.readers()).await?, 0)
    }

    /// All reports of the devices behind one, in the order of organisations and names, device by device: so
    /// many reports or a few more. None when there are no more devices.
    pub async fn inventories_behind(
        &self,
        system: &SystemScope,
        device: Option<&(OrgId, String)>,
        limit: u32,
    ) -> Result<Vec<Vec<KeptInventory>>, StoreError> {
        let (org, name) = device.map_or(("", ""), |(org, name)| (org.as_str(), name.as_str()));
        let rows = sqlx::query(
            "SELECT org, device, received, body FROM inventories WHERE (org, device) > (?, ?)
             ORDER BY org, device LIMIT ?",
        )
        .bind(org)
        .bind(name)
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        let cut = rows.len() as u64 == u64::from(limit);
        let mut devices: Vec<Vec<KeptInventory>> = Vec::new();
        for found in &rows {
            let report = kept(found)?;
            let of_last = |of: &&mut Vec<KeptInventory>| {
                of.first().is_some_and(|one| one.org == report.org && one.device == report.device)
            };
            match devices.last_mut().filter(of_last) {
                Some(of) => of.push(report),
                None => devices.push(vec![report]),
            }
        }
        // The last one may have more than fitted.
        if let Some(last) = devices.last_mut().filter(|_| cut)
            && let Some((org, name)) = last.first().map(|one| (one.org.clone(), one.device.clone()))
        {
            *last = self.reports_of(system, &org, &name).await?;
        }
        Ok(devices)
    }

    /// All reports of one device, for a loop.
    pub async fn reports_of(
        &self,
        _: &SystemScope,
        org: &OrgId,
        device: &str,
    ) -> Result<Vec<KeptInventory>, StoreError> {
        self.reports(org, device).await
    }

    /// All reports of one device in the scope; none of one outside it.
    pub async fn device_inventories(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        device: &str,
    ) -> Result<Vec<KeptInventory>, StoreError> {
        if !scope.covers(org) {
            return Ok(Vec::new());
        }
        let found = self.reports(org, device).await?;
        self.was_read(scope, "read.inventory", device, found.iter().map(|one| &one.org)).await?;
        Ok(found)
    }

    /// All reports of some devices of the scope. Whoever asks says for which list it is.
    pub async fn listed_inventories(
        &self,
        scope: &TenantScope,
        devices: &[(OrgId, String)],
    ) -> Result<Vec<Vec<KeptInventory>>, StoreError> {
        let mut found = Vec::with_capacity(devices.len());
        for (org, device) in devices {
            scope.must_cover(org)?;
            found.push(self.reports(org, device).await?);
        }
        self.was_surveyed(scope, "read.inventories").await?;
        Ok(found)
    }

    async fn reports(&self, org: &OrgId, device: &str) -> Result<Vec<KeptInventory>, StoreError> {
        let rows = sqlx::query(
            "SELECT org, device, received, body FROM inventories WHERE org = ? AND device = ?
             ORDER BY received DESC, seq DESC",
        )
        .bind(org.as_str())
        .bind(device)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(kept).collect()
    }

    /// How careful to be with devices, where that was said at or after a moment.
    pub async fn device_classes_since(
        &self,
        _: &SystemScope,
        since: Timestamp,
    ) -> Result<Vec<DeviceClass>, StoreError> {
        let rows = sqlx::query(
            "SELECT org, name, care_class, service, set_time FROM device_care
             WHERE set_time >= ? ORDER BY set_time",
        )
        .bind(since.micros)
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|found| {
                Ok(DeviceClass {
                    org: row::word(found, 0)?,
                    name: found.try_get(1)?,
                    care_class: row::word_or_none(found, 2)?,
                    service: row::word_or_none(found, 3)?,
                    set: row::time(found, 4)?,
                })
            })
            .collect()
    }

    /// Writes down that events of a device were read outside a hunt.
    pub async fn events_were_read(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        device: &str,
    ) -> Result<(), StoreError> {
        scope.must_cover(org)?;
        self.was_read(scope, "read.events", device, std::iter::once(org)).await
    }

    /// Writes down that counts of the scope's organisations were read. A page that asks again and
    /// again is written down once an hour.
    pub async fn was_surveyed(&self, scope: &TenantScope, what: &str) -> Result<(), StoreError> {
        let hour = scope.asked().micros.div_euclid(3_600_000_000);
        // The organisations of a sector are long: a hash stands for them.
        let key = format!("{}\n{what}\n{}", scope.actor(), blake3::hash(scope.json().as_bytes()));
        {
            let mut surveyed = self.inner.surveyed.lock().unwrap_or_else(PoisonError::into_inner);
            if surveyed.get(&key) == Some(&hour) {
                return Ok(());
            }
            if surveyed.len() >= MAX_SURVEYORS {
                surveyed.clear();
            }
            surveyed.insert(key, hour);
        }
        self.was_read(scope, what, "", scope.orgs()).await
    }
}

/// Puts a report in place of the one of its kind.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    kept: &KeptInventory,
) -> Result<(), StoreError> {
    let kind = row::to_body("inventory", &kept.inventory.report)?;
    let body = row::to_body("inventory", &kept.inventory)?;
    let packed = zstd::bulk::compress(body.as_bytes(), PACKING)
        .map_err(|reason| StoreError::damaged("inventory", reason))?;
    // Taken out and put in, so that its number is the newest.
    let newer = sqlx::query(
        "DELETE FROM inventories WHERE org = ? AND device = ? AND kind = ? AND received <= ?",
    )
    .bind(kept.org.as_str())
    .bind(&kept.device)
    .bind(&kind)
    .bind(kept.received.micros);
    newer.execute(&mut *connection).await?;
    sqlx::query(
        "INSERT INTO inventories (org, device, kind, received, body) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (org, device, kind) DO NOTHING",
    )
    .bind(kept.org.as_str())
    .bind(&kept.device)
    .bind(&kind)
    .bind(kept.received.micros)
    .bind(packed)
    .execute(connection)
    .await?;
    Ok(())
}

fn kept(found: &SqliteRow) -> Result<KeptInventory, StoreError> {
    let packed: Vec<u8> = found.try_get(3)?;
    // A report says how long it is: room for the longest there may be costs more than reading it.
    let stated = zstd::zstd_safe::get_frame_content_size(&packed).ok().flatten();
    let room = stated.and_then(|size| usize::try_from(size).ok()).unwrap_or(MAX_BYTES);
    let body = UNPACKER
        .with_borrow_mut(|unpacker| match unpacker {
            Some(unpacker) => unpacker.decompress(&packed, room.min(MAX_BYTES)),
            None => zstd::bulk::decompress(&packed, room.min(MAX_BYTES)),
        })
        .map_err(|reason| StoreError::damaged("inventory", reason))?;
    Ok(KeptInventory {
        org: row::word(found, 0)?,
        device: found.try_get(1)?,
        received: row::time(found, 2)?,
        inventory: serde_json::from_slice(&body)
            .map_err(|reason| StoreError::damaged("inventory", reason))?,
    })
}
