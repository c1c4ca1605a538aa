//! Organisations change: another name, kind or place in the tree; closing, with a successor.
//!
//! In: a scope, a code and what is to be. Out: the organisation, and what still belongs to a closed
//! one. Never: data moved to another code. What was a closed organisation's stays under its code;
//! whoever may see the successor sees it too, since the tree says who took it over.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::SqliteConnection;
use wardwatch_model::{OrgId, OrgKind, Organisation, Permission, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::state::audit::{self, Fact};
use crate::state::{State, organisations, row};

/// What is to be different; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganisationChange {
    /// Another name.
    pub name: Option<String>,
    /// Another kind.
    pub kind: Option<OrgKind>,
    /// Another parent.
    pub parent: Option<OrgId>,
}

/// A closed organisation, and what still belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedOrganisation {
    /// As it is now.
    pub organisation: Organisation,
    /// Accounts that belong to it and are not locked. They keep what they hold.
    pub people: u64,
    /// Tokens of the API that count.
    pub api_tokens: u64,
    /// Organisations directly below it that are open.
    pub below: Vec<OrgId>,
}

impl State {
    /// Changes one organisation of the scope.
    pub async fn change_organisation(
        &self,
        scope: &TenantScope,
        code: &OrgId,
        change: OrganisationChange,
        now: Timestamp,
    ) -> Result<Organisation, StoreError> {
        let mut tx = self.write().await?;
        let (present, before) = covered(&mut tx, scope, code).await?;
        let moved = change.parent.clone().filter(|parent| before.parent.as_ref() != Some(parent));
        if let Some(parent) = &moved {
            scope.must_cover(parent)?;
            if present.get(parent).is_some_and(|parent| parent.closed.is_some()) {
                return Err(StoreError::Closed(parent.clone()));
            }
            if before.parent.is_none() {
                return Err(StoreError::Tree(format!("{code} is the top: it cannot be moved")));
            }
        }
        let after = Organisation {
            name: change.name.unwrap_or_else(|| before.name.clone()),
            kind: change.kind.unwrap_or(before.kind),
            parent: moved.or_else(|| before.parent.clone()),
            ..before.clone()
        };
        sound(scope, &present, &after, now)?;
        store(&mut tx, scope, &before, &after, "organisation.change", now).await?;
        tx.commit().await?;
        self.forget_tree();
        Ok(after)
    }

    /// Closes one organisation of the scope. With a successor, also of the scope, whoever sees
    /// that one sees what was this one's. Its senders go on until they are revoked; codes that are
    /// open end; nothing new can be made in it.
    pub async fn close_organisation(
        &self,
        scope: &TenantScope,
        code: &OrgId,
        successor: Option<OrgId>,
        now: Timestamp,
    ) -> Result<ClosedOrganisation, StoreError> {
        let mut tx = self.write().await?;
        let (present, before) = covered(&mut tx, scope, code).await?;
        if before.closed.is_some() {
            return Err(StoreError::Closed(code.clone()));
        }
        if let Some(successor) = &successor {
            scope.must_cover(successor)?;
            if present.get(successor).is_some_and(|successor| successor.closed.is_some()) {
                return Err(StoreError::Closed(successor.clone()));
            }
        }
        let after = Organisation { closed: Some(now), successor, ..before.clone() };
        sound(scope, &present, &after, now)?;
        store(&mut tx, scope, &before, &after, "organisation.close", now).await?;
        sqlx::query("UPDATE codes SET until = ?1 WHERE org = ?2 AND used IS NULL AND until > ?1")
            .bind(now.micros)
            .bind(code.as_str())
            .execute(&mut *tx)
            .await?;
        let below = present
            .values()
            .filter(|org| org.parent.as_ref() == Some(code) && org.closed.is_none())
            .map(|org| org.code.clone())
            .collect();
        let closed = ClosedOrganisation {
            people: count(
                &mut tx,
                "SELECT count(*) FROM people WHERE org = ?1 AND disabled = 0 AND ?2 = ?2",
                code,
                now,
            )
            .await?,
            api_tokens: count(
                &mut tx,
                "SELECT count(*) FROM tokens WHERE org = ?1 AND kind = 'api' AND revoked IS NULL
                 AND (until IS NULL OR until > ?2)",
                code,
                now,
            )
            .await?,
            below,
            organisation: after,
        };
        tx.commit().await?;
        self.forget_tree();
        Ok(closed)
    }
}

/// All organisations, and the one that is to be changed.
async fn covered(
    connection: &mut SqliteConnection,
    scope: &TenantScope,
    code: &OrgId,
) -> Result<(BTreeMap<OrgId, Organisation>, Organisation), StoreError> {
    scope.must_be_for(Permission::Administer)?;
    scope.must_cover(code)?;
    let all = organisations::all(connection).await?;
    let present: BTreeMap<OrgId, Organisation> =
        all.into_iter().map(|org| (org.code.clone(), org)).collect();
    let before =
        present.get(code).cloned().ok_or_else(|| StoreError::NoSuchOrganisation(code.clone()))?;
    Ok((present, before))
}

/// An error when something speaks against it.
fn sound(
    scope: &TenantScope,
    present: &BTreeMap<OrgId, Organisation>,
    after: &Organisation,
    now: Timestamp,
) -> Result<(), StoreError> {
    let problems = organisations::problems(scope, present, std::slice::from_ref(after), now);
    match problems.into_iter().next() {
        Some(problem) => Err(StoreError::Tree(problem)),
        None => Ok(()),
    }
}

async fn store(
    connection: &mut SqliteConnection,
    scope: &TenantScope,
    before: &Organisation,
    after: &Organisation,
    action: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    organisations::put(connection, after).await?;
    let fact = Fact {
        time: now,
        actor: scope.actor(),
        org: Some(&after.code),
        action,
        target: after.code.as_str(),
        detail: json!({ "before": before, "after": after }),
    };
    audit::append(connection, fact).await
}

async fn count(
    connection: &mut SqliteConnection,
    query: &'static str,
    org: &OrgId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let found =
        sqlx::query(query).bind(org.as_str()).bind(now.micros).fetch_one(connection).await?;
    row::count(&found, 0)
}
