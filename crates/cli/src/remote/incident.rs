//! `ward incident`: list, show, processes, assign, note, close, reopen, merge, split.

use std::io::{self, Write};

use anyhow::Result;
use clap::{Args, Subcommand};
use wardwatch_api::Paged;
use wardwatch_api::incident::{
    AddNote, Assign, Close, IncidentQuery, Merge, ProcessTrees, ProcessesQuery, Split, SplitDone,
};
use wardwatch_model::{
    CloseReason, DetectionId, Incident, IncidentId, IncidentState, Level, OrgId, Timestamp,
};

use super::client::Client;
use super::show::{Show, moment, more, shown, table, whole};
use super::{only, processes};
use crate::exit::Exit;
use crate::output::words::number;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List incidents, most severe first.
    List(ListArgs),
    /// Show one incident.
    Show {
        /// Its identifier.
        id: IncidentId,
    },
    /// Show who started what on one of its devices, and what rules found in it.
    Processes {
        /// Its identifier.
        id: IncidentId,
        /// The device; its first one when left out.
        #[arg(long, value_name = "NAME")]
        device: Option<String>,
    },
    /// Say who works on it.
    Assign {
        /// Its identifier.
        id: IncidentId,
        /// The person; nobody when left out.
        owner: Option<String>,
    },
    /// Write something down.
    Note {
        /// Its identifier.
        id: IncidentId,
        /// What.
        text: String,
    },
    /// End it.
    Close {
        /// Its identifier.
        id: IncidentId,
        /// Why: resolved, false_alarm or expected.
        #[arg(long, value_name = "REASON")]
        reason: CloseReason,
        /// What else to write down.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Go on with a closed one.
    Reopen {
        /// Its identifier.
        id: IncidentId,
    },
    /// Fold it into another of the same organisation.
    Merge {
        /// Its identifier.
        id: IncidentId,
        /// The one that goes on.
        #[arg(long, value_name = "ID")]
        into: IncidentId,
    },
    /// Make an incident of its own out of some of its detections.
    Split {
        /// Its identifier.
        id: IncidentId,
        /// The detections that leave.
        #[arg(required = true, value_name = "DETECTION")]
        detections: Vec<DetectionId>,
    },
}

/// Which incidents.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only in this state: open, closed, merged or all.
    #[arg(long, value_name = "STATE", default_value = "open", value_parser = state)]
    state: State,
    /// Only at this level or above.
    #[arg(long, value_name = "LEVEL")]
    level: Option<Level>,
    /// Only that touched this device.
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// Only that this person works on.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Only that nobody works on.
    #[arg(long)]
    unowned: bool,
    /// Only of this organisation and those below it.
    #[arg(long, value_name = "CODE")]
    org: Option<OrgId>,
    #[command(flatten)]
    orgs: only::Orgs,
    /// None that touched this device.
    #[arg(long, value_name = "NAME")]
    not_device: Option<String>,
    /// None that this person works on.
    #[arg(long, value_name = "NAME")]
    not_owner: Option<String>,
    /// Only with something at this time or later.
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Only with something before this time.
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// How many at most.
    #[arg(long, value_name = "N", default_value = "50")]
    limit: usize,
}

/// A state, or any.
#[derive(Debug, Clone, Copy)]
struct State(Option<IncidentState>);

fn state(word: &str) -> Result<State, String> {
    match word {
        "open" => Ok(State(Some(IncidentState::Open))),
        "closed" => Ok(State(Some(IncidentState::Closed))),
        "merged" => Ok(State(Some(IncidentState::Merged))),
        "all" => Ok(State(None)),
        _ => Err("use open, closed, merged or all".to_owned()),
    }
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    let path = |id: &IncidentId, verb: &str| format!("/api/v1/incidents/{id}{verb}");
    let changed: Incident = match verb {
        Verb::List(args) => return list(args, client, show),
        Verb::Show { id } => {
            let incident: Incident = client.get(&path(&id, ""), &())?;
            return show.answer(&incident, one);
        }
        Verb::Processes { id, device } => {
            let query = ProcessesQuery { device };
            let found: ProcessTrees = client.get(&path(&id, "/processes"), &query)?;
            return show.answer(&found, processes::write);
        }
        Verb::Split { id, detections } => {
            let done: SplitDone = client.post(&path(&id, "/split"), &Split { detections })?;
            return show.answer(&done, |done, out| {
                let (stays, leaves) = (&done.stays, &done.leaves);
                writeln!(out, "{} stays, with {} detections.", stays.id, number(stays.count))?;
                writeln!(out, "{} is new, with {} detections.", leaves.id, number(leaves.count))
            });
        }
        Verb::Assign { id, owner } => client.post(&path(&id, "/assign"), &Assign { owner })?,
        Verb::Note { id, text } => client.post(&path(&id, "/note"), &AddNote { text })?,
        Verb::Close { id, reason, note } => {
            client.post(&path(&id, "/close"), &Close { reason, note })?
        }
        Verb::Reopen { id } => {
            client.post_bytes(&path(&id, "/reopen"), &(), "application/json", b"")?
        }
        Verb::Merge { id, into } => client.post(&path(&id, "/merge"), &Merge { into })?,
    };
    show.answer(&changed, |incident, out| {
        let owner = incident.owner.as_deref().unwrap_or("nobody");
        writeln!(
            out,
            "{} is {}; {} works on it.",
            incident.id,
            incident.state.as_str(),
            shown(owner)
        )
    })
}

fn list(args: ListArgs, client: &Client, show: &Show) -> Result<Exit> {
    let query = IncidentQuery {
        state: args.state.0,
        level: args.level,
        device: args.device,
        owner: args.owner,
        unowned: args.unowned.then_some(true),
        org: args.org,
        not_org: args.orgs.not_org,
        not_device: args.not_device,
        not_owner: args.not_owner,
        from: args.from,
        until: args.until,
        ..IncidentQuery::default()
    };
    let page: Paged<Incident> = client.pages("/api/v1/incidents", &query, args.limit.max(1))?;
    show.answer(&page, |page, out| {
        let rows = page.items.iter().map(|incident| {
            [
                incident.id.to_string(),
                incident.level.to_string(),
                incident.score.to_string(),
                incident.org.to_string(),
                incident.title.clone(),
                number(incident.count),
                moment(incident.last),
                incident.owner.clone().unwrap_or_default(),
            ]
        });
        let head = [
            "Incident",
            "Level",
            "Score",
            "Organisation",
            "What",
            "Detections",
            "Last (UTC)",
            "Owner",
        ];
        table(out, head, rows, "There is no such incident.")?;
        more(out, page.next.as_ref(), page.items.len())
    })
}

fn one(incident: &Incident, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}  ({}, score {})", whole(&incident.title), incident.level, incident.score)?;
    writeln!(out, "{}", whole(&incident.story))?;
    writeln!(
        out,
        "\nIncident {} of {}: {}, {} detections from {} to {} UTC.",
        incident.id,
        incident.org,
        incident.state.as_str(),
        number(incident.count),
        moment(incident.first),
        moment(incident.last)
    )?;
    let owner = incident.owner.as_deref().unwrap_or("nobody");
    writeln!(out, "Worked on by {}.", whole(owner))?;
    if let Some(closing) = &incident.closing {
        let (by, reason) = (whole(&closing.by), closing.reason);
        writeln!(out, "Closed by {by} at {} UTC: {reason}.", moment(closing.time))?;
    }
    if let Some(campaign) = &incident.campaign {
        writeln!(out, "Part of campaign {campaign}.")?;
    }
    if let Some(other) = &incident.merged_into {
        writeln!(out, "Folded into incident {other}.")?;
    }
    let reasons: Vec<String> =
        incident.reasons.iter().map(|why| format!("{:+} {}", why.points, why.text)).collect();
    let path: Vec<String> = incident
        .path
        .iter()
        .map(|step| format!("{} UTC  {}", moment(step.time), step.tactic))
        .collect();
    let touched: Vec<String> = incident
        .entities
        .iter()
        .map(|entity| format!("{:?} {}", entity.kind, entity.value).to_lowercase())
        .collect();
    let todo: Vec<String> = incident.proposals.iter().map(|what| what.text.clone()).collect();
    let notes: Vec<String> = incident
        .notes
        .iter()
        .map(|note| format!("{} UTC  {}: {}", moment(note.time), note.by, note.text))
        .collect();
    part(out, "Why this score", &reasons)?;
    part(out, "Path", &path)?;
    part(out, "Touched", &touched)?;
    part(out, "What could be done", &todo)?;
    part(out, "Notes", &notes)
}

/// A heading with lines below; nothing when there are none.
fn part(out: &mut dyn Write, heading: &str, lines: &[String]) -> io::Result<()> {
    /// More than that is for `--json`.
    const MOST: usize = 40;
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}")?;
    for line in lines.iter().take(MOST) {
        writeln!(out, "  {}", whole(line))?;
    }
    match lines.len().saturating_sub(MOST) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_from_a_log_does_not_steer_the_terminal() {
        let mut out = Vec::new();
        part(&mut out, "Notes", &["\x1b[2Jgone".to_owned()]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\nNotes\n  \\u{1b}[2Jgone\n");
    }

    #[test]
    fn states_are_read_by_their_words() {
        assert_eq!(state("open").unwrap().0, Some(IncidentState::Open));
        assert_eq!(state("all").unwrap().0, None);
        assert!(state("lost").is_err());
    }
}
