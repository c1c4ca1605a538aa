//! Devices that something is to be decided of: without support, or losing it soon.
//!
//! In: a scope, a number of months, what was decided. Out: such devices and how many stand at which stage.
//! Never: a device of another organisation; a decision of somebody else's.

use std::sync::Arc;

use wardwatch_api::decision::{DecisionCounts, DecisionRow, Stage};
use wardwatch_model::{Course, Decided, OrgId};
use wardwatch_store::{Decisions, TenantScope};

use super::kept::with;
use super::only::Only;
use super::sector::{Placed, Sector};

impl Sector {
    /// How many of them stand at which stage.
    pub fn decision_counts(
        &self,
        scope: &TenantScope,
        months: u8,
        decisions: &Decisions,
    ) -> DecisionCounts {
        let all = self.to_decide(scope, months);
        let mut counts = DecisionCounts::default();
        // What was decided is looked up among the devices, not the devices among it: it is less.
        for ((org, device), decided) in decisions {
            if find(&all, (org, device)).is_err() {
                continue;
            }
            *match decided.decision.course {
                Course::Upgrade => &mut counts.upgrade,
                Course::Replace => &mut counts.replace,
                Course::Isolate => &mut counts.isolate,
                Course::Accept => &mut counts.accept,
            } += 1;
            counts.late += u64::from(decided.is_late(self.ground.today));
        }
        let decided = counts.upgrade + counts.replace + counts.isolate + counts.accept;
        counts.undecided = (all.len() as u64).saturating_sub(decided);
        counts
    }

    /// Those at a stage, behind a place in the order of organisations and names.
    pub fn at_stage(
        &self,
        scope: &TenantScope,
        (months, stage, only): (u8, Option<Stage>, &Only),
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
        let all = self.to_decide(scope, months);
        let start = after.map_or(0, |after| match find(&all, after) {
            Ok(at) => at + 1,
            Err(at) => at,
        });
        let behind = all.get(start..).unwrap_or_default();
        let found = behind
            .iter()
            .filter(|one| stands(of(decisions, &one.org, &one.device)))
            .filter_map(|one| Some((&one.org, &*one.device, self.placed(&one.org, &one.device)?)));
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
        let meant = |row: &DecisionRow| only.means(Some(&row.system), row.care_class);
        found.filter_map(row).filter(meant).take(limit).collect()
    }

    /// Devices whose support has ended, or ends within so many months, in order.
    fn to_decide(&self, scope: &TenantScope, months: u8) -> Arc<Vec<ToDecide>> {
        let key = with(scope.key(), months);
        self.answers.of(&self.answers.to_decide, &key, || {
            let until = self.ground.today.plus_months(i32::from(months));
            let ends = |device: &Placed| self.kind_of(device).support.ends;
            self.devices_in(|org| scope.covers(org), |_| true, None)
                .filter(|(_, _, device)| ends(device).is_some_and(|ends| ends <= until))
                .map(|(org, device, _)| ToDecide { org: org.clone(), device: device.into() })
                .collect()
        })
    }
}

/// A device that something is to be decided of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToDecide {
    org: OrgId,
    device: Box<str>,
}

/// Where a device stands among others, or would stand.
fn find(all: &[ToDecide], (org, device): (&OrgId, &str)) -> Result<usize, usize> {
    all.binary_search_by(|one| (&one.org, &*one.device).cmp(&(org, device)))
}

fn of<'d>(decisions: &'d Decisions, org: &OrgId, device: &str) -> Option<&'d Decided> {
    // Most sectors have decided of few devices, and a key is not made for nothing.
    if decisions.is_empty() {
        return None;
    }
    decisions.get(&(org.clone(), device.to_owned()))
}
