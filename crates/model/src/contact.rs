//! Whom to ring at an organisation.

use serde::{Deserialize, Serialize};

use crate::organisation::OrgId;

/// A person or a desk that can be rung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The organisation whose contact it is.
    pub org: OrgId,
    /// What it is called; one name of an organisation is one contact.
    pub name: String,
    /// What it is for, in words, such as `security, day and night`; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Its telephone number, as people write it.
    pub phone: String,
    /// Its address of mail; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mail: String,
    /// Whether organisations below ring it too: they see it then.
    #[serde(default)]
    pub for_below: bool,
}
