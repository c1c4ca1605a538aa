//! Knowledge from outside, read and checked.
//!
//! In: bytes of a file, or the address of a server. Out: values of the model, with every part that
//! could not be used named by place and reason. Never: a part left out in silence; input without a
//! limit; a clock (time is an argument); a secret in an error.

pub mod fetch;
pub mod indicators;
pub mod landscape;
pub mod mirror;
pub mod pull;
pub mod taxii;
