//! A sector made from a seed: organisations, devices, and how well they are kept.
//!
//! In: a scenario, a scale and a seed. Out: the same values on every machine, whole or any part of
//! them. Never: a clock, chance of its own, a name of a real body.

pub mod estate;
pub mod telemetry;
