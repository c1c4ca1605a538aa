//! A record on which the work panics is kept as unparsed; its neighbours are worked through.

use wardwatch_model::Permission;
use wardwatch_normalise::block::Shape;

use super::wheel::{FOUND, Wheel, event};
use crate::work::PANIC_MARK;

#[tokio::test]
async fn a_record_that_panics_does_not_end_the_loop_or_take_its_neighbours() {
    let mut wheel = Wheel::new(FOUND).await;
    let bad = event(PANIC_MARK, 2);
    let text = event("evil.exe", 1) + &bad + &event("evil.exe", 3);
    wheel.take("ZZ1", &text).await;
    wheel.take("ZZ2", &event("evil.exe", 4)).await;
    let document = format!("[{}]", bad.trim());
    wheel.take_as("ZZ2", Shape::JsonDocuments, &document).await;
    wheel.turn().await;
    assert_eq!(wheel.found().await, ["ZZ1 f", "ZZ1 f", "ZZ2 f"]);
    let files = wheel.state().lake_files(&wheel.detect.system, None, None).await.unwrap();
    let scope = wheel.scope(Permission::ReadFindings).await;
    let mut rows = Vec::new();
    for file in &files {
        rows.extend(wheel.detect.lake.read(&scope, file).await.unwrap());
    }
    let kept: Vec<_> = rows.iter().filter(|row| &*row.class == "unparsed").collect();
    assert_eq!((rows.len(), kept.len()), (5, 2));
    assert!(kept.iter().all(|row| row.body.contains("panicked: as the test wants")));
    let one = kept.iter().find(|row| row.org.as_str() == "ZZ1").unwrap();
    let body: serde_json::Value = serde_json::from_str(&one.body).unwrap();
    assert_eq!(body["unparsed"], bad.trim());
    let mut told = String::new();
    wheel.figures.write(&mut told);
    assert!(told.contains("ward_panics_total 2"), "{told}");
    // The loop goes on.
    wheel.take("ZZ1", &event("evil.exe", 5)).await;
    wheel.turn().await;
    assert_eq!(wheel.found().await.len(), 4);
}
