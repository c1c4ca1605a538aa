//! The wheels that turn by themselves: one file a loop.

mod correlate;
pub mod detect;
pub mod figures;
mod publish;
pub mod tidy;
