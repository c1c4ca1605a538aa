//! Who asks another server.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What shows another server who asks.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Credentials {
    /// Nothing.
    #[default]
    None,
    /// A name and a password.
    Basic {
        /// The name.
        name: String,
        /// The password.
        password: String,
    },
    /// A token.
    Bearer(String),
}

impl Credentials {
    /// The header's value, if there is one.
    pub(super) fn header(&self) -> Option<String> {
        match self {
            Credentials::None => None,
            Credentials::Basic { name, password } => {
                Some(format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))))
            }
            Credentials::Bearer(token) => Some(format!("Bearer {token}")),
        }
    }
}

impl fmt::Debug for Credentials {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Credentials::None => f.write_str("None"),
            Credentials::Basic { name, .. } => write!(f, "Basic({name:?})"),
            Credentials::Bearer(_) => f.write_str("Bearer"),
        }
    }
}
