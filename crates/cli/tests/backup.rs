//! A copy of a server's folder, made while it works, and a server started on that copy.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod sector;

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use sector::client::run;
use sector::load::{Counts, Outcome, RULES, numbered, post};
use sector::{Sector, agent, ward};
use serde_json::Value;

/// Copies the sector's data; what the verb says.
fn back_up(sector: &Sector, name: &str) -> Value {
    let done = run(ward()
        .arg("backup")
        .arg(sector.path(name))
        .arg("--json")
        .args(["--data".as_ref(), sector.data.as_os_str()]));
    assert!(done.status.success(), "{done:?}");
    serde_json::from_str(&done.stdout).unwrap()
}

/// What detections are.
fn ids(found: &[Value]) -> BTreeSet<String> {
    found.iter().map(|found| found["id"].as_str().unwrap().to_owned()).collect()
}

/// Sends requests of ten until told to stop.
fn send(sector: &Sector, first: u64, over: &AtomicBool) -> Counts {
    let (agent, mut counts, mut next) = (agent(), Counts::default(), first);
    while !over.load(Ordering::Relaxed) {
        let body: String = (next..next + 10).map(|number| numbered(number, "")).collect();
        let outcome = post(&agent, sector.address(), &sector.one.sender, &[&body]);
        counts.add(next..next + 10, outcome);
        next += 10;
    }
    counts
}

#[test]
fn a_copy_made_under_load_has_all_that_was_acknowledged_before() {
    let mut sector = Sector::new(RULES);
    let agent = agent();
    let mut before = Counts::default();
    for request in 0..40u64 {
        let numbers = request * 10..request * 10 + 10;
        let body: String = numbers.clone().map(|number| numbered(number, "")).collect();
        let outcome = post(&agent, sector.address(), &sector.one.sender, &[&body]);
        assert_eq!(outcome, Outcome::Kept);
        before.add(numbers, outcome);
    }
    // Copied at once, while much of it is in the log only, and while more comes in.
    let over = AtomicBool::new(false);
    let (during, first, second) = std::thread::scope(|scope| {
        let sending = scope.spawn(|| send(&sector, 1_000_000, &over));
        let first = back_up(&sector, "copy");
        let second = back_up(&sector, "copy");
        over.store(true, Ordering::Relaxed);
        (sending.join().unwrap(), first, second)
    });
    println!("first copy {first}, second into the same folder {second}");
    during.check(&sector, "sent while it was copied");
    let original = sector.detections(&sector.one);
    sector.end();
    let taken = ids(&original);
    sector.data = sector.path("copy");
    sector.open(&[]);
    before.check(&sector, "acknowledged before the copy");
    let restored = sector.detections(&sector.one);
    let more: Vec<String> = ids(&restored).difference(&taken).cloned().collect();
    assert!(more.is_empty(), "{more:?} are in the copy alone");
    let proof = sector.get("/api/v1/audit/verify", &sector.administrator);
    assert_eq!(proof["broken_at"], Value::Null, "{proof}");
    // The copy is a server like any other: shippers go on with the tokens that they have.
    let body = numbered(9_999_999, "");
    let outcome = post(&agent, sector.address(), &sector.one.sender, &[&body]);
    let mut after = Counts::default();
    after.add(std::iter::once(9_999_999), outcome);
    after.check(&sector, "sent to the copy");
}

#[test]
fn a_copy_of_a_server_at_rest_is_the_same() {
    let mut sector = Sector::new(RULES);
    let body: String = (0..30).map(|number| numbered(number, "")).collect();
    let outcome = post(&agent(), sector.address(), &sector.one.sender, &[&body]);
    let mut counts = Counts::default();
    counts.add(0..30, outcome);
    counts.check(&sector, "before");
    let (original, incidents) =
        (sector.detections(&sector.one), sector.get("/api/v1/incidents", &sector.one.reader));
    sector.end();
    back_up(&sector, "copy");
    // What is in the copy and nowhere named, such as an erased file of an earlier copy, goes.
    let day = fs::read_dir(sector.path("copy/lake")).unwrap().next().unwrap().unwrap().path();
    fs::write(day.join("erased.parquet"), "zz").unwrap();
    let said = back_up(&sector, "copy");
    assert!(said["kept"].as_u64() > Some(0), "{said}");
    assert!(!day.join("erased.parquet").exists());
    sector.data = sector.path("copy");
    sector.open(&[]);
    assert_eq!(sector.detections(&sector.one), original);
    assert_eq!(sector.get("/api/v1/incidents", &sector.one.reader), incidents);
}

#[test]
fn what_cannot_be_copied_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let empty =
        run(ward().args(["backup", "--data"]).arg(folder.path()).arg(folder.path().join("copy")));
    assert_eq!(empty.status.code(), Some(1), "{empty:?}");
    assert!(empty.stderr.contains("no server's folder"), "{empty:?}");
    fs::write(folder.path().join("state.db"), "").unwrap();
    let inside =
        run(ward().args(["backup", "--data"]).arg(folder.path()).arg(folder.path().join("copy")));
    assert!(inside.stderr.contains("lie within each other"), "{inside:?}");
}
