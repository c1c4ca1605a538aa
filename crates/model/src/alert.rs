//! Alerts of the centre: what is to be closed by when, and how each organisation answers.

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::fix::CveId;
use crate::id::AlertId;
use crate::organisation::OrgId;
use crate::time::Timestamp;

/// Hours within which an alert is acknowledged.
pub const ACKNOWLEDGE_HOURS: i64 = 48;

/// An alert: to the organisation that issued it and all below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its identity.
    pub id: AlertId,
    /// Who issued it.
    pub org: OrgId,
    /// What it is about, as a headline.
    pub title: String,
    /// What to do, in plain English.
    pub text: String,
    /// The vulnerabilities that are to be closed.
    pub cves: Vec<CveId>,
    /// When it was issued.
    pub issued: Timestamp,
    /// By whom.
    pub issued_by: String,
    /// Until when it is to be acknowledged.
    pub acknowledge_by: Timestamp,
    /// The last day for closing what it is about.
    pub act_by: Day,
    /// When the issuer ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

/// What an organisation has not done in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overdue {
    /// It has not acknowledged the alert.
    Acknowledge,
    /// It has not said that it is done.
    Act,
}

impl Overdue {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Overdue::Acknowledge => "acknowledge",
            Overdue::Act => "act",
        }
    }
}

impl Alert {
    /// What is overdue of an answer: to acknowledge within its hours, to be done by its day.
    pub fn overdue(&self, answer: &AlertAnswer, now: Timestamp) -> Option<Overdue> {
        if self.ended.is_some() {
            return None;
        }
        let signed = answer.signed.as_ref();
        let done = signed.is_some_and(|signed| signed.progress == AlertProgress::Done);
        if Day::of(now) > self.act_by && !done {
            return Some(Overdue::Act);
        }
        (answer.acknowledged.is_none() && now > self.acknowledge_by).then_some(Overdue::Acknowledge)
    }
}

/// Somebody's name under something, with its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// When.
    pub time: Timestamp,
    /// Who.
    pub by: String,
}

/// How many devices of an organisation stand how towards what an alert is about: each is counted once,
/// by the worst of its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AlertFigures {
    /// Open to at least one of the vulnerabilities.
    pub affected: u64,
    /// Open to none, and not known for at least one; devices that never reported what they run too.
    pub unknown: u64,
    /// The way in is closed.
    pub mitigated: u64,
    /// Fixed.
    pub fixed: u64,
    /// Not running what is vulnerable.
    pub not_affected: u64,
}

impl AlertFigures {
    /// Adds those of other devices.
    pub fn add(&mut self, other: AlertFigures) {
        self.affected += other.affected;
        self.unknown += other.unknown;
        self.mitigated += other.mitigated;
        self.fixed += other.fixed;
        self.not_affected += other.not_affected;
    }
}

/// How far an organisation says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertProgress {
    /// At work on it.
    Working,
    /// All that is open has been closed.
    Done,
    /// It cannot be done by the day; the note says why, and what protects meanwhile.
    CannotMeet,
}

impl AlertProgress {
    /// All of them.
    pub const ALL: [AlertProgress; 3] =
        [AlertProgress::Working, AlertProgress::Done, AlertProgress::CannotMeet];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            AlertProgress::Working => "working",
            AlertProgress::Done => "done",
            AlertProgress::CannotMeet => "cannot_meet",
        }
    }
}

/// What an organisation signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedAnswer {
    /// Who signed, and when.
    pub signature: Signature,
    /// How far they say they are.
    pub progress: AlertProgress,
    /// What they wrote.
    pub note: String,
    /// What the devices said at that moment.
    pub figures: AlertFigures,
}

/// An organisation's answer to an alert.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AlertAnswer {
    /// That it was read, and by whom.
    pub acknowledged: Option<Signature>,
    /// What was signed last.
    pub signed: Option<SignedAnswer>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_overdue_is_said_from_the_first_moment_on() {
        let moment = |text: &str| Timestamp::parse(text).unwrap();
        let alert = Alert {
            id: AlertId([1; 16]),
            org: "ZZ0".parse().unwrap(),
            title: "Close it".to_owned(),
            text: String::new(),
            cves: Vec::new(),
            issued: moment("2017-05-12T12:00:00Z"),
            issued_by: "somebody".to_owned(),
            acknowledge_by: moment("2017-05-14T12:00:00Z"),
            act_by: Day::parse("2017-05-26").unwrap(),
            ended: None,
        };
        let at = |answer: &AlertAnswer, text: &str| alert.overdue(answer, moment(text));
        let silent = AlertAnswer::default();
        assert_eq!(at(&silent, "2017-05-14T12:00:00Z"), None);
        assert_eq!(at(&silent, "2017-05-14T12:00:01Z"), Some(Overdue::Acknowledge));
        let signature = Signature { time: alert.issued, by: "somebody".to_owned() };
        let read = AlertAnswer { acknowledged: Some(signature), signed: None };
        assert_eq!(at(&read, "2017-05-26T22:59:59Z"), None, "its last day counts");
        assert_eq!(at(&read, "2017-05-27T00:00:00Z"), Some(Overdue::Act));
        let ended = Alert { ended: Some(alert.issued), ..alert };
        assert_eq!(ended.overdue(&silent, moment("2020-01-01T00:00:00Z")), None);
    }
}
