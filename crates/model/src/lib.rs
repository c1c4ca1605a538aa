//! The nouns of Wardwatch and their typed identifiers.
//!
//! In: nothing but text and numbers. Out: the types that all other crates exchange.
//! Never: input or output, a clock, a decision. Behaviour here is parse and print only.

pub mod advice;
pub mod detection;
pub mod event;
pub mod level;
pub mod logsource;
pub mod rule;
pub mod time;
pub mod value;

pub use advice::Advice;
pub use detection::Detection;
pub use event::{Event, Field};
pub use level::Level;
pub use logsource::{LogSource, SourceSet, SourceTable};
pub use rule::{RuleHead, RuleId};
pub use time::{RawTime, Timestamp};
pub use value::Value;
