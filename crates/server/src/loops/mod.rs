//! The wheels that turn by themselves: one file a loop.

mod correlate;
pub mod detect;
pub mod figures;
pub mod indicators;
mod publish;
pub mod tidy;
