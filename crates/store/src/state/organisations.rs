//! Organisations: the tree, and its import.
//!
//! In: organisations by code. Out: organisations, and what an import changes. Never: half an
//! import; a tree with a cycle or a missing parent; a change outside the scope.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wardwatch_model::{OrgId, Organisation, Permission, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::state::audit::{self, Fact};
use crate::state::{State, row};
use crate::tree::Tree;

/// What an import changed, or would change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// New ones.
    pub added: Vec<OrgId>,
    /// Those that were there and differ.
    pub changed: Vec<OrgId>,
    /// Those that were there alike.
    pub unchanged: Vec<OrgId>,
    /// Why nothing was changed; empty when all is well.
    pub problems: Vec<String>,
}

/// Organisations of a scope, as they were at a moment.
#[derive(Debug, Clone)]
pub struct Organisations {
    tree: Arc<Tree>,
    scope: TenantScope,
}

impl Organisations {
    /// Each of them, in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Organisation> {
        let whole = self.scope.is_whole();
        self.tree.organisations().filter(move |org| whole || self.scope.covers(&org.code))
    }

    /// One of them.
    pub fn get(&self, org: &OrgId) -> Option<&Organisation> {
        self.tree.get(org).filter(|org| self.scope.covers(&org.code))
    }
}

impl State {
    /// The organisations of the scope, in order of their codes.
    pub async fn organisations(
        &self,
        scope: &TenantScope,
    ) -> Result<Vec<Organisation>, StoreError> {
        Ok(self.organisations_in(scope).await?.iter().cloned().collect())
    }

    /// The organisations of the scope, to be looked at without a copy of each.
    pub async fn organisations_in(&self, scope: &TenantScope) -> Result<Organisations, StoreError> {
        Ok(Organisations { tree: self.tree().await?, scope: scope.clone() })
    }

    /// Those of these organisations that are in the scope, in the order of their codes.
    pub async fn organisations_of(
        &self,
        scope: &TenantScope,
        codes: &[OrgId],
    ) -> Result<Vec<Organisation>, StoreError> {
        let organisations = self.organisations_in(scope).await?;
        let codes: BTreeSet<&OrgId> = codes.iter().collect();
        Ok(codes.into_iter().filter_map(|code| organisations.get(code)).cloned().collect())
    }

    /// The first organisations of the scope whose name has a text in it; small and capital letters are
    /// alike.
    pub async fn organisations_named(
        &self,
        scope: &TenantScope,
        text: &str,
        limit: u32,
    ) -> Result<Vec<Organisation>, StoreError> {
        let (organisations, text) = (self.organisations_in(scope).await?, text.to_lowercase());
        let named = |org: &&Organisation| org.name.to_lowercase().contains(&text);
        Ok(organisations.iter().filter(named).take(limit as usize).cloned().collect())
    }

    /// Adds and changes organisations by their codes. With any problem, and in a dry run, nothing
    /// is changed.
    pub async fn import_organisations(
        &self,
        scope: &TenantScope,
        organisations: Vec<Organisation>,
        dry_run: bool,
        now: Timestamp,
    ) -> Result<ImportReport, StoreError> {
        scope.must_be_for(Permission::Administer)?;
        let mut tx = self.write().await?;
        let present: BTreeMap<OrgId, Organisation> =
            all(&mut tx).await?.into_iter().map(|org| (org.code.clone(), org)).collect();
        let mut report = compare(&present, &organisations);
        report.problems = problems(scope, &present, &organisations, now);
        if dry_run || !report.problems.is_empty() {
            return Ok(report);
        }
        let changing: BTreeSet<&OrgId> = report.added.iter().chain(&report.changed).collect();
        for organisation in organisations.iter().filter(|org| changing.contains(&org.code)) {
            put(&mut tx, organisation).await?;
            let before = present.get(&organisation.code);
            let fact = Fact {
                time: now,
                actor: scope.actor(),
                org: Some(&organisation.code),
                action: if before.is_some() { "organisation.change" } else { "organisation.add" },
                target: organisation.code.as_str(),
                detail: json!({ "before": before, "after": organisation }),
            };
            audit::append(&mut tx, fact).await?;
        }
        tx.commit().await?;
        self.forget_tree();
        Ok(report)
    }
}

fn compare(present: &BTreeMap<OrgId, Organisation>, given: &[Organisation]) -> ImportReport {
    let mut report = ImportReport::default();
    for organisation in given {
        let list = match present.get(&organisation.code) {
            None => &mut report.added,
            Some(before) if before == organisation => &mut report.unchanged,
            Some(_) => &mut report.changed,
        };
        list.push(organisation.code.clone());
    }
    report
}

/// Everything that speaks against an import.
pub(super) fn problems(
    scope: &TenantScope,
    present: &BTreeMap<OrgId, Organisation>,
    given: &[Organisation],
    now: Timestamp,
) -> Vec<String> {
    let mut found = Vec::new();
    let mut after: BTreeMap<&OrgId, &Organisation> = present.iter().collect();
    let mut listed = BTreeSet::new();
    for organisation in given {
        if !listed.insert(&organisation.code) {
            found.push(format!("{}: listed more than once", organisation.code));
        }
        after.insert(&organisation.code, organisation);
    }
    for organisation in given {
        let code = &organisation.code;
        let before = present.get(code);
        let same_parent = before.is_some_and(|before| before.parent == organisation.parent);
        if before.is_some() && !scope.covers(code) {
            found.push(format!("{code}: outside what you may change"));
        }
        match &organisation.parent {
            None if !same_parent => found.push(format!("{code}: belongs to nothing")),
            Some(parent) if !after.contains_key(parent) => {
                found.push(format!("{code}: its parent {parent} is not known"));
            }
            Some(parent)
                if !same_parent && present.contains_key(parent) && !scope.covers(parent) =>
            {
                found.push(format!("{code}: its parent {parent} is outside what you may change"));
            }
            _ => {}
        }
        if let Some(successor) = &organisation.successor
            && !after.contains_key(successor)
        {
            found.push(format!("{code}: its successor {successor} is not known"));
        }
        let same_successor =
            before.is_some_and(|before| before.successor == organisation.successor);
        if let Some(successor) = organisation.successor.as_ref().filter(|_| !same_successor)
            && present.contains_key(successor)
            && !scope.covers(successor)
        {
            found.push(format!("{code}: its successor {successor} is outside what you may change"));
        }
        // What is written down as closed counts as closed at once.
        if organisation.closed.is_some_and(|closed| closed > now) {
            found.push(format!("{code}: it closes in the future: say so when it has closed"));
        }
        if organisation.closed.is_some() && organisation.parent.is_none() {
            found.push(format!("{code}: the top cannot close"));
        }
        if is_above_itself(&after, code, false) {
            found.push(format!("{code}: lies below itself"));
        } else if is_above_itself(&after, code, true) {
            found.push(format!("{code}: its successor lies below it"));
        }
    }
    found
}

/// Whether going up from an organisation comes back to it; to parents, or also from closed ones to
/// who took them over.
fn is_above_itself(
    after: &BTreeMap<&OrgId, &Organisation>,
    code: &OrgId,
    with_successors: bool,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![code];
    while let Some(at) = open.pop() {
        let Some(org) = after.get(at) else { continue };
        let successor = org.successor.as_ref().filter(|_| with_successors && org.closed.is_some());
        for above in org.parent.iter().chain(successor) {
            if above == code {
                return true;
            }
            if seen.insert(above) {
                open.push(above);
            }
        }
    }
    false
}

/// All organisations, whoever asks.
pub(super) async fn all(
    connection: &mut SqliteConnection,
) -> Result<Vec<Organisation>, StoreError> {
    let rows = sqlx::query("SELECT code, parent, name, kind, closed, successor FROM organisations")
        .fetch_all(connection)
        .await?;
    rows.iter().map(organisation).collect()
}

/// An error unless the organisation is there and open.
pub(super) async fn must_be_open(
    connection: &mut SqliteConnection,
    code: &OrgId,
) -> Result<(), StoreError> {
    let found = sqlx::query("SELECT closed IS NOT NULL FROM organisations WHERE code = ?")
        .bind(code.as_str())
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| StoreError::NoSuchOrganisation(code.clone()))?;
    let closed: bool = found.try_get(0)?;
    if closed { Err(StoreError::Closed(code.clone())) } else { Ok(()) }
}

/// Adds or changes one.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    organisation: &Organisation,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO organisations (code, parent, name, kind, closed, successor)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (code) DO UPDATE SET parent = excluded.parent, name = excluded.name,
         kind = excluded.kind, closed = excluded.closed, successor = excluded.successor",
    )
    .bind(organisation.code.as_str())
    .bind(organisation.parent.as_ref().map(OrgId::as_str))
    .bind(&organisation.name)
    .bind(organisation.kind.as_str())
    .bind(organisation.closed.map(|time| time.micros))
    .bind(organisation.successor.as_ref().map(OrgId::as_str))
    .execute(connection)
    .await?;
    Ok(())
}

fn organisation(found: &SqliteRow) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        code: row::word(found, 0)?,
        parent: row::word_or_none(found, 1)?,
        name: found.try_get(2)?,
        kind: row::word(found, 3)?,
        closed: row::time_or_none(found, 4)?,
        successor: row::word_or_none(found, 5)?,
    })
}
