//! What went wrong, as RFC 9457 has it (`application/problem+json`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Kind of the problem of a login whose password is right and which needs a code too.
pub const CODE_NEEDED: &str = "urn:wardwatch:code-needed";

/// Kind of the problem of a login by a password that works once and without a new one.
pub const NEW_PASSWORD_NEEDED: &str = "urn:wardwatch:new-password-needed";

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind of problem: `about:blank` when the status says all there is.
    #[serde(rename = "type", default = "blank")]
    pub kind: String,
    /// The status in words.
    #[serde(default)]
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was wrong with this request, and what to do.
    #[serde(default)]
    pub detail: String,
}

fn blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    /// A problem with the status in words as its title.
    pub fn new(status: u16, title: &str, detail: impl Into<String>) -> Self {
        Problem { kind: blank(), title: title.to_owned(), status, detail: detail.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.detail.is_empty() {
            true => write!(f, "{} ({})", self.title, self.status),
            false => f.write_str(&self.detail),
        }
    }
}
