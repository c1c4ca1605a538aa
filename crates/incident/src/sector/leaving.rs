//! How incidents leave the sector: folded into another, quiet for long, or no attack after all.
//!
//! In: identities. Out: which incidents came into another campaign. Never: a campaign of fewer than
//! two organisations that goes on.

use std::collections::HashSet;

use wardwatch_model::IncidentId;

use super::bearers::Sign;
use super::{Assigned, MOST_SIGNS, Member, Sector};
use crate::campaign::Running;

impl Sector {
    /// Puts one incident in the place of another that was folded into it.
    pub fn rename(&mut self, from: IncidentId, to: IncidentId) -> Vec<Assigned> {
        let mut assigned = Vec::new();
        let Some(old) = self.remove(from) else { return assigned };
        let new = self.members.entry(to).or_insert_with(|| Member {
            org: old.org.clone(),
            level: old.level,
            span: old.span,
            signs: Vec::new(),
            rules: HashSet::new(),
            campaign: None,
            recheck: true,
        });
        new.recheck = true;
        new.level = new.level.max(old.level);
        new.span = (new.span.0.min(old.span.0), new.span.1.max(old.span.1));
        new.rules.extend(old.rules);
        let had: HashSet<Sign> = new.signs.iter().cloned().collect();
        for sign in old.signs {
            if !had.contains(&sign) && new.signs.len() < MOST_SIGNS {
                self.bearers.add(&sign, &old.org, to);
                new.signs.push(sign);
            }
        }
        let own = new.campaign;
        let Some(campaign) = old.campaign else { return assigned };
        if let Some(running) = self.running.get_mut(&campaign) {
            running.rename(&old.org, from, to);
        }
        match own {
            Some(own) if own != campaign => {
                self.join(own, campaign, &mut assigned);
            }
            _ => self.assign(to, campaign, &mut assigned),
        }
        self.changed.extend(self.campaign_of(to));
        assigned
    }

    /// Forgets an incident that left memory; campaigns keep what they know of it.
    pub fn forget(&mut self, incident: IncidentId) {
        let Some(id) = self.remove(incident).and_then(|member| member.campaign) else { return };
        let Some(running) = self.running.get_mut(&id) else { return };
        running.living.remove(&incident);
        if running.living.is_empty()
            && let Some(running) = self.running.remove(&id)
            && self.changed.remove(&id)
        {
            self.ended.push(running.tell());
        }
    }

    /// Takes an incident back that turned out to be no attack; a campaign that is left with one
    /// organisation ends.
    pub fn withdraw(&mut self, incident: IncidentId) -> Vec<Assigned> {
        let Some(member) = self.remove(incident) else { return Vec::new() };
        let Some(id) = member.campaign else { return Vec::new() };
        let mut assigned = vec![Assigned { org: member.org.clone(), incident, campaign: None }];
        let Some(running) = self.running.get_mut(&id) else { return assigned };
        running.leave(&member.org, incident);
        self.changed.insert(id);
        if running.organisations() < 2
            && let Some(running) = self.running.remove(&id)
        {
            for left in &running.living {
                if let Some(member) = self.members.get_mut(left) {
                    member.campaign = None;
                    let org = member.org.clone();
                    assigned.push(Assigned { org, incident: *left, campaign: None });
                }
            }
            self.end(&running);
        }
        assigned
    }

    pub(super) fn end(&mut self, running: &Running) {
        self.changed.remove(&running.id);
        self.ended.push(running.tell());
    }

    pub(super) fn remove(&mut self, incident: IncidentId) -> Option<Member> {
        let member = self.members.remove(&incident)?;
        for sign in &member.signs {
            self.bearers.remove(sign, incident);
        }
        Some(member)
    }
}
