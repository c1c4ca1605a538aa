//! What an incident is made of, gathered detection by detection.
//!
//! In: sightings, or a stored incident, or the facts of another one. Out: counts, lists and the
//! detection that leads. Never: more than the limits; counts go on where lists end.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use wardwatch_model::incident::{MAX_LISTED, Step};
use wardwatch_model::{DetectionId, Entity, Incident, Level, RuleId, Sighting, Timestamp};

use crate::{DEVICES_COUNTED, hash, story, tactic};

/// What an incident is made of.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// Highest level.
    pub level: Level,
    /// Event time of the first and last detection above informational.
    pub first: Timestamp,
    /// See `first`.
    pub last: Timestamp,
    /// When the latest was received.
    pub updated: Timestamp,
    /// How many detections.
    pub count: u64,
    /// The first of them.
    pub detections: Vec<DetectionId>,
    listed: HashSet<DetectionId>,
    /// The first rules; the level is not known of those that a stored incident brought.
    pub rules: Vec<(RuleId, Option<Level>)>,
    known: HashMap<RuleId, usize>,
    /// By what the incident is found; the first of them are listed.
    pub links: Vec<Arc<Entity>>,
    /// The first devices, as written.
    pub devices: Vec<String>,
    /// Marks of the devices, more than are listed.
    pub marks: HashSet<u64>,
    /// Tactics in order of time.
    pub path: Vec<Step>,
    /// The detection that gives the incident its name.
    pub lead: Lead,
}

/// The detection that gives an incident its name: the most serious, then the earliest.
#[derive(Debug, Clone)]
pub(crate) struct Lead {
    pub level: Level,
    pub time: Timestamp,
    pub rule: RuleId,
    /// What happened.
    pub headline: String,
    /// What to do.
    pub action: String,
}

impl Lead {
    fn of(sighting: &Sighting) -> Self {
        let title = if sighting.advice.title.trim().is_empty() {
            &sighting.rule_title
        } else {
            &sighting.advice.title
        };
        Lead {
            level: sighting.level,
            time: sighting.time,
            rule: sighting.rule_id.clone(),
            headline: story::headline(title),
            action: story::plain(&sighting.advice.r#do, story::LONGEST_ACTION),
        }
    }

    /// Whether a detection would lead instead; no two are equal unless they are of one rule.
    fn yields_to(&self, level: Level, time: Timestamp, rule: &RuleId) -> bool {
        level > self.level || level == self.level && (time, rule) < (self.time, &self.rule)
    }

    /// Whether another one leads instead.
    pub fn is_weaker_than(&self, other: &Lead) -> bool {
        self.yields_to(other.level, other.time, &other.rule)
    }
}

impl Facts {
    /// Those of the detection that opens an incident.
    pub fn opened_by(sighting: &Sighting, device: Option<&str>, now: Timestamp) -> Self {
        let mut facts = Facts {
            level: sighting.level,
            first: sighting.time,
            last: sighting.time,
            updated: now,
            count: 0,
            detections: Vec::new(),
            listed: HashSet::new(),
            rules: Vec::new(),
            known: HashMap::new(),
            links: Vec::new(),
            devices: Vec::new(),
            marks: HashSet::new(),
            path: Vec::new(),
            lead: Lead::of(sighting),
        };
        facts.add(sighting, device, now);
        facts
    }

    /// Those that a stored incident still tells; its entities are not yet links.
    pub fn resumed(incident: &Incident) -> Self {
        let action = incident.proposals.first().map(|proposal| proposal.text.clone());
        let lead = Lead {
            level: incident.level,
            time: incident.first,
            rule: RuleId(String::new()),
            headline: story::headline_of(incident),
            action: action.unwrap_or_default(),
        };
        let detections: Vec<_> = incident.detections.iter().take(MAX_LISTED).copied().collect();
        let single = incident.rules.len() == 1;
        let level = single.then_some(incident.level);
        let rules: Vec<_> =
            incident.rules.iter().take(MAX_LISTED).map(|rule| (rule.clone(), level)).collect();
        let devices: Vec<_> = incident.devices.iter().take(MAX_LISTED).cloned().collect();
        Facts {
            level: incident.level,
            first: incident.first,
            last: incident.last,
            updated: incident.updated,
            count: incident.count,
            listed: detections.iter().copied().collect(),
            detections,
            known: rules.iter().enumerate().map(|(at, (rule, _))| (rule.clone(), at)).collect(),
            rules,
            links: Vec::new(),
            marks: devices.iter().map(|device| hash::mark(device)).collect(),
            devices,
            path: incident.path.iter().take(MAX_LISTED).cloned().collect(),
            lead,
        }
    }

    /// Whether the detection is one of those that are listed.
    pub fn lists(&self, detection: DetectionId) -> bool {
        self.listed.contains(&detection)
    }

    /// How many devices.
    pub fn device_count(&self) -> usize {
        self.marks.len()
    }

    /// Adds a detection. Informational ones are context: they are counted and listed, and change
    /// nothing else.
    pub fn add(&mut self, sighting: &Sighting, device: Option<&str>, now: Timestamp) {
        self.count = self.count.saturating_add(1);
        self.updated = self.updated.max(now);
        self.list(sighting.id);
        self.add_rule(&sighting.rule_id, Some(sighting.level));
        if sighting.level == Level::Informational {
            return;
        }
        self.level = self.level.max(sighting.level);
        self.first = self.first.min(sighting.time);
        self.last = self.last.max(sighting.time);
        if self.lead.yields_to(sighting.level, sighting.time, &sighting.rule_id) {
            self.lead = Lead::of(sighting);
        }
        if let Some(device) = device {
            self.add_device(hash::mark(device), device);
        }
        let mut changed = false;
        for tactic in tactic::of(&sighting.tags) {
            changed |= self.add_step(tactic, sighting.time);
        }
        if changed {
            self.sort_path();
        }
    }

    /// Takes over everything but the links.
    pub fn absorb(&mut self, other: Facts) {
        let twice = other.detections.iter().filter(|id| self.lists(**id)).count() as u64;
        self.count = self.count.saturating_add(other.count).saturating_sub(twice);
        self.level = self.level.max(other.level);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.updated = self.updated.max(other.updated);
        for detection in other.detections {
            self.list(detection);
        }
        for (rule, level) in &other.rules {
            self.add_rule(rule, *level);
        }
        for device in &other.devices {
            self.add_device(hash::mark(device), device);
        }
        for mark in other.marks {
            if self.marks.len() < DEVICES_COUNTED {
                self.marks.insert(mark);
            }
        }
        for step in &other.path {
            self.add_step(&step.tactic, step.time);
        }
        self.sort_path();
        if self.lead.is_weaker_than(&other.lead) {
            self.lead = other.lead;
        }
    }

    /// Lists entities outside any index, as far as incidents list them.
    pub fn list_links(&mut self, entities: &[&Entity]) {
        for entity in entities {
            if self.links.len() >= MAX_LISTED {
                return;
            }
            if !self.links.iter().any(|known| **known == **entity) {
                self.links.push(Arc::new((*entity).clone()));
            }
        }
    }

    fn list(&mut self, detection: DetectionId) {
        if self.detections.len() < MAX_LISTED && self.listed.insert(detection) {
            self.detections.push(detection);
        }
    }

    fn add_rule(&mut self, rule: &RuleId, level: Option<Level>) {
        if let Some((_, known)) = self.known.get(rule).and_then(|at| self.rules.get_mut(*at)) {
            *known = (*known).max(level);
        } else if self.rules.len() < MAX_LISTED {
            self.known.insert(rule.clone(), self.rules.len());
            self.rules.push((rule.clone(), level));
        }
    }

    fn add_device(&mut self, mark: u64, name: &str) {
        let is_new = self.marks.len() < DEVICES_COUNTED && self.marks.insert(mark);
        if is_new && self.devices.len() < MAX_LISTED {
            self.devices.push(name.to_owned());
        }
    }

    /// Returns whether the path changed.
    fn add_step(&mut self, tactic: &str, time: Timestamp) -> bool {
        let has_room = self.path.len() < MAX_LISTED;
        match self.path.iter_mut().find(|step| step.tactic == tactic) {
            Some(step) if step.time <= time => false,
            Some(step) => {
                step.time = time;
                true
            }
            None if has_room => {
                self.path.push(Step { tactic: tactic.to_owned(), time });
                true
            }
            None => false,
        }
    }

    fn sort_path(&mut self) {
        self.path.sort_by_key(|step| (step.time, tactic::rank(&step.tactic)));
    }
}
