//! A correlation rule after all checks: what is compared, over which window, for which groups.
//!
//! In: nothing; these are plain values that [`compile`](super::compile) makes. Out: the questions
//! that need no state: where a window starts, whether a number satisfies the comparisons. Never:
//! names of rules, which are numbers by now.

use rsigma_parser::ConditionOperator;

use super::expression::Expression;
use super::observation::RuleRef;

/// One correlation, ready to be fed.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) number: RuleRef,
    pub(super) kind: Kind,
    /// The rules that feed it, each once, in order of their first mention; a slot is an index here.
    pub(super) members: Vec<Member>,
    /// Names of the group's values, aliases included.
    pub(super) group_by: Vec<String>,
    pub(super) window: Window,
    /// Names that correlations above read from this one's hits, besides `group_by`.
    pub(super) carried: Vec<String>,
    pub(super) aliases: Vec<Alias>,
    /// The rules' own hits are output too.
    pub(super) generate: bool,
    /// Entries without which the condition can never hold, whatever [`Limits`](super::Limits) say.
    pub(super) least_entries: usize,
}

/// One rule that feeds a correlation, with the fields to read from its observations.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) number: RuleRef,
    pub(super) is_correlation: bool,
    /// As the correlation writes it first.
    pub(super) text: String,
    /// One field for each name in `group_by`.
    pub(super) group_fields: Vec<String>,
    /// The fields of the condition.
    pub(super) value_fields: Vec<String>,
    /// One field for each name in `carried`; `None` where an alias says nothing of this rule.
    pub(super) carried_fields: Vec<Option<String>>,
}

/// A name that stands for another field in each rule.
#[derive(Debug, Clone)]
pub(super) struct Alias {
    pub(super) name: String,
    /// By slot.
    pub(super) fields: Vec<Option<String>>,
}

impl Definition {
    /// The field that `name` stands for in the observations of the member at `slot`.
    pub(super) fn field_for(&self, name: &str, slot: usize) -> Option<String> {
        match self.aliases.iter().find(|alias| alias.name == name) {
            Some(alias) => alias.fields.get(slot).cloned().flatten(),
            None => Some(name.to_owned()),
        }
    }

    /// Lets its hits tell these names too.
    pub(super) fn carry(&mut self, names: impl Iterator<Item = String>) {
        for name in names {
            if !self.group_by.contains(&name) && !self.carried.contains(&name) {
                self.carried.push(name);
            }
        }
    }

    /// Whether a completed window's entries are taken away, so that counting starts anew.
    ///
    /// So it is when entries are what makes the condition true. Averages, percentiles, medians and
    /// conditions that hold of nothing at all (`lt: 5`) would hit upon every event that way; there
    /// the entries stay, and no window completes that holds an entry of a completed one.
    pub(super) fn consumes(&self) -> bool {
        match &self.kind {
            Kind::EventCount(threshold) | Kind::ValueCount(threshold) | Kind::Sum(threshold) => {
                !threshold.holds(0.0)
            }
            Kind::Average(_) | Kind::Percentile(..) | Kind::Median(_) => false,
            Kind::Temporal(Together::All) | Kind::Ordered(_) => true,
            Kind::Temporal(Together::Count(threshold)) => !threshold.holds(0.0),
            Kind::Temporal(Together::Expression(expression)) => !expression.holds(&[]),
        }
    }
}

/// What is computed over a window, and when it is a hit.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// Number of entries.
    EventCount(Threshold),
    /// Number of distinct values, or tuples of values.
    ValueCount(Threshold),
    Sum(Threshold),
    Average(Threshold),
    /// Nearest rank: the least value such that the given percentage of the values are not greater;
    /// 0 is the least value of all.
    Percentile(u8, Threshold),
    /// The middle value, or the mean of the middle two.
    Median(Threshold),
    /// Which rules were seen, in any order.
    Temporal(Together),
    /// These slots, in this order.
    Ordered(Vec<usize>),
}

/// Which rules must be seen together.
#[derive(Debug, Clone)]
pub(super) enum Together {
    All,
    /// So many different ones.
    Count(Threshold),
    Expression(Expression),
}

/// Comparisons that must all hold.
#[derive(Debug, Clone)]
pub(super) struct Threshold(pub(super) Vec<(ConditionOperator, i64)>);

impl Threshold {
    pub(super) fn holds(&self, value: f64) -> bool {
        self.0.iter().all(|(operator, number)| {
            let number = *number as f64;
            match operator {
                ConditionOperator::Lt => value < number,
                ConditionOperator::Lte => value <= number,
                ConditionOperator::Gt => value > number,
                ConditionOperator::Gte => value >= number,
                ConditionOperator::Eq => value == number,
                ConditionOperator::Neq => value != number,
            }
        })
    }

    /// The least whole number that the lower bounds allow.
    pub(super) fn least(&self) -> i64 {
        let bound = |(operator, number): &(ConditionOperator, i64)| match operator {
            ConditionOperator::Gt => Some(number.saturating_add(1)),
            ConditionOperator::Gte | ConditionOperator::Eq => Some(*number),
            _ => None,
        };
        self.0.iter().filter_map(bound).max().unwrap_or(0)
    }
}

/// The stretch of event time that is looked at together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// Microseconds; above zero.
    pub(super) span: i64,
    /// Cut at multiples of `span` since 1970 instead of reaching back from its last entry.
    pub(super) tumbling: bool,
}

impl Window {
    /// Where a window that ends with an entry at `end` starts, that moment included.
    ///
    /// Invariant: grows with `end`, and is never after it.
    pub(super) fn start(&self, end: i64) -> i64 {
        if self.tumbling {
            end.div_euclid(self.span.max(1)).saturating_mul(self.span)
        } else {
            end.saturating_sub(self.span)
        }
    }
}
