//! A rule's hit on an event, as users and programs read it.

use serde::{Serialize, Serializer};

use crate::advice::Advice;
use crate::level::Level;
use crate::logsource::LogSource;
use crate::rule::RuleId;
use crate::time::Timestamp;

/// One detection. The order of the fields is the order in a JSON line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detection {
    /// When the event happened, UTC; absent when the record does not say.
    pub time: Option<Timestamp>,
    /// The rule's identity.
    pub rule_id: RuleId,
    /// The rule's title.
    pub rule_title: String,
    /// How serious the rule says it is.
    pub level: Level,
    /// The rule's tags.
    pub tags: Vec<String>,
    /// The device that it happened on; empty when the record does not say.
    pub device: String,
    /// The file or stream that the record came from.
    pub source: String,
    /// The record within its source.
    pub record: u64,
    /// The rule's log source.
    pub logsource: LogSource,
    /// The fields that made the rule true, with their values, in the rule's order.
    #[serde(serialize_with = "as_map")]
    pub matched: Vec<(String, String)>,
    /// What it means and what to do.
    pub advice: Advice,
}

/// Pairs as a JSON object, in their order.
fn as_map<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}
