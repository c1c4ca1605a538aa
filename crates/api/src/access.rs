//! What a caller must be for an endpoint: part of what the endpoint is.

use wardwatch_model::Permission;

use crate::me::permission_word;

/// Who may use an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Open,
    /// Whoever is known.
    Known,
    /// Whoever has this permission somewhere; what they see and change lies within there.
    Needs(Permission),
}

impl Access {
    /// The word in the OpenAPI document.
    pub fn word(self) -> &'static str {
        match self {
            Access::Open => "open",
            Access::Known => "known",
            Access::Needs(permission) => permission_word(permission),
        }
    }
}
