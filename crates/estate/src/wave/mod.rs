//! What stands in the way of moving devices to newer releases.
//!
//! In: a device's lacks, as whoever looked found them. Out: the words for them, with who can take
//! each away. Never: a decision.

mod blocker;
mod half;

pub use blocker::Blocker;
pub use half::{HalfYear, Wave, waves};
