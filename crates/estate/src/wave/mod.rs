//! Moving an estate to newer releases in waves, twice a year.
//!
//! In: devices, what stands in their way, decisions of people. Out: who is ready, who is blocked by
//! what and by whom. Never: a device with something unknown called ready.

mod blocker;

pub use blocker::Blocker;
