//! A rule's condition: names of selections, `and`, `or`, `not`, `1 of`, `all of`.

use std::collections::BTreeMap;

use rsigma_parser::{ConditionExpr, Detections, Quantifier, SelectorPattern};

use super::lower_detection;
use crate::diagnostic::Problem;
use crate::placeholder::Placeholders;
use crate::predicate::Predicate;
use crate::rule::Expr;

/// A rule's selections, lowered, in order of their names.
pub struct Selections {
    by_name: BTreeMap<String, Expr<Predicate>>,
}

impl Selections {
    /// Lowers every selection.
    pub fn lower(detections: &Detections, known: &Placeholders) -> Result<Self, Problem> {
        let by_name = detections
            .named
            .iter()
            .map(|(name, detection)| {
                let lowered = lower_detection(detection, known)
                    .map_err(|problem| problem.at(format!("{name}:")))?;
                Ok((name.clone(), lowered))
            })
            .collect::<Result<_, Problem>>()?;
        Ok(Selections { by_name })
    }

    /// The condition with selections in the place of their names.
    pub fn apply(&self, condition: &ConditionExpr) -> Result<Expr<Predicate>, Problem> {
        let all = |list: &[ConditionExpr]| {
            list.iter().map(|part| self.apply(part)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match condition {
            ConditionExpr::And(list) => Expr::And(all(list)?),
            ConditionExpr::Or(list) => Expr::Or(all(list)?),
            ConditionExpr::Not(inner) => Expr::Not(Box::new(self.apply(inner)?)),
            ConditionExpr::Identifier(name) => {
                self.by_name.get(name).cloned().ok_or_else(|| {
                    Problem::new(
                        "W120",
                        format!("the condition names '{name}', which is no selection of the rule"),
                        format!("selections are: {}", self.names()),
                    )
                    .at("condition")
                })?
            }
            ConditionExpr::Selector { quantifier, pattern } => self.select(quantifier, pattern)?,
        })
    }

    fn select(
        &self,
        quantifier: &Quantifier,
        pattern: &SelectorPattern,
    ) -> Result<Expr<Predicate>, Problem> {
        let chosen: Vec<_> = self
            .by_name
            .iter()
            .filter(|(name, _)| match pattern {
                SelectorPattern::Them => !name.starts_with('_'),
                SelectorPattern::Pattern(pattern) => name_matches(pattern, name),
            })
            .map(|(_, expression)| expression.clone())
            .collect();
        if chosen.is_empty() {
            return Err(Problem::new(
                "W121",
                format!("'{quantifier} of {pattern}' names no selection of the rule"),
                format!("selections are: {}", self.names()),
            )
            .at("condition"));
        }
        Ok(match quantifier {
            Quantifier::Any => Expr::Or(chosen),
            Quantifier::All => Expr::And(chosen),
            Quantifier::Count(count) => Expr::AtLeast(*count, chosen),
        })
    }

    fn names(&self) -> String {
        self.by_name.keys().cloned().collect::<Vec<_>>().join(", ")
    }
}

/// Whether a selection's name matches a pattern with `*` anywhere in it.
fn name_matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::name_matches;

    #[test]
    fn a_star_may_stand_anywhere() {
        for (pattern, name, expected) in [
            ("selection_*", "selection_a", true),
            ("selection_*", "selection", false),
            ("*_img", "sel_img", true),
            ("sel*a*b", "sel_xa_b", true),
            ("sel*a*b", "sel_xb_a", false),
            ("sel", "sel", true),
            ("sel", "sela", false),
            ("*", "anything", true),
        ] {
            assert_eq!(name_matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
