//! Devices that events came from.
//!
//! In: a scope and a filter. Out: devices by organisation and name. Never: a device that was never
//! heard of.

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use wardwatch_model::{CareClass, OrgId, ServiceCode, Timestamp};

use crate::error::StoreError;
use crate::page::{Page, Paged};
use crate::scope::{SystemScope, TenantScope};
use crate::state::within::within;
use crate::state::{State, row};

/// A device as events name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// Event time of the first event.
    pub first_seen: Timestamp,
    /// Event time of the last.
    pub last_seen: Timestamp,
    /// How many events.
    pub events: u64,
    /// Whether it runs a system out of support, as far as is known.
    pub legacy: bool,
    /// How careful to be with it; none while nobody has classified it, and never taken as normal.
    pub care_class: Option<CareClass>,
    /// The service that depends on it.
    pub service: Option<ServiceCode>,
}

/// Which devices are wanted; what is absent does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceFilter {
    /// Of this organisation alone.
    pub org: Option<OrgId>,
    /// Whose name begins so; small and capital ASCII letters are alike.
    pub name_prefix: Option<String>,
    /// Of this care class; inside it, none stands for those that nobody has classified.
    pub care_class: Option<Option<CareClass>>,
    /// Not of this care class; inside it, none stands for those that nobody has classified.
    pub not_care_class: Option<Option<CareClass>>,
    /// That this service depends on.
    pub service: Option<ServiceCode>,
    /// That this service does not depend on.
    pub not_service: Option<ServiceCode>,
    /// Whose system is out of support, as far as is known; with false, the others.
    pub legacy: Option<bool>,
    /// That were silent since a moment; with false, those that were not.
    pub silent: Option<(bool, Timestamp)>,
}

/// So many devices are put in order after they were found by their names.
const FEW: i64 = 2_000;
/// Devices out of support that are given at a restart.
const LEGACY_DEVICES: i64 = 200_000;

impl State {
    /// Devices that run a system out of support, for a restart; those heard of last first.
    pub async fn legacy_devices(
        &self,
        _: &SystemScope,
    ) -> Result<Vec<(OrgId, String)>, StoreError> {
        let rows = sqlx::query(
            "SELECT org, name FROM devices WHERE legacy = 1 ORDER BY last_seen DESC LIMIT ?",
        )
        .bind(LEGACY_DEVICES)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(|found| Ok((row::word(found, 0)?, found.try_get(1)?))).collect()
    }

    /// The devices of the scope that the filter wants, by organisation and name.
    pub async fn devices(
        &self,
        scope: &TenantScope,
        filter: &DeviceFilter,
        page: &Page,
    ) -> Result<Paged<Device>, StoreError> {
        let prefix = filter.name_prefix.as_deref().filter(|prefix| !prefix.is_empty());
        let by_name = match prefix {
            Some(prefix) => self.few_are_named(prefix).await?,
            None => false,
        };
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT org, name, first_seen, last_seen, events, legacy, care_class, service FROM devices ",
        );
        // What SQLite cannot know: how many names begin so.
        query.push(if by_name { "INDEXED BY devices_name " } else { "" });
        query.push("LEFT JOIN device_care USING (org, name) WHERE ");
        within(&mut query, "org", scope, filter.org.as_ref());
        if let Some(prefix) = prefix {
            query.push(" AND ");
            named(&mut query, prefix, if by_name { "" } else { "+" });
        }
        // `IS`, since what nobody has said is a value like others here.
        for (class, how) in [(filter.care_class, "IS"), (filter.not_care_class, "IS NOT")] {
            if let Some(class) = class {
                query.push(" AND care_class ").push(how).push(" ");
                query.push_bind(class.map(CareClass::as_str));
            }
        }
        for (service, how) in [(&filter.service, "IS"), (&filter.not_service, "IS NOT")] {
            if let Some(service) = service {
                query.push(" AND service ").push(how).push(" ");
                query.push_bind(service.as_str().to_owned());
            }
        }
        if let Some(legacy) = filter.legacy {
            query.push(" AND legacy = ").push_bind(legacy);
        }
        if let Some((silent, since)) = filter.silent {
            query.push(if silent { " AND last_seen < " } else { " AND last_seen >= " });
            query.push_bind(since.micros);
        }
        if let Some((org, name)) = after(page)? {
            query.push(" AND (org, name) > (").push_bind(org);
            query.push(", ").push_bind(name).push(")");
        }
        query.push(" ORDER BY org, name LIMIT ").push_bind(page.rows());
        let rows = query.build().fetch_all(self.readers()).await?;
        let devices = rows.iter().map(device).collect::<Result<Vec<_>, _>>()?;
        let paged = page.cut(devices, |last| format!("{}.{}", last.org, last.name));
        let orgs = paged.items.iter().map(|device| &device.org);
        self.was_read(scope, "read.devices", "", orgs).await?;
        Ok(paged)
    }
}

impl State {
    /// Whether so few devices are named so, in any organisation, that they are best found by their names.
    async fn few_are_named(&self, prefix: &str) -> Result<bool, StoreError> {
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT count(*) FROM (SELECT 1 FROM devices WHERE ");
        named(&mut query, prefix, "");
        query.push(" LIMIT ").push_bind(FEW + 1).push(")");
        let found: i64 = query.build().fetch_one(self.readers()).await?.try_get(0)?;
        Ok(found <= FEW)
    }
}

/// Adds the condition of names that begin so; with a `+` as sign, the index of names is left alone.
fn named(query: &mut QueryBuilder<Sqlite>, prefix: &str, sign: &'static str) {
    query.push(sign).push("lower(name) >= lower(").push_bind(prefix.to_owned());
    query.push(") AND ").push(sign).push("lower(name) < lower(").push_bind(prefix.to_owned());
    query.push(") || char(1114111)");
}

fn after(page: &Page) -> Result<Option<(String, String)>, StoreError> {
    let Some((_, text)) = page.cursor::<0>()? else { return Ok(None) };
    let (org, name) = text.split_once('.').ok_or(StoreError::BadCursor)?;
    Ok(Some((org.to_owned(), name.to_owned())))
}

fn device(found: &SqliteRow) -> Result<Device, StoreError> {
    Ok(Device {
        org: row::word(found, 0)?,
        name: found.try_get(1)?,
        first_seen: row::time(found, 2)?,
        last_seen: row::time(found, 3)?,
        events: row::count(found, 4)?,
        legacy: found.try_get(5)?,
        care_class: row::word_or_none(found, 6)?,
        service: row::word_or_none(found, 7)?,
    })
}
