//! All organisations' incidents at work, kept apart, and the campaigns that run over them.
//!
//! In: sightings in the order of the log, and what people changed. Out: which incident took each
//! sighting, and incidents and campaigns that changed. Never: an incident that holds anything of
//! two organisations.
//!
//! Of sightings above informational that lie within one window, have no entity in common with more
//! than [`Settings::common_devices`] devices and stay within the limits, every order gives the same
//! groups, with the same level, span, count, devices, entities, path and score.

use std::collections::{BTreeMap, HashSet};

use wardwatch_model::{
    Campaign, CloseReason, Incident, IncidentId, IncidentState, Level, OrgId, Sighting, Timestamp,
};

mod changes;

use crate::case::{Case, Head};
use crate::desk::{Desk, Gone, Outcome};
use crate::hash;
use crate::sector::{Assigned, News, Sector};
use crate::settings::Settings;

pub use changes::{Changes, Counts, Folded};

/// Devices out of support that are remembered for each organisation.
const LEGACY_DEVICES: usize = 100_000;
/// How often quiet incidents of all organisations are looked for, in microseconds.
const SWEEP_MICROS: i64 = 600 * 1_000_000;

/// All organisations' incidents at work.
#[derive(Debug)]
pub struct Triage {
    settings: Settings,
    desks: BTreeMap<OrgId, Desk>,
    sector: Sector,
    /// Incidents in memory that changed, each once.
    changed: Vec<(OrgId, IncidentId)>,
    /// Incidents that changed and left memory.
    left: Vec<Incident>,
    incidents: usize,
    entities: usize,
    swept: Option<Timestamp>,
}

impl Triage {
    /// With nothing in memory.
    pub fn new(settings: Settings) -> Self {
        Triage {
            settings,
            desks: BTreeMap::new(),
            sector: Sector::default(),
            changed: Vec::new(),
            left: Vec::new(),
            incidents: 0,
            entities: 0,
            swept: None,
        }
    }

    /// With what was stored. Give closed incidents of the last days too: they still count towards
    /// campaigns. Beyond the limits the ones that have been quiet for longest are left out.
    pub fn resume(
        settings: Settings,
        mut incidents: Vec<Incident>,
        campaigns: Vec<Campaign>,
    ) -> Self {
        let mut triage = Triage::new(settings);
        for campaign in &campaigns {
            triage.sector.resume_campaign(campaign);
        }
        incidents.sort_by_key(|incident| (incident.updated, incident.id));
        for incident in &incidents {
            if incident.state != IncidentState::Merged && !is_no_attack(incident) {
                triage.take_up(incident);
            }
        }
        triage.take_changes();
        triage
    }

    /// Gives a sighting to the incident that it belongs to. `now` is when it was received, or
    /// later; each sighting is to be given once. The first [`MAX_LISTED`] of an incident are known
    /// and change nothing when they come again.
    ///
    /// [`MAX_LISTED`]: wardwatch_model::incident::MAX_LISTED
    pub fn fold(&mut self, sighting: &Sighting, now: Timestamp) -> Folded {
        self.sweep(now);
        let outcome =
            self.with_desk(&sighting.org, |desk, settings| desk.fold(sighting, now, settings));
        let folded = Folded {
            incident: outcome.incident,
            opened: outcome.opened,
            absorbed: outcome.absorbed.clone(),
        };
        if let Some(id) = outcome.incident
            && !outcome.repeated
        {
            self.note_change(&sighting.org, id);
            for absorbed in &outcome.absorbed {
                let assigned = self.sector.rename(*absorbed, id);
                self.assign(assigned);
            }
            if sighting.level > Level::Informational {
                self.compare(sighting, id, &outcome);
            }
        }
        self.let_go(outcome.gone);
        self.relieve(&sighting.org, outcome.incident);
        folded
    }

    /// What changed since the last call.
    pub fn take_changes(&mut self) -> Changes {
        let mut incidents = Vec::new();
        for (org, id) in std::mem::take(&mut self.changed) {
            let case = self.desks.get_mut(&org).and_then(|desk| desk.case_mut(id));
            incidents.extend(case.filter(|case| case.changed).map(Case::tell));
        }
        // The latest word on each; what was folded later stands before what was folded earlier.
        incidents.extend(std::mem::take(&mut self.left).into_iter().rev());
        let mut told = HashSet::new();
        incidents.retain(|incident| told.insert(incident.id));
        let mut campaigns = self.sector.take_changes();
        let mut told = HashSet::new();
        campaigns.reverse();
        campaigns.retain(|campaign| told.insert(campaign.id));
        Changes { incidents, campaigns }
    }

    /// Takes over an incident that a person changed and that is stored so. Where sightings came
    /// meanwhile, only what people decide is taken over: before a person's merge or split, take the
    /// changes and store them.
    pub fn replace(&mut self, incident: Incident) {
        let org = incident.org.clone();
        let id = incident.id;
        if self.replace_left(&incident) {
            return;
        }
        if incident.state == IncidentState::Merged {
            self.with_desk(&org, |desk, _| desk.forget(id));
            let desk = self.desks.get(&org);
            let into = incident
                .merged_into
                .filter(|into| desk.is_some_and(|desk| desk.case(*into).is_some()));
            match into {
                Some(into) => {
                    let assigned = self.sector.rename(id, into);
                    self.assign(assigned);
                }
                None => self.sector.forget(id),
            }
            return;
        }
        let known = self.desks.get_mut(&org).and_then(|desk| desk.case_mut(id));
        match known {
            Some(case) if case.changed || case.tells(&incident) => {
                let campaign = case.head.campaign;
                case.head = Head { campaign, ..Head::of(&incident) };
                case.note_told(incident.updated);
            }
            _ => self.take_up(&incident),
        }
        if is_no_attack(&incident) {
            let assigned = self.sector.withdraw(id);
            self.assign(assigned);
        } else if self.sector.campaign_of(id).is_none() {
            self.reconsider(&incident);
        }
    }

    /// Takes what a person decided over into what left memory and is not yet told. Returns whether
    /// the incident was folded into another one meanwhile: then that is what counts.
    fn replace_left(&mut self, incident: &Incident) -> bool {
        let mut folded = false;
        for left in self.left.iter_mut().filter(|left| left.id == incident.id) {
            left.notes.clone_from(&incident.notes);
            left.owner.clone_from(&incident.owner);
            let next = Timestamp { micros: incident.updated.micros.saturating_add(1) };
            left.updated = left.updated.max(next);
            if left.state == IncidentState::Merged {
                folded = true;
            } else {
                left.state = incident.state;
                left.closing.clone_from(&incident.closing);
                left.merged_into = incident.merged_into;
            }
        }
        folded
    }

    /// Notes that a device runs a system out of support; campaigns count such devices.
    pub fn note_legacy(&mut self, org: &OrgId, device: &str) {
        let mark = hash::mark(device.trim());
        self.with_desk(org, |desk, _| desk.note_legacy(mark, LEGACY_DEVICES));
        self.sector.note_legacy(org, mark);
    }

    /// How much is in memory.
    pub fn counts(&self) -> Counts {
        let steps =
            self.desks.values().map(Desk::steps).fold(self.sector.steps, u64::saturating_add);
        Counts {
            organisations: self.desks.values().filter(|desk| desk.incidents() > 0).count(),
            incidents: self.incidents,
            entities: self.entities,
            campaigns: self.sector.campaigns(),
            steps,
        }
    }

    /// Runs something on an organisation's desk and keeps the sums.
    fn with_desk<T>(&mut self, org: &OrgId, run: impl FnOnce(&mut Desk, &Settings) -> T) -> T {
        if !self.desks.contains_key(org) {
            self.desks.insert(org.clone(), Desk::default());
        }
        let desk = self.desks.get_mut(org).expect("the desk was put there above");
        let before = (desk.incidents(), desk.entities());
        let result = run(desk, &self.settings);
        self.incidents = self.incidents + desk.incidents() - before.0;
        self.entities = self.entities + desk.entities() - before.1;
        result
    }

    /// Compares what is new of an incident with other organisations' incidents.
    fn compare(&mut self, sighting: &Sighting, id: IncidentId, outcome: &Outcome) {
        let Some(desk) = self.desks.get(&sighting.org) else { return };
        let Some(case) = desk.case(id) else { return };
        let news = News {
            incident: id,
            org: &sighting.org,
            level: case.facts.level,
            span: (case.facts.first, case.facts.last),
            fresh: &outcome.fresh,
            rule: (&sighting.rule_id, sighting.level),
        };
        let assigned = self.sector.see(&news, &self.settings);
        let device = outcome.device;
        if assigned.is_empty()
            && let Some(campaign) = self.sector.campaign_of(id)
            && let Some(running) = self.sector.running_mut(campaign)
        {
            let grown = running.take_devices(&sighting.org, device, desk.legacy());
            if running.take_lead(&case.facts.lead) || grown {
                self.sector.note_change(campaign);
            }
        }
        self.assign(assigned);
    }

    /// Writes down which incidents came into which campaign, with their devices.
    fn assign(&mut self, assigned: Vec<Assigned>) {
        for Assigned { org, incident, campaign } in assigned {
            let Some(desk) = self.desks.get_mut(&org) else { continue };
            let Some(case) = desk.case_mut(incident) else { continue };
            case.head.campaign = campaign;
            self.note_change(&org, incident);
            self.tell_campaign(&org, incident);
        }
    }

    /// Gives an incident's campaign its devices and its leading detection.
    fn tell_campaign(&mut self, org: &OrgId, id: IncidentId) {
        let Some(desk) = self.desks.get(org) else { return };
        let Some(case) = desk.case(id) else { return };
        let Some(campaign) = case.head.campaign else { return };
        if let Some(running) = self.sector.running_mut(campaign) {
            let marks = case.facts.marks.iter().copied();
            let grown = running.take_devices(org, marks, desk.legacy());
            if running.take_lead(&case.facts.lead) || grown {
                self.sector.note_change(campaign);
            }
        }
    }

    /// Takes a stored incident into memory.
    fn take_up(&mut self, incident: &Incident) {
        let id = incident.id;
        let (fresh, gone) =
            self.with_desk(&incident.org, |desk, settings| desk.resume(incident, settings));
        self.sector.resume(incident, &fresh);
        self.let_go(gone);
        let campaign = self.sector.campaign_of(id);
        if let Some(desk) = self.desks.get_mut(&incident.org)
            && let Some(case) = desk.case_mut(id)
        {
            case.head.campaign = campaign.or(case.head.campaign);
        }
        self.tell_campaign(&incident.org, id);
        self.relieve(&incident.org, Some(id));
    }

    /// Compares an incident that people took up again with other organisations'.
    fn reconsider(&mut self, incident: &Incident) {
        let desk = self.desks.get(&incident.org);
        let Some(case) = desk.and_then(|desk| desk.case(incident.id)) else { return };
        if !self.sector.knows(incident.id) {
            self.sector.resume(incident, &case.facts.links);
        }
        let assigned = self.sector.compare_again(incident.id, &self.settings);
        self.assign(assigned);
    }

    fn note_change(&mut self, org: &OrgId, id: IncidentId) {
        let case = self.desks.get_mut(org).and_then(|desk| desk.case_mut(id));
        if let Some(case) = case.filter(|case| !case.changed) {
            case.changed = true;
            self.changed.push((org.clone(), id));
        }
    }

    fn let_go(&mut self, gone: Gone) {
        for id in gone.ids {
            self.sector.forget(id);
        }
        self.left.extend(gone.changed);
    }

    /// Lets incidents go that have been quiet for as long as a campaign looks back.
    fn sweep(&mut self, now: Timestamp) {
        let due = self.swept.is_none_or(|swept| {
            now.micros.saturating_sub(swept.micros).unsigned_abs() >= SWEEP_MICROS.unsigned_abs()
        });
        if !due {
            return;
        }
        self.swept = Some(now);
        let keep = self.settings.campaign_micros.max(self.settings.window_micros);
        let before = Timestamp { micros: now.micros.saturating_sub(keep) };
        let orgs: Vec<OrgId> = self.desks.keys().cloned().collect();
        for org in orgs {
            let mut gone = Gone::default();
            self.with_desk(&org, |desk, _| desk.expire(before, &mut gone));
            self.let_go(gone);
        }
    }

    /// Keeps the whole within its limits. Organisations with most in memory give first, so that
    /// nobody's flood drives out others' incidents; `keep` stays.
    fn relieve(&mut self, org: &OrgId, keep: Option<IncidentId>) {
        let limits = &self.settings.limits;
        let (incidents, entities) = (limits.incidents, limits.entities);
        if self.incidents <= incidents && self.entities <= entities {
            return;
        }
        // An eighth more than needed, so that this happens seldom.
        let (incidents, entities) = (incidents - incidents / 8, entities - entities / 8);
        while self.incidents > incidents || self.entities > entities {
            let largest = self.desks.iter().filter(|(_, desk)| desk.incidents() > 0);
            let mut by_size: Vec<(usize, OrgId)> = largest
                .map(|(org, desk)| (desk.incidents() + desk.entities(), org.clone()))
                .collect();
            by_size.sort_by(|one, other| (other.0, &one.1).cmp(&(one.0, &other.1)));
            let mut dropped = false;
            for (size, largest) in by_size {
                if self.incidents <= incidents && self.entities <= entities {
                    break;
                }
                let keep = keep.filter(|_| largest == *org);
                let mut gone = Gone::default();
                dropped |= self.with_desk(&largest, |desk, _| {
                    let mut any = false;
                    while desk.incidents() + desk.entities() > size / 2
                        && desk.drop_quietest(keep, &mut gone)
                    {
                        any = true;
                    }
                    any
                });
                self.let_go(gone);
            }
            if !dropped {
                return;
            }
        }
    }
}

fn is_no_attack(incident: &Incident) -> bool {
    let reason = incident.closing.as_ref().map(|closing| closing.reason);
    incident.state == IncidentState::Closed
        && matches!(reason, Some(CloseReason::FalseAlarm | CloseReason::Expected))
}
