//! Endpoints of rules.

pub mod add;
pub mod backtest;
pub mod canary;
pub mod coverage;
pub mod filter;
pub mod get;
pub mod level;
pub mod list;
pub mod problems;
pub mod reload;
pub mod remove;
mod shape;
pub mod text;
