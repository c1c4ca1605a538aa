//! One attack on several organisations while it runs: its parts, and what they share.
//!
//! In: incidents that join or leave, and their devices. Out: the campaign as a noun. Never: what
//! only one organisation has, other than in that organisation's own part.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use wardwatch_model::incident::{MAX_LISTED, Part};
use wardwatch_model::{Campaign, CampaignId, Entity, IncidentId, Level, OrgId, RuleId, Timestamp};

use crate::DEVICES_COUNTED;
use crate::facts::Lead;

/// What a title says besides the headline. It names no organisation and no number of them, since
/// every reader sees the same title.
const EVERYWHERE: &str = ": the same attack in several organisations";

/// A campaign that runs.
#[derive(Debug)]
pub(crate) struct Running {
    pub id: CampaignId,
    lead: Option<Lead>,
    level: Level,
    rules: BTreeSet<RuleId>,
    indicators: BTreeSet<Entity>,
    pub first: Timestamp,
    last: Timestamp,
    parts: BTreeMap<OrgId, Share>,
    /// Its incidents that are in memory.
    pub living: HashSet<IncidentId>,
}

/// One organisation's part.
#[derive(Debug)]
struct Share {
    incidents: Vec<IncidentId>,
    first: Timestamp,
    devices: HashSet<u64>,
    legacy: HashSet<u64>,
    /// What a stored campaign told of devices; counts never fall below.
    told: (u64, u64),
}

impl Share {
    fn new(first: Timestamp) -> Self {
        Share {
            incidents: Vec::new(),
            first,
            devices: HashSet::new(),
            legacy: HashSet::new(),
            told: (0, 0),
        }
    }
}

impl Running {
    /// One without parts.
    pub fn new(id: CampaignId, first: Timestamp) -> Self {
        Running {
            id,
            lead: None,
            level: Level::Informational,
            rules: BTreeSet::new(),
            indicators: BTreeSet::new(),
            first,
            last: first,
            parts: BTreeMap::new(),
            living: HashSet::new(),
        }
    }

    /// A stored one.
    pub fn resumed(campaign: &Campaign) -> Self {
        let headline = campaign.title.strip_suffix(EVERYWHERE).unwrap_or(&campaign.title);
        let share = |part: &Part| Share {
            incidents: part.incidents.iter().take(MAX_LISTED).copied().collect(),
            told: (part.devices, part.legacy_devices),
            ..Share::new(part.first)
        };
        let lead = Lead {
            level: campaign.level,
            time: campaign.first,
            rule: RuleId(String::new()),
            headline: headline.to_owned(),
            action: String::new(),
        };
        Running {
            lead: Some(lead),
            level: campaign.level,
            rules: campaign.rules.iter().take(MAX_LISTED).cloned().collect(),
            indicators: campaign.indicators.iter().take(MAX_LISTED).cloned().collect(),
            last: campaign.last,
            parts: campaign.parts.iter().map(|part| (part.org.clone(), share(part))).collect(),
            ..Running::new(campaign.id, campaign.first)
        }
    }

    /// How many organisations.
    pub fn organisations(&self) -> usize {
        self.parts.len()
    }

    /// Rules that its incidents share.
    pub fn rules(&self) -> impl Iterator<Item = &RuleId> {
        self.rules.iter()
    }

    /// Takes an incident in, or what is new of one.
    pub fn take(
        &mut self,
        org: &OrgId,
        incident: IncidentId,
        level: Level,
        span: (Timestamp, Timestamp),
    ) -> bool {
        let before = (self.level, self.first, self.last);
        self.level = self.level.max(level);
        self.first = self.first.min(span.0);
        self.last = self.last.max(span.1);
        let mut changed = before != (self.level, self.first, self.last);
        if !self.parts.contains_key(org) {
            self.parts.insert(org.clone(), Share::new(span.0));
        }
        let Some(share) = self.parts.get_mut(org) else { return changed };
        if span.0 < share.first {
            share.first = span.0;
            changed = true;
        }
        if self.living.insert(incident)
            && share.incidents.len() < MAX_LISTED
            && !share.incidents.contains(&incident)
        {
            share.incidents.push(incident);
            changed = true;
        }
        changed
    }

    /// Takes in which devices a part has; returns whether any is new.
    pub fn take_devices(
        &mut self,
        org: &OrgId,
        marks: impl IntoIterator<Item = u64>,
        legacy: &HashSet<u64>,
    ) -> bool {
        let Some(share) = self.parts.get_mut(org) else { return false };
        let mut changed = false;
        for mark in marks {
            if share.devices.len() >= DEVICES_COUNTED {
                break;
            }
            changed |= share.devices.insert(mark);
            if legacy.contains(&mark) {
                changed |= share.legacy.insert(mark);
            }
        }
        changed
    }

    /// Notes that a device runs a system out of support; returns whether that is news here.
    pub fn note_legacy(&mut self, org: &OrgId, mark: u64) -> bool {
        let share = self.parts.get_mut(org).filter(|share| share.devices.contains(&mark));
        share.is_some_and(|share| share.legacy.insert(mark))
    }

    /// Takes in the detection that leads an incident; returns whether it leads the campaign.
    pub fn take_lead(&mut self, lead: &Lead) -> bool {
        let leads = self.lead.as_ref().is_none_or(|own| own.is_weaker_than(lead));
        if leads {
            self.lead = Some(lead.clone());
        }
        leads
    }

    /// Notes a rule that two organisations share; returns whether that is news.
    pub fn share_rule(&mut self, rule: &RuleId) -> bool {
        self.rules.len() < MAX_LISTED
            && !self.rules.contains(rule)
            && self.rules.insert(rule.clone())
    }

    /// Notes an indicator that two organisations share; returns whether that is news.
    pub fn share_indicator(&mut self, indicator: &Entity) -> bool {
        self.indicators.len() < MAX_LISTED
            && !self.indicators.contains(indicator)
            && self.indicators.insert(indicator.clone())
    }

    /// Puts one incident in the place of another that was folded into it.
    pub fn rename(&mut self, org: &OrgId, from: IncidentId, to: IncidentId) {
        if self.living.remove(&from) {
            self.living.insert(to);
        }
        if let Some(share) = self.parts.get_mut(org) {
            share.incidents.retain(|known| *known != from && *known != to);
            share.incidents.push(to);
        }
    }

    /// Lets an incident go that turned out to be no attack.
    pub fn leave(&mut self, org: &OrgId, incident: IncidentId) {
        self.living.remove(&incident);
        if let Some(share) = self.parts.get_mut(org) {
            share.incidents.retain(|known| *known != incident);
            if share.incidents.is_empty() {
                self.parts.remove(org);
            }
        }
    }

    /// Takes over another campaign, which is left without parts.
    pub fn absorb(&mut self, other: &mut Running) {
        self.level = self.level.max(other.level);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        for rule in std::mem::take(&mut other.rules) {
            self.share_rule(&rule);
        }
        for indicator in std::mem::take(&mut other.indicators) {
            self.share_indicator(&indicator);
        }
        for (org, theirs) in std::mem::take(&mut other.parts) {
            let share = self.parts.entry(org).or_insert_with(|| Share::new(theirs.first));
            share.first = share.first.min(theirs.first);
            for incident in theirs.incidents {
                if share.incidents.len() < MAX_LISTED && !share.incidents.contains(&incident) {
                    share.incidents.push(incident);
                }
            }
            let room = DEVICES_COUNTED.saturating_sub(share.devices.len());
            share.devices.extend(theirs.devices.into_iter().take(room));
            share.legacy.extend(theirs.legacy.iter().filter(|mark| share.devices.contains(mark)));
            share.told = (share.told.0.max(theirs.told.0), share.told.1.max(theirs.told.1));
        }
        self.living.extend(other.living.drain());
        if let Some(lead) = &other.lead {
            self.take_lead(lead);
        }
    }

    /// The campaign as everybody sees it, each their own part. Fewer than two organisations make
    /// none: then it has no parts.
    pub fn tell(&self) -> Campaign {
        let part = |(org, share): (&OrgId, &Share)| Part {
            org: org.clone(),
            incidents: share.incidents.clone(),
            first: share.first,
            devices: share.told.0.max(share.devices.len() as u64),
            legacy_devices: share.told.1.max(share.legacy.len() as u64),
        };
        let mut parts: Vec<Part> = Vec::new();
        if self.parts.len() > 1 {
            parts.extend(self.parts.iter().map(part));
            parts.sort_by(|one, other| (one.first, &one.org).cmp(&(other.first, &other.org)));
        }
        let headline = self.lead.as_ref().map_or("An attack", |lead| lead.headline.as_str());
        Campaign {
            id: self.id,
            title: format!("{headline}{EVERYWHERE}"),
            level: self.level,
            rules: self.rules.iter().cloned().collect(),
            indicators: self.indicators.iter().cloned().collect(),
            first: self.first,
            last: self.last,
            parts,
        }
    }
}
