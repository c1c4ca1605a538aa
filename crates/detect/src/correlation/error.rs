//! What is wrong with a correlation rule, said so that its author can mend it.
//!
//! In: nothing. Out: the problems that compiling can find, each with a hint and the text by which
//! its line can be found. Never: a file or a line, which only the caller knows.

use thiserror::Error;

use super::observation::RuleRef;

/// One problem of one correlation, which therefore is not loaded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("correlation {}: {problem}", .correlation.0)]
pub struct CorrelationError {
    /// The correlation that is left out.
    pub correlation: RuleRef,
    /// Why.
    pub problem: CorrelationProblem,
}

impl CorrelationError {
    /// Number of the correlation that is left out.
    pub fn number(&self) -> RuleRef {
        self.correlation
    }

    /// What the author can do about it; lower case, no full stop.
    pub fn hint(&self) -> &'static str {
        self.problem.hint()
    }

    /// Text by which the line can be found in the rule's document.
    pub fn anchor(&self) -> &str {
        self.problem.anchor()
    }
}

/// Why a correlation can not be loaded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CorrelationProblem {
    /// `rules` is absent or empty.
    #[error("it refers to no rules")]
    NoRules,
    /// An entry of `rules` names nothing that is loaded.
    #[error("it refers to '{reference}', which is neither the id nor the name of a loaded rule")]
    UnknownReference {
        /// The entry as written.
        reference: String,
    },
    /// An entry of `rules` names a correlation that is itself left out.
    #[error("it refers to '{reference}', a correlation that could not be loaded")]
    FailedReference {
        /// The entry as written.
        reference: String,
    },
    /// The correlation refers to itself, directly or through others.
    #[error("it refers to itself: {path}")]
    Cycle {
        /// The numbers along the cycle, such as `7 -> 9 -> 7`.
        path: String,
    },
    /// The kind compares a field's values and `condition` names none.
    #[error("{kind} needs a field in its condition")]
    MissingField {
        /// The kind, such as `value_count`.
        kind: &'static str,
    },
    /// The kind computes with numbers and `condition.field` is a list of several.
    #[error("{kind} takes one field, not {count}")]
    OneField {
        /// The kind, such as `value_sum`.
        kind: &'static str,
        /// How many are given.
        count: usize,
    },
    /// `value_percentile` without a whole number in `condition.percentile`.
    #[error("value_percentile needs a percentile in its condition")]
    MissingPercentile,
    /// The percentile is above 100.
    #[error("percentile {percentile} is not between 0 and 100")]
    PercentileRange {
        /// As written.
        percentile: u64,
    },
    /// An alias maps a rule that is not in `rules`.
    #[error("alias '{alias}' maps '{rule}', which is not among the rules of this correlation")]
    AliasUnknownRule {
        /// The alias.
        alias: String,
        /// The rule as written in the mapping.
        rule: String,
    },
    /// An alias that is used says nothing of one of the rules.
    #[error("alias '{alias}' is used but gives no field for '{rule}'")]
    AliasUnmapped {
        /// The alias.
        alias: String,
        /// The rule as written in `rules`.
        rule: String,
    },
    /// The condition's expression names a rule that is not in `rules`.
    #[error("the condition names '{name}', which is not among the rules of this correlation")]
    ConditionUnknownRule {
        /// The name or pattern.
        name: String,
    },
    /// The condition's form does not go with the kind.
    #[error("{kind} can not be used with this form of condition")]
    ConditionForm {
        /// The kind, such as `event_count`.
        kind: &'static str,
    },
    /// The condition compares with nothing.
    #[error("the condition has no comparison")]
    NoComparison,
    /// The condition asks for more entries than a window is allowed to hold.
    #[error("the condition asks for {threshold}, and at most {most} can be counted")]
    ThresholdTooLarge {
        /// The number as written.
        threshold: i64,
        /// The greatest that can be reached.
        most: i64,
    },
    /// The timespan is zero or above 400 days.
    #[error("timespan '{timespan}' is not between 1 second and 400 days")]
    Timespan {
        /// As written.
        timespan: String,
    },
    /// A session window, an extension that is not supported.
    #[error("session windows are not supported")]
    SessionWindow,
}

impl CorrelationProblem {
    /// What the author can do about it; lower case, no full stop.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoRules => "list the ids or names of the rules to correlate under 'rules'",
            Self::UnknownReference { .. } => {
                "check the spelling, and that the file of that rule is loaded"
            }
            Self::FailedReference { .. } => "mend that correlation first",
            Self::Cycle { .. } => "take one of the references out",
            Self::MissingField { .. } => "add 'field' under 'condition'",
            Self::OneField { .. } => "name a single field, or use value_count for combinations",
            Self::MissingPercentile => "add 'percentile', 0 to 100, under 'condition'",
            Self::PercentileRange { .. } => "use a whole number from 0 to 100",
            Self::AliasUnknownRule { .. } => {
                "write the rule as under 'rules', or take it out of the alias"
            }
            Self::AliasUnmapped { .. } => "add a line for that rule to the alias",
            Self::ConditionUnknownRule { .. } => "add the rule under 'rules'",
            Self::ConditionForm { .. } => {
                "use a comparison such as 'gte: 10'; expressions are for temporal only, and \
                 temporal_ordered needs no condition"
            }
            Self::NoComparison => "add one of gt, gte, lt, lte, eq, neq",
            Self::ThresholdTooLarge { .. } => "lower the number, or correlate in two steps",
            Self::Timespan { .. } => "write it like 30s, 10m, 1h or 7d",
            Self::SessionWindow => "leave 'window' out for a sliding window",
        }
    }

    /// Text by which the line can be found in the rule's document.
    pub fn anchor(&self) -> &str {
        match self {
            Self::NoRules | Self::Cycle { .. } => "rules",
            Self::UnknownReference { reference } | Self::FailedReference { reference } => reference,
            Self::AliasUnknownRule { rule, .. } => rule,
            Self::AliasUnmapped { alias, .. } => alias,
            Self::ConditionUnknownRule { name } => name,
            Self::PercentileRange { .. } => "percentile",
            Self::Timespan { timespan } => timespan,
            Self::SessionWindow => "session",
            Self::MissingField { .. }
            | Self::OneField { .. }
            | Self::MissingPercentile
            | Self::ConditionForm { .. }
            | Self::NoComparison
            | Self::ThresholdTooLarge { .. } => "condition",
        }
    }
}
