//! Incidents of an organisation, and campaigns: incidents of several organisations that are one
//! attack.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{CampaignId, DetectionId, IncidentId};
use crate::level::Level;
use crate::organisation::OrgId;
use crate::rule::RuleId;
use crate::sighting::Entity;
use crate::time::Timestamp;

/// Whether an incident is still worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentState {
    /// Takes further detections.
    Open,
    /// Ended; the same again opens a new one.
    Closed,
    /// Folded into another.
    Merged,
}

impl IncidentState {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            IncidentState::Open => "open",
            IncidentState::Closed => "closed",
            IncidentState::Merged => "merged",
        }
    }
}

/// Why an incident was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// It was an attack and is dealt with.
    Resolved,
    /// It was no attack.
    FalseAlarm,
    /// It was meant, such as a test or planned work.
    Expected,
}

impl CloseReason {
    /// All reasons.
    pub const ALL: [CloseReason; 3] =
        [CloseReason::Resolved, CloseReason::FalseAlarm, CloseReason::Expected];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            CloseReason::Resolved => "resolved",
            CloseReason::FalseAlarm => "false_alarm",
            CloseReason::Expected => "expected",
        }
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word is no reason to close an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCloseReason(pub String);

impl fmt::Display for UnknownCloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no reason: use one of resolved, false_alarm, expected", self.0)
    }
}

impl std::error::Error for UnknownCloseReason {}

impl FromStr for CloseReason {
    type Err = UnknownCloseReason;

    fn from_str(word: &str) -> Result<Self, UnknownCloseReason> {
        CloseReason::ALL
            .into_iter()
            .find(|reason| reason.as_str() == word)
            .ok_or_else(|| UnknownCloseReason(word.chars().take(64).collect()))
    }
}

/// One reason for an incident's score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What it adds to the score.
    pub points: u32,
    /// In plain English.
    pub text: String,
}

/// A tactic of ATT&CK on an incident's path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The tactic, such as `lateral-movement`.
    pub tactic: String,
    /// When a detection first showed it.
    pub time: Timestamp,
}

/// Something that people may do about an incident. Nothing is done by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What to do, in plain English.
    pub text: String,
    /// To which devices, where it is about devices.
    pub devices: Vec<String>,
}

/// Something that a person wrote down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When.
    pub time: Timestamp,
    /// Who.
    pub by: String,
    /// What.
    pub text: String,
}

/// How an incident ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// When.
    pub time: Timestamp,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: CloseReason,
}

/// Detections of one organisation that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Its identity: from the detection that opened it.
    pub id: IncidentId,
    /// The organisation.
    pub org: OrgId,
    /// Whether it is worked on.
    pub state: IncidentState,
    /// What it is, as a headline.
    pub title: String,
    /// What happened and what it means, in two sentences.
    pub story: String,
    /// The highest level of its detections.
    pub level: Level,
    /// From 0 to 100; the sum of the reasons' points, cut there.
    pub score: u32,
    /// Why the score is what it is.
    pub reasons: Vec<Reason>,
    /// Event time of its first detection.
    pub first: Timestamp,
    /// Event time of its last.
    pub last: Timestamp,
    /// When its latest detection was received.
    pub updated: Timestamp,
    /// How many detections it has.
    pub count: u64,
    /// The first of them, at most [`MAX_LISTED`].
    pub detections: Vec<DetectionId>,
    /// Its rules, at most [`MAX_LISTED`].
    pub rules: Vec<RuleId>,
    /// What it touched, at most [`MAX_LISTED`].
    pub entities: Vec<Entity>,
    /// Its devices, at most [`MAX_LISTED`].
    pub devices: Vec<String>,
    /// Its path through ATT&CK's tactics, in order of time.
    pub path: Vec<Step>,
    /// What could be done.
    pub proposals: Vec<Proposal>,
    /// Who works on it.
    pub owner: Option<String>,
    /// What people wrote down.
    pub notes: Vec<Note>,
    /// How it ended.
    pub closing: Option<Closing>,
    /// The campaign that it is part of.
    pub campaign: Option<CampaignId>,
    /// The incident that it was folded into.
    pub merged_into: Option<IncidentId>,
}

/// How much an incident or campaign lists of each kind; counts go on.
pub const MAX_LISTED: usize = 500;

/// One organisation's part in a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The organisation.
    pub org: OrgId,
    /// Its incidents.
    pub incidents: Vec<IncidentId>,
    /// Event time of its first sign.
    pub first: Timestamp,
    /// How many devices.
    pub devices: u64,
    /// How many of them run a system out of support.
    pub legacy_devices: u64,
}

/// One attack on several organisations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its identity: from the incident that opened it.
    pub id: CampaignId,
    /// What it is, as a headline.
    pub title: String,
    /// The highest level of its incidents.
    pub level: Level,
    /// What its incidents share: rules.
    pub rules: Vec<RuleId>,
    /// What its incidents share: hashes, addresses, domains.
    pub indicators: Vec<Entity>,
    /// Event time of its first sign.
    pub first: Timestamp,
    /// Event time of its last.
    pub last: Timestamp,
    /// Organisations in order of their first sign.
    pub parts: Vec<Part>,
}
