//! What goes into correlation and what comes out of it.
//!
//! In: nothing; these are plain values. Out: observations, hits, and the origins by which both are
//! traced to events. Never: a rule's text or an event's.

use wardwatch_model::time::Timestamp;

/// How many origins a hit names at most; [`CorrelationHit::contributions`] counts all of them.
pub const MAX_ORIGINS: usize = 100;

/// Number of a rule in the loaded set. Base rules and correlations share one numbering, which the
/// caller gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleRef(pub u32);

/// The rule that an id or a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// Its number.
    pub number: RuleRef,
    /// Whether it is a correlation; otherwise it is a base rule, matched by events.
    pub is_correlation: bool,
}

/// One hit of a base rule, as far as correlations need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The base rule that hit.
    pub rule: RuleRef,
    /// Event time; without one the observation takes no part.
    pub time: Option<Timestamp>,
    /// Values of the fields that [`needs`](super::CorrelationSet::needs) names, as far as the event
    /// has them. Of a name that stands twice the first counts.
    pub fields: Vec<(String, String)>,
    /// The caller's own number for the event; comes back in [`CorrelationHit::origins`].
    pub origin: u64,
}

/// A correlation was completed.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrelationHit {
    /// The correlation.
    pub rule: RuleRef,
    /// Event time of the latest contributing event. In order of time, that is the event which
    /// completed the correlation; a late event may complete a window that ends after it.
    pub time: Timestamp,
    /// Group-by names (aliases as the correlation names them) with their values.
    pub group: Vec<(String, String)>,
    /// Origins of the contributing events, in order of event time, each once, at most
    /// [`MAX_ORIGINS`]. A chained correlation's are those of the events below it.
    pub origins: Vec<u64>,
    /// Number of contributions, named in `origins` or not. An event that hit two of the
    /// correlation's rules contributes twice.
    pub contributions: u64,
    /// What was compared: the number of events, of distinct values, of rules seen or of steps; or
    /// the sum, average, percentile or median in the field's own unit. Finite.
    pub value: f64,
}

/// The events behind one entry of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origins {
    /// A base rule's hit.
    One(u64),
    /// A correlation's hit: its first origins, and how many contributions there were.
    Several { first: Vec<u64>, total: u64 },
}

impl Origins {
    /// Those of several entries together, each origin once, cut at [`MAX_ORIGINS`].
    pub(super) fn gather<'a>(parts: impl Iterator<Item = &'a Origins>) -> (Vec<u64>, u64) {
        let (mut first, mut total) = (Vec::new(), 0u64);
        for part in parts {
            let (named, count) = match part {
                Origins::One(origin) => (std::slice::from_ref(origin), 1),
                Origins::Several { first, total } => (first.as_slice(), *total),
            };
            total = total.saturating_add(count);
            for origin in named {
                if first.len() < MAX_ORIGINS && !first.contains(origin) {
                    first.push(*origin);
                }
            }
        }
        (first, total)
    }
}
