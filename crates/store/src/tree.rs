//! The tree of organisations, for finding what lies below one.
//!
//! In: codes with their parents. Out: subtrees. Never: names, or a check of whether the tree is
//! sound: what imports it sees to that; a cycle would only end the walk.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use wardwatch_model::{OrgId, OrgKind};

/// One organisation's place in the tree.
#[derive(Debug, Clone)]
struct Place {
    kind: OrgKind,
    parent: Option<OrgId>,
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
    /// From codes, parents and kinds; a parent that is not among them is ignored.
    pub(crate) fn new(rows: Vec<(OrgId, Option<OrgId>, OrgKind)>) -> Self {
        let mut places: BTreeMap<OrgId, Place> = rows
            .iter()
            .map(|(code, parent, kind)| {
                let place = Place {
                    kind: *kind,
                    parent: parent.clone(),
                    children: Vec::new(),
                    taken_over: Vec::new(),
                };
                (code.clone(), place)
            })
            .collect();
        for (code, parent, _) in rows {
            if let Some(place) = parent.and_then(|parent| places.get_mut(&parent)) {
                place.children.push(code);
            }
        }
        Tree { places, ..Tree::default() }
    }

    /// With closed organisations and who took each over: what covers the one covers the other too,
    /// wherever that one stands.
    pub(crate) fn taken_over(mut self, closed: Vec<(OrgId, OrgId)>) -> Self {
        for (code, successor) in closed {
            if let Some(place) = self.places.get_mut(&successor) {
                place.taken_over.push(code);
            }
        }
        self
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

    /// Each organisation with those above it, itself first.
    pub(crate) fn lineage(&self) -> HashMap<OrgId, Vec<OrgId>> {
        let line = |org: &OrgId| {
            let mut line = vec![org.clone()];
            let parent = |org: &OrgId| self.places.get(org).and_then(|place| place.parent.clone());
            let mut above = parent(org);
            while let Some(next) = above.filter(|next| !line.contains(next)) {
                above = parent(&next);
                line.push(next);
            }
            line
        };
        self.places.keys().map(|org| (org.clone(), line(org))).collect()
    }

    /// Whether an organisation stands at the top.
    pub(crate) fn is_top(&self, org: &OrgId) -> bool {
        self.places.get(org).is_some_and(|place| place.parent.is_none())
    }

    /// Each organisation with the one that speaks for it: itself, or of a site the one whose it is.
    pub(crate) fn speakers(&self) -> Arc<HashMap<OrgId, OrgId>> {
        Arc::clone(self.speakers.get_or_init(|| Arc::new(self.find_speakers())))
    }

    fn find_speakers(&self) -> HashMap<OrgId, OrgId> {
        let is_site =
            |org: &OrgId| self.places.get(org).is_some_and(|place| place.kind == OrgKind::Site);
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
                    .filter(|child| self.places.get(*child).is_some_and(|p| follow(p.kind))),
            );
            open.extend(&place.taken_over);
        }
        found
    }
}
