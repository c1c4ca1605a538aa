//! A compiled program: all rules that apply to one set of log sources, ready to be run on events.
//!
//! In: rules and their predicates. Out: which rules are true of an event. An event's fields are
//! each folded once and looked up in hashes and gram indexes; what is true sets bits; a rule is
//! evaluated only when a predicate that it cannot be true without is set. Fields that wake no rule
//! are looked at only when a woken rule asks for them. Never: a result that
//! differs from [`crate::plain`], or that depends on which other rules are loaded.

mod compile;
mod field;
mod gram;
mod prefilter;
mod run;
mod shape;
mod texts;
mod weight;
mod witness;

pub use run::Scratch;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::rule::{Expr, PredicateId, RuleNumber};
use field::FieldMatcher;
use prefilter::Prefilter;

/// Number of a predicate within a program.
pub(crate) type Local = u32;

/// How the truth of a predicate is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Its bit says it, once its field has been looked at.
    Bit,
    /// A literal that no rule is woken by: searched for in the folded text when asked for.
    Searched,
    /// Evaluated when asked for, and only if its bit says that it may be true.
    Witnessed,
    /// Evaluated when asked for.
    Open,
}

/// The predicate's field is looked at for every event.
pub(crate) const EAGER: u32 = u32::MAX;

/// A rule within a program.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub number: RuleNumber,
    pub condition: Expr<Local>,
}

/// All rules for one set of log sources. Immutable.
#[derive(Debug)]
pub struct Program {
    /// Unlike that of every other program of this process.
    identity: u64,
    rules: Vec<Compiled>,
    /// Local number to number in the rule set.
    predicates: Vec<PredicateId>,
    kinds: Vec<Kind>,
    /// For each predicate the number of its field.
    field_of: Vec<u32>,
    /// For each predicate the matcher of its field when that is looked at only on demand.
    late: Vec<u32>,
    /// For each predicate the rules that wake when its bit is set: a range of `woken`.
    wakes: Vec<(u32, u32)>,
    woken: Vec<u32>,
    /// Rules that are evaluated for every event.
    always: Vec<u32>,
    matchers: Vec<FieldMatcher>,
    /// Names of the matchers' fields.
    names: Vec<Arc<str>>,
    by_name: FxHashMap<Box<str>, u32>,
    keywords: Option<FieldMatcher>,
    /// Tells of whole events that no keyword can match.
    keyword_prefilter: Option<Prefilter>,
}

impl Program {
    /// How many rules it holds.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether it holds no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Names of the fields that are looked at in every event; the others only on demand.
    pub fn eager_fields(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(|name| &**name)
    }

    /// Numbers of rules that no predicate can wake: they are evaluated for every event.
    pub fn always_evaluated(&self) -> impl Iterator<Item = RuleNumber> {
        self.always.iter().filter_map(|at| self.rules.get(*at as usize)).map(|rule| rule.number)
    }
}
