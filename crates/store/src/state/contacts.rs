//! Whom to ring at organisations.
//!
//! In: contacts by organisation and name. Out: contacts, and what an import changes. Never: half an import;
//! one outside the scope, but to those below whom it is meant for too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wardwatch_model::{Contact, OrgId, Permission, Timestamp};

use crate::error::StoreError;
use crate::scope::{Principal, TenantScope};
use crate::state::audit::{self, Fact};
use crate::state::services::ListReport;
use crate::state::{State, row};
use crate::tree::Orgs;

/// Contacts of one organisation at most.
const MOST: usize = 50;

impl State {
    /// The contacts of these organisations that are in the scope, by organisation and name; of all of it
    /// unless some are named.
    pub async fn contacts(
        &self,
        scope: &TenantScope,
        orgs: Option<&[OrgId]>,
    ) -> Result<Vec<Contact>, StoreError> {
        let some = orgs
            .map(|orgs| Orgs::new(orgs.iter().filter(|org| scope.covers(org)).cloned().collect()));
        let json = some.as_ref().map_or(scope.json(), |orgs| &orgs.json);
        let rows = sqlx::query(
            "SELECT body FROM contacts WHERE org IN (SELECT value FROM json_each(?))
             ORDER BY org, name",
        )
        .bind(json)
        .fetch_all(self.readers())
        .await?;
        let contacts = rows.iter().map(contact).collect::<Result<Vec<_>, _>>()?;
        self.was_read(scope, "read.contacts", "", contacts.iter().map(|one| &one.org)).await?;
        Ok(contacts)
    }

    /// Whom somebody may ring: all of their own organisation, then those of the nearest above that lets
    /// organisations below ring.
    pub async fn contacts_for(&self, principal: &Principal) -> Result<Vec<Contact>, StoreError> {
        let tree = self.tree().await?;
        let mut found = Vec::new();
        for (above, org) in tree.line(principal.org()).into_iter().enumerate() {
            let rows = sqlx::query("SELECT body FROM contacts WHERE org = ? ORDER BY name")
                .bind(org.as_str())
                .fetch_all(self.readers())
                .await?;
            let of = rows.iter().map(contact).collect::<Result<Vec<_>, _>>()?;
            let before = found.len();
            found.extend(of.into_iter().filter(|one| above == 0 || one.for_below));
            if above > 0 && found.len() > before {
                break;
            }
        }
        Ok(found)
    }

    /// Adds and changes contacts. With any problem, and in a dry run, nothing is changed.
    pub async fn import_contacts(
        &self,
        scope: &TenantScope,
        contacts: Vec<Contact>,
        dry_run: bool,
        now: Timestamp,
    ) -> Result<ListReport, StoreError> {
        scope.must_be_for(Permission::ClassifyDevices)?;
        let mut tx = self.write().await?;
        let mut report = ListReport::default();
        let mut after: BTreeMap<OrgId, BTreeMap<String, Contact>> = BTreeMap::new();
        let mut changes: Vec<(Option<Contact>, Contact)> = Vec::new();
        let mut listed = BTreeSet::new();
        for one in contacts {
            let name = format!("{}/{}", one.org, one.name);
            if !scope.covers(&one.org) {
                report.problems.push(format!("{name}: outside what you may change"));
                continue;
            }
            if !after.contains_key(&one.org) {
                after.insert(one.org.clone(), of(&mut tx, &one.org).await?);
            }
            let known = after.entry(one.org.clone()).or_default();
            if !listed.insert(name.clone()) {
                report.problems.push(format!("{name}: listed more than once"));
                continue;
            }
            let before = known.insert(one.name.clone(), one.clone());
            if known.len() > MOST {
                report.problems.push(format!("{name}: {} has {MOST} contacts already", one.org));
            }
            report.note(name, before.as_ref(), &one);
            changes.push((before, one));
        }
        if dry_run || !report.problems.is_empty() {
            return Ok(report);
        }
        for (before, one) in &changes {
            if before.as_ref() == Some(one) {
                continue;
            }
            put(&mut tx, one).await?;
            let fact = Fact {
                time: now,
                actor: scope.actor(),
                org: Some(&one.org),
                action: if before.is_some() { "contact.change" } else { "contact.add" },
                target: &one.name,
                detail: json!({ "before": before, "after": one }),
            };
            audit::append(&mut tx, fact).await?;
        }
        tx.commit().await?;
        Ok(report)
    }

    /// Takes a contact away; says whether there was one in the scope.
    pub async fn remove_contact(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        scope.must_be_for(Permission::ClassifyDevices)?;
        if !scope.covers(org) {
            return Ok(false);
        }
        let mut tx = self.write().await?;
        let found = sqlx::query("DELETE FROM contacts WHERE org = ? AND name = ? RETURNING body")
            .bind(org.as_str())
            .bind(name)
            .fetch_optional(&mut *tx)
            .await?;
        let Some(found) = found else { return Ok(false) };
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(org),
            action: "contact.remove",
            target: name,
            detail: json!({ "before": contact(&found)? }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(true)
    }
}

async fn of(
    connection: &mut SqliteConnection,
    org: &OrgId,
) -> Result<BTreeMap<String, Contact>, StoreError> {
    let rows = sqlx::query("SELECT body FROM contacts WHERE org = ?")
        .bind(org.as_str())
        .fetch_all(connection)
        .await?;
    let contacts = rows.iter().map(contact).collect::<Result<Vec<_>, _>>()?;
    Ok(contacts.into_iter().map(|one| (one.name.clone(), one)).collect())
}

async fn put(connection: &mut SqliteConnection, contact: &Contact) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO contacts (org, name, body) VALUES (?, ?, ?)
         ON CONFLICT (org, name) DO UPDATE SET body = excluded.body",
    )
    .bind(contact.org.as_str())
    .bind(&contact.name)
    .bind(row::to_body("contact", contact)?)
    .execute(connection)
    .await?;
    Ok(())
}

fn contact(found: &SqliteRow) -> Result<Contact, StoreError> {
    row::body("contact", found.try_get(0)?)
}
