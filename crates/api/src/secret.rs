//! Text that must not reach a log: passwords, tokens, codes.
//!
//! In JSON it is a plain string; in `Debug` it is not shown.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A password, token or code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_not_shown_where_logs_are_written() {
        assert_eq!(format!("{:?}", Secret("open sesame".into())), "Secret(…)");
    }
}
