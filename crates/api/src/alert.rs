//! Alerts of the centre, with answers that devices fill in and people sign.

use serde::{Deserialize, Serialize};
use wardwatch_model::alert::Signature;
use wardwatch_model::{Alert, AlertFigures, AlertProgress, CveId, Day, OrgId, SignedAnswer};

/// Which alerts: `GET /api/v1/alerts`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertQuery {
    /// Only what goes to this organisation and those below it.
    pub org: Option<OrgId>,
    /// Those that were ended too.
    pub ended: Option<bool>,
}

/// How much of an alert: `GET /api/v1/alerts/{id}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertLines {
    /// Answers at most, those that are overdue first; all unless given.
    pub lines: Option<u32>,
}

/// A new alert: `POST /api/v1/alerts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAlert {
    /// Who issues it: it goes to this organisation and all below it.
    pub org: OrgId,
    /// What it is about, as a headline.
    pub title: String,
    /// What to do, in plain English.
    #[serde(default)]
    pub text: String,
    /// The vulnerabilities that are to be closed.
    pub cves: Vec<CveId>,
    /// The last day for it; 14 days from now unless given.
    #[serde(default)]
    pub act_by: Option<Day>,
}

/// Where an organisation stands with an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertAnswerLine {
    /// The organisation.
    pub org: OrgId,
    /// What its devices say now.
    pub figures: AlertFigures,
    /// Who acknowledged it, and when.
    pub acknowledged: Option<Signature>,
    /// What was signed last.
    pub signed: Option<SignedAnswer>,
    /// What is overdue: `acknowledge` or `act`; none when nothing is.
    pub overdue: Option<String>,
}

/// An alert with the answers of the caller's organisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertView {
    /// The alert.
    #[serde(flatten)]
    pub alert: Alert,
    /// All its devices together.
    pub figures: AlertFigures,
    /// Organisations that it goes to.
    pub organisations: u64,
    /// Those that acknowledged it.
    pub acknowledged: u64,
    /// Those that signed that it is done.
    pub done: u64,
    /// Those that are overdue.
    pub overdue: u64,
    /// Each organisation, those that are overdue first; empty in a list.
    pub answers: Vec<AlertAnswerLine>,
}

/// For whom: `POST /api/v1/alerts/{id}/acknowledge`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeAlert {
    /// The organisation.
    pub org: OrgId,
}

/// What is signed: `POST /api/v1/alerts/{id}/sign`. The figures are those of that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignAlert {
    /// The organisation.
    pub org: OrgId,
    /// How far it says it is.
    pub progress: AlertProgress,
    /// What it wants to say.
    #[serde(default)]
    pub note: String,
}
