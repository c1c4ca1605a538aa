//! Invented sightings for the stories.

use wardwatch_incident::{Settings, Triage};
use wardwatch_model::{
    Advice, DetectionId, Entity, EntityKind, EventId, Incident, IncidentState, Level, OrgId,
    RuleId, Sighting, Timestamp,
};

pub const MINUTE: i64 = 60 * 1_000_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// 2026-11-24 10:00 UTC and so many microseconds.
pub fn at(micros: i64) -> Timestamp {
    Timestamp { micros: 1_795_514_400_000_000 + micros }
}

pub fn org(code: &str) -> OrgId {
    code.parse().expect("a code of letters and digits")
}

pub fn entity(kind: EntityKind, value: &str) -> Entity {
    Entity { kind, value: value.to_owned() }
}

/// A detection of organisation ZZ1 on one device, to be changed as a story needs it.
pub fn sighting(number: u64, device: &str) -> Sighting {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    let mut entities = Vec::new();
    if !device.is_empty() {
        entities.push(entity(EntityKind::Device, &device.to_lowercase()));
    }
    Sighting {
        id: DetectionId(id),
        org: org("ZZ1"),
        time: at(0),
        received: at(0),
        rule_id: RuleId("zz-rule".to_owned()),
        rule_title: "Invented Rule".to_owned(),
        level: Level::Medium,
        tags: Vec::new(),
        device: device.to_owned(),
        event: EventId(id),
        entities,
        matched: Vec::new(),
        advice: Advice {
            title: "Something odd ran".to_owned(),
            why: "It may be an attack.".to_owned(),
            r#do: "Ask who did it.".to_owned(),
        },
    }
}

/// Changes of a sighting, one after the other.
pub trait Changed: Sized {
    fn of(self, code: &str) -> Self;
    fn when(self, micros: i64) -> Self;
    fn level(self, level: Level) -> Self;
    fn rule(self, id: &str) -> Self;
    fn tags(self, tags: &[&str]) -> Self;
    fn with(self, kind: EntityKind, value: &str) -> Self;
    fn says(self, headline: &str) -> Self;
}

impl Changed for Sighting {
    fn of(mut self, code: &str) -> Self {
        self.org = org(code);
        self
    }
    fn when(mut self, micros: i64) -> Self {
        self.time = at(micros);
        self.received = at(micros);
        self
    }
    fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }
    fn rule(mut self, id: &str) -> Self {
        self.rule_id = RuleId(id.to_owned());
        self
    }
    fn tags(mut self, tags: &[&str]) -> Self {
        self.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        self
    }
    fn with(mut self, kind: EntityKind, value: &str) -> Self {
        self.entities.push(entity(kind, value));
        self
    }
    fn says(mut self, headline: &str) -> Self {
        self.advice.title = headline.to_owned();
        self
    }
}

pub fn triage() -> Triage {
    Triage::new(Settings::default())
}

/// Folds at the time at which each was received.
pub fn fold_all<'a>(triage: &mut Triage, sightings: impl IntoIterator<Item = &'a Sighting>) {
    for sighting in sightings {
        triage.fold(sighting, sighting.received);
    }
}

/// The open incidents after folding all.
pub fn folded(sightings: &[Sighting]) -> Vec<Incident> {
    let mut triage = triage();
    fold_all(&mut triage, sightings);
    open(triage.take_changes().incidents)
}

pub fn open(incidents: Vec<Incident>) -> Vec<Incident> {
    incidents.into_iter().filter(|one| one.state == IncidentState::Open).collect()
}
