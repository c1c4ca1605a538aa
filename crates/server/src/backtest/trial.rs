//! One rule over stored events.
//!
//! In: a rule, and rows of the lake. Out: the detections that it would have made of them: for a rule
//! over single events exactly those, with their identities; for a correlation those of the order of
//! events' times. Never: what organisations decided about rules: it is the rule that is tried.

use std::sync::Arc;

use wardwatch_api::backtest::Backtest;
use wardwatch_detect::{Documents, RuleNumber, RuleSet, Scratch};
use wardwatch_model::RawTime;
use wardwatch_normalise::Normaliser;
use wardwatch_normalise::kept::{Kept, KeptReader};
use wardwatch_store::LakeRow;

use super::tally::Tally;
use crate::loops::correlate::Correlator;
use crate::rules::{Rules, heads};
use crate::work::{Origin, Worked, hit};

/// Hits of a correlation's rules that are kept for it.
const MAX_OBSERVED: usize = 500_000;

/// A rule to be tried.
#[derive(Debug, Clone)]
pub struct Tried {
    rules: Arc<Rules>,
    normaliser: Arc<Normaliser>,
}

/// A rule in use cannot be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the rule's text cannot be read by itself")]
pub struct TryError;

impl Tried {
    /// A checked set of one rule, or of one correlation with what it stands on.
    pub fn of_set(set: RuleSet, normaliser: Arc<Normaliser>) -> Self {
        let rules = Arc::new(Rules::alone(set, &normaliser));
        Tried { rules, normaliser }
    }

    /// A rule in use.
    ///
    /// # Errors
    /// When it is a correlation whose text cannot be read by itself.
    pub fn in_use(
        rules: &Rules,
        number: RuleNumber,
        normaliser: Arc<Normaliser>,
    ) -> Result<Self, TryError> {
        let set = rules.engine.rules();
        let alone = match set.only(number) {
            Some(alone) => alone,
            None => with_members(rules, number)?,
        };
        Ok(Tried::of_set(alone, normaliser))
    }

    /// Identity and title.
    pub fn name(&self) -> (String, String) {
        // A correlation stands last.
        let last = heads(self.rules.engine.rules()).last();
        last.map(|(_, head)| (head.id.0.clone(), head.title.clone())).unwrap_or_default()
    }
}

/// A correlation with all that it stands on.
fn with_members(rules: &Rules, number: RuleNumber) -> Result<RuleSet, TryError> {
    let set = rules.engine.rules();
    let (mut open, mut all) = (vec![number], Vec::new());
    while let Some(number) = open.pop() {
        if !all.contains(&number) {
            all.push(number);
            let members = set.correlations.members(number.reference());
            open.extend(members.map(|member| RuleNumber(member.0)));
        }
    }
    let texts: Vec<&str> = all
        .iter()
        .rev()
        .filter_map(|number| set.head(*number))
        .filter_map(|head| rules.papers.sheets.get(&head.id))
        .map(|sheet| sheet.text.as_str())
        .collect();
    let documents = Documents::parse("rule", &texts.join("\n---\n")).in_space(set.space(number));
    let alone = RuleSet::load(documents, &rules.papers.placeholders);
    let whole = alone.len() == all.len();
    if whole { Ok(alone) } else { Err(TryError) }
}

/// A trial at work.
pub struct Trial {
    tried: Tried,
    reader: KeptReader,
    scratch: Scratch,
    hits: Vec<RuleNumber>,
    worked: Worked,
    tally: Tally,
}

impl Trial {
    /// With nothing looked at.
    pub fn new(tried: Tried) -> Self {
        let reader = KeptReader::new(tried.normaliser.clone());
        Trial {
            tried,
            reader,
            scratch: Scratch::default(),
            hits: Vec::new(),
            worked: Worked::default(),
            tally: Tally::default(),
        }
    }

    /// Events looked at.
    pub fn rows(&self) -> u64 {
        self.tally.rows
    }

    /// Looks at one event.
    pub fn row(&mut self, row: &LakeRow) {
        self.tally.look(row.time);
        let Trial { tried, reader, scratch, hits, worked, tally } = self;
        let kept = Kept {
            class: &row.class,
            body: &row.body,
            // Where the event said nothing the time of receipt was stored.
            time: if row.time == row.received {
                RawTime::Missing
            } else {
                RawTime::Known(row.time)
            },
            device: &row.device,
            record: row.record,
        };
        let origin =
            Origin { org: &row.org, received: row.received, id: row.event, device: &row.device };
        let read = reader.read(kept, |event| {
            hits.clear();
            tried.rules.engine.evaluate(event, scratch, hits);
            for number in hits.iter() {
                hit(&tried.rules, &origin, event, *number, worked);
            }
        });
        if read.is_err() {
            tally.unreadable += 1;
        }
        worked.sightings.drain(..).for_each(|sighting| tally.count(sighting));
        worked.observed.truncate(MAX_OBSERVED);
    }

    /// Feeds what correlations wait for, in order of time, each organisation apart.
    pub fn correlate(&mut self) {
        let mut observed = std::mem::take(&mut self.worked.observed);
        observed.sort_by_key(|observed| observed.observation.time);
        let mut correlator = Correlator::default();
        let mut found = Vec::new();
        for observed in observed {
            correlator.feed(&self.tried.rules, observed, &mut found, &mut self.worked.aside);
        }
        found.into_iter().for_each(|sighting| self.tally.count(sighting));
    }

    /// All detections, by rule.
    #[cfg(test)]
    pub fn found(&self) -> &[(wardwatch_model::RuleId, wardwatch_model::DetectionId)] {
        &self.tally.found
    }

    /// Says what was found up to now.
    pub fn tell(&self, told: &mut Backtest) {
        self.tally.tell(told);
    }
}
