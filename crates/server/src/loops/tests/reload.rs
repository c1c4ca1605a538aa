//! Rules loaded again: nothing is lost, and a broken edit changes nothing.

use super::wheel::{FOUND, Wheel, event};

const MANY: &str = "title: Many\nid: many\nlevel: high\ncorrelation:\n  type: event_count\n  \
    rules: [found]\n  group-by: [Computer]\n  timespan: 1h\n  condition: {gte: 3}\n";

#[tokio::test]
async fn new_rules_go_for_what_comes_after_them() {
    let mut wheel = Wheel::new(FOUND).await;
    wheel.take("ZZ1", &(event("evil.exe", 1) + &event("worse.exe", 2))).await;
    wheel.turn().await;
    let second = FOUND.replace("evil", "worse").replace("id: f", "id: g");
    *wheel.text.lock().unwrap() = format!("{FOUND}---\n{second}");
    assert_eq!(wheel.reload().await, Ok(2));
    wheel.take("ZZ2", &(event("evil.exe", 3) + &event("worse.exe", 4))).await;
    wheel.turn().await;
    assert_eq!(wheel.found().await, ["ZZ1 f", "ZZ2 f", "ZZ2 g"]);
}

#[tokio::test]
async fn what_cannot_be_loaded_leaves_the_old_rules_in_use_and_says_why() {
    let mut wheel = Wheel::new(FOUND).await;
    for (text, words) in [
        (FOUND.replace("|endswith", "|nothing"), "no rule could be loaded"),
        (
            format!("{}---\n{}", FOUND.replace("|endswith", "|no"), FOUND.replace(": f", ": h")),
            "a rule in use cannot be loaded any more from rules.yml",
        ),
        (String::new(), "the folder is not there"),
    ] {
        *wheel.text.lock().unwrap() = text;
        wheel.later(1);
        let refused = wheel.reload().await.unwrap_err();
        assert!(refused.contains(words), "{refused}");
        let last = wheel.detect.rules.last();
        assert_eq!(last.time, Some(wheel.now()));
        assert!(last.refused.unwrap().contains(words));
    }
    wheel.take("ZZ1", &event("evil.exe", 1)).await;
    wheel.turn().await;
    assert_eq!(wheel.found().await, ["ZZ1 f"]);
    // A rule that is taken out on purpose goes.
    *wheel.text.lock().unwrap() = FOUND.replace(": f", ": h");
    assert_eq!(wheel.reload().await, Ok(1));
    assert_eq!(wheel.detect.rules.last().refused, None);
}

#[tokio::test]
async fn a_correlation_completes_over_a_reload() {
    let mut wheel = Wheel::new(&format!("{FOUND}---\n{MANY}")).await;
    wheel.take("ZZ1", &event("evil.exe", 1)).await;
    wheel.turn().await;
    wheel.take("ZZ1", &event("evil.exe", 2)).await;
    // This one is not published when the rules change.
    wheel.work().await;
    // Another rule before it: all numbers change.
    let first = FOUND.replace("evil", "other").replace("id: f", "id: a").replace("found", "a");
    *wheel.text.lock().unwrap() = format!("{first}---\n{FOUND}---\n{MANY}");
    assert_eq!(wheel.reload().await, Ok(3));
    wheel.take("ZZ2", &event("evil.exe", 3)).await;
    wheel.turn().await;
    assert_eq!(wheel.found().await, [""; 0], "each organisation counts by itself");
    wheel.take("ZZ1", &event("evil.exe", 4)).await;
    wheel.turn().await;
    assert_eq!(wheel.found().await, ["ZZ1 many"]);
    // The window is used up: the same events again complete nothing.
    *wheel.text.lock().unwrap() = format!("{FOUND}---\n{MANY}");
    wheel.reload().await.unwrap();
    wheel.take("ZZ1", &event("evil.exe", 5)).await;
    wheel.turn().await;
    assert_eq!(wheel.found().await, ["ZZ1 many"]);
}

#[tokio::test]
async fn own_rules_go_for_their_organisation_and_below() {
    let mut wheel = Wheel::new(FOUND).await;
    let own = FOUND.replace("evil", "odd").replace("level: high", "level: low");
    wheel.add_rule("ZZ1", "f", &own).await;
    for code in ["ZZ1", "ZZ1S", "ZZ2"] {
        wheel.take(code, &(event("odd.exe", 1) + &event("evil.exe", 2))).await;
    }
    wheel.turn().await;
    let all = ["ZZ1 ZZ1.f", "ZZ1 f", "ZZ1S ZZ1.f", "ZZ1S f", "ZZ2 f"];
    assert_eq!(wheel.found().await, all, "the same id of another means nothing");
}

/// A correlation over rules of the same name would hide the server's own rule, if names were shared.
#[tokio::test]
async fn own_correlations_change_nothing_of_others_rules() {
    let mut wheel = Wheel::new(FOUND).await;
    wheel
        .add_rule("ZZ1", "many", &format!("{FOUND}---\n{}", MANY.replace("gte: 3", "gte: 2")))
        .await;
    for code in ["ZZ1", "ZZ2"] {
        wheel.take(code, &(event("evil.exe", 1) + &event("evil.exe", 2))).await;
    }
    wheel.turn().await;
    let all = ["ZZ1 ZZ1.many", "ZZ1 f", "ZZ1 f", "ZZ2 f", "ZZ2 f"];
    assert_eq!(wheel.found().await, all);
}
