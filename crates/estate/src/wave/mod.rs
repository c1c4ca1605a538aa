//! What stands in the way of moving devices to newer releases, and when they move.
//!
//! In: what devices run and reported, what is known not to run on a release. Out: what blocks each, with who can
//! take it away, and half-yearly waves. Never: a decision; what is not reported taken for a lack.

mod blocker;
mod half;
mod target;

pub use blocker::Blocker;
pub use half::{HalfYear, Wave, waves};
pub use target::{Target, blockers};
