//! The wheels that turn by themselves: one file a loop.

pub mod care;
pub mod correlate;
pub mod detect;
pub mod figures;
pub mod gaps;
pub mod indicators;
pub mod notify;
pub mod plans;
mod publish;
pub mod remind;
pub mod retention;
pub mod rules;
#[cfg(test)]
mod tests;
pub mod tidy;
