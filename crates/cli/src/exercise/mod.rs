//! `ward exercise`: a sector made from a seed, and what it logs, written to files.
//!
//! In: a scenario, a scale and a seed. Out: organisations as `ward org import` reads them, devices a
//! line each, and what is true of the sector. Never: a name of a real body; a byte that differs on
//! another machine.

mod telemetry;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use wardwatch_exercise::estate::{
    Scale, Scenario, Sector, devices_jsonl, in_order, organisations_csv, truth, truth_json,
};

use crate::exit::Exit;

/// Organisations whose devices are in memory at once.
const ORGANISATIONS_AT_ONCE: usize = 256;

/// What can be made.
#[derive(Debug, Subcommand)]
pub enum ExerciseCommand {
    /// Write a sector: organisations.csv, devices.jsonl and truth.json.
    Estate(EstateArgs),
    /// Write what devices log while the sector lives through its story: logs/ORGANISATION.jsonl and scenes.json.
    Telemetry(telemetry::TelemetryArgs),
}

/// Which sector.
#[derive(Debug, Args)]
pub struct EstateArgs {
    /// When: may2017, jan2018, jun2019, jan2020, aug2023 or 2026.
    #[arg(long, default_value = "may2017")]
    pub scenario: Scenario,
    /// How large: demo (one trust and some), S (1 %), M (10 %) or L (all).
    #[arg(long, default_value = "S")]
    pub scale: Scale,
    /// The seed.
    #[arg(long, default_value_t = 20_170_512)]
    pub seed: u64,
    /// The folder to write to; made when it is not there.
    #[arg(long, short, value_name = "DIR")]
    pub output: PathBuf,
}

/// Does it.
pub fn run(command: ExerciseCommand) -> Result<Exit> {
    match command {
        ExerciseCommand::Estate(args) => estate(&args),
        ExerciseCommand::Telemetry(args) => telemetry::run(&args),
    }
}

fn estate(args: &EstateArgs) -> Result<Exit> {
    let folder = &args.output;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let sector = Sector::new(args.scenario, args.scale, args.seed);
    let mut text = String::new();
    organisations_csv(&sector, &mut text)?;
    write(folder.join("organisations.csv"), |file| file.write_all(text.as_bytes()))?;
    write(folder.join("devices.jsonl"), |file| {
        for group in sector.organisations.chunks(ORGANISATIONS_AT_ONCE) {
            for lines in in_order(group, threads, |org| {
                let mut lines = Vec::new();
                devices_jsonl(&sector, org, &mut lines).map(|()| lines)
            }) {
                file.write_all(&lines?)?;
            }
        }
        Ok(())
    })?;
    let truth = truth_json(&truth(&sector, threads))?;
    write(folder.join("truth.json"), |file| file.write_all(truth.as_bytes()))?;
    eprintln!(
        "{} organisations with {} devices written to {}",
        sector.organisations.len(),
        sector.device_count(),
        folder.display()
    );
    Ok(Exit::Done)
}

fn write(
    path: PathBuf,
    fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<()> {
    let unwritable = || format!("{} cannot be written", path.display());
    let mut file = BufWriter::new(File::create(&path).with_context(unwritable)?);
    fill(&mut file).and_then(|()| file.flush()).with_context(unwritable)
}
