//! Numbered events, sent as fast as may be, and the count of what became of them.
//!
//! In: numbers. Out: requests of `_bulk`, and for each number whether it was acknowledged. Every
//! number is one detection in the end: none may be missing, none may be there twice.

use std::collections::{BTreeMap, HashSet};
use std::io::Read;

use serde_json::{Value, json};

use super::Sector;

/// Finds every numbered event.
pub const RULES: &str = "title: Found\nid: found\nlevel: high\nlogsource: {product: windows}\n\
    detection: {s: {Image|endswith: '\\evil.exe'}, condition: s}\n";

/// One action of `_bulk` with its document, which `more` fills up.
pub fn numbered(number: u64, more: &str) -> String {
    let event = json!({
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Computer": "ZZ1-PC-1",
        "Image": format!("C:\\{number}\\evil.exe"),
        "TimeCreated": "2026-03-02T09:14:05Z",
        "More": more,
    });
    format!("{{\"create\":{{}}}}\n{event}\n")
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All of it is kept.
    Kept,
    /// The server asks to try again later, in the words of this door.
    Busy,
    /// The connection broke off: nobody knows.
    Gone(String),
    /// Anything else.
    Other(String),
}

/// Sends a body, given in parts, to `_bulk`.
pub fn post(agent: &ureq::Agent, address: &str, token: &str, body: &[&str]) -> Outcome {
    let length: usize = body.iter().map(|part| part.len()).sum();
    let nothing: Box<dyn Read + '_> = Box::new(std::io::empty());
    let mut reader =
        body.iter().fold(nothing, |before, part| Box::new(before.chain(part.as_bytes())));
    let sent = agent
        .post(format!("{address}/_bulk"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/x-ndjson")
        .header("content-length", length.to_string())
        .send(ureq::SendBody::from_reader(&mut reader));
    let mut answer = match sent {
        Ok(answer) => answer,
        Err(error) => return Outcome::Gone(error.to_string()),
    };
    let status = answer.status().as_u16();
    let again = answer.headers().contains_key("retry-after");
    let text = match answer.body_mut().read_to_string() {
        Ok(text) => text,
        Err(error) => return Outcome::Gone(error.to_string()),
    };
    let said: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let busy_item = |item: &Value| {
        let outcome = &item["create"];
        outcome["status"] == 201 || outcome["status"] == 429
    };
    match status {
        200 if said["errors"] == false => Outcome::Kept,
        // A part that was kept is sent again with the rest, and is found once all the same.
        200 if said["items"].as_array().is_some_and(|items| items.iter().all(busy_item)) => {
            Outcome::Busy
        }
        429 if again && said["error"]["type"] == "es_rejected_execution_exception" => Outcome::Busy,
        _ => Outcome::Other(format!("{status} {text}")),
    }
}

/// Which numbers were sent, and what became of them.
#[derive(Debug, Default)]
pub struct Counts {
    pub sent: u64,
    pub acknowledged: HashSet<u64>,
    pub busy: u64,
    pub gone: Vec<String>,
    pub other: Vec<String>,
}

impl Counts {
    /// Counts a request with these numbers in it.
    pub fn add(&mut self, numbers: impl Iterator<Item = u64>, outcome: Outcome) {
        let numbers: Vec<u64> = numbers.collect();
        self.sent += numbers.len() as u64;
        match outcome {
            Outcome::Kept => self.acknowledged.extend(numbers),
            Outcome::Busy => self.busy += 1,
            Outcome::Gone(said) => self.gone.push(said),
            Outcome::Other(said) => self.other.push(said),
        }
    }

    /// Adds another's.
    pub fn join(&mut self, other: Counts) {
        self.sent += other.sent;
        self.acknowledged.extend(other.acknowledged);
        self.busy += other.busy;
        self.gone.extend(other.gone);
        self.other.extend(other.other);
    }

    /// Waits for all that was acknowledged, prints the counts, and fails when something is missing
    /// or there twice, or when another organisation has any of it.
    pub fn check(&self, sector: &Sector, what: &str) {
        let times = |found: &[Value]| {
            let mut times: BTreeMap<u64, u32> = BTreeMap::new();
            for number in found.iter().filter_map(number) {
                *times.entry(number).or_default() += 1;
            }
            times
        };
        let found = sector.wait(&sector.one, |found| {
            let times = times(found);
            self.acknowledged.iter().all(|number| times.contains_key(number))
        });
        let times = times(&found);
        let missing = self.acknowledged.iter().filter(|n| !times.contains_key(n)).count();
        let twice = times.values().filter(|count| **count > 1).count();
        println!(
            "{what}: {} sent, {} acknowledged, {} requests refused as busy, {} broken off, {} \
             detected, {missing} missing, {twice} twice",
            self.sent,
            self.acknowledged.len(),
            self.busy,
            self.gone.len(),
            times.len(),
        );
        assert_eq!((missing, twice), (0, 0), "{what}");
        assert!(self.other.is_empty(), "{what}: {:#?}", self.other.iter().take(3));
        assert!(sector.detections(&sector.two).is_empty(), "{what}: in the wrong organisation");
    }
}

/// The number of the event that was found.
fn number(detection: &Value) -> Option<u64> {
    let text = detection["matched"].to_string();
    text.split("C:\\\\").nth(1)?.split('\\').next()?.parse().ok()
}
