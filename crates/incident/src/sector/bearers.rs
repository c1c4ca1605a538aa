//! Which incidents of which organisations have a sign in common.
//!
//! In: signs of incidents. Out: the latest incidents that have one. Never: so many of one
//! organisation that others are forgotten.

use std::collections::HashMap;
use std::sync::Arc;

use wardwatch_model::{Entity, IncidentId, OrgId, RuleId};

/// Incidents remembered for one sign, the latest of them.
const MOST_BEARERS: usize = 256;
/// Those of one organisation among them.
const MOST_BEARERS_OF_ONE: usize = 4;

/// What incidents of different organisations may share.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Sign {
    Indicator(Arc<Entity>),
    Rule(RuleId),
}

/// Signs → incidents, the latest last.
#[derive(Debug, Default)]
pub(super) struct Bearers(HashMap<Sign, Vec<(OrgId, IncidentId)>>);

impl Bearers {
    /// The incidents that have a sign.
    pub fn of(&self, sign: &Sign) -> &[(OrgId, IncidentId)] {
        self.0.get(sign).map(Vec::as_slice).unwrap_or_default()
    }

    /// Writes down that an incident has a sign.
    pub fn add(&mut self, sign: &Sign, org: &OrgId, incident: IncidentId) {
        let all = self.0.entry(sign.clone()).or_default();
        let of_one = all.iter().filter(|(known, _)| known == org).count();
        if of_one >= MOST_BEARERS_OF_ONE
            && let Some(at) = all.iter().position(|(known, _)| known == org)
        {
            all.remove(at);
        } else if all.len() >= MOST_BEARERS {
            all.remove(0);
        }
        all.push((org.clone(), incident));
    }

    /// Forgets that an incident has a sign.
    pub fn remove(&mut self, sign: &Sign, incident: IncidentId) {
        let Some(all) = self.0.get_mut(sign) else { return };
        all.retain(|(_, known)| *known != incident);
        if all.is_empty() {
            self.0.remove(sign);
        }
    }
}
