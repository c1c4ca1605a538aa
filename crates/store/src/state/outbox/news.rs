//! What a commit found that somebody may want to be told of.
//!
//! In: findings, and who was touched before. Out: for whoever sees some organisations, a notification. Never: a word
//! of an organisation that the subscriber does not see; two identities for one fact.

use std::collections::BTreeSet;

use sqlx::SqliteConnection;
use wardwatch_model::alert::{Alert, Overdue};
use wardwatch_model::{
    Campaign, CampaignId, Incident, IncidentState, Level, Notification, NotificationId,
    NotifyEvent, OrgId, Sighting, Timestamp,
};

use crate::error::StoreError;
use crate::state::row;

/// What a commit found that somebody may want to be told of.
#[derive(Debug)]
pub(in crate::state) struct News {
    /// Whether there is anybody to be told.
    wanted: bool,
    pub(super) facts: Vec<FoundFact>,
}

/// Something that was found.
#[derive(Debug)]
pub(super) struct FoundFact {
    pub event: NotifyEvent,
    object: String,
    time: Timestamp,
    pub level: Level,
    title: String,
    orgs: BTreeSet<OrgId>,
    /// Those that a campaign touched before.
    before: BTreeSet<OrgId>,
}

impl News {
    /// None yet.
    pub(in crate::state) async fn new(
        connection: &mut SqliteConnection,
    ) -> Result<Self, StoreError> {
        let wanted = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM subscriptions)")
            .fetch_one(connection)
            .await?;
        Ok(News { wanted, facts: Vec::new() })
    }

    /// Whether there is anybody to be told.
    pub(in crate::state) fn is_wanted(&self) -> bool {
        self.wanted
    }

    pub(in crate::state) fn detection(&mut self, sighting: &Sighting) {
        if !self.wanted {
            return;
        }
        self.facts.push(FoundFact {
            event: NotifyEvent::DetectionFound,
            object: sighting.id.to_string(),
            time: sighting.received,
            level: sighting.level,
            title: sighting.rule_title.clone(),
            orgs: BTreeSet::from([sighting.org.clone()]),
            before: BTreeSet::new(),
        });
    }

    /// An incident as it is stored now, and its level before; none when it is new.
    pub(in crate::state) fn incident(&mut self, incident: &Incident, before: Option<Level>) {
        let event = match before {
            _ if !self.wanted || incident.state != IncidentState::Open => return,
            None => NotifyEvent::IncidentOpened,
            Some(before) if incident.level > before => NotifyEvent::IncidentRaised,
            Some(_) => return,
        };
        self.facts.push(FoundFact {
            event,
            object: incident.id.to_string(),
            time: incident.updated,
            level: incident.level,
            title: incident.title.clone(),
            orgs: BTreeSet::from([incident.org.clone()]),
            before: BTreeSet::new(),
        });
    }

    /// An alert that was issued, and whom it goes to.
    pub(in crate::state) fn alert(&mut self, alert: &Alert, orgs: BTreeSet<OrgId>) {
        self.of_alert(NotifyEvent::AlertIssued, alert, Level::High, orgs, alert.issued);
    }

    /// What organisations have not done in time about an alert.
    pub(in crate::state) fn overdue(
        &mut self,
        alert: &Alert,
        what: Overdue,
        orgs: BTreeSet<OrgId>,
        now: Timestamp,
    ) {
        let level = match what {
            Overdue::Acknowledge => Level::High,
            Overdue::Act => Level::Critical,
        };
        self.of_alert(NotifyEvent::AlertOverdue, alert, level, orgs, now);
    }

    /// Steps of a device's protection plan that do not hold any more.
    pub(in crate::state) fn plan(
        &mut self,
        org: &OrgId,
        device: &str,
        headline: String,
        time: Timestamp,
    ) {
        if !self.wanted {
            return;
        }
        self.facts.push(FoundFact {
            event: NotifyEvent::PlanBroken,
            object: format!("{org}/{device}"),
            time,
            level: Level::High,
            title: headline,
            orgs: BTreeSet::from([org.clone()]),
            before: BTreeSet::new(),
        });
    }

    fn of_alert(
        &mut self,
        event: NotifyEvent,
        alert: &Alert,
        level: Level,
        orgs: BTreeSet<OrgId>,
        time: Timestamp,
    ) {
        if self.wanted {
            let (object, title) = (alert.id.to_string(), alert.title.clone());
            let before = BTreeSet::new();
            self.facts.push(FoundFact { event, object, time, level, title, orgs, before });
        }
    }

    /// A campaign that is about to be stored.
    pub(in crate::state) async fn campaign(
        &mut self,
        connection: &mut SqliteConnection,
        campaign: &Campaign,
    ) -> Result<(), StoreError> {
        if !self.wanted {
            return Ok(());
        }
        let before = parts_of(connection, campaign.id).await?;
        let orgs: BTreeSet<OrgId> = campaign.parts.iter().map(|part| part.org.clone()).collect();
        if !orgs.is_subset(&before) {
            self.facts.push(FoundFact {
                event: NotifyEvent::CampaignOpened,
                object: campaign.id.to_string(),
                time: campaign.last,
                level: campaign.level,
                title: campaign.title.clone(),
                orgs,
                before,
            });
        }
        Ok(())
    }
}

async fn parts_of(
    connection: &mut SqliteConnection,
    campaign: CampaignId,
) -> Result<BTreeSet<OrgId>, StoreError> {
    let rows = sqlx::query("SELECT org FROM campaign_parts WHERE campaign = ?")
        .bind(campaign.0.as_slice())
        .fetch_all(connection)
        .await?;
    rows.iter().map(|found| row::word(found, 0)).collect()
}

impl FoundFact {
    /// What a subscriber who sees these organisations is told; none when nothing.
    pub fn told(&self, seen: &BTreeSet<OrgId>) -> Option<Notification> {
        if self.before.iter().any(|org| seen.contains(org)) {
            return None;
        }
        let organisations: Vec<OrgId> = self.orgs.intersection(seen).cloned().collect();
        (!organisations.is_empty()).then(|| Notification {
            id: id(self),
            event: self.event,
            time: self.time,
            organisations,
            level: self.level,
            title: self.title.clone(),
            object: Some(self.object.clone()),
        })
    }
}

/// The same fact has the same identity.
fn id(fact: &FoundFact) -> NotificationId {
    let FoundFact { event, object, level, time, .. } = fact;
    let text = match event {
        NotifyEvent::IncidentRaised => format!("{event} {object} {level}"),
        // Others may be late later, and other steps may break.
        NotifyEvent::AlertOverdue => format!("{event} {object} {level} {}", time.micros),
        NotifyEvent::PlanBroken => format!("{event} {object} {}", time.micros),
        _ => format!("{event} {object}"),
    };
    let mut id = [0; 16];
    id.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..16]);
    NotificationId(id)
}
