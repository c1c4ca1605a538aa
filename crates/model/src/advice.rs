//! What a detection means and what to do, in plain English.

use serde::{Deserialize, Serialize};

/// Plain-English explanation of a rule, for a reader who is no specialist (reading age about 11).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// What happened, as a short headline.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// What to do next.
    pub r#do: String,
}
