//! Devices that something is to be decided of: without support, or losing it soon.
//!
//! In: a scope, a number of months, what was decided. Out: such devices and how many stand at which stage.
//! Never: a device of another organisation; a decision of somebody else's.

use wardwatch_api::decision::{DecisionCounts, DecisionRow, Stage};
use wardwatch_model::{Course, Decided, OrgId};
use wardwatch_store::{Decisions, TenantScope};

use super::sector::{Placed, Sector};

impl Sector {
    /// How many of them stand at which stage.
    pub fn decision_counts(
        &self,
        scope: &TenantScope,
        months: u8,
        decisions: &Decisions,
    ) -> DecisionCounts {
        let mut counts = DecisionCounts::default();
        for (org, name, _) in self.to_decide(scope, months) {
            let Some(decided) = of(decisions, org, name) else {
                counts.undecided += 1;
                continue;
            };
            *match decided.decision.course {
                Course::Upgrade => &mut counts.upgrade,
                Course::Replace => &mut counts.replace,
                Course::Isolate => &mut counts.isolate,
                Course::Accept => &mut counts.accept,
            } += 1;
            counts.late += u64::from(decided.is_late(self.ground.today));
        }
        counts
    }

    /// Those at a stage, behind a place in the order of organisations and names.
    pub fn at_stage(
        &self,
        scope: &TenantScope,
        (months, stage): (u8, Option<Stage>),
        decisions: &Decisions,
        after: Option<(&OrgId, &str)>,
        limit: usize,
    ) -> Vec<DecisionRow> {
        let today = self.ground.today;
        let stands = |decided: Option<&Decided>| match (stage, decided) {
            (None, _) | (Some(Stage::Undecided), None) => true,
            (_, None) | (Some(Stage::Undecided), _) => false,
            (Some(Stage::Late), Some(decided)) => decided.is_late(today),
            (Some(stage), Some(decided)) => decided.decision.course.as_str() == stage.as_str(),
        };
        let mut found: Vec<(&OrgId, &str, &Placed)> = self
            .to_decide(scope, months)
            .filter(|(org, name, _)| after.is_none_or(|after| (*org, *name) > after))
            .filter(|(org, name, _)| stands(of(decisions, org, name)))
            .collect();
        found.sort_unstable_by_key(|(org, name, _)| (*org, *name));
        found.truncate(limit);
        let row = |(org, name, device): (&OrgId, &str, &Placed)| {
            let kind = self.kind_of(device);
            let said = self.said(org, name);
            let decided = of(decisions, org, name).cloned();
            Some(DecisionRow {
                org: org.clone(),
                device: name.to_owned(),
                system: kind.name.clone().unwrap_or_else(|| kind.support.label.clone()),
                ends: kind.support.ends?,
                care_class: said.class,
                service: said.service,
                late: decided.as_ref().is_some_and(|decided| decided.is_late(today)),
                decided,
            })
        };
        found.into_iter().filter_map(row).collect()
    }

    /// Devices whose support has ended, or ends within so many months.
    fn to_decide<'s>(
        &'s self,
        scope: &'s TenantScope,
        months: u8,
    ) -> impl Iterator<Item = (&'s OrgId, &'s str, &'s Placed)> {
        let until = self.ground.today.plus_months(i32::from(months));
        self.devices(|org| scope.covers(org))
            .filter(move |(_, _, device)| {
                self.kind_of(device).support.ends.is_some_and(|ends| ends <= until)
            })
            .map(|(org, name, device)| (self.org_at(org), name, device))
    }
}

fn of<'d>(decisions: &'d Decisions, org: &OrgId, device: &str) -> Option<&'d Decided> {
    // Most sectors have decided of few devices, and a key is not made for nothing.
    if decisions.is_empty() {
        return None;
    }
    decisions.get(&(org.clone(), device.to_owned()))
}
