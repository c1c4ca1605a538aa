//! What organisations decide about rules: their own ones, levels, filters, canaries, suppressions.
//!
//! In: nothing; these are plain values. Each belongs to an organisation and goes for it and all
//! that lies below. Never: what it means for a hit; that is for who applies it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{FilterId, SuppressionId};
use crate::level::Level;
use crate::organisation::OrgId;
use crate::rule::RuleId;
use crate::sighting::Entity;
use crate::time::Timestamp;

/// A rule that an organisation wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnRule {
    /// Its identity in use: the organisation's code, a dot, and the id in its text.
    pub id: RuleId,
    /// Whose it is.
    pub org: OrgId,
    /// Its text, with the rules that it stands on if it is a correlation.
    pub text: String,
    /// Who added it.
    pub author: String,
    /// When.
    pub created: Timestamp,
}

/// A rule's level in an organisation: another one than its text says, or none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetLevel {
    /// This one.
    To(Level),
    /// The rule does nothing there.
    Off,
}

impl fmt::Display for SetLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SetLevel::To(level) => level.fmt(f),
            SetLevel::Off => f.pad("off"),
        }
    }
}

impl FromStr for SetLevel {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if word.eq_ignore_ascii_case("off") {
            return Ok(SetLevel::Off);
        }
        let level = word.parse().map_err(|error| format!("{error}, or off"))?;
        Ok(SetLevel::To(level))
    }
}

impl Serialize for SetLevel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SetLevel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What an organisation set about a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSetting {
    /// Where it goes, and below.
    pub org: OrgId,
    /// The rule.
    pub rule: RuleId,
    /// Its level there; none when it is left to the text or to what is set above.
    pub level: Option<SetLevel>,
    /// Where alone, within the organisation, the rule is live; none when everywhere.
    pub live_in: Option<Vec<OrgId>>,
    /// Why.
    pub reason: String,
    /// Who set it last.
    pub by: String,
    /// When.
    pub time: Timestamp,
}

/// A text in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contains {
    /// The field's native name.
    pub field: String,
    /// What stands anywhere in it, whatever the case.
    pub text: String,
}

/// Hits of a rule that do not count in an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFilter {
    /// Its identity.
    pub id: FilterId,
    /// Where it goes, and below.
    pub org: OrgId,
    /// The rule.
    pub rule: RuleId,
    /// Hits of events with all of these do not count.
    pub excludes: Vec<Contains>,
    /// A Sigma filter instead: hits count where its condition is true.
    pub sigma: Option<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// Detections that are stored and open no incident, for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// Its identity.
    pub id: SuppressionId,
    /// Where it goes, and below.
    pub org: OrgId,
    /// Only of this rule.
    pub rule: Option<RuleId>,
    /// Only of what touched this; its value in any case.
    pub entity: Option<Entity>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// When somebody ended it before.
    pub ended: Option<Timestamp>,
}

/// What became of a rule's hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// A detection.
    Live,
    /// A detection that opens no incident.
    Suppressed,
    /// Nothing, by a filter.
    Filtered,
    /// Nothing, since the rule is live elsewhere only.
    Canary,
    /// Nothing, since the rule is off.
    Off,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 5] =
        [Outcome::Live, Outcome::Suppressed, Outcome::Filtered, Outcome::Canary, Outcome::Off];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Live => "live",
            Outcome::Suppressed => "suppressed",
            Outcome::Filtered => "filtered",
            Outcome::Canary => "canary",
            Outcome::Off => "off",
        }
    }
}

impl FromStr for Outcome {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = Outcome::ALL.into_iter().find(|outcome| outcome.as_str() == word);
        found.ok_or_else(|| format!("'{word}' is no outcome of a hit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_print_and_parse_back() {
        for level in [SetLevel::Off, SetLevel::To(Level::High)] {
            assert_eq!(level.to_string().parse(), Ok(level));
        }
        assert!("none".parse::<SetLevel>().is_err());
        for outcome in Outcome::ALL {
            assert_eq!(outcome.as_str().parse(), Ok(outcome));
            let json = format!("\"{}\"", outcome.as_str());
            assert_eq!(serde_json::to_string(&outcome).unwrap(), json);
        }
        assert!("x".parse::<Outcome>().is_err());
    }
}
