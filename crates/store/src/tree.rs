//! The tree of organisations, for finding what lies below one, and what each is called.
//!
//! In: organisations with their parents. Out: subtrees, organisations. Never: a check of whether the
//! tree is sound: what imports it sees to that; a cycle would only end the walk.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use wardwatch_model::{OrgId, OrgKind, Organisation};

/// One organisation's place in the tree.
#[derive(Debug, Clone)]
struct Place {
    organisation: Organisation,
    children: Vec<OrgId>,
    /// Closed organisations that this one took over.
    taken_over: Vec<OrgId>,
}

/// Organisations that are looked up together, and the same as JSON for the state.
#[derive(Debug, Clone)]
pub(crate) struct Orgs {
    pub(crate) set: Arc<BTreeSet<OrgId>>,
    pub(crate) json: Arc<str>,
}

impl Orgs {
    pub(crate) fn new(set: BTreeSet<OrgId>) -> Self {
        let json = as_json(&set).into();
        Orgs { set: Arc::new(set), json }
    }
}

/// Codes as a JSON array. They are letters and digits only, so nothing needs escaping.
fn as_json(orgs: &BTreeSet<OrgId>) -> String {
    let mut json = String::with_capacity(orgs.len() * 10 + 2);
    json.push('[');
    for org in orgs {
        if json.len() > 1 {
            json.push(',');
        }
        json.push('"');
        json.push_str(org.as_str());
        json.push('"');
    }
    json.push(']');
    json
}

/// Subtrees that are kept at once; each is worked out again when it was not.
const KEPT_SUBTREES: usize = 256;

/// All organisations by code. A tree never changes: another takes its place.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    places: BTreeMap<OrgId, Place>,
    /// What lies below organisations that were asked for.
    below: RwLock<HashMap<OrgId, Orgs>>,
    speakers: OnceLock<Arc<HashMap<OrgId, OrgId>>>,
}

impl Tree {
    /// Of organisations; a parent that is not among them is ignored. Closed organisations lie below who
    /// took them over too: what covers the one covers the other, wherever that one stands.
    pub(crate) fn new(organisations: Vec<Organisation>) -> Self {
        let below: Vec<(OrgId, OrgId)> = organisations
            .iter()
            .filter_map(|org| Some((org.code.clone(), org.parent.clone()?)))
            .collect();
        let closed: Vec<(OrgId, OrgId)> = organisations
            .iter()
            .filter(|org| org.closed.is_some())
            .filter_map(|org| Some((org.code.clone(), org.successor.clone()?)))
            .collect();
        let mut places: BTreeMap<OrgId, Place> = organisations
            .into_iter()
            .map(|organisation| {
                let code = organisation.code.clone();
                (code, Place { organisation, children: Vec::new(), taken_over: Vec::new() })
            })
            .collect();
        for (code, parent) in below {
            if let Some(place) = places.get_mut(&parent) {
                place.children.push(code);
            }
        }
        for (code, successor) in closed {
            if let Some(place) = places.get_mut(&successor) {
                place.taken_over.push(code);
            }
        }
        Tree { places, ..Tree::default() }
    }

    /// How many organisations there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// An organisation.
    pub(crate) fn get(&self, org: &OrgId) -> Option<&Organisation> {
        self.places.get(org).map(|place| &place.organisation)
    }

    /// All organisations, in the order of their codes.
    pub(crate) fn organisations(&self) -> impl Iterator<Item = &Organisation> {
        self.places.values().map(|place| &place.organisation)
    }

    /// An organisation and all below it, and what it took over; empty when it is not known.
    pub(crate) fn below(&self, org: &OrgId) -> BTreeSet<OrgId> {
        self.walk(org, |_| true)
    }

    /// The same as [`Tree::below`], kept for the next time.
    pub(crate) fn subtree(&self, org: &OrgId) -> Orgs {
        let kept = self.below.read().unwrap_or_else(PoisonError::into_inner).get(org).cloned();
        kept.unwrap_or_else(|| {
            let orgs = Orgs::new(self.below(org));
            let mut below = self.below.write().unwrap_or_else(PoisonError::into_inner);
            if below.len() < KEPT_SUBTREES {
                below.insert(org.clone(), orgs.clone());
            }
            orgs
        })
    }

    /// An organisation and its sites, and what it took over.
    pub(crate) fn with_sites(&self, org: &OrgId) -> BTreeSet<OrgId> {
        self.walk(org, |kind| kind == OrgKind::Site)
    }

    /// An organisation with those above it, itself first.
    pub(crate) fn line(&self, org: &OrgId) -> Vec<OrgId> {
        let mut line = vec![org.clone()];
        let parent =
            |org: &OrgId| self.get(org).and_then(|organisation| organisation.parent.clone());
        let mut above = parent(org);
        while let Some(next) = above.filter(|next| !line.contains(next)) {
            above = parent(&next);
            line.push(next);
        }
        line
    }

    /// Each organisation with those above it, itself first.
    pub(crate) fn lineage(&self) -> HashMap<OrgId, Vec<OrgId>> {
        self.places.keys().map(|org| (org.clone(), self.line(org))).collect()
    }

    /// Whether an organisation stands at the top.
    pub(crate) fn is_top(&self, org: &OrgId) -> bool {
        self.get(org).is_some_and(|organisation| organisation.parent.is_none())
    }

    /// Each organisation with the one that speaks for it: itself, or of a site the one whose it is.
    pub(crate) fn speakers(&self) -> Arc<HashMap<OrgId, OrgId>> {
        Arc::clone(self.speakers.get_or_init(|| Arc::new(self.find_speakers())))
    }

    fn find_speakers(&self) -> HashMap<OrgId, OrgId> {
        let is_site = |org: &OrgId| {
            self.get(org).is_some_and(|organisation| organisation.kind == OrgKind::Site)
        };
        let speaker = |(org, line): (OrgId, Vec<OrgId>)| {
            let speaker = line.into_iter().find(|above| !is_site(above));
            (org.clone(), speaker.unwrap_or(org))
        };
        self.lineage().into_iter().map(speaker).collect()
    }

    fn walk(&self, org: &OrgId, follow: impl Fn(OrgKind) -> bool) -> BTreeSet<OrgId> {
        let mut found = BTreeSet::new();
        let mut open = vec![org];
        while let Some(code) = open.pop() {
            let Some(place) = self.places.get(code) else { continue };
            if !found.insert(code.clone()) {
                continue;
            }
            open.extend(
                place
                    .children
                    .iter()
                    .filter(|child| self.get(child).is_some_and(|child| follow(child.kind))),
            );
            open.extend(&place.taken_over);
        }
        found
    }
}
