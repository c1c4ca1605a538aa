//! Hunts that run or ended a short while ago, with their results.
//!
//! Never: more than so many, or so many bytes of results; the oldest go first.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use wardwatch_hunt::{HuntResult, Running};
use wardwatch_model::{HuntId, OrgId, Timestamp};
use wardwatch_store::TenantScope;

use super::{Owner, Standing, is_over};

/// Ended hunts that are kept.
const MOST: usize = 64;
/// Bytes of results that are kept.
const BYTES: usize = 256 << 20;

struct One {
    owner: Owner,
    orgs: BTreeSet<OrgId>,
    standing: Standing,
    started: Timestamp,
    ended: Option<Timestamp>,
}

/// Hunts that run or ended a short while ago.
#[derive(Default)]
pub(super) struct Kept {
    /// Who holds the places of running hunts.
    pub places: Vec<Owner>,
    hunts: HashMap<HuntId, One>,
}

impl Kept {
    pub fn add(
        &mut self,
        id: HuntId,
        owner: Owner,
        orgs: BTreeSet<OrgId>,
        running: Running,
        now: Timestamp,
    ) {
        let standing = Standing { running, result: None };
        self.hunts.insert(id, One { owner, orgs, standing, started: now, ended: None });
    }

    pub fn end(&mut self, id: HuntId, result: Option<Arc<HuntResult>>, now: Timestamp) {
        if let Some(one) = self.hunts.get_mut(&id) {
            one.standing.result = result;
            one.ended = Some(now);
        }
        self.make_room(now);
    }

    pub fn get(&mut self, scope: &TenantScope, id: HuntId, now: Timestamp) -> Option<Standing> {
        self.make_room(now);
        let one = self.hunts.get(&id)?;
        let may = one.owner == Owner::of(scope) && one.orgs.iter().all(|org| scope.covers(org));
        may.then(|| one.standing.clone())
    }

    /// Forgets what ended an hour ago, then the oldest until the rest fits.
    fn make_room(&mut self, now: Timestamp) {
        self.hunts.retain(|_, one| one.ended.is_none_or(|ended| !is_over(ended, now)));
        loop {
            let ended = self.hunts.iter().filter(|(_, one)| one.ended.is_some());
            let bytes: usize = ended
                .clone()
                .filter_map(|(_, one)| one.standing.result.as_ref())
                .map(|result| result.bytes())
                .sum();
            if ended.clone().count() <= MOST && bytes <= BYTES {
                return;
            }
            let oldest = ended.min_by_key(|(_, one)| one.started).map(|(id, _)| *id);
            let Some(oldest) = oldest else { return };
            self.hunts.remove(&oldest);
        }
    }
}
