//! What crash reports tell of the device itself, for its protection plan.

use wardwatch_model::plan::{CrashReports, Sent};
use wardwatch_model::{Day, LogSource, Permission};
use wardwatch_normalise::block::Shape;

use super::wheel::{FOUND, Wheel};

/// A report as its door reduces it.
async fn crash(wheel: &mut Wheel, day: Day) {
    crash_of(wheel, "ZZ1-PC", day).await;
}

async fn crash_of(wheel: &mut Wheel, device: &str, day: Day) {
    let text = format!("{{\"Computer\":\"{device}\",\"@timestamp\":\"{day}T12:00:00Z\"}}\n");
    let source = LogSource::new("windows", "application_crash", "wer");
    wheel.take_of("ZZ1", Shape::JsonLines, Some(source), &text).await;
    wheel.turn().await;
}

#[tokio::test]
async fn the_first_report_and_the_last_crash_are_known() {
    let mut wheel = Wheel::new(FOUND).await;
    let today = Day::of(wheel.now());
    let told = async |wheel: &Wheel| {
        let scope = wheel.scope(Permission::ReadFindings).await;
        let facts = wheel.state().plan_facts(&scope, &"ZZ1".parse().unwrap(), "ZZ1-PC").await;
        facts.unwrap().sent
    };
    assert_eq!(told(&wheel).await.crashes, None);
    let since = today;
    crash(&mut wheel, today.plus(-9)).await;
    assert_eq!(told(&wheel).await.crashes, Some(CrashReports { since, last: today.plus(-9) }));
    // One that lay longer, and one of a clock that is ahead.
    crash(&mut wheel, today.plus(-40)).await;
    assert_eq!(told(&wheel).await.crashes, Some(CrashReports { since, last: today.plus(-9) }));
    crash(&mut wheel, today.plus(400)).await;
    let sent = told(&wheel).await;
    assert_eq!(sent.crashes, Some(CrashReports { since, last: today }));
    assert_eq!(sent.heard, Some(today));
    // Its clock was put back by years: the day of the receipt counts.
    crash_of(&mut wheel, "ZZ1-OLD", today.plus(-6_000)).await;
    let scope = wheel.scope(Permission::ReadFindings).await;
    let facts = wheel.state().plan_facts(&scope, &"ZZ1".parse().unwrap(), "ZZ1-OLD").await;
    assert_eq!(facts.unwrap().sent.crashes, Some(CrashReports { since, last: today }));
    // Other events are no crashes.
    wheel.take("ZZ2", "{\"Computer\":\"ZZ2-PC\",\"EventID\":1}\n").await;
    wheel.turn().await;
    let scope = wheel.scope(Permission::ReadFindings).await;
    let facts = wheel.state().plan_facts(&scope, &"ZZ2".parse().unwrap(), "ZZ2-PC").await;
    assert_eq!(facts.unwrap().sent, Sent { heard: Some(today), crashes: None });
}
