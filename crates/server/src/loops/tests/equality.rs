//! Over the pack's own cases and the public corpora: what rules give on stored events is what they
//! gave live, detection by detection.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wardwatch_detect::{Documents, Placeholders, RuleSet};
use wardwatch_model::{DetectionId, Permission, RuleId};
use wardwatch_normalise::block::Shape;
use wardwatch_normalise::sniff::{Kind, sniff};
use wardwatch_testkit::{corpora, events};

use super::wheel::Wheel;
use crate::backtest::Tried;
use crate::backtest::trial::Trial;

type Found = BTreeSet<(RuleId, DetectionId)>;

/// Rules over single events, as found live.
async fn live(wheel: &Wheel) -> Found {
    let set = wheel.detect.rules.current();
    let set = set.engine.rules();
    let single: BTreeSet<&RuleId> = set.rules.iter().map(|rule| &rule.head.id).collect();
    let all = wheel.all().await.into_iter().filter(|found| single.contains(&found.rule_id));
    all.map(|found| (found.rule_id, found.id)).collect()
}

/// What a trial finds over all that is stored.
async fn tried(wheel: &Wheel, tried: Tried) -> (Found, u64) {
    let scope = wheel.scope(Permission::ReadFindings).await;
    let mut trial = Trial::new(tried);
    for file in wheel.state().lake_files(&wheel.detect.system, None, None).await.unwrap() {
        for row in wheel.detect.lake.read(&scope, &file).await.unwrap() {
            trial.row(&row);
        }
    }
    (trial.found().iter().cloned().collect(), trial.rows())
}

/// All rules at once, and each of those that hit by itself.
async fn compare(wheel: &Wheel, documents: Documents) -> (usize, u64) {
    let normaliser = wheel.detect.normaliser.clone();
    let set = RuleSet::load(documents, &Placeholders::default());
    let live = live(wheel).await;
    let (found, rows) = tried(wheel, Tried::of_set(set, normaliser.clone())).await;
    let missing: Vec<_> = live.difference(&found).collect();
    let more: Vec<_> = found.difference(&live).collect();
    assert!(missing.is_empty() && more.is_empty(), "missing {missing:?}, too many {more:?}");
    let rules = wheel.detect.rules.current();
    let hit: BTreeSet<&RuleId> = live.iter().map(|(rule, _)| rule).collect();
    for rule in hit.into_iter().take(3) {
        let number = rules.number(rule).unwrap();
        let alone = Tried::in_use(&rules, number, normaliser.clone()).unwrap();
        let (found, _) = tried(wheel, alone).await;
        let expected: Found = live.iter().filter(|(of, _)| of == rule).cloned().collect();
        assert_eq!(found, expected, "{rule}");
    }
    (live.len(), rows)
}

fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")
}

#[tokio::test]
async fn the_packs_cases_give_the_same_live_and_stored() {
    let documents = corpora::documents(&[pack()]);
    let mut wheel = Wheel::of(documents.clone()).await;
    for (number, file) in corpora::files(&pack(), "in").into_iter().enumerate() {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let shape = match sniff(text.as_bytes()) {
            Kind::JsonLines => Shape::JsonLines,
            Kind::JsonDocuments => Shape::JsonDocuments,
            Kind::Audit => Shape::Audit,
            Kind::Lines => Shape::Lines,
            Kind::Wer => Shape::Wer,
            _ => continue,
        };
        let code = if number % 2 == 0 { "ZZ1" } else { "ZZ2" };
        wheel.take_as(code, shape, &text).await;
    }
    wheel.turn().await;
    let (found, rows) = compare(&wheel, documents).await;
    eprintln!("{found} detections in {rows} events");
    assert!(found > 50, "{found} detections in {rows} events");
}

#[tokio::test]
async fn the_public_events_give_the_same_live_and_stored() {
    let Some(folder) = corpora::folder() else { return };
    let documents = corpora::documents(&corpora::rule_folders(&folder));
    let mut wheel = Wheel::of(documents.clone()).await;
    let text = events::shipped_json(&folder);
    let lines: Vec<&str> = text.lines().collect();
    for (number, part) in lines.chunks(1_000).enumerate() {
        let code = if number % 2 == 0 { "ZZ1" } else { "ZZ2" };
        wheel.take(code, &(part.join("\n") + "\n")).await;
    }
    wheel.turn().await;
    let (found, rows) = compare(&wheel, documents).await;
    eprintln!("{found} detections in {rows} events of {} lines", lines.len());
    assert!(found > 100, "{found} detections in {rows} events");
}
