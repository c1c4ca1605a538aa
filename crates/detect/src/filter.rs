//! Sigma filters: documents that narrow other rules for one's own surroundings.
//!
//! Polarity: a filter's condition is joined to its rules' conditions with `and`, as the Sigma 2.1
//! specification says: the rule fires where the filter's condition is true too. To exclude, a
//! filter says `condition: not selection`. (docs/decisions/0004-filters.md)

use rsigma_parser::{FilterRule, FilterRuleTarget, SigmaRule};
use wardwatch_model::LogSource;

use crate::document::Located;
use crate::predicate::Predicate;
use crate::rule::Expr;

/// A filter ready to be applied.
pub struct Filter {
    /// Ids or names of rules; `None` for every rule of the log source.
    targets: Option<Vec<String>>,
    /// Rules it applies to have this log source, or a narrower one.
    logsource: LogSource,
    /// The space of names that it was written in.
    space: String,
    /// What must be true as well.
    condition: Expr<Predicate>,
}

impl Filter {
    /// From a parsed filter and its lowered condition.
    pub fn new(located: &Located<FilterRule>, condition: Expr<Predicate>) -> Self {
        let rule = &located.document;
        let targets = match &rule.rules {
            FilterRuleTarget::Any => None,
            FilterRuleTarget::Specific(list) => Some(list.clone()),
        };
        let logsource = rule.logsource.as_ref().map(logsource).unwrap_or_default();
        Filter { targets, logsource, space: located.space.clone(), condition }
    }

    /// The ids and names it asks for, if it does not apply to any rule.
    pub fn targets(&self) -> &[String] {
        self.targets.as_deref().unwrap_or_default()
    }

    /// Whether it narrows this rule, which is in that space of names. A filter of the shared space
    /// that names no rules narrows those of every space; any other only those of its own.
    pub fn applies_to(&self, rule: &SigmaRule, space: &str) -> bool {
        if self.space != space && !(self.space.is_empty() && self.targets.is_none()) {
            return false;
        }
        let named = self
            .targets
            .as_ref()
            .is_none_or(|targets| targets.iter().any(|target| is_named(rule, target)));
        named && self.logsource.covers(&logsource(&rule.logsource))
    }

    /// The rule's condition with this filter's joined to it.
    pub fn narrow(&self, condition: Expr<Predicate>) -> Expr<Predicate> {
        Expr::And(vec![condition, self.condition.clone()])
    }
}

/// Whether a rule's id, name or title is `target`.
pub fn is_named(rule: &SigmaRule, target: &str) -> bool {
    let same = |text: &Option<String>| text.as_deref() == Some(target);
    same(&rule.id) || same(&rule.name) || rule.title == target
}

/// A parsed log source in the model's words.
pub fn logsource(parsed: &rsigma_parser::LogSource) -> LogSource {
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    LogSource::new(&part(&parsed.product), &part(&parsed.category), &part(&parsed.service))
}
