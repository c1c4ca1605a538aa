//! `ward org`: list, import, change, close and erase organisations; say how long events are kept.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::organisation::{
    ChangeOrganisation, CloseOrganisation, ClosedOrganisation, ImportQuery, Imported,
};
use wardwatch_api::retention::{Erase, Erased, Retention};
use wardwatch_model::posture::Posture;
use wardwatch_model::{OrgId, OrgKind, Organisation};

use super::client::Client;
use super::list_file;
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
    /// Say how an organisation and those below it stand, as one number with its reasons.
    Posture {
        /// Its code.
        code: OrgId,
    },
    /// Change name, kind or place of an organisation.
    Change {
        /// Its code.
        code: OrgId,
        /// Another name.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Another kind, such as care_board.
        #[arg(long, value_name = "KIND")]
        kind: Option<OrgKind>,
        /// Another parent.
        #[arg(long, value_name = "CODE")]
        parent: Option<OrgId>,
    },
    /// Close an organisation. What is its own stays so.
    Close {
        /// Its code.
        code: OrgId,
        /// Who took it over: whoever sees that one then sees what was this one's.
        #[arg(long, value_name = "CODE")]
        successor: Option<OrgId>,
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
        Verb::Posture { code } => {
            let told: Posture =
                client.get(&format!("/api/v1/organisations/{code}/posture"), &())?;
            show.answer(&told, posture)
        }
        Verb::Change { code, name, kind, parent } => {
            let change = ChangeOrganisation { name, kind, parent };
            let changed: Organisation =
                client.put(&format!("/api/v1/organisations/{code}"), &change)?;
            show.answer(&changed, |org, out| {
                writeln!(out, "{} is {} ({}).", org.code, shown(&org.name), org.kind)
            })
        }
        Verb::Close { code, successor } => {
            let close = CloseOrganisation { successor };
            let closed: ClosedOrganisation =
                client.post(&format!("/api/v1/organisations/{code}/close"), &close)?;
            show.answer(&closed, tell_closed)
        }
        Verb::Import { file, dry_run } => {
            let (text, media) = list_file::read(&file)?;
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

fn tell_closed(closed: &ClosedOrganisation, out: &mut dyn Write) -> io::Result<()> {
    let code = &closed.organisation.code;
    match &closed.organisation.successor {
        Some(successor) => writeln!(out, "{code} is closed; {successor} sees what is its own.")?,
        None => writeln!(out, "{code} is closed.")?,
    }
    writeln!(
        out,
        "Left in it: {} people who may log in, {} tokens of the API.",
        closed.people, closed.api_tokens
    )?;
    for below in &closed.below {
        writeln!(out, "Below it and open: {below}")?;
    }
    for sender in &closed.senders {
        writeln!(out, "Goes on sending until revoked: {} {}", sender.token, shown(&sender.name))?;
    }
    Ok(())
}

fn posture(told: &Posture, out: &mut dyn Write) -> io::Result<()> {
    match told.score {
        None => writeln!(out, "Nothing was ever heard from there: how it stands is not known.")?,
        Some(score) => writeln!(out, "{score} of 100.")?,
    }
    for reason in &told.reasons {
        writeln!(out, "  -{}  {}", reason.points, shown(&reason.text))?;
    }
    Ok(())
}
