//! The condition of a temporal correlation as an expression over its rules.
//!
//! In: the parsed expression, and which slot a name stands for. Out: an expression over slots, and
//! whether it holds of the rules seen. Never: waiting. `not a` asks whether `a` was seen so far in
//! the window; an `a` that comes later takes nothing back.

use rsigma_parser::{ConditionExpr, Quantifier, SelectorPattern};

use super::error::CorrelationProblem;

/// A condition over slots.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
    Seen(usize),
    /// At least so many of these slots.
    Of(usize, Vec<usize>),
}

/// The names that an expression may use.
pub(super) trait Names {
    /// The slot of one rule.
    fn slot(&self, name: &str) -> Option<usize>;
    /// The slots of all rules whose name satisfies `wanted`, each once.
    fn slots(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<usize>;
}

impl Expression {
    /// Replaces names by slots; every unknown one is a problem.
    pub(super) fn compile(
        source: &ConditionExpr,
        names: &dyn Names,
        problems: &mut Vec<CorrelationProblem>,
    ) -> Expression {
        let mut all = |parts: &[ConditionExpr]| -> Vec<Expression> {
            parts.iter().map(|part| Expression::compile(part, names, problems)).collect()
        };
        match source {
            ConditionExpr::And(parts) => Expression::And(all(parts)),
            ConditionExpr::Or(parts) => Expression::Or(all(parts)),
            ConditionExpr::Not(part) => {
                Expression::Not(Box::new(Expression::compile(part, names, problems)))
            }
            ConditionExpr::Identifier(name) => match names.slot(name) {
                Some(slot) => Expression::Seen(slot),
                None => {
                    problems.push(CorrelationProblem::ConditionUnknownRule { name: name.clone() });
                    Expression::Or(Vec::new())
                }
            },
            ConditionExpr::Selector { quantifier, pattern } => {
                Expression::compile_selector(quantifier, pattern, names, problems)
            }
        }
    }

    fn compile_selector(
        quantifier: &Quantifier,
        pattern: &SelectorPattern,
        names: &dyn Names,
        problems: &mut Vec<CorrelationProblem>,
    ) -> Expression {
        let slots = match pattern {
            SelectorPattern::Them => names.slots(&|_| true),
            SelectorPattern::Pattern(pattern) => names.slots(&|name| matches(pattern, name)),
        };
        let least = match quantifier {
            Quantifier::Any => 1,
            Quantifier::All => slots.len(),
            Quantifier::Count(count) => usize::try_from(*count).unwrap_or(usize::MAX),
        };
        if slots.is_empty() {
            let name = pattern.to_string();
            problems.push(CorrelationProblem::ConditionUnknownRule { name });
        } else if least > slots.len() {
            problems.push(CorrelationProblem::ThresholdTooLarge {
                threshold: i64::try_from(least).unwrap_or(i64::MAX),
                most: i64::try_from(slots.len()).unwrap_or(i64::MAX),
            });
        }
        Expression::Of(least, slots)
    }

    /// Whether it holds, given how often each slot was seen; a slot beyond the list never was.
    pub(super) fn holds(&self, seen: &[u32]) -> bool {
        let is_seen = |slot: &usize| seen.get(*slot).is_some_and(|count| *count > 0);
        match self {
            Expression::And(parts) => parts.iter().all(|part| part.holds(seen)),
            Expression::Or(parts) => parts.iter().any(|part| part.holds(seen)),
            Expression::Not(part) => !part.holds(seen),
            Expression::Seen(slot) => is_seen(slot),
            Expression::Of(least, slots) => {
                slots.iter().filter(|slot| is_seen(slot)).count() >= *least
            }
        }
    }
}

/// Whether `name` is of the form that `pattern` says, `*` standing for anything.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(head) else { return false };
    let mut pieces: Vec<&str> = tail.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_select_names() {
        for (pattern, name, expected) in [
            ("recon_*", "recon_whoami", true),
            ("recon_*", "recon_", true),
            ("recon_*", "a_recon_b", false),
            ("*_cmd_*", "recon_cmd_a", true),
            ("*_cmd_*", "recon_cmda", false),
            ("a*b*b", "aXb", false),
            ("a*b*b", "aXbb", true),
            ("exact", "exact", true),
            ("exact", "exactly", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
