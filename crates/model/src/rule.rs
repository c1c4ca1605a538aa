//! What every detection says of the rule that made it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::advice::Advice;
use crate::level::Level;
use crate::logsource::LogSource;

/// Identifier of a rule: its `id`, or a name made from its title when it has none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleId(pub String);

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The part of a rule that outlives matching: identity, severity, tags and advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleHead {
    /// Identity, stable between versions.
    pub id: RuleId,
    /// Title in the rule author's words.
    pub title: String,
    /// How serious.
    pub level: Level,
    /// ATT&CK and other tags, such as `attack.t1021.002`.
    pub tags: Vec<String>,
    /// Where its events come from.
    pub logsource: LogSource,
    /// What it means and what to do.
    pub advice: Advice,
}
