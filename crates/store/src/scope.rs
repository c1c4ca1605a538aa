//! Whose data a call may touch: scopes, and the authenticated callers that they come from.
//!
//! In: grants and the tree of organisations, as the state has them. Out: proofs that a call may
//! touch certain organisations. Never: a public constructor; only the state makes these values.

use std::collections::BTreeSet;
use std::sync::Arc;

use wardwatch_model::{OrgId, Permission, PersonId, Role, Timestamp, TokenId};

use crate::error::StoreError;
use crate::tree::{Orgs, Tree};

/// Organisations that a caller may touch, for one permission, at one moment.
#[derive(Debug, Clone)]
pub struct TenantScope {
    actor: Arc<str>,
    permission: Permission,
    asked: Timestamp,
    home: Arc<BTreeSet<OrgId>>,
    orgs: Arc<BTreeSet<OrgId>>,
    tree: Arc<Tree>,
    json: Arc<str>,
    whole: bool,
    /// Of a scope of every organisation but some: those, as a JSON array.
    but: Option<Arc<str>>,
}

impl TenantScope {
    pub(crate) fn new(
        actor: Arc<str>,
        permission: Permission,
        asked: Timestamp,
        home: Arc<BTreeSet<OrgId>>,
        orgs: Orgs,
        tree: Arc<Tree>,
    ) -> Self {
        let Orgs { set, json } = orgs;
        let whole = set.len() == tree.len();
        TenantScope { actor, permission, asked, home, orgs: set, tree, json, whole, but: None }
    }

    /// Whether the organisation is in it.
    pub fn covers(&self, org: &OrgId) -> bool {
        self.orgs.contains(org)
    }

    /// All organisations in it, in order of their codes.
    pub fn orgs(&self) -> impl Iterator<Item = &OrgId> {
        self.orgs.iter()
    }

    /// Who asks, for the audit.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// What the caller may do here.
    pub fn permission(&self) -> Permission {
        self.permission
    }

    /// When the caller was authenticated: the time of reads in the audit.
    pub fn asked(&self) -> Timestamp {
        self.asked
    }

    /// The organisation that the caller itself belongs to, with its sites; reads elsewhere are
    /// audited.
    pub fn home(&self) -> &BTreeSet<OrgId> {
        &self.home
    }

    /// An organisation and what lies below it, within this scope; none when it is outside.
    pub fn narrow(&self, org: &OrgId) -> Option<TenantScope> {
        if !self.covers(org) {
            return None;
        }
        let below = self.tree.subtree(org);
        // The same set is shared by all who ask for it: it is not gone through.
        let same = Arc::ptr_eq(&below.set, &self.orgs);
        let Orgs { set: orgs, json } = match same || below.set.is_subset(&self.orgs) {
            true => below,
            false => Orgs::new(below.set.intersection(&self.orgs).cloned().collect()),
        };
        let whole = orgs.len() == self.tree.len();
        Some(TenantScope { orgs, json, whole, but: None, ..self.clone() })
    }

    /// The same without some organisations and all that lies below them.
    #[must_use]
    pub fn without(&self, orgs: &[OrgId]) -> TenantScope {
        let mut out = BTreeSet::new();
        for org in orgs.iter().filter(|org| self.covers(org)) {
            out.extend(self.tree.subtree(org).set.iter().cloned());
        }
        if out.is_empty() {
            return self.clone();
        }
        let Orgs { set: orgs, json } = Orgs::new(self.orgs.difference(&out).cloned().collect());
        let but = self.whole.then(|| Orgs::new(out).json);
        TenantScope { orgs, json, whole: false, but, ..self.clone() }
    }

    /// Whether the top of the tree is in it: such a caller also sees what belongs to nobody.
    pub fn reaches_top(&self) -> bool {
        self.orgs.iter().any(|org| self.tree.is_top(org))
    }

    /// Whether every organisation that there is is in it.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Of a scope of every organisation but some: those, as a JSON array.
    pub(crate) fn but(&self) -> Option<&str> {
        self.but.as_deref()
    }

    /// A word for the organisations of the scope: equal for equal ones.
    pub fn key(&self) -> &Arc<str> {
        &self.json
    }

    /// The codes as a JSON array, for `json_each`.
    pub(crate) fn json(&self) -> &str {
        &self.json
    }

    /// An error unless the organisation is in it.
    pub(crate) fn must_cover(&self, org: &OrgId) -> Result<(), StoreError> {
        if self.covers(org) { Ok(()) } else { Err(StoreError::OutOfScope(org.clone())) }
    }

    /// An error unless the top of the tree is in it.
    pub(crate) fn must_reach_top(&self) -> Result<(), StoreError> {
        if self.reaches_top() { Ok(()) } else { Err(StoreError::NotTheTop) }
    }

    /// An error unless it was made for this permission.
    pub(crate) fn must_be_for(&self, permission: Permission) -> Result<(), StoreError> {
        if self.permission == permission {
            Ok(())
        } else {
            Err(StoreError::NotPermitted(permission))
        }
    }
}

/// The whole sector, for the server's own loops; made only when the state is opened.
#[derive(Debug, Clone)]
pub struct SystemScope {
    pub(crate) _only_here: (),
}

/// An authenticated person or API token.
#[derive(Debug, Clone)]
pub struct Principal {
    name: Arc<str>,
    person: Option<PersonId>,
    org: OrgId,
    grants: Vec<(OrgId, Role)>,
    home: Arc<BTreeSet<OrgId>>,
    asked: Timestamp,
    tree: Arc<Tree>,
}

impl Principal {
    pub(crate) fn new(
        name: &str,
        person: Option<PersonId>,
        org: &OrgId,
        grants: Vec<(OrgId, Role)>,
        asked: Timestamp,
        tree: Arc<Tree>,
    ) -> Self {
        let home = Arc::new(tree.with_sites(org));
        Principal { name: name.into(), person, org: org.clone(), grants, home, asked, tree }
    }

    /// The login name, or the token's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The person; none for a token.
    pub fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// The organisation that it belongs to.
    pub fn org(&self) -> &OrgId {
        &self.org
    }

    /// What it may be and where; each goes for the organisation and all below it.
    pub fn grants(&self) -> &[(OrgId, Role)] {
        &self.grants
    }

    /// Where it may do this; none when nowhere.
    pub fn scope(&self, permission: Permission) -> Option<TenantScope> {
        let mut held = self.grants.iter().filter(|(_, role)| role.may(permission));
        let first = self.tree.subtree(&held.next()?.0);
        let orgs = held.fold(first, |orgs, (org, _)| {
            let more = self.tree.subtree(org);
            if more.set.is_subset(&orgs.set) {
                return orgs;
            }
            Orgs::new(orgs.set.union(&more.set).cloned().collect())
        });
        (!orgs.set.is_empty()).then(|| {
            let (home, tree) = (Arc::clone(&self.home), Arc::clone(&self.tree));
            TenantScope::new(Arc::clone(&self.name), permission, self.asked, home, orgs, tree)
        })
    }

    /// When it was authenticated.
    pub fn asked(&self) -> Timestamp {
        self.asked
    }
}

/// An authenticated shipper or agent. What it sends belongs to its organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    org: OrgId,
    token: TokenId,
    name: String,
}

impl Sender {
    pub(crate) fn new(org: OrgId, token: TokenId, name: String) -> Self {
        Sender { org, token, name }
    }

    /// The organisation of all that it sends.
    pub fn org(&self) -> &OrgId {
        &self.org
    }

    /// Its token.
    pub fn token(&self) -> TokenId {
        self.token
    }

    /// Its name, for people.
    pub fn name(&self) -> &str {
        &self.name
    }
}
