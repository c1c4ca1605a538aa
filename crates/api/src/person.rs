//! People with accounts, and what they are given.

use serde::{Deserialize, Serialize};
use wardwatch_model::{OrgId, PersonId, Role, Timestamp};

use crate::secret::Secret;

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Identity.
    pub id: PersonId,
    /// The login name.
    pub name: String,
    /// The organisation that they belong to.
    pub org: OrgId,
    /// Whether they may log in no more.
    pub disabled: bool,
    /// Whether logging in needs a code of an authenticator.
    pub has_authenticator: bool,
    /// When the account was made.
    pub created: Timestamp,
    /// When they last logged in; none while they never did.
    pub last_login: Option<Timestamp>,
    /// What they hold, held or will hold, as far as the caller administers it.
    pub grants: Vec<Grant>,
}

/// A role over an organisation and all below it, for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The organisation.
    pub org: OrgId,
    /// The role.
    pub role: Role,
    /// From when on.
    pub from: Timestamp,
    /// Until when; none for ever.
    pub until: Option<Timestamp>,
    /// Whether that has passed: it gives nothing any more.
    #[serde(default)]
    pub over: bool,
}

/// A person to be: `POST /api/v1/people`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// The login name.
    pub name: String,
    /// The organisation that they belong to.
    pub org: OrgId,
    /// Their role there.
    pub role: Role,
    /// Their password; one is made when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
}

/// The person that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadePerson {
    /// Identity.
    pub id: PersonId,
    /// The password that was made, told once; it works once, within seven days, to choose
    /// another. None when the caller chose it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
}

/// A role for a person, also of another organisation: `POST /api/v1/people/{id}/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// The organisation.
    pub org: OrgId,
    /// The role.
    pub role: Role,
    /// From when on; from now when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Until when; none for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What to take away: `DELETE /api/v1/people/{id}/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeQuery {
    /// The organisation.
    pub org: OrgId,
    /// The role.
    pub role: Role,
}

/// A password for once: `POST /api/v1/people/{id}/password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordForOnce {
    /// The password, told once. Whoever logs in by it must choose another.
    pub password: Secret,
    /// Until when it works.
    pub until: Timestamp,
}

/// A grant, and who holds it: `GET /api/v1/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldGrant {
    /// The person.
    pub person: PersonId,
    /// Their login name.
    pub name: String,
    /// The organisation that they belong to.
    pub home: OrgId,
    /// The organisation, with all below it.
    pub org: OrgId,
    /// The role.
    pub role: Role,
    /// From when on.
    pub from: Timestamp,
    /// Until when; none for ever.
    pub until: Option<Timestamp>,
}

/// An identity at another issuer: `POST /api/v1/people/{id}/identities`, and as a query of
/// `DELETE`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The issuer, exactly as it names itself.
    pub issuer: String,
    /// Who the person is there: the token's `sub`.
    pub subject: String,
}
