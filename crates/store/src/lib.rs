//! State, lake and log, each behind a scope of tenants.
//!
//! In: a scope, an authenticated sender, values of the model. Out: the same values, from SQLite
//! (state), own segment files (log) and Parquet files (lake). Never: a call without saying whose
//! data it may touch; a decision about detections or incidents; a clock (time is an argument; only what
//! its own counting costs is measured).

pub mod backup;
mod error;
mod kept;
pub mod lake;
pub mod log;
mod page;
pub mod ranges;
pub mod scope;
mod secret;
pub mod state;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod track;
mod tree;

pub use error::StoreError;
pub use kept::Kept;
pub use lake::{Compacted, Expired, Lake, LakeFile, LakeRow, Lease};
pub use log::{AppendError, Batch, BatchKey, Entry, Log, LogError, LogLimits, LogPosition, Torn};
pub use page::{Page, Paged};
pub use ranges::Ranges;
pub use scope::{Principal, Sender, SystemScope, TenantScope};
pub use state::State;
pub use state::access::{AccessToken, OpenCode, TokenKind};
pub use state::accounts::HeldGrant;
pub use state::alerts::SeenAlert;
pub use state::audit::{AuditEntry, AuditProof};
pub use state::certificates::{NewCertificate, Redeemed};
pub use state::closing::{ClosedOrganisation, OrganisationChange};
pub use state::commit::{Commit, Committed, DeviceSeen};
pub use state::decisions::Decisions;
pub use state::detections::DetectionFilter;
pub use state::devices::{Device, DeviceFilter};
pub use state::erase::Erased;
pub use state::heard::HeardDevices;
pub use state::hunts::{HuntEnd, HuntRecord, NewHunt};
pub use state::incidents::{IncidentChange, IncidentFilter};
pub use state::indicators::{
    IndicatorHunt, IndicatorList, IndicatorSource, ListProblem, ListReach, LoadedList,
    NewIndicatorSource, SourceSecret,
};
pub use state::inventories::{DeviceClass, KeptInventory};
pub use state::landscapes::KeptLandscape;
pub use state::observations::KeptObservation;
pub use state::organisations::{ImportReport, Organisations};
pub use state::outbox::{Parcel, Waiting};
pub use state::overview::{DetectionSpan, OpenIncidents};
pub use state::own_rules::MAX_OWN_RULES;
pub use state::people::{Credentials, Grant, NewPerson, Person};
pub use state::plan_turns::PlanTurn;
pub use state::plans::PlanChange;
pub use state::retention::{DEFAULT_DAYS, MAX_DAYS, Retention};
pub use state::rule_counts::{RuleClosings, RuleHits, RuleSums, SourcesHeard};
pub use state::rule_settings::SettingChange;
pub use state::saved_hunts::SavedHunt;
pub use state::services::ListReport;
pub use state::subscriptions::{NewSubscription, Subscription, SubscriptionKind};
pub use state::tokens::{ApiTokenInfo, SenderInfo};
pub use state::tracks::{KeptTrack, Received};
pub use track::Track;
