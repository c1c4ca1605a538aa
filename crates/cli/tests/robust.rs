//! The server process in bad days: a disk that is full, a clock that jumps, more load than it can
//! take. What was acknowledged is there afterwards, once, and what is refused is refused politely.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod sector;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sector::client::skip;
use sector::disk::Disk;
use sector::load::{Counts, Outcome, RULES, numbered, post};
use sector::{PATIENCE, Sector, agent, patient_agent};
use serde_json::json;

/// Sends numbers in requests of twenty while `more` is true of the counts.
fn send_while(
    sector: &Sector,
    counts: &mut Counts,
    next: &mut u64,
    fill: &str,
    more: impl Fn(&Counts, &Outcome) -> bool,
) {
    let (agent, deadline) = (agent(), Instant::now() + PATIENCE);
    loop {
        let numbers = *next..*next + 20;
        *next += 20;
        let body: String = numbers.clone().map(|number| numbered(number, fill)).collect();
        let outcome = post(&agent, sector.address(), &sector.one.sender, &[&body]);
        counts.add(numbers, outcome.clone());
        if !more(counts, &outcome) {
            return;
        }
        assert!(Instant::now() < deadline, "sent without end: {counts:?}");
    }
}

#[test]
fn a_disk_that_is_nearly_full_is_said_by_every_door_and_nothing_taken_is_lost() {
    let Some(disk) = Disk::new(256) else { return };
    let mut sector = Sector::unopened(RULES);
    sector.data = disk.path().join("data");
    sector.open(&["--keep-free", "64"]);
    sector.set_up();
    let (mut counts, mut next) = (Counts::default(), 0);
    send_while(&sector, &mut counts, &mut next, "", |counts, _| counts.acknowledged.len() < 1_000);
    disk.fill(56 << 20);
    let bearer = format!("Bearer {}", sector.one.sender);
    let event = json!({ "event": "of no interest" }).to_string();
    let record = json!({ "resourceLogs": [{ "scopeLogs": [{ "logRecords": [{
        "body": { "stringValue": "of no interest" } }] }] }] });
    for (path, body, status, words) in [
        ("/_bulk", numbered(1, ""), 429, "es_rejected_execution_exception"),
        ("/services/collector/event", event, 503, "Server is busy"),
        ("/v1/logs", record.to_string(), 503, "\"code\":14"),
        ("/api/v1/upload", "{\"a\":1}\n".to_owned(), 503, "try again later"),
    ] {
        let (found, again, answer) = sector.send(path, &bearer, &body);
        assert_eq!((found, again), (status, true), "{path}: {answer}");
        assert!(answer.to_string().contains(words), "{path}: {answer}");
    }
    send_while(&sector, &mut counts, &mut next, "", |counts, _| counts.busy < 3);
    counts.check(&sector, "nearly full");
    let before = counts.acknowledged.len();
    disk.free();
    send_while(&sector, &mut counts, &mut next, "", |counts, _| {
        counts.acknowledged.len() < before + 1_000
    });
    counts.check(&sector, "freed again, the same process");
    assert!(sector.server.as_mut().unwrap().child.try_wait().unwrap().is_none());
}

#[test]
fn a_disk_without_any_room_loses_nothing_that_was_acknowledged() {
    let Some(disk) = Disk::new(128) else { return };
    let mut sector = Sector::unopened(RULES);
    sector.data = disk.path().join("data");
    sector.open(&["--keep-free", "0"]);
    sector.set_up();
    let (mut counts, mut next) = (Counts::default(), 0);
    send_while(&sector, &mut counts, &mut next, "", |counts, _| counts.acknowledged.len() < 200);
    disk.fill(512 << 10);
    // Long records, so that the log meets the end of the disk in the middle of one.
    let fill = "zz".repeat(4_000);
    send_while(&sector, &mut counts, &mut next, &fill, |counts, outcome| {
        counts.busy < 20 && !matches!(outcome, Outcome::Gone(_))
    });
    assert!(counts.busy > 0 || !counts.gone.is_empty(), "the disk was never full: {counts:?}");
    disk.free();
    // A process that met the end of the disk takes a moment to end.
    let deadline = Instant::now() + Duration::from_secs(3);
    let child = &mut sector.server.as_mut().unwrap().child;
    while child.try_wait().unwrap().is_none() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    let ended = child.try_wait().unwrap().is_some();
    println!("without any room the process {}", if ended { "ended" } else { "went on" });
    if ended || !counts.gone.is_empty() {
        sector.open(&["--keep-free", "0"]);
    }
    let before = counts.acknowledged.len();
    let enough = |counts: &Counts| counts.acknowledged.len() >= before + 200;
    send_while(&sector, &mut counts, &mut next, "", |counts, outcome| {
        !enough(counts) && !matches!(outcome, Outcome::Gone(_))
    });
    if !enough(&counts) {
        println!("it ended later: {:?}", counts.gone.last());
        sector.open(&["--keep-free", "0"]);
        send_while(&sector, &mut counts, &mut next, "", |counts, _| !enough(counts));
    }
    counts.check(&sector, "without any room");
}

/// The library that moves the clock of a process.
fn clock_library() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.filter_map(Result::ok);
    let library = |folder: &Path| folder.join("faketime/libfaketimeMT.so.1");
    let found = folders.map(|folder| library(&folder.path())).find(|path| path.is_file());
    if found.is_none() {
        skip("jumps of the clock (libfaketime is not installed)");
    }
    found
}

/// Moves the clock of the server's process.
fn set_clock(sector: &Sector, to: &str) {
    let new = sector.path("offset.new");
    fs::write(&new, to).unwrap();
    fs::rename(new, sector.path("offset")).unwrap();
}

#[test]
fn a_clock_that_jumps_neither_loses_nor_doubles_nor_delays() {
    let Some(library) = clock_library() else { return };
    let mut sector = Sector::unopened(RULES);
    let offset = sector.path("offset");
    set_clock(&sector, "+0");
    let text = |path: &Path| path.display().to_string();
    let around = [
        ("LD_PRELOAD", text(&library)),
        ("FAKETIME_TIMESTAMP_FILE", text(&offset)),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        // Spans of time are measured by another clock, which never jumps.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("NO_FAKE_STAT", "1".to_owned()),
    ];
    sector.around = around.map(|(name, value)| (name.to_owned(), value)).to_vec();
    sector.open(&[]);
    sector.set_up();
    let (mut counts, mut next) = (Counts::default(), 0);
    for jump in ["+0", "-1h", "+2d", "-30d", "+30d", "+0"] {
        set_clock(&sector, jump);
        let before = counts.acknowledged.len();
        send_while(&sector, &mut counts, &mut next, "", |counts, _| {
            counts.acknowledged.len() < before + 400
        });
        // Within its patience: a jump back must not hold up what waits to be published.
        counts.check(&sector, &format!("clock at {jump}"));
    }
    assert!(counts.busy == 0 && counts.gone.is_empty(), "{counts:?}");
    // What its own clock said is what was kept: it did jump.
    let received = sector.detections(&sector.one);
    let days = received.iter().map(|found| &found["received"].as_str().unwrap()[..10]);
    let days: BTreeSet<&str> = days.collect();
    assert!(days.len() >= 4, "{days:?}");
    sector.open(&[]);
    counts.check(&sector, "after a restart");
}

/// Connections that send at once. Every second one sends so much in each request that all of them
/// together are more than the doors hold at a time (`docs/limits.md`, "room").
const SENDERS: u64 = 64;
/// Records of a request: the first is a detection, the others are only load.
const RECORDS: u64 = 200;
/// Records of a large request, of some 12 MB.
const MANY_RECORDS: u64 = 80 * RECORDS;
/// Most memory that the process may ever have held.
const MEMORY_BYTES: u64 = 1 << 30;

/// How long to overload: ten seconds, or what `WARD_OVERLOAD_SECONDS` says.
fn overload_time() -> Duration {
    let given = std::env::var("WARD_OVERLOAD_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(given.unwrap_or(10))
}

/// Most memory that a process has held so far.
fn peak_bytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() << 10
}

#[test]
fn more_load_than_it_can_take_is_held_off() {
    let sector = Sector::new(RULES);
    let long = "ordinary.exe ".repeat(40);
    let load: String = (1..RECORDS)
        .map(|number| {
            let event = json!({
                "EventID": 3, "Channel": "Microsoft-Windows-Sysmon/Operational",
                "Computer": "ZZ1-PC-1", "DestinationPort": number, "Image": "C:\\ordinary.exe",
                "CommandLine": &long,
                "TimeCreated": "2026-03-02T09:14:05Z",
            });
            format!("{{\"create\":{{}}}}\n{event}\n")
        })
        .collect();
    let (over, next) = (AtomicBool::new(false), AtomicU64::new(0));
    let acknowledged_records = AtomicU64::new(0);
    let mut counts = Counts::default();
    let started = Instant::now();
    let send = |times: u64| {
        let (agent, mut counts) = (patient_agent(PATIENCE * 5), Counts::default());
        while !over.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let first = numbered(number, "");
            // In parts, so that every sender reads the same load.
            let mut body = vec![first.as_str()];
            body.extend((0..times).map(|_| load.as_str()));
            let outcome = post(&agent, sector.address(), &sector.one.sender, &body);
            if outcome == Outcome::Kept {
                acknowledged_records.fetch_add(1 + times * (RECORDS - 1), Ordering::Relaxed);
            }
            counts.add(std::iter::once(number), outcome);
        }
        counts
    };
    std::thread::scope(|scope| {
        let send = &send;
        let times = |nth| if nth % 2 == 0 { 1 } else { MANY_RECORDS / RECORDS };
        let senders: Vec<_> =
            (0..SENDERS).map(|nth| scope.spawn(move || send(times(nth)))).collect();
        std::thread::sleep(overload_time());
        over.store(true, Ordering::Relaxed);
        senders.into_iter().for_each(|sender| counts.join(sender.join().unwrap()));
    });
    let taken = started.elapsed();
    let process = sector.server().child.id();
    assert!(counts.gone.is_empty(), "connections broke off: {:?}", counts.gone);
    counts.check(&sector, "overload, first records of requests");
    // A quick machine takes all that the senders can send; then nobody is told to wait.
    println!("{} requests were told to wait", counts.busy);
    let records = acknowledged_records.load(Ordering::Relaxed);
    // The first record of a request is seen before the last one of it.
    let mut worked = sector.figure("ward_events_total");
    let patience = Instant::now();
    while worked < records && patience.elapsed() < PATIENCE * 5 {
        std::thread::sleep(Duration::from_millis(200));
        worked = sector.figure("ward_events_total");
    }
    assert!(worked >= records, "{worked} of {records} records are in the lake");
    let peak = peak_bytes(process);
    println!(
        "{records} records acknowledged in {:.1} s, worked through in {:.1} s, {} MiB at most",
        taken.as_secs_f64(),
        started.elapsed().as_secs_f64(),
        peak >> 20
    );
    assert!(peak < MEMORY_BYTES, "{peak} bytes");
}
