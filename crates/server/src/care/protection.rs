//! Protection plans of devices that get no fixes any more, as they stand, and the order of such devices.
//!
//! In: reports, what people and sensors said, a scope. Out: plans with their steps turned by what was
//! observed; devices by how far an attacker can reach them. Never: a device of another organisation; one
//! that nobody classified taken for one that may be touched.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use wardwatch_estate::plan::{Family, Plan, Subject, check, make, observed, place, weigh};
use wardwatch_exposure::Subject as Running;
use wardwatch_model::plan::Placing;
use wardwatch_model::{CareClass, Day, Inventory, OrgId, PlanFacts, ServiceCode, SupportState};
use wardwatch_store::{KeptInventory, TenantScope};

use super::kept::with;
use super::merged::{lists_updates, merged};
use super::only::Only;
use super::sector::{Ground, Placed, Said, Sector};

/// A device that gets no fixes any more, in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub device: String,
    /// What it runs.
    pub system: String,
    /// The last day of its support.
    pub ended: Option<Day>,
    /// How careful to be with it.
    pub care_class: Option<CareClass>,
    /// The service that depends on it.
    pub service: Option<ServiceCode>,
    /// Higher is first.
    pub score: u32,
    /// Why.
    pub reasons: Vec<String>,
}

impl Sector {
    /// The devices of the scope that get no fixes any more, those that an attacker reaches most easily
    /// first: those that are meant, so many behind so many, and whether there are more.
    pub fn unsupported(
        &self,
        scope: &TenantScope,
        placings: &Placings,
        only: &Only,
        (skip, limit): (usize, usize),
    ) -> (Vec<Unsupported>, bool) {
        let all = self.stuck(scope, placings);
        let row = |one: &Stuck| {
            let (org, device) =
                (self.org_at(one.org), self.placed(self.org_at(one.org), &one.device)?);
            self.weighed(org, &one.device, device, placings)
        };
        if only.is_all() {
            // The page is cut out before any row is made.
            let more = all.len() > skip.saturating_add(limit);
            return (all.iter().skip(skip).take(limit).filter_map(row).collect(), more);
        }
        let rows = all.iter().filter_map(row);
        let mut meant = rows.filter(|row| only.means(Some(&row.system), row.care_class)).skip(skip);
        let page = meant.by_ref().take(limit).collect();
        (page, meant.next().is_some())
    }

    /// All of them in order.
    fn stuck(&self, scope: &TenantScope, placings: &Placings) -> Arc<Vec<Stuck>> {
        let key = with(scope.key(), fingerprint(placings));
        self.answers.of(&self.answers.stuck, &key, || {
            let mut found: Vec<Stuck> = self
                .devices(|org| scope.covers(org))
                .filter_map(|(org, name, device)| {
                    let score = self.weighed(self.org_at(org), name, device, placings)?.score;
                    Some(Stuck { score, org, device: name.into() })
                })
                .collect();
            found.sort_unstable_by(|a, b| {
                let place = |one: &Stuck| self.org_at(one.org);
                (b.score, place(a), &a.device).cmp(&(a.score, place(b), &b.device))
            });
            found
        })
    }

    /// A device that gets no fixes and is not simply to be upgraded, with its weight.
    fn weighed(
        &self,
        org: &OrgId,
        name: &str,
        device: &Placed,
        placings: &Placings,
    ) -> Option<Unsupported> {
        let kind = self.kind_of(device);
        if kind.support.state != SupportState::Ended {
            return None;
        }
        let system = kind.name.clone()?;
        let nothing = PlanFacts::default();
        let known = if placings.is_empty() {
            &nothing
        } else {
            placings.get(&(org.clone(), name.to_owned())).unwrap_or(&nothing)
        };
        let said = self.said(org, name);
        let ended = kind.support.ends;
        let base = Subject::unplaced(name.to_owned(), system, ended, Vec::new(), Vec::new());
        if !is_stuck(base.family, said.class, known) {
            return None;
        }
        let subject = place(Subject { smb_open: device.smb_open, ..base }, known);
        let ranked = weigh(&subject, self.ground.today);
        Some(Unsupported {
            org: org.clone(),
            device: subject.device,
            system: subject.system,
            ended,
            care_class: said.class,
            service: said.service,
            score: ranked.score,
            reasons: ranked.reasons,
        })
    }
}

/// What is known of devices in their places.
type Placings = BTreeMap<(OrgId, String), PlanFacts>;

/// A device in the order of those without fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    score: u32,
    org: u32,
    device: Box<str>,
}

/// A number that is another one when what is known of a device changed. It is never kept beyond the
/// memory of this process.
fn fingerprint(placings: &Placings) -> u64 {
    let mut hasher = DefaultHasher::new();
    for ((org, device), known) in placings {
        (org, device, format!("{known:?}")).hash(&mut hasher);
    }
    hasher.finish()
}

/// Whether a device without fixes cannot simply take a newer release: of what is as new as Windows 10, one
/// that is never touched, or of which somebody has said what it does.
fn is_stuck(family: Family, class: Option<CareClass>, known: &PlanFacts) -> bool {
    let placed = known.placing != Placing::default();
    family != Family::LockedTen || class == Some(CareClass::Passive) || placed
}

/// The plan of a device by its reports, as it stands; none when it gets fixes, or never reported.
pub fn plan_of(
    ground: &Ground,
    reports: Vec<KeptInventory>,
    said: &Said,
    facts: &PlanFacts,
) -> Option<Plan> {
    let device = reports.first()?.device.clone();
    let inventory = merged(reports)?;
    let running = ground.subject(&inventory);
    standing(ground, &device, &running, &inventory, said, facts)
}

/// The plan of a device by what it runs, as it stands; none when it gets fixes.
pub fn standing(
    ground: &Ground,
    device: &str,
    running: &Running,
    inventory: &Inventory,
    said: &Said,
    facts: &PlanFacts,
) -> Option<Plan> {
    if running.support.state != SupportState::Ended {
        return None;
    }
    let mut installed: Vec<_> = inventory.updates.iter().map(|update| update.kb).collect();
    installed.sort_unstable();
    let base = Subject::unplaced(
        device.to_owned(),
        running.name.clone()?,
        running.support.ends,
        installed,
        inventory.settings.clone(),
    );
    let base = Subject {
        care_class: said.class,
        service: said.service.as_ref().map(|code| code.as_str().replace('-', " ")),
        ..base
    };
    let mut plan = make(&place(base, facts), ground.today);
    for step in &mut plan.steps {
        step.held = facts.held.contains(&step.kind);
    }
    Some(check(plan, &observed(facts, inventory, lists_updates(inventory)), ground.today))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_take_a_newer_release_is_listed_only_when_it_may_not() {
        let nothing = PlanFacts::default();
        assert!(is_stuck(Family::Xp, Some(CareClass::Normal), &nothing));
        assert!(!is_stuck(Family::LockedTen, Some(CareClass::Normal), &nothing));
        assert!(!is_stuck(Family::LockedTen, None, &nothing));
        assert!(is_stuck(Family::LockedTen, Some(CareClass::Passive), &nothing));
        let mut placed = nothing;
        placed.placing.supplier = Some("Lumen Imaging".into());
        assert!(is_stuck(Family::LockedTen, None, &placed));
    }
}
