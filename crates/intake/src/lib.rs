//! Content on its way in: opened, unpacked, told by its first bytes, and cut into blocks.
//!
//! In: a path or a stream. Out: blocks of whole records for `normalise` to decode, and a problem
//! for each part that cannot be read. Never: more than one block in memory, a look at a name.

pub mod cut;
pub mod open;
