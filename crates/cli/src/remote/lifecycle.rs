//! `ward lifecycle`: what loses support in the next months, where, and what blocks it.

use std::io::{self, Write};

use anyhow::Result;
use clap::Args;
use wardwatch_api::lifecycle::{LifecycleAnswer, LifecycleQuery, MONTHS};
use wardwatch_model::OrgId;

use super::connect::Connect;
use super::show::{Show, table};
use crate::exit::Exit;
use crate::output::words::number;

/// How far ahead, and where.
#[derive(Debug, Args)]
pub struct LifecycleArgs {
    #[command(flatten)]
    connect: Connect,
    /// Only of this organisation and those below it.
    #[arg(long, value_name = "CODE")]
    org: Option<OrgId>,
    /// How many calendar months ahead.
    #[arg(long, value_name = "N", default_value_t = MONTHS)]
    months: u8,
}

/// Asks.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(args: LifecycleArgs) -> Result<Exit> {
    let client = args.connect.client()?;
    let query = LifecycleQuery { org: args.org, months: Some(args.months), lines: None };
    let answer: LifecycleAnswer = client.get("/api/v1/lifecycle", &query)?;
    Show::new(args.connect.json).answer(&answer, print)
}

fn print(answer: &LifecycleAnswer, out: &mut dyn Write) -> io::Result<()> {
    let rows = answer.leaving.iter().map(|line| {
        let blockers: Vec<String> = line
            .blockers
            .iter()
            .map(|way| format!("{} ({})", way.what, number(way.devices)))
            .collect();
        [
            line.ends.to_string(),
            line.org.to_string(),
            line.label.clone(),
            number(line.devices),
            number(line.blocked),
            blockers.join("; "),
        ]
    });
    let head = ["Last day", "Organisation", "Runs", "Devices", "Blocked", "By what"];
    table(out, head, rows, "Nothing that reported loses support in that time.")?;
    if !answer.waves.is_empty() {
        let rows = answer.waves.iter().map(|wave| {
            let most = wave.blockers.first();
            [
                format!("{} H{}", wave.year, wave.half),
                number(wave.devices),
                number(wave.ready),
                most.map_or_else(String::new, |most| {
                    format!("{} ({})", most.what, number(most.devices))
                }),
            ]
        });
        let head = ["Wave", "Devices", "Ready", "Most in the way"];
        table(out, head, rows, "")?;
    }
    let (all, covered) = (&answer.all, &answer.coverage);
    writeln!(
        out,
        "As of {}: {} without support already, {} later, {} without a known end, {} not known.",
        answer.from,
        number(all.ended),
        number(all.later),
        number(all.open_ended),
        number(all.unknown)
    )?;
    let decided = &answer.decisions;
    writeln!(
        out,
        "Of those without support and those that lose it in that time, {} have no decision, {} are to be \
         upgraded, {} replaced, {} isolated, {} are accepted; {} are late.",
        number(decided.undecided),
        number(decided.upgrade),
        number(decided.replace),
        number(decided.isolate),
        number(decided.accept),
        number(decided.late)
    )?;
    writeln!(
        out,
        "{} of {} devices reported what they run.",
        number(covered.reported),
        number(covered.heard)
    )
}
