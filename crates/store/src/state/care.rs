//! Care classes and services of devices, as people say them.
//!
//! In: devices by organisation and name; they need not have been heard from yet. Out: what an
//! import changes. Never: a class that nobody gave; a service that is not there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::SqliteConnection;
use wardwatch_model::{DeviceCare, OrgId, Permission, ServiceCode, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::state::audit::{self, Fact};
use crate::state::services::ListReport;
use crate::state::{State, row};

impl State {
    /// Says how careful to be with devices, and what they serve. With any problem, and in a dry
    /// run, nothing is changed.
    pub async fn import_devices(
        &self,
        scope: &TenantScope,
        devices: Vec<DeviceCare>,
        dry_run: bool,
        now: Timestamp,
    ) -> Result<ListReport, StoreError> {
        scope.must_be_for(Permission::ClassifyDevices)?;
        let mut tx = self.write().await?;
        let mut report = ListReport {
            problems: problems(&mut tx, scope, &devices).await?,
            ..ListReport::default()
        };
        let mut present = BTreeMap::new();
        for one in devices.iter().filter(|one| scope.covers(&one.org)) {
            let before = stored(&mut tx, &one.org, &one.name).await?;
            report.note(format!("{}/{}", one.org, one.name), before.as_ref(), one);
            present.insert((&one.org, &one.name), before);
        }
        if dry_run || !report.problems.is_empty() {
            return Ok(report);
        }
        for one in &devices {
            let before = present.get(&(&one.org, &one.name)).and_then(Option::as_ref);
            if before == Some(one) {
                continue;
            }
            put(&mut tx, one, scope.actor(), now).await?;
            let fact = Fact {
                time: now,
                actor: scope.actor(),
                org: Some(&one.org),
                action: "device.classify",
                target: &one.name,
                detail: json!({ "before": before, "after": one }),
            };
            audit::append(&mut tx, fact).await?;
        }
        tx.commit().await?;
        Ok(report)
    }
}

/// Everything that speaks against an import.
async fn problems(
    connection: &mut SqliteConnection,
    scope: &TenantScope,
    given: &[DeviceCare],
) -> Result<Vec<String>, StoreError> {
    let rows =
        sqlx::query("SELECT org, code FROM services WHERE org IN (SELECT value FROM json_each(?))")
            .bind(scope.json())
            .fetch_all(connection)
            .await?;
    let services: BTreeSet<(OrgId, ServiceCode)> = rows
        .iter()
        .map(|found| Ok((row::word(found, 0)?, row::word(found, 1)?)))
        .collect::<Result<_, StoreError>>()?;
    let mut found = Vec::new();
    let mut listed = BTreeSet::new();
    for one in given {
        let name = format!("{}/{}", one.org, one.name);
        if !scope.covers(&one.org) {
            found.push(format!("{name}: outside what you may change"));
            continue;
        }
        if !listed.insert((&one.org, &one.name)) {
            found.push(format!("{name}: listed more than once"));
        }
        if let Some(code) = &one.service
            && !services.contains(&(one.org.clone(), code.clone()))
        {
            found.push(format!("{name}: its service {code} is not known"));
        }
    }
    Ok(found)
}

async fn stored(
    connection: &mut SqliteConnection,
    org: &OrgId,
    name: &str,
) -> Result<Option<DeviceCare>, StoreError> {
    let found =
        sqlx::query("SELECT care_class, service FROM device_care WHERE org = ? AND name = ?")
            .bind(org.as_str())
            .bind(name)
            .fetch_optional(connection)
            .await?;
    found
        .map(|found| {
            Ok(DeviceCare {
                org: org.clone(),
                name: name.to_owned(),
                care_class: row::word_or_none(&found, 0)?,
                service: row::word_or_none(&found, 1)?,
            })
        })
        .transpose()
}

async fn put(
    connection: &mut SqliteConnection,
    device: &DeviceCare,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO device_care (org, name, care_class, service, set_by, set_time)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (org, name) DO UPDATE SET care_class = excluded.care_class,
         service = excluded.service, set_by = excluded.set_by, set_time = excluded.set_time",
    )
    .bind(device.org.as_str())
    .bind(&device.name)
    .bind(device.care_class.map(|class| class.as_str()))
    .bind(device.service.as_ref().map(ServiceCode::as_str))
    .bind(by)
    .bind(now.micros)
    .execute(connection)
    .await?;
    Ok(())
}
