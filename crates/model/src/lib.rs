//! The nouns of Wardwatch and their typed identifiers.
//!
//! In: nothing but text and numbers. Out: the types that all other crates exchange.
//! Never: input or output, a clock, a decision. Behaviour here is parse and print only.

pub mod advice;
pub mod alert;
pub mod care;
pub mod column;
pub mod contact;
pub mod day;
pub mod decision;
pub mod detection;
pub mod event;
pub mod exposure;
pub mod fix;
pub mod id;
pub mod incident;
pub mod indicator;
pub mod inventory;
pub mod landscape;
pub mod level;
pub mod logsource;
pub mod notification;
pub mod organisation;
pub mod plan;
pub mod posture;
pub mod process;
pub mod role;
pub mod rule;
pub mod sighting;
pub mod time;
pub mod tuning;
pub mod value;

pub use advice::Advice;
pub use alert::{Alert, AlertAnswer, AlertFigures, AlertProgress, SignedAnswer};
pub use care::{CareClass, DeviceCare, Service, ServiceCode};
pub use column::{Column, Columns};
pub use contact::Contact;
pub use day::Day;
pub use decision::{Course, Decided, Decision, Exception};
pub use detection::Detection;
pub use event::{Event, Field};
pub use exposure::{Clock, ExposureStatus, SupportState};
pub use fix::{Build, CveId, Kb};
pub use id::{
    AlertId, BacktestId, CampaignId, DetectionId, EventId, FilterId, HuntId, IncidentId,
    IndicatorListId, IndicatorSourceId, NotificationId, PersonId, SubscriptionId, SuppressionId,
    TokenId,
};
pub use incident::{Campaign, CloseReason, Incident, IncidentState};
pub use indicator::{Indicator, IndicatorKind, SourceKind};
pub use inventory::{Architecture, Inventory, ReportKind, SystemClaim};
pub use landscape::Landscape;
pub use level::Level;
pub use logsource::{LogSource, SourceSet, SourceTable};
pub use notification::{Notification, NotifyEvent};
pub use organisation::{OrgId, OrgKind, Organisation};
pub use plan::{Duty, PlanFacts, Reach, Signer, StepKind, StepState};
pub use role::{Permission, Role};
pub use rule::{RuleHead, RuleId};
pub use sighting::{Entity, EntityKind, Sighting};
pub use time::{RawTime, Timestamp};
pub use tuning::{Contains, Outcome, OwnRule, RuleFilter, RuleSetting, SetLevel, Suppression};
pub use value::Value;
