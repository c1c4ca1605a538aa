//! Services: what care and business is done with.
//!
//! In: services by organisation and code. Out: services, and what an import changes. Never: half
//! an import; a dependency on a service that is not there; anything outside the scope.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use wardwatch_model::{OrgId, Permission, Service, ServiceCode, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::state::audit::{self, Fact};
use crate::state::within::within;
use crate::state::{State, row};

/// What an import of a list changed, or would change. Items are named `ORG/NAME`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListReport {
    /// New ones.
    pub added: Vec<String>,
    /// Those that were there and differ.
    pub changed: Vec<String>,
    /// Those that were there alike.
    pub unchanged: Vec<String>,
    /// Why nothing was changed; empty when all is well.
    pub problems: Vec<String>,
}

impl ListReport {
    /// Puts an item where it belongs by what was there before.
    pub(super) fn note<T: PartialEq>(&mut self, name: String, before: Option<&T>, after: &T) {
        let list = match before {
            None => &mut self.added,
            Some(before) if before == after => &mut self.unchanged,
            Some(_) => &mut self.changed,
        };
        list.push(name);
    }
}

/// A service is one organisation's.
type Key = (OrgId, ServiceCode);

impl State {
    /// The services of the scope, by organisation and code.
    pub async fn services(&self, scope: &TenantScope) -> Result<Vec<Service>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT org, code, name, sites, depends_on FROM services WHERE ",
        );
        within(&mut query, "org", scope, None);
        let rows = query.push(" ORDER BY org, code").build().fetch_all(self.readers()).await?;
        let services = rows.iter().map(service).collect::<Result<Vec<_>, _>>()?;
        self.was_read(scope, "read.services", "", services.iter().map(|one| &one.org)).await?;
        Ok(services)
    }

    /// Adds and changes services. With any problem, and in a dry run, nothing is changed.
    pub async fn import_services(
        &self,
        scope: &TenantScope,
        services: Vec<Service>,
        dry_run: bool,
        now: Timestamp,
    ) -> Result<ListReport, StoreError> {
        scope.must_be_for(Permission::ClassifyDevices)?;
        let mut tx = self.write().await?;
        let present = all(&mut tx, scope).await?;
        let mut report = ListReport::default();
        for one in &services {
            let before = present.get(&(one.org.clone(), one.code.clone()));
            report.note(format!("{}/{}", one.org, one.code), before, one);
        }
        report.problems = problems(scope, &present, &services);
        if dry_run || !report.problems.is_empty() {
            return Ok(report);
        }
        for one in &services {
            let before = present.get(&(one.org.clone(), one.code.clone()));
            if before == Some(one) {
                continue;
            }
            put(&mut tx, one).await?;
            let fact = Fact {
                time: now,
                actor: scope.actor(),
                org: Some(&one.org),
                action: if before.is_some() { "service.change" } else { "service.add" },
                target: one.code.as_str(),
                detail: json!({ "before": before, "after": one }),
            };
            audit::append(&mut tx, fact).await?;
        }
        tx.commit().await?;
        Ok(report)
    }
}

/// Everything that speaks against an import.
fn problems(
    scope: &TenantScope,
    present: &BTreeMap<Key, Service>,
    given: &[Service],
) -> Vec<String> {
    let mut found = Vec::new();
    let mut listed = BTreeSet::new();
    let after: BTreeSet<(&OrgId, &ServiceCode)> = present
        .keys()
        .map(|(org, code)| (org, code))
        .chain(given.iter().map(|one| (&one.org, &one.code)))
        .collect();
    for one in given {
        let name = format!("{}/{}", one.org, one.code);
        if !scope.covers(&one.org) {
            found.push(format!("{name}: outside what you may change"));
            continue;
        }
        if !listed.insert((&one.org, &one.code)) {
            found.push(format!("{name}: listed more than once"));
        }
        let site = |site: &&OrgId| !scope.narrow(&one.org).is_some_and(|below| below.covers(site));
        for site in one.sites.iter().filter(site) {
            found.push(format!("{name}: {site} is no site of {}", one.org));
        }
        for needed in one.depends_on.iter().filter(|code| !after.contains(&(&one.org, *code))) {
            found.push(format!("{name}: it depends on {needed}, which is not known"));
        }
        if one.depends_on.contains(&one.code) {
            found.push(format!("{name}: it depends on itself"));
        }
    }
    found
}

async fn all(
    connection: &mut SqliteConnection,
    scope: &TenantScope,
) -> Result<BTreeMap<Key, Service>, StoreError> {
    let rows = sqlx::query(
        "SELECT org, code, name, sites, depends_on FROM services
         WHERE org IN (SELECT value FROM json_each(?))",
    )
    .bind(scope.json())
    .fetch_all(connection)
    .await?;
    let services = rows.iter().map(service).collect::<Result<Vec<_>, _>>()?;
    Ok(services.into_iter().map(|one| ((one.org.clone(), one.code.clone()), one)).collect())
}

async fn put(connection: &mut SqliteConnection, service: &Service) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO services (org, code, name, sites, depends_on) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (org, code) DO UPDATE SET name = excluded.name, sites = excluded.sites,
         depends_on = excluded.depends_on",
    )
    .bind(service.org.as_str())
    .bind(service.code.as_str())
    .bind(&service.name)
    .bind(row::to_body("sites", &service.sites)?)
    .bind(row::to_body("dependencies", &service.depends_on)?)
    .execute(connection)
    .await?;
    Ok(())
}

fn service(found: &SqliteRow) -> Result<Service, StoreError> {
    Ok(Service {
        org: row::word(found, 0)?,
        code: row::word(found, 1)?,
        name: found.try_get(2)?,
        sites: row::body("sites", found.try_get(3)?)?,
        depends_on: row::body("dependencies", found.try_get(4)?)?,
    })
}
