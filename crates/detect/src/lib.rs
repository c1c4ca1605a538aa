//! Checked Sigma rules become an immutable engine; events become detections.
//!
//! In: the text of rules, then events. Out: hits, and correlation hits as
//! `(state, observation) → (state, hits)`. Never: files, sockets, clocks, async.
//!
//! The phases are types: text → [`Documents`] → [`RuleSet`] → [`Engine`].

mod advice;
mod condition;
pub mod correlation;
mod diagnostic;
mod document;
mod engine;
mod filter;
mod fold;
mod glob;
pub mod indicator;
mod lower;
mod placeholder;
pub mod plain;
mod predicate;
mod program;
mod rule;
mod ruleset;

pub use condition::Condition;
pub use diagnostic::{Diagnostic, Problem, Severity};
pub use document::{Documents, Located, MAX_FILE_BYTES};
pub use engine::Engine;
pub use placeholder::Placeholders;
pub use predicate::{Operator, Predicate, Subject};
pub use program::{Program, Scratch};
pub use rule::{Expr, PredicateId, Rule, RuleNumber};
pub use ruleset::RuleSet;
