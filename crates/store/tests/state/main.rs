//! The state, told as stories of a sector with two trusts: what one of them has, the other must
//! never see.

#![allow(clippy::unwrap_used, reason = "helpers of tests state their expectations with unwrap")]

mod accounts;
mod audit;
mod findings;
mod fixture;
mod handling;
mod indicators;
mod inventories;
mod lake;
mod lake_files;
mod notifications;
mod organisations;
mod rules;
mod upkeep;
mod wire;
