//! Webhooks and subscriptions by mail: where notifications go.

use serde::{Deserialize, Serialize};
use wardwatch_model::{Level, NotifyEvent, OrgId, PersonId, SubscriptionId, Timestamp};

use crate::secret::Secret;

/// A webhook to be: `POST /api/v1/webhooks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Of this organisation and those below it.
    pub org: OrgId,
    /// What it is for.
    pub name: String,
    /// Where to; https.
    pub address: String,
    /// What is told.
    pub events: Vec<NotifyEvent>,
    /// This serious or more; high when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
}

/// The webhook that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeWebhook {
    /// Identity, to end it.
    pub id: SubscriptionId,
    /// The key that signs what is sent, told once.
    pub secret: Secret,
}

/// Somebody to be told by mail: `POST /api/v1/mail-subscriptions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMail {
    /// Of this organisation and those below it.
    pub org: OrgId,
    /// What it is for.
    pub name: String,
    /// The address of mail.
    pub address: String,
    /// Only as long as this person may read findings there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// What is told.
    pub events: Vec<NotifyEvent>,
    /// This serious or more; high when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
}

/// The subscription that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeMail {
    /// Identity, to end it.
    pub id: SubscriptionId,
}

/// A webhook or a subscription by mail, and how delivering went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Identity, to end it.
    pub id: SubscriptionId,
    /// Of this organisation and those below it.
    pub org: OrgId,
    /// What it is for.
    pub name: String,
    /// Where to.
    pub address: String,
    /// Only as long as this person may read findings there.
    pub person: Option<PersonId>,
    /// What is told.
    pub events: Vec<NotifyEvent>,
    /// This serious or more.
    pub level: Level,
    /// When it was made.
    pub created: Timestamp,
    /// Who made it.
    pub made_by: String,
    /// When something was last delivered.
    pub last_success: Option<Timestamp>,
    /// When delivering last failed.
    pub last_failure: Option<Timestamp>,
    /// Why it last failed.
    pub last_error: Option<String>,
    /// How many notifications wait.
    pub waiting: u64,
    /// How many were given up after a day, of those that are still kept.
    pub given_up: u64,
    /// How many were not taken since too many waited.
    pub dropped: u64,
}
