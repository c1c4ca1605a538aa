//! What comes out of a list, gathered row by row.
//!
//! In: values as they stand there, each with its place. Out: indicators in one spelling, each once,
//! and what was refused. Never: more than the limits.

use std::collections::HashSet;

use wardwatch_model::{Indicator, IndicatorKind, Timestamp};

use super::format::Format;
use super::{Limits, ListError, Parsed, Problem, refused, value};

/// Characters of a note or a source's name that are kept.
const NOTE_CHARS: usize = 300;
/// Characters of an identity or a label that are kept.
const LABEL_CHARS: usize = 128;
/// Labels that are kept of one indicator.
const MAX_LABELS: usize = 16;

/// What was gathered so far.
#[derive(Debug)]
pub struct Gather {
    limits: Limits,
    now: Timestamp,
    pub(super) indicators: Vec<Indicator>,
    pub(super) withdrawn: Vec<String>,
    pub(super) others: u64,
    problems: Vec<Problem>,
    problem_count: u64,
}

impl Gather {
    /// Nothing yet.
    pub fn new(limits: Limits, now: Timestamp) -> Self {
        Gather {
            limits,
            now,
            indicators: Vec::new(),
            withdrawn: Vec::new(),
            others: 0,
            problems: Vec::new(),
            problem_count: 0,
        }
    }

    /// The limits that hold.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Notes something that is not taken.
    pub fn refuse(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.problem_count += 1;
        if self.problems.len() < self.limits.problems {
            let place = shorten(&place.into(), LABEL_CHARS);
            self.problems.push(Problem { place, reason: reason.into() });
        }
    }

    /// Checks a value of a known kind; notes why when it is not taken.
    pub(super) fn check(&mut self, kind: IndicatorKind, text: &str, place: &str) -> Option<String> {
        let checked = value::normal(kind, text).and_then(|value| {
            refused::reason(kind, &value)
                .map_or(Ok(value), |reason| Err(format!("{}: {reason}", value::shown(text))))
        });
        match checked {
            Ok(value) => Some(value),
            Err(reason) => {
                self.refuse(place, reason);
                None
            }
        }
    }

    /// Takes an indicator whose value was checked, unless its time is over.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn take(&mut self, indicator: Indicator, place: &str) -> Result<(), ListError> {
        if let Some(until) = indicator.valid_until.filter(|until| *until <= self.now) {
            self.refuse(place, format!("expired: it was valid until {until}"));
            return Ok(());
        }
        if self.indicators.len() >= self.limits.indicators {
            return Err(ListError::TooMany(self.limits.indicators));
        }
        self.indicators.push(bounded(indicator));
        Ok(())
    }

    /// Checks a value and takes it with what else is known of it.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn offer(
        &mut self,
        kind: IndicatorKind,
        text: &str,
        place: &str,
        more: &Indicator,
    ) -> Result<(), ListError> {
        match self.check(kind, text, place) {
            Some(value) => self.take(Indicator { kind, value, ..more.clone() }, place),
            None => Ok(()),
        }
    }

    /// What came out; each value once, as it stood there first.
    pub fn finish(mut self, format: Format) -> Parsed {
        let before = self.indicators.len();
        let mut seen: HashSet<(IndicatorKind, String)> = HashSet::with_capacity(before);
        self.indicators.retain(|one| seen.insert((one.kind, one.value.clone())));
        Parsed {
            format,
            repeated: (before - self.indicators.len()) as u64,
            indicators: self.indicators,
            withdrawn: self.withdrawn,
            others: self.others,
            problems: self.problems,
            problem_count: self.problem_count,
        }
    }
}

/// An indicator whose texts are bounded and can be shown.
fn bounded(indicator: Indicator) -> Indicator {
    let labels = indicator.labels.iter().take(MAX_LABELS).map(|label| shorten(label, LABEL_CHARS));
    Indicator {
        id: shorten(&indicator.id, LABEL_CHARS),
        source: shorten(&indicator.source, NOTE_CHARS),
        note: shorten(&indicator.note, NOTE_CHARS),
        confidence: indicator.confidence.map(|confidence| confidence.min(100)),
        labels: labels.filter(|label| !label.is_empty()).collect(),
        ..indicator
    }
}

fn shorten(text: &str, most: usize) -> String {
    let text = text.trim();
    if text.len() <= most && !text.contains(char::is_control) {
        return text.to_owned();
    }
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect()
}
