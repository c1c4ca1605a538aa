//! Which predicates a rule cannot be true without.
//!
//! In: a rule's condition. Out: the cheapest set of witnesses of which at least one must be there
//! whenever the rule is true, or none when there is no such set. Also: literals that must stand
//! in every match of a wildcard pattern or a regular expression.

use std::sync::Arc;

use regex_syntax::hir::{Class, Hir, HirKind};

use super::weight::{predicate_weight, text_weight};
use super::{Kind, Local};
use crate::fold::fold_literal;
use crate::predicate::{Operator, Place, Predicate, Subject};
use crate::rule::Expr;

/// What wakes a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wake {
    /// The predicate's bit is set.
    Bit(Local),
    /// The field is there at all.
    Presence(Arc<str>),
}

/// A set of witnesses and how likely it is that one is there, in millionths.
pub(crate) type Necessary = (u64, Vec<Wake>);

/// Chance that a field is there at all, plus the price of what follows.
const PRESENCE_WEIGHT: u64 = 2_000_000;

/// The cheapest set without which `condition` cannot be true. Witnesses whose field is among
/// `avoid` are not taken.
pub(crate) fn necessary<'p>(
    condition: &Expr<Local>,
    avoid: &[Arc<str>],
    lookup: &impl Fn(Local) -> (&'p Predicate, Kind),
) -> Option<Necessary> {
    match condition {
        Expr::And(list) => list
            .iter()
            .filter_map(|part| necessary(part, avoid, lookup))
            .min_by_key(|(weight, _)| *weight),
        Expr::Or(list) | Expr::AtLeast(_, list) if list.is_empty() => None,
        Expr::AtLeast(0, _) => None,
        Expr::Or(list) | Expr::AtLeast(_, list) => {
            let mut total = (0u64, Vec::new());
            for part in list {
                let (weight, wakes) = necessary(part, avoid, lookup)?;
                total.0 = total.0.saturating_add(weight);
                total.1.extend(wakes);
            }
            Some(total)
        }
        Expr::Not(_) => None,
        Expr::Holds(local) => {
            let (predicate, kind) = lookup(*local);
            if let Subject::Field(name) = &predicate.subject
                && avoid.contains(name)
            {
                return None;
            }
            match kind {
                Kind::Bit | Kind::Searched => {
                    Some((predicate_weight(predicate), vec![Wake::Bit(*local)]))
                }
                Kind::Witnessed => {
                    Some((predicate_weight(predicate).min(50_000), vec![Wake::Bit(*local)]))
                }
                Kind::Open => match (&predicate.subject, &predicate.operator) {
                    (_, Operator::Null | Operator::Exists(false)) => None,
                    (Subject::Field(name), _) => {
                        Some((PRESENCE_WEIGHT, vec![Wake::Presence(name.clone())]))
                    }
                    (Subject::Keyword, _) => None,
                },
            }
        }
    }
}

/// Folded literals of which at least one stands in every text that the predicate is true of;
/// `None` when no useful ones are known.
pub(crate) fn witness_literals(operator: &Operator) -> Option<Vec<String>> {
    let literals = match operator {
        // ASCII folds alike wherever it stands; other letters may depend on their neighbours.
        Operator::Text { literal, cased: true, .. } if literal.is_ascii() => {
            vec![fold_literal(literal)]
        }
        Operator::Glob { glob, cased } => {
            let literal = glob.longest_literal()?;
            if *cased && !literal.is_ascii() {
                return None;
            }
            vec![fold_literal(literal)]
        }
        Operator::Regex(pattern) => {
            let hir = regex_syntax::parse(pattern.0.as_str()).ok()?;
            required(&hir)?
        }
        _ => return None,
    };
    let useful = literals.len() <= 64
        && literals.iter().all(|literal| literal.len() >= 3)
        && literals.iter().map(|literal| text_weight(literal, Place::Anywhere)).sum::<u64>()
            < 1_000_000;
    useful.then_some(literals)
}

/// Folded ASCII literals of which one stands in every match.
fn required(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            (text.is_ascii() && !text.is_empty()).then(|| vec![text.to_ascii_lowercase()])
        }
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(list) => {
            let mut all = Vec::new();
            for part in list {
                all.extend(required(part)?);
            }
            Some(all)
        }
        HirKind::Concat(list) => best_of(list),
        _ => None,
    }
}

/// The best of what a sequence requires: runs of literal letters are joined.
fn best_of(list: &[Hir]) -> Option<Vec<String>> {
    let mut candidates: Vec<Vec<String>> = Vec::new();
    let mut run = String::new();
    for part in list {
        match fixed_text(part) {
            Some(text) => run.push_str(&text),
            None => {
                candidates.push(vec![std::mem::take(&mut run)]);
                candidates.extend(required(part));
            }
        }
    }
    candidates.push(vec![run]);
    candidates
        .into_iter()
        .filter(|literals| literals.iter().all(|literal| !literal.is_empty()))
        .max_by_key(|literals| {
            (
                literals.iter().map(String::len).min().unwrap_or(0).min(12),
                usize::MAX - literals.len(),
            )
        })
}

/// The one ASCII text, case aside, that this part stands for.
fn fixed_text(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            text.is_ascii().then(|| text.to_ascii_lowercase())
        }
        HirKind::Class(Class::Unicode(class)) => {
            // `(?i)k` also stands for U+212A, which folds to `k` as values do.
            let mut letters = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            let first: String = letters.next()?.to_lowercase().collect();
            let same =
                class.ranges().iter().map(|r| r.end() as u32 - r.start() as u32 + 1).sum::<u32>()
                    <= 3
                    && letters.all(|letter| letter.to_lowercase().eq(first.chars()));
            (same && first.is_ascii()).then_some(first)
        }
        HirKind::Capture(capture) => fixed_text(&capture.sub),
        HirKind::Concat(list) => list.iter().map(fixed_text).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predicate::Pattern;

    fn literals(pattern: &str) -> Option<Vec<String>> {
        witness_literals(&Operator::Regex(Pattern(regex::Regex::new(pattern).unwrap())))
    }

    #[test]
    fn required_literals_of_regular_expressions() {
        let some = |list: &[&str]| Some(list.iter().map(|s| (*s).to_owned()).collect());
        assert_eq!(literals(r"(?i)invoke-\w+\s+Mimikatz"), some(&["mimikatz"]));
        assert_eq!(literals(r"fo(bar|quux){2}"), some(&["bar", "quux"]));
        assert_eq!(literals(r"abcd.*|efgh\d"), some(&["abcd", "efgh"]));
        assert_eq!(literals(r"(?:abc)?\d+"), None);
        assert_eq!(literals(r"[a-z]{5}"), None);
        assert_eq!(literals(r"(?i)sk"), None);
    }
}
