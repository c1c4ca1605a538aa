//! `ward hunt 'SELECT …' --from --until`, and `ward hunt saved …`.
//!
//! Rows go to standard output, progress to standard error. An interrupt stops the hunt at the
//! server first.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;
use wardwatch_api::hunt::{
    Hunt, HuntState, NewHunt, NewSavedHunt, ResultFormat, ResultQuery, SavedHunt,
};
use wardwatch_model::{HuntId, OrgId, Timestamp};

use super::client::Client;
use super::connect::Connect;
use super::show::{Show, moment, shown, table};
use crate::exit::Exit;

/// How often the server is asked how far it is.
const LOOK: Duration = Duration::from_millis(500);

/// Hunts.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct HuntArgs {
    #[command(flatten)]
    connect: Connect,
    /// What to do with saved hunts.
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    asked: Asked,
}

/// What is asked.
#[derive(Debug, Args)]
struct Asked {
    /// One SELECT over the view `events`; docs/hunt.md says what it has.
    sql: Option<String>,
    /// From when, such as 2026-11-24T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Until when, not included.
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Only this organisation and those below it.
    #[arg(long, value_name = "CODE")]
    org: Option<OrgId>,
    /// How the rows are written.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// How many rows at most.
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u32>,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// For spreadsheets.
    Csv,
    /// A list of objects.
    Json,
    /// Arrow's stream format.
    Arrow,
}

/// What can be done with saved hunts.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Saved hunts: list, save, forget.
    Saved {
        #[command(subcommand)]
        verb: SavedVerb,
    },
}

/// What can be done with saved hunts.
#[derive(Debug, Subcommand)]
enum SavedVerb {
    /// List those that you see.
    List,
    /// Save a hunt for the people of an organisation; one of that name is replaced.
    Save {
        /// Its name.
        name: String,
        /// One SELECT over the view `events`.
        sql: String,
        /// For whose people.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
    },
    /// Forget a saved hunt.
    Forget {
        /// Its identifier.
        id: HuntId,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached, or output cannot be written.
pub fn run(args: HuntArgs) -> Result<Exit> {
    let client = args.connect.client()?;
    let show = Show::new(args.connect.json);
    match args.verb {
        Some(Verb::Saved { verb }) => saved(verb, &client, &show),
        None => hunt(args.asked, args.connect.json, &client),
    }
}

fn hunt(asked: Asked, json: bool, client: &Client) -> Result<Exit> {
    let (Some(sql), Some(from), Some(until)) = (asked.sql, asked.from, asked.until) else {
        bail!("say what to hunt for and when: ward hunt 'SELECT …' --from TIME --until TIME");
    };
    let new = NewHunt { sql, from, until, org: asked.org, rows: asked.limit, wait: false };
    let stopped = on_interrupt()?;
    let mut hunt: Hunt = client.post("/api/v1/hunts", &new)?;
    let path = format!("/api/v1/hunts/{}", hunt.id);
    let tell = io::stderr().is_terminal();
    while hunt.state == HuntState::Running {
        if stopped.load(Ordering::Relaxed) {
            let _: Hunt = client.post(&format!("{path}/cancel"), &())?;
            eprintln!("ward: the hunt was stopped");
            return Ok(Exit::Interrupted);
        }
        std::thread::sleep(LOOK);
        hunt = client.get(&path, &())?;
        if tell && let Some(progress) = hunt.progress {
            eprint!(
                "\r{} of {} rows, {} of {} MB read   ",
                progress.rows_read,
                progress.rows_total,
                progress.bytes_read >> 20,
                progress.bytes_total >> 20
            );
        }
    }
    if tell {
        eprint!("\r\x1b[K");
    }
    if hunt.state != HuntState::Done {
        bail!("the hunt has no result: {}", crate::output::visible::visible(&hunt.detail));
    }
    if hunt.cut {
        eprintln!("ward: there are more than {} rows; these are the first found", hunt.rows);
    }
    let format = if json { Format::Json } else { asked.format };
    write(client, &format!("{path}/result"), format)?;
    Ok(Exit::Done)
}

fn write(client: &Client, path: &str, format: Format) -> Result<()> {
    let wanted = match format {
        Format::Table | Format::Json => ResultFormat::Json,
        Format::Csv => ResultFormat::Csv,
        Format::Arrow => ResultFormat::Arrow,
    };
    let bytes = client.get_bytes(path, &ResultQuery { format: Some(wanted) })?;
    let mut out = io::stdout().lock();
    if format == Format::Table {
        let rows: Vec<serde_json::Map<String, Value>> =
            serde_json::from_slice(&bytes).context("the result is not as expected")?;
        for_people(&rows, &mut out)?;
    } else {
        out.write_all(&bytes)?;
    }
    Ok(out.flush()?)
}

/// A table of any columns.
fn for_people(rows: &[serde_json::Map<String, Value>], out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = rows.first() else { return writeln!(out, "No rows.") };
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    if !io::stdout().is_terminal() {
        table.force_no_tty();
    }
    table.set_header(first.keys().map(|name| shown(name)));
    for row in rows {
        table.add_row(row.values().map(|value| match value {
            Value::Null => String::new(),
            Value::String(text) => shown(text),
            other => shown(&other.to_string()),
        }));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Becomes true at the first interrupt.
fn on_interrupt() -> Result<Arc<AtomicBool>> {
    let stopped = Arc::new(AtomicBool::new(false));
    let tell = Arc::clone(&stopped);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            tell.store(true, Ordering::Relaxed);
        }
    });
    Ok(stopped)
}

fn saved(verb: SavedVerb, client: &Client, show: &Show) -> Result<Exit> {
    let path = "/api/v1/saved-hunts";
    match verb {
        SavedVerb::List => {
            let all: Vec<SavedHunt> = client.get(path, &())?;
            show.answer(&all, |all, out| {
                let rows = all.iter().map(|one| {
                    let SavedHunt { id, org, name, sql, by, created } = one;
                    let texts = [name, sql, by].map(|text| text.clone());
                    let [name, sql, by] = texts;
                    [id.to_string(), org.to_string(), name, sql, by, moment(*created)]
                });
                let head = ["Id", "Organisation", "Name", "Query", "By", "Saved"];
                table(out, head, rows, "No saved hunts.")
            })
        }
        SavedVerb::Save { name, sql, org } => {
            let saved: SavedHunt = client.post(path, &NewSavedHunt { org, name, sql })?;
            show.answer(&saved, |saved, out| {
                writeln!(out, "{} is saved as {}.", shown(&saved.name), saved.id)
            })
        }
        SavedVerb::Forget { id } => {
            client.delete(&format!("{path}/{id}"))?;
            show.answer(&(), |(), out| writeln!(out, "{id} is forgotten."))
        }
    }
}
