//! An incident at work: what people decided of it, and its facts; to and from the noun.
//!
//! In: a sighting or a stored incident. Out: the incident with title, story, score and proposals.
//! Never: a decision about what belongs together.

use wardwatch_model::incident::{Closing, MAX_LISTED, Note};
use wardwatch_model::{CampaignId, Incident, IncidentId, IncidentState, OrgId, Timestamp};

use crate::facts::Facts;
use crate::{handling, proposal, score, story};

/// What people decided, and where the incident belongs.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub id: IncidentId,
    pub org: OrgId,
    pub state: IncidentState,
    pub owner: Option<String>,
    pub notes: Vec<Note>,
    pub closing: Option<Closing>,
    pub campaign: Option<CampaignId>,
    pub merged_into: Option<IncidentId>,
}

impl Head {
    /// That of an incident nobody has looked at.
    pub fn new(id: IncidentId, org: OrgId) -> Self {
        Head {
            id,
            org,
            state: IncidentState::Open,
            owner: None,
            notes: Vec::new(),
            closing: None,
            campaign: None,
            merged_into: None,
        }
    }

    /// That of a stored incident.
    pub fn of(incident: &Incident) -> Self {
        Head {
            id: incident.id,
            org: incident.org.clone(),
            state: incident.state,
            owner: incident.owner.clone(),
            notes: incident.notes.clone(),
            closing: incident.closing.clone(),
            campaign: incident.campaign,
            merged_into: incident.merged_into,
        }
    }

    /// Takes over what people decided of an incident that is folded into this one.
    pub fn absorb(&mut self, other: &Head) {
        self.owner = self.owner.take().or_else(|| other.owner.clone());
        self.campaign = self.campaign.or(other.campaign);
        self.notes.extend(other.notes.iter().cloned());
        self.notes.sort_by_key(|note| note.time);
        self.notes.truncate(MAX_LISTED);
    }

    /// The incident that this one was split from by a person.
    pub fn split_from(&self) -> Option<IncidentId> {
        self.notes.iter().find_map(handling::split_origin)
    }
}

/// The incident as everybody sees it.
pub(crate) fn incident(head: &Head, facts: &Facts) -> Incident {
    let reasons = score::reasons(facts, head.campaign.is_some());
    Incident {
        id: head.id,
        org: head.org.clone(),
        state: head.state,
        title: story::title(&facts.lead.headline, &facts.devices, facts.device_count()),
        story: story::story(facts, head.campaign.is_some()),
        level: facts.level,
        score: score::sum(&reasons),
        reasons,
        first: facts.first,
        last: facts.last,
        updated: facts.updated,
        count: facts.count,
        detections: facts.detections.clone(),
        rules: facts.rules.iter().map(|(rule, _)| rule.clone()).collect(),
        entities: facts.links.iter().take(MAX_LISTED).map(|link| (**link).clone()).collect(),
        devices: facts.devices.clone(),
        path: facts.path.clone(),
        proposals: proposal::of(facts, head.campaign.is_some()),
        owner: head.owner.clone(),
        notes: head.notes.clone(),
        closing: head.closing.clone(),
        campaign: head.campaign,
        merged_into: head.merged_into,
    }
}

/// An incident in memory.
#[derive(Debug)]
pub(crate) struct Case {
    pub head: Head,
    pub facts: Facts,
    /// Its place in the order in which incidents were last touched; 0 while it has none.
    pub turn: u64,
    /// When it was last touched.
    pub touched: Timestamp,
    /// Whether it changed since it was last told.
    pub changed: bool,
    /// What `updated` said when it was last told.
    told: Option<Timestamp>,
    /// Incidents that a person keeps apart from this one.
    pub apart: Vec<IncidentId>,
}

impl Case {
    /// A new or resumed one.
    pub fn new(head: Head, facts: Facts, told: Option<Timestamp>) -> Self {
        let apart = head.split_from().into_iter().collect();
        let touched = facts.updated;
        Case { head, facts, turn: 0, touched, changed: false, told, apart }
    }

    /// Whether a person keeps the two apart.
    pub fn is_apart_from(&self, other: &Case) -> bool {
        self.apart.contains(&other.head.id) || other.apart.contains(&self.head.id)
    }

    /// Whether a stored incident has the same detections.
    pub fn tells(&self, incident: &Incident) -> bool {
        self.facts.count == incident.count && self.facts.detections == incident.detections
    }

    /// Notes what `updated` says where the incident is stored.
    pub fn note_told(&mut self, updated: Timestamp) {
        self.told = self.told.max(Some(updated));
        self.facts.updated = self.facts.updated.max(updated);
        self.touched = self.touched.max(updated);
    }

    /// The incident for those who store it. Invariant: `updated` differs from any told before, so
    /// that a person's change to an older state can be told from one to the newest.
    pub fn tell(&mut self) -> Incident {
        if let Some(told) = self.told
            && self.facts.updated <= told
        {
            self.facts.updated = Timestamp { micros: told.micros.saturating_add(1) };
        }
        self.told = Some(self.facts.updated);
        self.changed = false;
        incident(&self.head, &self.facts)
    }
}
