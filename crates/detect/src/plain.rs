//! The plain evaluator: what a rule means, without any short cut.
//!
//! In: a rule set and an event. Out: the rules that hold, and why. The compiled engine is held to
//! it by differential tests, and uses it to say which fields made a rule true.

use wardwatch_model::Event;

use crate::predicate::Subject;
use crate::rule::{Expr, PredicateId, Rule, RuleNumber};
use crate::ruleset::RuleSet;

/// Whether a rule's condition is true of an event, log sources aside.
pub fn holds(set: &RuleSet, rule: &Rule, event: &Event<'_>) -> bool {
    rule.condition.is_true(&mut |id| set.predicate(*id).holds(event))
}

/// Every rule that is true of an event whose log sources are `sources`.
pub fn evaluate(
    set: &RuleSet,
    event: &Event<'_>,
    sources: &[wardwatch_model::LogSource],
) -> Vec<RuleNumber> {
    (0u32..)
        .zip(&set.rules)
        .filter(|(_, rule)| applies(&rule.head.logsource, sources) && holds(set, rule, event))
        .map(|(number, _)| RuleNumber(number))
        .collect()
}

/// Whether a rule's log source is among an event's. A rule without any applies to every event.
pub fn applies(rule: &wardwatch_model::LogSource, sources: &[wardwatch_model::LogSource]) -> bool {
    rule.is_empty() || sources.iter().any(|source| rule.covers(source))
}

/// The fields that made a rule true, with the value that did, in the rule's order.
pub fn matched(set: &RuleSet, rule: &Rule, event: &Event<'_>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    collect(set, &rule.condition, event, &mut found);
    found
}

/// Adds what made `expression` true: nothing below a `not`, only true branches of an `or`.
fn collect(
    set: &RuleSet,
    expression: &Expr<PredicateId>,
    event: &Event<'_>,
    found: &mut Vec<(String, String)>,
) {
    match expression {
        Expr::And(list) => list.iter().for_each(|part| collect(set, part, event, found)),
        Expr::Or(list) | Expr::AtLeast(_, list) => {
            for part in list {
                if part.is_true(&mut |id| set.predicate(*id).holds(event)) {
                    collect(set, part, event, found);
                }
            }
        }
        Expr::Not(_) => {}
        Expr::Holds(id) => {
            let predicate = set.predicate(*id);
            let field = event.fields.iter().find(|field| match &predicate.subject {
                Subject::Field(name) => {
                    field.name == &**name && predicate.holds_of(field.value, event)
                }
                Subject::Keyword => {
                    field.value.is_string() && predicate.holds_of(field.value, event)
                }
            });
            if let Some(field) = field
                && !found.iter().any(|(name, _)| name == field.name)
            {
                found.push((field.name.to_owned(), field.value.text().into_owned()));
            }
        }
    }
}
