//! From what a rule's author wrote to an expression over predicates.
//!
//! In: the parsed document. Out: an [`Expr`] of [`Predicate`]s. Never: a guess; what cannot be
//! expressed is a [`Problem`].

mod condition;
mod item;
mod string;
mod transform;
mod unresolved;

use std::sync::Arc;

use rsigma_parser::{Detection, Detections};

use crate::diagnostic::Problem;
use crate::placeholder::Placeholders;
use crate::predicate::{Predicate, Subject};
use crate::rule::Expr;

/// Most predicates that one rule may have.
pub const MAX_PREDICATES: usize = 100_000;

/// A lowered `detection` section.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// What must be true.
    pub condition: Expr<Predicate>,
    /// What its author should know.
    pub warnings: Vec<Problem>,
}

/// A rule's `detection` section as one expression: several conditions are alternatives.
///
/// # Errors
/// The first thing in it that cannot be expressed.
pub fn lower(detections: &Detections, known: &Placeholders) -> Result<Lowered, Problem> {
    if detections.timeframe.is_some() {
        return Err(Problem::new(
            "W110",
            "`timeframe` in a detection belongs to the aggregations that Sigma 2 removed",
            "write a correlation document with `timespan` instead",
        )
        .at("timeframe"));
    }
    let condition = lower_condition(detections, known)?;
    unresolved::take_out(condition)
}

fn lower_condition(
    detections: &Detections,
    known: &Placeholders,
) -> Result<Expr<Predicate>, Problem> {
    let selections = condition::Selections::lower(detections, known)?;
    let mut alternatives = detections
        .conditions
        .iter()
        .map(|condition| selections.apply(condition))
        .collect::<Result<Vec<_>, _>>()?;
    let expression = match alternatives.len() {
        0 => return Err(Problem::new("W111", "the condition is empty", "name a selection in it")),
        1 => alternatives.remove(0),
        _ => Expr::Or(alternatives),
    };
    let mut count = 0usize;
    expression.visit(&mut |_| count += 1);
    if count > MAX_PREDICATES {
        return Err(Problem::new(
            "W112",
            format!("the rule has {count} predicates, the limit is {MAX_PREDICATES}"),
            "split it into several rules",
        ));
    }
    Ok(expression)
}

/// One named selection.
fn lower_detection(
    detection: &Detection,
    known: &Placeholders,
) -> Result<Expr<Predicate>, Problem> {
    match detection {
        Detection::AllOf(items) => {
            if items.is_empty() {
                return Err(empty_selection());
            }
            let all = items.iter().map(|item| item::lower_item(item, known));
            Ok(Expr::And(all.collect::<Result<_, _>>()?))
        }
        Detection::AnyOf(list) | Detection::And(list) if list.is_empty() => Err(empty_selection()),
        Detection::AnyOf(list) => Ok(Expr::Or(lower_list(list, known)?)),
        Detection::And(list) => Ok(Expr::And(lower_list(list, known)?)),
        Detection::Keywords(values) => item::lower_keywords(values),
        Detection::ArrayMatch { field, .. } => Err(Problem::new(
            "W113",
            format!("array selector on '{field}' is not part of Sigma 2.1"),
            "name the field without [any] or [all]: every value of a list is looked at",
        )
        .at(field.clone())),
        Detection::Conditional { .. } => Err(Problem::new(
            "W113",
            "a nested condition is not part of Sigma 2.1",
            "make selections of it and combine them in the rule's condition",
        )),
    }
}

fn lower_list(list: &[Detection], known: &Placeholders) -> Result<Vec<Expr<Predicate>>, Problem> {
    list.iter().map(|detection| lower_detection(detection, known)).collect()
}

fn empty_selection() -> Problem {
    Problem::new("W114", "a selection is empty", "give it at least one field or keyword")
}

/// The subject of an item: its field with spaces stripped, as events' fields are, or keywords.
fn subject(name: Option<&str>) -> Subject {
    match name {
        Some(name) => {
            let unescaped = name.replace("\\[", "[").replace("\\]", "]");
            Subject::Field(Arc::from(unescaped.replace(' ', "").as_str()))
        }
        None => Subject::Keyword,
    }
}
