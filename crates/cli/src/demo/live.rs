//! Sends what a made sector logs through a server's door, second by second of the story.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;
use wardwatch_exercise::estate::Sector;
use wardwatch_exercise::telemetry::{STORY_SECONDS, Story};
use wardwatch_model::{OrgId, Timestamp};

use super::prepare::Senders;
use super::{DemoArgs, server};
use crate::remote::client::Client;

/// How often a batch is tried when the server asks to wait.
const TRIES: u32 = 5;

/// Tells the story until the program ends. With a speed above one it begins that much earlier, so that
/// it has caught up with the clock when all of it has happened, and goes on in real time.
pub fn tell(
    args: &DemoArgs,
    address: &str,
    sector: &Sector,
    senders: &Senders,
    now: Timestamp,
) -> Result<()> {
    let speed = i64::from(args.demo_speed);
    let head_start = STORY_SECONDS as i64 * 1_000_000 * (speed - 1) / speed;
    let start = Timestamp { micros: now.micros - head_start };
    let story = Story::new(sector, args.demo_seed, start, args.demo_rate);
    let clients: BTreeMap<&OrgId, Client> = senders
        .iter()
        .map(|(org, token)| Ok((org, Client::new(server(address)?, Some(token.clone())))))
        .collect::<Result<_>>()?;
    for scene in story.scenes() {
        eprintln!(
            "ward:   {:>4} s: {} ({}, {} devices)",
            scene.from_second,
            scene.name,
            scene.org,
            scene.devices.len()
        );
    }
    let began = Instant::now();
    for second in 0.. {
        let behind = second.min(STORY_SECONDS) as f64 / f64::from(args.demo_speed);
        let after = second.saturating_sub(STORY_SECONDS) as f64;
        let due = Duration::from_secs_f64(behind + after);
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        let mut bodies: BTreeMap<OrgId, Vec<u8>> = BTreeMap::new();
        for record in story.second(second) {
            let body = bodies.entry(record.org).or_default();
            body.extend_from_slice(b"{\"create\":{}}\n");
            body.extend_from_slice(record.line.as_bytes());
            body.push(b'\n');
        }
        for (org, body) in bodies {
            if let Some(client) = clients.get(&org) {
                send(client, &org, &body);
            }
        }
        if second == STORY_SECONDS {
            eprintln!("ward: all of the story has happened; ordinary days go on");
        }
    }
    Ok(())
}

/// Sends a batch; when the server asks to wait, again a little later.
fn send(client: &Client, org: &OrgId, body: &[u8]) {
    for turn in 1..=TRIES {
        let sent = client.post_bytes::<Value>("/_bulk", &(), "application/x-ndjson", body);
        match sent {
            Ok(_) => return,
            Err(error) if turn == TRIES => {
                eprintln!("ward: records of {org} were not taken: {error}")
            }
            Err(_) => std::thread::sleep(Duration::from_millis(200 * u64::from(turn))),
        }
    }
}
