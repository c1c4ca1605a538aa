//! What is counted or noted beside rows and detections: suppressions, dropped hits, log sources.
//!
//! In: what a worker met. Out: parts of a commit. Never: a hit counted as a detection before it is
//! known that it is new.

use std::collections::HashMap;

use wardwatch_model::{
    DetectionId, LogSource, OrgId, Outcome, RuleId, Sighting, SuppressionId, Timestamp,
};
use wardwatch_store::{RuleHits, SourcesHeard};

const HOUR_MICROS: i64 = 3_600_000_000;

/// Whose hits of which rule in which hour, and what became of them.
type HitKey = (OrgId, RuleId, Timestamp, Outcome);

/// Counts and notes.
#[derive(Debug, Default)]
pub struct Aside {
    /// Detections that open no incident, and why.
    pub suppressed: HashMap<DetectionId, SuppressionId>,
    /// Records on which the work panicked.
    pub panics: u64,
    hits: HashMap<HitKey, u64>,
    heard: HashMap<(OrgId, String, Timestamp), u64>,
}

impl Aside {
    /// Counts a hit that makes no detection.
    pub fn dropped(&mut self, org: &OrgId, rule: &RuleId, received: Timestamp, outcome: Outcome) {
        self.hit(org, rule, received, outcome);
    }

    /// Counts a detection that is new.
    pub fn detected(&mut self, sighting: &Sighting) {
        let outcome = match self.suppressed.contains_key(&sighting.id) {
            true => Outcome::Suppressed,
            false => Outcome::Live,
        };
        self.hit(&sighting.org, &sighting.rule_id, sighting.received, outcome);
    }

    fn hit(&mut self, org: &OrgId, rule: &RuleId, received: Timestamp, outcome: Outcome) {
        let key = (org.clone(), rule.clone(), hour(received), outcome);
        *self.hits.entry(key).or_default() += 1;
    }

    /// Counts events of a set of log sources.
    pub fn heard(&mut self, org: &OrgId, sources: &[LogSource], received: Timestamp, events: u64) {
        let sources: Vec<String> = sources.iter().map(ToString::to_string).collect();
        let key = (org.clone(), sources.join(" "), hour(received));
        *self.heard.entry(key).or_default() += events;
    }

    /// Adds what another one holds.
    pub fn join(&mut self, other: Aside) {
        self.suppressed.extend(other.suppressed);
        self.panics += other.panics;
        other.hits.into_iter().for_each(|(key, count)| *self.hits.entry(key).or_default() += count);
        for (key, count) in other.heard {
            *self.heard.entry(key).or_default() += count;
        }
    }

    /// Hits and log sources, for a commit.
    pub fn counts(self) -> (Vec<RuleHits>, Vec<SourcesHeard>) {
        let hits = self.hits.into_iter().map(|((org, rule, received, outcome), hits)| RuleHits {
            org,
            rule,
            received,
            outcome,
            hits,
        });
        let heard = self.heard.into_iter().map(|((org, sources, received), events)| SourcesHeard {
            org,
            sources,
            received,
            events,
        });
        (hits.collect(), heard.collect())
    }
}

/// The start of the hour.
fn hour(time: Timestamp) -> Timestamp {
    Timestamp { micros: time.micros - time.micros.rem_euclid(HOUR_MICROS) }
}
