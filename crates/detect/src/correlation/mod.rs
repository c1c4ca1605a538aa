//! Sigma correlations: observations of rule hits become correlation hits.
//!
//! In: compiled correlation rules, a state that the caller owns, and one observation at a time (a
//! base rule hit, when, with which field values). Out: the correlations that the observation
//! completed. Never: a clock, files, threads, or an answer that depends on anything but the
//! sequence of observations.
//!
//! What decides, in short (each file says its own part):
//! * Time is event time. A window ends at an entry and holds every entry of its group from
//!   `timespan` before that, both ends included (`definition`).
//! * A late observation is put at its place, then every window that holds it is judged, earliest
//!   end first; at most one completes (`evaluate`).
//! * A completed window is used up: its entries never count again (`evaluate`).
//! * Groups are equal when all their values are equal byte by byte; an observation that lacks one
//!   of the group-by fields takes no part (`observe`).
//! * Memory is bounded by [`Limits`]; what is given up is counted in [`Counters`] (`state`).

mod compile;
mod definition;
mod error;
mod evaluate;
mod expression;
mod group;
mod measure;
mod observation;
mod observe;
mod references;
mod set;
mod state;
#[cfg(test)]
mod tests;

pub use error::{CorrelationError, CorrelationProblem};
pub use observation::{CorrelationHit, MAX_ORIGINS, Observation, Reference, RuleRef};
pub use set::{CorrelationInput, CorrelationSet};
pub use state::{CorrelationState, Counters, Limits};
