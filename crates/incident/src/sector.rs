//! Which incidents of different organisations are one attack.
//!
//! In: indicators and rules of incidents, each with its organisation. Out: which incidents are in
//! which campaign. Never: devices by name, users, or indicators inside an organisation's network.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use wardwatch_model::incident::MAX_LISTED;
use wardwatch_model::{
    Campaign, CampaignId, Entity, Incident, IncidentId, Level, OrgId, RuleId, Timestamp,
};

mod bearers;
mod leaving;
mod news;

use crate::campaign::Running;
use crate::settings::Settings;
use crate::{common, hash};

use bearers::{Bearers, Sign};
pub(crate) use news::{Assigned, News};

/// Signs of one incident that are compared.
const MOST_SIGNS: usize = 1_000;
/// Rules whose level is remembered.
const MOST_RULES: usize = 50_000;

/// An incident as the sector sees it.
#[derive(Debug)]
struct Member {
    org: OrgId,
    level: Level,
    span: (Timestamp, Timestamp),
    signs: Vec<Sign>,
    /// Its rules of level high and above.
    rules: HashSet<RuleId>,
    campaign: Option<CampaignId>,
    /// All signs are to be compared again, not only new ones.
    recheck: bool,
}

/// What all organisations' incidents may share.
#[derive(Debug, Default)]
pub(crate) struct Sector {
    members: HashMap<IncidentId, Member>,
    bearers: Bearers,
    /// Levels of rules, as far as they were seen.
    levels: HashMap<RuleId, Level>,
    running: HashMap<CampaignId, Running>,
    changed: BTreeSet<CampaignId>,
    /// Campaigns that ended with changes to be told.
    ended: Vec<Campaign>,
    /// How many bearers were looked at: for tests of growth.
    pub steps: u64,
}

impl Sector {
    /// How many campaigns run.
    pub fn campaigns(&self) -> usize {
        self.running.len()
    }

    /// A campaign that runs.
    pub fn running_mut(&mut self, id: CampaignId) -> Option<&mut Running> {
        self.running.get_mut(&id)
    }

    /// Notes that a campaign changed.
    pub fn note_change(&mut self, id: CampaignId) {
        self.changed.insert(id);
    }

    /// The campaign of an incident.
    pub fn campaign_of(&self, incident: IncidentId) -> Option<CampaignId> {
        self.members.get(&incident).and_then(|member| member.campaign)
    }

    /// Takes in what a sighting changed; returns incidents that came into another campaign.
    pub fn see(&mut self, news: &News<'_>, settings: &Settings) -> Vec<Assigned> {
        let new_signs = self.note(news);
        let Some(member) = self.members.get_mut(&news.incident) else { return Vec::new() };
        let was_below = member.level < settings.campaign_level || member.recheck;
        member.level = member.level.max(news.level);
        member.span = (member.span.0.min(news.span.0), member.span.1.max(news.span.1));
        let (level, span, campaign) = (member.level, member.span, member.campaign);
        if let Some(running) = campaign.and_then(|id| self.running.get_mut(&id))
            && running.take(news.org, news.incident, level, span)
        {
            self.changed.insert(running.id);
        }
        if level < settings.campaign_level {
            return Vec::new();
        }
        let signs = match self.members.get_mut(&news.incident) {
            Some(member) if was_below => {
                member.recheck = false;
                member.signs.clone()
            }
            _ => new_signs,
        };
        self.compare(news.incident, &signs, settings)
    }

    /// Looks for the same attack in other organisations by these signs.
    fn compare(&mut self, id: IncidentId, signs: &[Sign], settings: &Settings) -> Vec<Assigned> {
        let mut assigned = Vec::new();
        let level = self.members.get(&id).map(|member| member.level);
        if level.is_some_and(|level| level >= settings.campaign_level) {
            for sign in signs {
                for partner in self.partners(id, sign, settings) {
                    self.unite(id, partner, sign, &mut assigned);
                }
            }
        }
        assigned
    }

    /// Writes down an incident's new signs, and returns them.
    fn note(&mut self, news: &News<'_>) -> Vec<Sign> {
        let mut signs: Vec<Sign> = Vec::new();
        let across = news.fresh.iter().filter(|entity| common::joins_organisations(entity));
        signs.extend(across.map(|entity| Sign::Indicator(Arc::clone(entity))));
        let (rule, level) = news.rule;
        if level >= Level::High {
            self.learn(rule, level);
        }
        let member = self.members.entry(news.incident).or_insert_with(|| Member {
            org: news.org.clone(),
            level: news.level,
            span: news.span,
            signs: Vec::new(),
            rules: HashSet::new(),
            campaign: None,
            recheck: true,
        });
        if level >= Level::High && member.rules.len() < MAX_LISTED && !member.rules.contains(rule) {
            member.rules.insert(rule.clone());
            signs.push(Sign::Rule(rule.clone()));
        }
        signs.truncate(MOST_SIGNS.saturating_sub(member.signs.len()));
        member.signs.extend(signs.iter().cloned());
        for sign in &signs {
            self.bearers.add(sign, news.org, news.incident);
        }
        signs
    }

    fn learn(&mut self, rule: &RuleId, level: Level) {
        if let Some(known) = self.levels.get_mut(rule) {
            *known = (*known).max(level);
        } else if self.levels.len() < MOST_RULES {
            self.levels.insert(rule.clone(), level);
        }
    }

    /// Incidents of other organisations that are the same attack by this sign.
    fn partners(&mut self, id: IncidentId, sign: &Sign, settings: &Settings) -> Vec<IncidentId> {
        let Some(own) = self.members.get(&id) else { return Vec::new() };
        let bearers = self.bearers.of(sign);
        self.steps += bearers.len() as u64;
        let mut found = Vec::new();
        for (org, other) in bearers {
            if *org == own.org {
                continue;
            }
            let Some(member) = self.members.get(other) else { continue };
            let same = match sign {
                Sign::Indicator(_) => true,
                Sign::Rule(rule) => {
                    self.levels.get(rule) == Some(&Level::Critical)
                        || self.shared_rules(own, member).nth(1).is_some()
                }
            };
            if same
                && member.level >= settings.campaign_level
                && settings.near(own.span, member.span)
            {
                found.push(*other);
            }
        }
        found
    }

    /// Rules of level high and above that both have.
    fn shared_rules<'a>(
        &'a self,
        one: &'a Member,
        other: &'a Member,
    ) -> impl Iterator<Item = &'a RuleId> {
        let (few, many) = if one.rules.len() <= other.rules.len() {
            (&one.rules, &other.rules)
        } else {
            (&other.rules, &one.rules)
        };
        few.iter().filter(|rule| many.contains(*rule) && self.levels.contains_key(*rule))
    }

    /// Puts two incidents into one campaign.
    fn unite(
        &mut self,
        one: IncidentId,
        other: IncidentId,
        sign: &Sign,
        assigned: &mut Vec<Assigned>,
    ) {
        let id = match (self.campaign_of(one), self.campaign_of(other)) {
            (Some(mine), Some(theirs)) if mine != theirs => self.join(mine, theirs, assigned),
            (Some(known), _) | (None, Some(known)) => known,
            (None, None) => self.start(one, other),
        };
        self.assign(one, id, assigned);
        self.assign(other, id, assigned);
        self.share(id, one, other, sign);
    }

    fn start(&mut self, one: IncidentId, other: IncidentId) -> CampaignId {
        let first = |id| self.members.get(&id).map(|member| member.span.0);
        let (older, first) = match (first(one), first(other)) {
            (Some(a), Some(b)) if (b, other) < (a, one) => (other, b),
            (Some(a), _) => (one, a),
            (None, _) => (other, Timestamp { micros: 0 }),
        };
        let id = hash::campaign_of(older);
        self.running.entry(id).or_insert_with(|| Running::new(id, first));
        id
    }

    /// Lets the older of two campaigns take the other over.
    fn join(
        &mut self,
        one: CampaignId,
        other: CampaignId,
        assigned: &mut Vec<Assigned>,
    ) -> CampaignId {
        let first = |id| self.running.get(&id).map(|running| (running.first, id));
        let (older, younger) = match (first(one), first(other)) {
            (Some(a), Some(b)) if b < a => (other, one),
            (None, Some(_)) => (other, one),
            _ => (one, other),
        };
        let Some(mut gone) = self.running.remove(&younger) else { return older };
        let moved: Vec<IncidentId> = gone.living.iter().copied().collect();
        if let Some(running) = self.running.get_mut(&older) {
            running.absorb(&mut gone);
        }
        self.end(&gone);
        self.changed.insert(older);
        for incident in moved {
            self.assign(incident, older, assigned);
        }
        older
    }

    fn assign(&mut self, incident: IncidentId, id: CampaignId, assigned: &mut Vec<Assigned>) {
        let Some(member) = self.members.get_mut(&incident) else { return };
        if member.campaign == Some(id) {
            return;
        }
        member.campaign = Some(id);
        if let Some(running) = self.running.get_mut(&id) {
            running.take(&member.org, incident, member.level, member.span);
        }
        self.changed.insert(id);
        assigned.push(Assigned { org: member.org.clone(), incident, campaign: Some(id) });
    }

    /// Writes down what two incidents of a campaign share.
    fn share(&mut self, id: CampaignId, one: IncidentId, other: IncidentId, sign: &Sign) {
        let rules: Vec<RuleId> = match (sign, self.members.get(&one), self.members.get(&other)) {
            (Sign::Rule(_), Some(one), Some(other)) => {
                self.shared_rules(one, other).cloned().collect()
            }
            _ => Vec::new(),
        };
        let Some(running) = self.running.get_mut(&id) else { return };
        let mut changed = false;
        if let Sign::Indicator(entity) = sign {
            changed |= running.share_indicator(entity);
        }
        for rule in &rules {
            changed |= running.share_rule(rule);
        }
        if changed {
            self.changed.insert(id);
        }
    }

    /// Takes up a stored campaign.
    pub fn resume_campaign(&mut self, campaign: &Campaign) {
        let running = Running::resumed(campaign);
        for rule in running.rules() {
            // What two organisations shared was at least that.
            if self.levels.len() < MOST_RULES {
                self.levels.entry(rule.clone()).or_insert(Level::High);
            }
        }
        if !campaign.parts.is_empty() {
            self.running.insert(campaign.id, running);
        }
    }

    /// Takes up a stored incident with the entities that it is found by.
    pub fn resume(&mut self, incident: &Incident, fresh: &[Arc<Entity>]) {
        let known = self.remove(incident.id).and_then(|member| member.campaign);
        let across = fresh.iter().filter(|entity| common::joins_organisations(entity));
        let mut signs: Vec<Sign> =
            across.map(|entity| Sign::Indicator(Arc::clone(entity))).collect();
        let mut rules = HashSet::new();
        if incident.level >= Level::High {
            // Which of them are that serious is learned from the next sightings.
            rules.extend(incident.rules.iter().take(MAX_LISTED).cloned());
            if let [only] = incident.rules.as_slice() {
                self.learn(only, incident.level);
            }
            signs.extend(rules.iter().cloned().map(Sign::Rule));
        }
        signs.truncate(MOST_SIGNS);
        for sign in &signs {
            self.bearers.add(sign, &incident.org, incident.id);
        }
        let campaign = known.or(incident.campaign).filter(|id| self.running.contains_key(id));
        let span = (incident.first, incident.last);
        if let Some(running) = campaign.and_then(|id| self.running.get_mut(&id)) {
            running.take(&incident.org, incident.id, incident.level, span);
        }
        let (org, level) = (incident.org.clone(), incident.level);
        let member = Member { org, level, span, signs, rules, campaign, recheck: false };
        self.members.insert(incident.id, member);
    }

    /// Whether an incident is compared with others.
    pub fn knows(&self, incident: IncidentId) -> bool {
        self.members.contains_key(&incident)
    }

    /// Compares all of an incident with those of other organisations again.
    pub fn compare_again(&mut self, incident: IncidentId, settings: &Settings) -> Vec<Assigned> {
        let member = self.members.get(&incident);
        let signs = member.map(|member| member.signs.clone()).unwrap_or_default();
        self.compare(incident, &signs, settings)
    }

    /// Notes that a device runs a system out of support.
    pub fn note_legacy(&mut self, org: &OrgId, mark: u64) {
        for running in self.running.values_mut() {
            if running.note_legacy(org, mark) {
                self.changed.insert(running.id);
            }
        }
    }

    /// Campaigns that changed since the last call, in order of their identity.
    pub fn take_changes(&mut self) -> Vec<Campaign> {
        let mut changes = std::mem::take(&mut self.ended);
        let changed = std::mem::take(&mut self.changed);
        changes.extend(changed.iter().filter_map(|id| self.running.get(id)).map(Running::tell));
        changes
    }
}
