//! What one may see and change of oneself.

use serde::{Deserialize, Serialize};
use wardwatch_model::{OrgId, Permission, PersonId, Role};

use crate::secret::Secret;

/// A role held over an organisation and all below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The organisation.
    pub org: OrgId,
    /// The role.
    pub role: Role,
}

/// Who asks: `GET /api/v1/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Name of the person or token.
    pub name: String,
    /// The person; none for a token.
    pub person: Option<PersonId>,
    /// What they hold now.
    pub grants: Vec<Held>,
    /// What they may do somewhere, in the words of [`permission_word`].
    pub may: Vec<String>,
}

/// A new password for oneself: `POST /api/v1/me/password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The one that counts until now.
    pub old: Secret,
    /// The one to count from now on: 12 to 256 characters.
    pub new: Secret,
}

/// A new secret for an authenticator: `POST /api/v1/me/authenticator`. It counts once it is
/// confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authenticator {
    /// The secret in base32, to be typed.
    pub secret: Secret,
    /// The same as `otpauth:` address, to be shown as a picture code.
    pub address: Secret,
}

/// Confirms a new secret: `POST /api/v1/me/authenticator/confirm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmAuthenticator {
    /// The secret as it was given.
    pub secret: Secret,
    /// What the authenticator shows for it.
    pub code: Secret,
    /// The password, again.
    pub password: Secret,
}

/// All permissions, in the order in which they are listed.
pub const PERMISSIONS: [Permission; 6] = [
    Permission::ReadFindings,
    Permission::ReadEvents,
    Permission::HandleIncidents,
    Permission::ClassifyDevices,
    Permission::WriteRules,
    Permission::Administer,
];

/// A permission's word in every output.
pub fn permission_word(permission: Permission) -> &'static str {
    match permission {
        Permission::ReadFindings => "read_findings",
        Permission::ReadEvents => "read_events",
        Permission::HandleIncidents => "handle_incidents",
        Permission::ClassifyDevices => "classify_devices",
        Permission::WriteRules => "write_rules",
        Permission::Administer => "administer",
    }
}
