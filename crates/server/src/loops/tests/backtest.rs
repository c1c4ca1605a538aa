//! A rule tried on stored events gives what it gave live.

use std::collections::BTreeSet;

use wardwatch_api::backtest::{Backtest, BacktestState};
use wardwatch_model::{BacktestId, OrgId, Permission, Timestamp};
use wardwatch_store::TenantScope;

use super::wheel::{FOUND, Wheel, event, org};
use crate::backtest::{Plan, Tried};

const ALWAYS: (Timestamp, Timestamp) =
    (Timestamp { micros: 0 }, Timestamp { micros: 4_000_000_000_000_000 });

async fn run(wheel: &Wheel, scope: TenantScope, id: &str) -> Backtest {
    let rules = wheel.detect.rules.current();
    let number = rules.number(&wardwatch_model::RuleId(id.into())).unwrap();
    let tried = Tried::in_use(&rules, number, wheel.detect.normaliser.clone()).unwrap();
    let plan = Plan { tried, scope: scope.clone(), from: ALWAYS.0, until: ALWAYS.1 };
    let tests = &wheel.detect.app.desk().unwrap().backtests;
    let id = BacktestId([7; 16]);
    tests.start(plan, wheel.detect.app.clock.clone(), id).unwrap();
    loop {
        let told = tests.list(&scope).into_iter().next().unwrap();
        if told.state != BacktestState::Running {
            return told;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_back_test_finds_what_was_found_live_within_its_scope() {
    let many = "title: Many\nid: many\ncorrelation:\n  type: event_count\n  rules: [found]\n  \
                group-by: [Computer]\n  timespan: 1h\n  generate: true\n  condition: {gte: 3}\n";
    let mut wheel = Wheel::new(&format!("{FOUND}---\n{many}")).await;
    for code in ["ZZ1", "ZZ2"] {
        let events: String = (1..=4).map(|number| event("evil.exe", number)).collect();
        wheel.take(code, &(events + &event("good.exe", 5))).await;
    }
    wheel.turn().await;
    let scope = wheel.scope(Permission::WriteRules).await;
    let live = wheel.all().await;
    let of = |all: &[wardwatch_model::Sighting], rule: &str, org: Option<&OrgId>| {
        let wanted = all.iter().filter(|found| found.rule_id.0 == rule);
        let wanted = wanted.filter(|found| org.is_none_or(|org| found.org == *org));
        wanted.map(|found| found.id).collect::<BTreeSet<_>>()
    };
    let told = run(&wheel, scope.clone(), "f").await;
    assert_eq!(
        (told.state, told.rows, told.unreadable, told.hits),
        (BacktestState::Done, 10, 0, 8)
    );
    assert_eq!(of(&told.samples, "f", None), of(&live, "f", None));
    let correlated = run(&wheel, scope.clone(), "many").await;
    assert_eq!(of(&correlated.samples, "many", None), of(&live, "many", None));
    assert_eq!(of(&live, "many", None).len(), 2);
    let below = scope.narrow(&org("ZZ2")).unwrap();
    let narrow = run(&wheel, below.clone(), "f").await;
    assert_eq!((narrow.rows, narrow.hits), (5, 4));
    assert_eq!(of(&narrow.samples, "f", None), of(&live, "f", Some(&org("ZZ2"))));
    // What is of both is not for one.
    let other = scope.narrow(&org("ZZ1")).unwrap();
    assert!(wheel.detect.app.desk().unwrap().backtests.list(&other).is_empty());
}
