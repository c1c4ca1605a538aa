//! The evidence pack: what the API answers to a fixed list of questions, with when and how it was asked, signed.
//!
//! In: a way to ask, a key, who asks and when. Out: one zip archive. Never: an answer that its asker may not see;
//! a question that failed left out without a word.

mod claims;
mod pack;
mod verify;

pub use claims::{CLAIMS, Claim};
pub use pack::{Answer, PackError, Packed, pack, public};
pub use verify::{Verified, VerifyError, verify};
