//! A checked rule: what identifies it and the expression that must be true of an event.

use wardwatch_model::RuleHead;

/// Number of a predicate in its [`crate::RuleSet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PredicateId(pub u32);

/// Number of a rule in its [`crate::RuleSet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleNumber(pub u32);

/// A rule's condition over predicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr<P> {
    /// All are true; true when there are none.
    And(Vec<Expr<P>>),
    /// Any is true; false when there are none.
    Or(Vec<Expr<P>>),
    /// At least so many are true.
    AtLeast(u64, Vec<Expr<P>>),
    /// It is false.
    Not(Box<Expr<P>>),
    /// The predicate holds.
    Holds(P),
}

impl<P> Expr<P> {
    /// Renames the predicates, in order.
    pub fn map<Q>(self, rename: &mut impl FnMut(P) -> Q) -> Expr<Q> {
        let mut all = |list: Vec<Expr<P>>| list.into_iter().map(|e| e.map(rename)).collect();
        match self {
            Expr::And(list) => Expr::And(all(list)),
            Expr::Or(list) => Expr::Or(all(list)),
            Expr::AtLeast(count, list) => Expr::AtLeast(count, all(list)),
            Expr::Not(inner) => Expr::Not(Box::new(inner.map(rename))),
            Expr::Holds(predicate) => Expr::Holds(rename(predicate)),
        }
    }

    /// Calls `visit` on each predicate, left to right.
    pub fn visit(&self, visit: &mut impl FnMut(&P)) {
        match self {
            Expr::And(list) | Expr::Or(list) | Expr::AtLeast(_, list) => {
                list.iter().for_each(|e| e.visit(visit));
            }
            Expr::Not(inner) => inner.visit(visit),
            Expr::Holds(predicate) => visit(predicate),
        }
    }

    /// Whether the expression is true when `holds` says which predicates are.
    pub fn is_true(&self, holds: &mut impl FnMut(&P) -> bool) -> bool {
        match self {
            Expr::And(list) => list.iter().all(|e| e.is_true(holds)),
            Expr::Or(list) => list.iter().any(|e| e.is_true(holds)),
            Expr::AtLeast(count, list) => {
                let found = list.iter().filter(|e| e.is_true(holds)).count();
                u64::try_from(found).is_ok_and(|found| found >= *count)
            }
            Expr::Not(inner) => !inner.is_true(holds),
            Expr::Holds(predicate) => holds(predicate),
        }
    }
}

/// A loaded rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Identity, level, tags and advice.
    pub head: RuleHead,
    /// The short name by which correlations and filters may refer to it.
    pub name: Option<String>,
    /// File it came from.
    pub file: String,
    /// Line in that file where its document starts, from 1.
    pub line: u32,
    /// The condition.
    pub condition: Expr<PredicateId>,
}
