//! `ward org`: list and import organisations, erase one, say how long events are kept.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Subcommand;
use wardwatch_api::organisation::{ImportQuery, Imported};
use wardwatch_api::retention::{Erase, Erased, Retention};
use wardwatch_model::{OrgId, Organisation};

use super::client::Client;
use super::show::{Show, moment, shown, table};
use crate::exit::Exit;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List the organisations that you see.
    List,
    /// Add and change organisations from a file.
    Import {
        /// JSON (a list of organisations), or CSV with a head of `code,parent,name,kind` and, if
        /// wanted, `closed,successor`. `-` reads standard input.
        file: PathBuf,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Erase an organisation's data: events, detections, incidents, devices, tokens. There is no
    /// way back; entries of the audit stay.
    Erase {
        /// Its code.
        code: OrgId,
        /// Its name as the list shows it, so that nobody erases another by mistake.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Say or set how many days events are kept; 90 where nobody said otherwise.
    Retention {
        /// Whose events; all settings are listed without it.
        code: Option<OrgId>,
        /// The beginning of their class, such as `windows/-/security`; all when left out.
        #[arg(long, value_name = "CLASS", default_value = "")]
        class: String,
        /// How many days; without it, the setting is taken away.
        #[arg(long, value_name = "NUMBER")]
        days: Option<u32>,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List => {
            let all: Vec<Organisation> = client.get("/api/v1/organisations", &())?;
            show.answer(&all, |all, out| list(all, out))
        }
        Verb::Import { file, dry_run } => {
            let text = read(&file)?;
            let media = if looks_like_json(&text) { "application/json" } else { "text/csv" };
            let query = ImportQuery { dry_run };
            let report: Imported =
                client.post_bytes("/api/v1/organisations/import", &query, media, &text)?;
            let exit = if report.problems.is_empty() { Exit::Done } else { Exit::Failed };
            show.answer(&report, tell)?;
            Ok(exit)
        }
        Verb::Erase { code, name } => {
            let path = format!("/api/v1/organisations/{code}/erase");
            let erased: Erased = client.post(&path, &Erase { name })?;
            show.answer(&erased, |erased, out| {
                writeln!(
                    out,
                    "Erased: {} events, {} detections, {} incidents, {} devices, {} tokens.",
                    erased.events,
                    erased.detections,
                    erased.incidents,
                    erased.devices,
                    erased.tokens
                )
            })
        }
        Verb::Retention { code: Some(org), class, days } => {
            let (): () = client.post("/api/v1/retention", &Retention { org, class, days })?;
            show.answer(&(), |(), out| writeln!(out, "It counts from the next round on."))
        }
        Verb::Retention { code: None, .. } => {
            let all: Vec<Retention> = client.get("/api/v1/retention", &())?;
            show.answer(&all, |all, out| {
                let rows = all.iter().map(|one| {
                    let days = one.days.map(|days| days.to_string()).unwrap_or_default();
                    [one.org.to_string(), one.class.clone(), days]
                });
                table(out, ["Organisation", "Class", "Days"], rows, "90 days for everything.")
            })
        }
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut text = Vec::new();
        io::Read::read_to_end(&mut io::stdin().lock(), &mut text)
            .context("standard input cannot be read")?;
        return Ok(text);
    }
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

fn looks_like_json(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    text.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| *byte == b'[')
}

fn list(all: &[Organisation], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|one| {
        let parent = one.parent.as_ref().map(ToString::to_string).unwrap_or_default();
        let closed = match (&one.closed, &one.successor) {
            (Some(time), Some(successor)) => format!("{}, now {successor}", moment(*time)),
            (Some(time), None) => moment(*time),
            _ => String::new(),
        };
        [one.code.to_string(), one.name.clone(), one.kind.to_string(), parent, closed]
    });
    table(out, ["Code", "Name", "Kind", "Part of", "Closed"], rows, "You see no organisation.")
}

fn tell(report: &Imported, out: &mut dyn Write) -> io::Result<()> {
    if !report.problems.is_empty() {
        for problem in &report.problems {
            writeln!(out, "{}", shown(problem))?;
        }
        return writeln!(out, "Nothing was imported.");
    }
    for (word, codes) in [("new", &report.added), ("changed", &report.changed)] {
        for code in codes {
            writeln!(out, "{code}: {word}")?;
        }
    }
    let would = if report.dry_run { " Nothing was changed: this was a dry run." } else { "" };
    writeln!(
        out,
        "{} new, {} changed, {} as before.{would}",
        report.added.len(),
        report.changed.len(),
        report.unchanged.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_csv_by_its_first_letter() {
        assert!(looks_like_json(b" \n[{}]"));
        assert!(looks_like_json("\u{feff}[]".as_bytes()));
        assert!(!looks_like_json(b"code,parent,name,kind\n"));
        assert!(!looks_like_json(b""));
    }
}
