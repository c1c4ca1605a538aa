//! Correlations fed in event time, whatever the order of files.
//!
//! In: observations as blocks finish. Out: correlation hits as detections. Observations wait and
//! are sorted by time; when more than [`MAX_WAITING`] wait, the older half is fed, so memory stays
//! bounded and files of the same time span may come in any order.

use wardwatch_detect::RuleNumber;
use wardwatch_detect::correlation::{CorrelationHit, CorrelationState, Limits, Observation};
use wardwatch_model::{Detection, LogSource};

use super::work::Shared;

/// Observations that may wait to be sorted.
const MAX_WAITING: usize = 200_000;

/// Observations on their way into correlations.
pub struct Correlator {
    waiting: Vec<Observation>,
    state: CorrelationState,
    names: Vec<String>,
}

impl Default for Correlator {
    fn default() -> Self {
        Correlator {
            waiting: Vec::new(),
            state: CorrelationState::new(Limits::default()),
            names: Vec::new(),
        }
    }
}

impl Correlator {
    /// Remembers the name of an input, for hits on its records.
    pub fn name(&mut self, number: u32, name: &str) {
        let at = number as usize;
        if self.names.len() <= at {
            self.names.resize(at + 1, String::new());
        }
        if self.names[at].is_empty() {
            name.clone_into(&mut self.names[at]);
        }
    }

    /// Takes observations; hands on detections that are due.
    pub fn add(
        &mut self,
        shared: &Shared,
        observations: Vec<Observation>,
        each: &mut dyn FnMut(Detection),
    ) {
        self.waiting.extend(observations);
        if self.waiting.len() > MAX_WAITING {
            self.feed(shared, MAX_WAITING / 2, each);
        }
    }

    /// Feeds all that waits.
    pub fn finish(&mut self, shared: &Shared, each: &mut dyn FnMut(Detection)) {
        self.feed(shared, usize::MAX, each);
    }

    fn feed(&mut self, shared: &Shared, count: usize, each: &mut dyn FnMut(Detection)) {
        // A stable sort: equal times stay in the order of the input.
        self.waiting.sort_by_key(|observation| observation.time);
        let count = count.min(self.waiting.len());
        let set = &shared.engine.rules().correlations;
        let mut hits = Vec::new();
        for observation in self.waiting.drain(..count) {
            set.observe(&mut self.state, observation, &mut hits);
            for hit in hits.drain(..) {
                if let Some(detection) = detection(shared, &self.names, &hit) {
                    each(detection);
                }
            }
        }
    }
}

/// Names of fields that hold a device, in order of preference.
const DEVICE_FIELDS: &[&str] = &["Computer", "Hostname", "host", "device", "host.name"];

fn detection(shared: &Shared, names: &[String], hit: &CorrelationHit) -> Option<Detection> {
    let rules = shared.engine.rules();
    let set = &rules.correlations;
    let head = rules.head(RuleNumber(hit.rule.0))?;
    if head.level < shared.min_level || set.is_suppressed(hit.rule) {
        return None;
    }
    let last = hit.origins.last().copied().unwrap_or(0);
    let device = DEVICE_FIELDS
        .iter()
        .find_map(|name| hit.group.iter().find(|(field, _)| field == name))
        .map_or_else(String::new, |(_, value)| value.clone());
    let mut matched = hit.group.clone();
    matched.push(("events".to_owned(), hit.contributions.to_string()));
    matched.push(("value".to_owned(), hit.value.to_string()));
    Some(Detection {
        time: Some(hit.time),
        rule_id: head.id.clone(),
        rule_title: head.title.clone(),
        level: head.level,
        tags: head.tags.clone(),
        device,
        source: names.get((last >> 40) as usize).cloned().unwrap_or_default(),
        record: last & ((1 << 40) - 1),
        logsource: LogSource::default(),
        matched,
        advice: head.advice.clone(),
    })
}
