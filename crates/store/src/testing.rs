//! Senders and scopes without a database, for tests only.
//!
//! In: codes and names. Out: values that otherwise only the state makes. Never: part of a program;
//! the `testing` feature is for dev-dependencies.

use std::collections::BTreeSet;
use std::sync::Arc;

use wardwatch_model::{OrgId, OrgKind, Organisation, Permission, Timestamp, TokenId};

use crate::scope::{Sender, SystemScope, TenantScope};
use crate::tree::{Orgs, Tree};

/// A sender of an organisation; its token follows from both.
pub fn sender(org: &OrgId, name: &str) -> Sender {
    let hash = blake3::hash(format!("{org} {name}").as_bytes());
    let mut token = [0; 16];
    token.copy_from_slice(&hash.as_bytes()[..16]);
    Sender::new(org.clone(), TokenId(token), name.to_owned())
}

/// A scope over organisations that stand side by side; the first is the caller's home.
pub fn scope(actor: &str, permission: Permission, orgs: &[OrgId]) -> TenantScope {
    let trust = |org: &OrgId| Organisation {
        code: org.clone(),
        parent: None,
        name: org.to_string(),
        kind: OrgKind::Trust,
        closed: None,
        successor: None,
    };
    let tree = Tree::new(orgs.iter().map(trust).collect());
    let home: BTreeSet<OrgId> = orgs.first().cloned().into_iter().collect();
    let asked = Timestamp { micros: 0 };
    let orgs = Orgs::new(orgs.iter().cloned().collect());
    TenantScope::new(actor.into(), permission, asked, Arc::new(home), orgs, Arc::new(tree))
}

/// The scope of the server's own loops.
pub fn system() -> SystemScope {
    SystemScope { _only_here: () }
}
