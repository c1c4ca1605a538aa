//! For tests and benchmarks only: where the public corpora lie, and their content as events.
//!
//! In: `WARD_CORPORA`, or `../shared/corpora` beside the project. Out: rules, events, cases; or
//! `None` with a line on standard error when the corpora are not there.

pub mod corpora;
pub mod events;
