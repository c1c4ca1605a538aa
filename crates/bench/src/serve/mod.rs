//! The whole server: records in, until they are durable, detected on and in the lake.
//!
//! In: the corpora, the program beside this one. Out: a table for each door. The sender and the
//! server share the machine, so the CPU time of each is printed too: it says what two quiet cores
//! could do when others use them.

mod delay;
mod doors;
mod sending;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wardwatch_testkit::events;

use crate::figures::title;
use crate::server::{Folder, PATIENCE, Server, cpu_of};
use crate::whole::program;
use delay::Buckets;
pub use doors::{Door, Parcel, parcels};
use sending::send;

/// Records that are sent unless the command line says otherwise.
const RECORDS: u64 = 1_000_000;
/// Seconds of sending at half the rate.
const HALF_SECONDS: f64 = 15.0;

/// What the command line asks for.
pub struct Asked {
    records: u64,
    doors: Vec<Door>,
}

impl Default for Asked {
    fn default() -> Self {
        Asked { records: RECORDS, doors: vec![Door::Wire, Door::Bulk] }
    }
}

impl Asked {
    /// `[N] [--door wire|bulk]`.
    ///
    /// # Errors
    /// When a word is none of these.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Asked> {
        let mut asked = Asked::default();
        while let Some(word) = words.next() {
            if word == "--door" {
                let door = words.next().as_deref().and_then(Door::parse);
                asked.doors = vec![door.context("--door wants wire or bulk")?];
            } else {
                asked.records = word.parse().with_context(|| format!("not a number: {word}"))?;
            }
        }
        Ok(asked)
    }
}

/// Records in, in the lake, through each door that was asked for.
///
/// # Errors
/// When the server cannot be started, or does not do what it should.
pub fn records_in(corpora: &Path, asked: &Asked) -> Result<()> {
    let text = of_one_day(&events::shipped_json(corpora));
    for door in &asked.doors {
        title(&format!(
            "ward serve: records in over {}, durable, detected, in the lake; SigmaHQ rules/windows",
            door.word()
        ));
        through(corpora, *door, &text, asked.records)?;
    }
    Ok(())
}

/// The same records as if all of them had happened on one day, as what comes in live does.
pub fn of_one_day(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut line = line.to_owned();
        for name in ["\"@timestamp\":\"", "\"TimeCreated\":\""] {
            let Some(day) = line.find(name).map(|at| at + name.len()) else { continue };
            if line.get(day..day + 10).is_some_and(|day| day.as_bytes()[4] == b'-') {
                line.replace_range(day..day + 10, "2026-03-02");
            }
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

fn through(corpora: &Path, door: Door, text: &str, records: u64) -> Result<()> {
    let ward = program()?;
    let rules = corpora.join("sigma/rules/windows").display().to_string();
    let folder = Folder::new()?;
    let server = Server::start(&ward, &folder, &["--rules", &rules])?;
    let tokens = server.senders(&ward)?;
    std::thread::sleep(Duration::from_secs(2));
    println!("idle: {:.0} MB", server.used()?.rss_mb);
    let all = parcels(door, text, records, "full")?;
    let (before, own_before) = (server.used()?, cpu_of("self"));
    let start = Instant::now();
    let sent = send(&server, &tokens, &all, None)?;
    let acknowledged = start.elapsed().as_secs_f64();
    wait_for(&server, sent.records)?;
    let seconds = start.elapsed().as_secs_f64();
    let used = server.used()?;
    let rate = sent.records as f64 / seconds;
    let cpu = (used.cpu_s - before.cpu_s) * 1e6 / sent.records as f64;
    println!(
        "{} records: acknowledged after {acknowledged:.1} s, in the lake after {seconds:.1} s: {rate:.0} events/s\n\
         server {cpu:.2} us of CPU an event: {:.0} events/s on two cores of its own; sender {:.2} us; \
         told to wait {} times; {:.0} MB peak; {} detections",
        sent.records,
        2e6 / cpu,
        (cpu_of("self") - own_before) * 1e6 / sent.records as f64,
        sent.waits,
        used.peak_mb,
        server.figure("ward_detections_total")?,
    );
    let half = rate / 2.0;
    let all = parcels(door, text, (half * HALF_SECONDS) as u64, "half")?;
    let before = Buckets::of(&server)?;
    let more = send(&server, &tokens, &all, Some(half))?;
    wait_for(&server, sent.records + more.records)?;
    let after = Buckets::of(&server)?;
    let quantile = |share| after.quantile_since(&before, share).unwrap_or(f64::NAN);
    println!(
        "at {half:.0} events/s: from record to published detection {:.2} s in the middle, {:.2} s for 95 of 100",
        quantile(0.5),
        quantile(0.95),
    );
    Ok(())
}

/// Waits until so many records are in the lake.
fn wait_for(server: &Server, records: u64) -> Result<()> {
    let start = Instant::now();
    while server.figure("ward_events_total")? < records {
        ensure!(start.elapsed() < PATIENCE, "the server did not work through what it took");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
