//! Placeholders without values: where the rule can do without them it is loaded with a warning.
//!
//! A value that stands for nothing matches nothing. A rule that then excludes less (`not filter`)
//! still finds what it is for, and is loaded; one that could then never fire, or would fire on
//! everything, is refused.

use super::Lowered;
use crate::diagnostic::Problem;
use crate::placeholder::UNKNOWN_PLACEHOLDER;
use crate::predicate::{Operator, Predicate};
use crate::rule::Expr;

/// An expression without its constant parts, or the constant that it is.
enum Folded {
    Constant(bool),
    Open(Expr<Predicate>),
}

/// Takes unresolved placeholders out of a condition.
pub fn take_out(condition: Expr<Predicate>) -> Result<Lowered, Problem> {
    let mut names = Vec::new();
    condition.visit(&mut |predicate| {
        if let Operator::Unresolved(name) = &predicate.operator
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    });
    if names.is_empty() {
        return Ok(Lowered { condition, warnings: Vec::new() });
    }
    let problem = |what: &str| {
        let names = names.join(", ");
        Problem::new(
            UNKNOWN_PLACEHOLDER,
            format!("no value is known for {names}: {what}"),
            "give a file with --placeholders that names it",
        )
        .at(names.split(',').next().unwrap_or_default())
    };
    match fold(condition) {
        Folded::Open(condition) => Ok(Lowered {
            condition,
            warnings: vec![problem("what it would exclude is not excluded")],
        }),
        Folded::Constant(false) => Err(problem("without it the rule can never fire")),
        Folded::Constant(true) => Err(problem("without it the rule would fire on everything")),
    }
}

fn fold(expression: Expr<Predicate>) -> Folded {
    match expression {
        Expr::Holds(Predicate { operator: Operator::Unresolved(_), .. }) => Folded::Constant(false),
        Expr::Holds(predicate) => Folded::Open(Expr::Holds(predicate)),
        Expr::Not(inner) => match fold(*inner) {
            Folded::Constant(truth) => Folded::Constant(!truth),
            Folded::Open(inner) => Folded::Open(Expr::Not(Box::new(inner))),
        },
        Expr::And(list) => fold_list(list, false, Expr::And),
        Expr::Or(list) => fold_list(list, true, Expr::Or),
        Expr::AtLeast(count, list) => {
            let (mut open, mut count) = (Vec::new(), count);
            for part in list {
                match fold(part) {
                    Folded::Constant(truth) => count = count.saturating_sub(u64::from(truth)),
                    Folded::Open(part) => open.push(part),
                }
            }
            match (count, u64::try_from(open.len())) {
                (0, _) => Folded::Constant(true),
                (count, Ok(left)) if left < count => Folded::Constant(false),
                _ => Folded::Open(Expr::AtLeast(count, open)),
            }
        }
    }
}

/// Folds a list of which one part that is `decides` decides the whole.
fn fold_list(
    list: Vec<Expr<Predicate>>,
    decides: bool,
    join: fn(Vec<Expr<Predicate>>) -> Expr<Predicate>,
) -> Folded {
    let mut open = Vec::new();
    for part in list {
        match fold(part) {
            Folded::Constant(truth) if truth == decides => return Folded::Constant(decides),
            Folded::Constant(_) => {}
            Folded::Open(part) => open.push(part),
        }
    }
    if open.is_empty() { Folded::Constant(!decides) } else { Folded::Open(join(open)) }
}
