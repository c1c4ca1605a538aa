//! Hunts over a lake of two trusts: what is found, and what never is.

#![allow(clippy::unwrap_used, reason = "helpers of tests state their expectations with unwrap")]

mod composed;
mod escape;
mod fixture;
mod found;
