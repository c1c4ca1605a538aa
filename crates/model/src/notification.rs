//! Notifications: what is told to webhooks and by mail, to whom, in how few words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::NotificationId;
use crate::level::Level;
use crate::organisation::OrgId;
use crate::time::Timestamp;

/// What a notification tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NotifyEvent {
    /// A new incident.
    #[serde(rename = "incident.opened")]
    IncidentOpened,
    /// An open incident reached a higher level.
    #[serde(rename = "incident.raised")]
    IncidentRaised,
    /// A campaign that touches the subscriber's organisations for the first time.
    #[serde(rename = "campaign.opened")]
    CampaignOpened,
    /// A detection.
    #[serde(rename = "detection.found")]
    DetectionFound,
    /// An alert of the centre goes to the subscriber's organisations.
    #[serde(rename = "alert.issued")]
    AlertIssued,
    /// An organisation did not acknowledge an alert in time, or did not say in time that it is done.
    #[serde(rename = "alert.overdue")]
    AlertOverdue,
    /// A step of a protection plan that was proven does not hold any more.
    #[serde(rename = "plan.broken")]
    PlanBroken,
    /// Somebody wanted to see whether notifications arrive.
    #[serde(rename = "test")]
    Test,
}

impl NotifyEvent {
    /// Those that one subscribes to.
    pub const ALL: [NotifyEvent; 7] = [
        NotifyEvent::IncidentOpened,
        NotifyEvent::IncidentRaised,
        NotifyEvent::CampaignOpened,
        NotifyEvent::DetectionFound,
        NotifyEvent::AlertIssued,
        NotifyEvent::AlertOverdue,
        NotifyEvent::PlanBroken,
    ];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            NotifyEvent::IncidentOpened => "incident.opened",
            NotifyEvent::IncidentRaised => "incident.raised",
            NotifyEvent::CampaignOpened => "campaign.opened",
            NotifyEvent::DetectionFound => "detection.found",
            NotifyEvent::AlertIssued => "alert.issued",
            NotifyEvent::AlertOverdue => "alert.overdue",
            NotifyEvent::PlanBroken => "plan.broken",
            NotifyEvent::Test => "test",
        }
    }
}

impl fmt::Display for NotifyEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word is no event that one subscribes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownNotifyEvent(pub String);

impl fmt::Display for UnknownNotifyEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = NotifyEvent::ALL.iter().map(|event| event.as_str()).collect();
        write!(f, "'{}' is nothing to be told of: use one of {}", self.0, known.join(", "))
    }
}

impl std::error::Error for UnknownNotifyEvent {}

impl FromStr for NotifyEvent {
    type Err = UnknownNotifyEvent;

    fn from_str(word: &str) -> Result<Self, UnknownNotifyEvent> {
        NotifyEvent::ALL
            .into_iter()
            .find(|event| event.as_str() == word)
            .ok_or_else(|| UnknownNotifyEvent(word.chars().take(64).collect()))
    }
}

/// One notification. It says where to look and how bad it is; whoever wants more asks the API, as
/// somebody whom it knows. Never a user's name, never anything of a raw event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// The same for every attempt, so that a receiver knows one that it has.
    pub id: NotificationId,
    /// What it tells of.
    pub event: NotifyEvent,
    /// When that was.
    pub time: Timestamp,
    /// Whose it is; of a campaign, those of the subscriber's organisations that it touches.
    pub organisations: Vec<OrgId>,
    /// How serious it is.
    pub level: Level,
    /// What it is, as a headline.
    pub title: String,
    /// The identifier to ask the API for; none for a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_print_and_parse_back() {
        for event in NotifyEvent::ALL {
            assert_eq!(event.to_string().parse(), Ok(event));
            assert_eq!(serde_json::to_string(&event).unwrap(), format!("\"{event}\""));
        }
        assert!("test".parse::<NotifyEvent>().is_err(), "nobody subscribes to tests");
    }
}
