//! `ward exercise telemetry`: what a made sector logs while it lives through its story, written to files.
//!
//! In: a scenario, a scale, a seed, a start. Out: a folder with one file of JSON lines for each organisation, as
//! its shipper would send them, and what is true of the story. Never: a byte that differs on another machine;
//! code that attacks anything.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;
use wardwatch_exercise::estate::{Scale, Scenario, Sector};
use wardwatch_exercise::telemetry::{STORY_SECONDS, Story};
use wardwatch_model::{OrgId, Timestamp};

use crate::exit::Exit;

/// Bytes of one organisation that wait to be written.
const BUFFERED: usize = 1 << 20;
/// Seconds that a story may be written for: a day.
const MAX_SECONDS: u64 = 86_400;

/// Which story.
#[derive(Debug, Args)]
pub struct TelemetryArgs {
    /// When: may2017, jan2018, jun2019, jan2020, aug2023 or 2026.
    #[arg(long, default_value = "may2017")]
    scenario: Scenario,
    /// How large: demo (one trust and some), S (1 %), M (10 %) or L (all).
    #[arg(long, default_value = "demo")]
    scale: Scale,
    /// The seed.
    #[arg(long, default_value_t = 20_170_512)]
    seed: u64,
    /// Ordinary records a second.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(0..=5_000))]
    rate: u32,
    /// For how many seconds; all of the story has happened after 600.
    #[arg(long, default_value_t = STORY_SECONDS)]
    seconds: u64,
    /// When it begins.
    #[arg(long, value_name = "TIME", default_value = "2017-05-12T10:00:00Z")]
    start: Timestamp,
    /// The folder to write to; made when it is not there.
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
}

/// Does it.
pub fn run(args: &TelemetryArgs) -> Result<Exit> {
    ensure!((1..=MAX_SECONDS).contains(&args.seconds), "'--seconds' is from 1 to {MAX_SECONDS}");
    let logs = args.output.join("logs");
    ensure!(
        !logs.exists(),
        "{} is there already: name another folder, or remove it",
        logs.display()
    );
    std::fs::create_dir_all(&logs).with_context(|| format!("{} cannot be made", logs.display()))?;
    let sector = Sector::new(args.scenario, args.scale, args.seed);
    let story = Story::new(&sector, args.seed, args.start, args.rate);
    let mut waiting: BTreeMap<OrgId, Vec<u8>> = BTreeMap::new();
    let mut count = 0_u64;
    for second in 0..args.seconds {
        for record in story.second(second) {
            count += 1;
            let lines = waiting.entry(record.org).or_default();
            lines.extend_from_slice(record.line.as_bytes());
            lines.push(b'\n');
        }
        for (org, lines) in waiting.iter_mut().filter(|(_, lines)| lines.len() >= BUFFERED) {
            append(&logs, org, lines)?;
        }
    }
    for (org, lines) in &mut waiting {
        append(&logs, org, lines)?;
    }
    let path = args.output.join("scenes.json");
    let unwritable = || format!("{} cannot be written", path.display());
    let mut scenes = File::create(&path).with_context(unwritable)?;
    serde_json::to_writer_pretty(&mut scenes, &story.scenes()).with_context(unwritable)?;
    scenes.write_all(b"\n").with_context(unwritable)?;
    eprintln!(
        "{count} records of {} organisations written to {}; {} says which of them are an attack",
        waiting.len(),
        logs.display(),
        path.display()
    );
    Ok(Exit::Done)
}

fn append(logs: &Path, org: &OrgId, lines: &mut Vec<u8>) -> Result<()> {
    let path = logs.join(format!("{org}.jsonl"));
    let unwritable = || format!("{} cannot be written", path.display());
    let file = OpenOptions::new().create(true).append(true).open(&path);
    file.and_then(|mut file| file.write_all(lines)).with_context(unwritable)?;
    lines.clear();
    Ok(())
}
