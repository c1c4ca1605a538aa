//! Endpoints of alerts.

pub mod acknowledge;
pub mod devices;
pub mod end;
pub mod get;
pub mod issue;
pub mod list;
pub mod sign;

use std::cmp::Reverse;
use std::collections::{BTreeMap, btree_map};
use std::iter::Peekable;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use wardwatch_api::alert::{AlertAnswerLine, AlertView};
use wardwatch_model::{AlertAnswer, AlertFigures, AlertProgress, CveId, OrgId, Timestamp};
use wardwatch_store::{Kept, SeenAlert, TenantScope};

use super::exposure::{ask, silent_since};
use super::problem::Problem;
use crate::app::App;

/// Lists of alerts, kept for a moment where they are dear: each alert counts every organisation anew.
pub struct AlertLists {
    kept: Kept<Vec<AlertView>>,
    /// How often alerts were changed: a list that was begun before a change is not found after it.
    changes: AtomicU64,
}

impl Default for AlertLists {
    fn default() -> Self {
        AlertLists { kept: Kept::from(Duration::from_millis(50)), changes: AtomicU64::new(0) }
    }
}

impl AlertLists {
    /// Forgets all of them: somebody issued, ended or answered an alert.
    fn end(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.kept.clear();
    }
}

/// The list of alerts that go to the scope, without the answers of each organisation.
///
/// # Errors
/// When the sector or the state cannot be asked.
async fn listed(
    app: &App,
    scope: &TenantScope,
    ended: bool,
) -> Result<Arc<Vec<AlertView>>, Problem> {
    let changes = app.alerts.changes.load(Ordering::Acquire);
    let key: Arc<str> = format!("{changes} {ended} {}", scope.key()).into();
    let began = Instant::now();
    if let Some((known, false)) = app.alerts.kept.look(&key, None, began) {
        if !known.is_empty() {
            // Who reads what somebody else asked for is written down all the same.
            app.state.was_surveyed(scope, "read.alerts").await?;
        }
        return Ok(known);
    }
    let seen = app.state.alerts(scope, ended).await?;
    let views = views(app, scope, seen).await?;
    let short = |view| AlertView { answers: Vec::new(), ..view };
    let list = Arc::new(views.into_iter().map(short).collect());
    app.alerts.kept.put(&key, (&list, None), Instant::now(), began.elapsed());
    Ok(list)
}

/// How many running alerts some organisation of the scope has not answered in time.
///
/// # Errors
/// As of the list.
pub(super) async fn overdue(app: &App, scope: &TenantScope) -> Result<u64, Problem> {
    let alerts = listed(app, scope, false).await?;
    Ok(alerts.iter().filter(|alert| alert.overdue > 0).count() as u64)
}

/// Alerts with what the scope's devices say now.
///
/// # Errors
/// When the sector or the state cannot be asked.
async fn views(
    app: &App,
    scope: &TenantScope,
    seen: Vec<SeenAlert>,
) -> Result<Vec<AlertView>, Problem> {
    if seen.is_empty() {
        return Ok(Vec::new());
    }
    let asked = scope.clone();
    let cves: Vec<Vec<CveId>> = seen.iter().map(|seen| seen.alert.cves.clone()).collect();
    let figures = ask(app, move |sector| sector.figures(&asked, &cves)).await?;
    // Devices that never said what they run are not known either.
    let silent = app.state.silent_devices(scope, silent_since(app)).await?;
    let now = app.now();
    let each = seen.into_iter().zip(figures);
    Ok(each.map(|(seen, figures)| shaped(seen, &figures, &silent, now)).collect())
}

/// A map that is asked in its own order, each key once.
struct InOrder<'m, V>(Peekable<btree_map::Iter<'m, OrgId, V>>);

impl<'m, V: Copy + Default> InOrder<'m, V> {
    fn of(map: &'m BTreeMap<OrgId, V>) -> Self {
        InOrder(map.iter().peekable())
    }

    fn at(&mut self, org: &OrgId) -> V {
        while self.0.next_if(|(before, _)| *before < org).is_some() {}
        self.0.next_if(|(found, _)| *found == org).map_or_else(V::default, |(_, value)| *value)
    }
}

/// An alert with the figures of each organisation, and how many of its devices never said what they run.
fn shaped(
    seen: SeenAlert,
    figures: &BTreeMap<OrgId, AlertFigures>,
    silent: &BTreeMap<OrgId, u64>,
    now: Timestamp,
) -> AlertView {
    let SeenAlert { alert, answers } = seen;
    let (mut figures, mut silent) = (InOrder::of(figures), InOrder::of(silent));
    let mut lines: Vec<AlertAnswerLine> = answers
        .into_iter()
        .map(|(org, answer)| {
            let mut figures = figures.at(&org);
            figures.unknown += silent.at(&org);
            let overdue = alert.overdue(&answer, now).map(|what| what.as_str().to_owned());
            let AlertAnswer { acknowledged, signed } = answer;
            AlertAnswerLine { org, figures, acknowledged, signed, overdue }
        })
        .collect();
    // They come in the order of codes, and this keeps it among those that are alike.
    lines.sort_by_key(|line| (line.overdue.is_none(), Reverse(line.figures.affected)));
    let count = |test: &dyn Fn(&AlertAnswerLine) -> bool| {
        lines.iter().filter(|line| test(line)).count() as u64
    };
    let done = |line: &AlertAnswerLine| {
        line.signed.as_ref().is_some_and(|signed| signed.progress == AlertProgress::Done)
    };
    let mut all = AlertFigures::default();
    for line in &lines {
        all.add(line.figures);
    }
    AlertView {
        figures: all,
        organisations: lines.len() as u64,
        acknowledged: count(&|line| line.acknowledged.is_some()),
        done: count(&done),
        overdue: count(&|line| line.overdue.is_some()),
        answers: lines,
        alert,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn asked_in_its_order_a_map_answers_as_asked_at_random(
            held: BTreeMap<u8, u64>,
            asked: std::collections::BTreeSet<u8>,
        ) {
            let org = |n: u8| format!("ZZ{n:03}").parse::<OrgId>().unwrap();
            let map: BTreeMap<OrgId, u64> = held.iter().map(|(n, value)| (org(*n), *value)).collect();
            let mut in_order = InOrder::of(&map);
            for n in asked {
                let plain = map.get(&org(n)).copied().unwrap_or_default();
                prop_assert_eq!(in_order.at(&org(n)), plain);
            }
        }
    }
}
