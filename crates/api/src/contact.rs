//! Contacts: whom to ring.

use serde::{Deserialize, Serialize};

/// Whose contacts: `GET /api/v1/contacts`; of all organisations unless it is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactQuery {
    /// Only of organisations with these codes, apart by commas; at most
    /// [`MAX_CODES`](crate::organisation::MAX_CODES).
    pub codes: Option<String>,
}
