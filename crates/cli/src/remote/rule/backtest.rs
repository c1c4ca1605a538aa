//! `ward rule backtest`: a rule tried on stored events, waited for.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use wardwatch_api::backtest::{Backtest, BacktestState, NewBacktest};
use wardwatch_model::{OrgId, Timestamp};

use super::{read, rule_id};
use crate::exit::Exit;
use crate::output::words::{fields, number};
use crate::remote::client::Client;
use crate::remote::show::{Show, moment, shown, table, whole};

/// Time between two questions how far it is.
const INTERVAL: Duration = Duration::from_millis(500);

/// What to try.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// A rule in use; or `--file`.
    #[arg(required_unless_present = "file")]
    id: Option<String>,
    /// A file with a rule, or `-` for standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "id")]
    file: Option<PathBuf>,
    /// Only events that happened at this time or later; seven days before the end if left out.
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Only events that happened before this time; now if left out.
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Only events of this organisation and those below it.
    #[arg(long, value_name = "CODE")]
    org: Option<OrgId>,
    /// Start it and do not wait.
    #[arg(long)]
    start: bool,
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(args: BacktestArgs, client: &Client, show: &Show) -> Result<Exit> {
    let rule = args.file.as_deref().map(read).transpose()?;
    let new = NewBacktest {
        rule,
        id: args.id.map(rule_id),
        from: args.from,
        until: args.until,
        org: args.org,
    };
    let mut told: Backtest = client.post("/api/v1/rules/backtests", &new)?;
    while !args.start && told.state == BacktestState::Running {
        std::thread::sleep(INTERVAL);
        told = client.get(&format!("/api/v1/rules/backtests/{}", told.id), &())?;
        if told.state == BacktestState::Running {
            let (read, files) = (told.files_read, told.files);
            eprintln!("ward: {read} of {files} files, {} events", number(told.rows));
        }
    }
    let exit = match told.state {
        BacktestState::Failed => Exit::Failed,
        BacktestState::Cut | BacktestState::Cancelled => Exit::Partly,
        BacktestState::Running | BacktestState::Done => Exit::Done,
    };
    show.answer(&told, tell)?;
    Ok(exit)
}

fn tell(told: &Backtest, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}  ({})", whole(&told.title), shown(&told.rule.0))?;
    writeln!(
        out,
        "{} hits in {} events from {} to {} UTC: {:.1} a day.",
        number(told.hits),
        number(told.rows),
        moment(told.from),
        moment(told.until),
        told.alerts_a_day
    )?;
    if let Some(reason) = &told.reason {
        writeln!(out, "Not all was looked at: {}.", whole(reason))?;
    }
    if told.state == BacktestState::Running {
        return writeln!(out, "It runs as {}.", told.id);
    }
    let rows = told
        .by_device
        .iter()
        .take(20)
        .map(|device| [device.org.to_string(), device.device.clone(), number(device.hits)]);
    table(out, ["Organisation", "Device", "Hits"], rows, "It would have found nothing.")?;
    let rows = told.samples.iter().take(10).map(|sample| {
        [
            moment(sample.time),
            sample.org.to_string(),
            sample.device.clone(),
            fields(&sample.matched),
        ]
    });
    let head = ["Time (UTC)", "Organisation", "Device", "Fields"];
    if told.samples.is_empty() { Ok(()) } else { table(out, head, rows, "") }
}
