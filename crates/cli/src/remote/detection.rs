//! `ward detection`: list.

use std::io::{self, Write};

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;
use wardwatch_api::Paged;
use wardwatch_api::detection::{Detection, DetectionFormat, DetectionQuery, Suppressed};
use wardwatch_model::{IncidentId, Level, OrgId, RuleId, Timestamp};

use super::client::Client;
use super::show::{Show, moment, more, table};
use crate::exit::Exit;
use crate::output::words::fields;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List detections, newest first.
    List(ListArgs),
}

/// In whose words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Words {
    /// Ours: a table, or JSON with `--json`.
    Ward,
    /// Detection findings of OCSF, as JSON.
    Ocsf,
    /// Alerts of the Elastic Common Schema, as JSON.
    Ecs,
}

/// Which detections.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only of this organisation and those below it.
    #[arg(long, value_name = "CODE")]
    org: Option<OrgId>,
    /// Only that happened at this time or later.
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Only that happened before this time.
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Only of this rule.
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
    /// Only on this device.
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// Only at this level or above.
    #[arg(long, value_name = "LEVEL")]
    level: Option<Level>,
    /// Only of this incident.
    #[arg(long, value_name = "ID")]
    incident: Option<IncidentId>,
    /// Suppressed ones too.
    #[arg(long)]
    suppressed: bool,
    /// In whose words.
    #[arg(long, value_enum, default_value = "ward")]
    format: Words,
    /// How many at most.
    #[arg(long, value_name = "N", default_value = "50")]
    limit: usize,
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    let Verb::List(args) = verb;
    let format = match args.format {
        Words::Ward => None,
        Words::Ocsf => Some(DetectionFormat::Ocsf),
        Words::Ecs => Some(DetectionFormat::Ecs),
    };
    let query = DetectionQuery {
        org: args.org,
        from: args.from,
        until: args.until,
        rule: args.rule.map(RuleId),
        device: args.device,
        level: args.level,
        incident: args.incident,
        suppressed: args.suppressed.then_some(Suppressed::All),
        format,
        ..DetectionQuery::default()
    };
    let limit = args.limit.max(1);
    if format.is_some() {
        let page: Paged<Value> = client.pages("/api/v1/detections", &query, limit)?;
        return Show::new(true).answer(&page, |_, _| Ok(()));
    }
    let page: Paged<Detection> = client.pages("/api/v1/detections", &query, limit)?;
    show.answer(&page, list)
}

fn list(page: &Paged<Detection>, out: &mut dyn Write) -> io::Result<()> {
    let rows = page.items.iter().map(|one| {
        let found = &one.sighting;
        let title = match found.advice.title.is_empty() {
            true => &found.rule_title,
            false => &found.advice.title,
        };
        [
            moment(found.time),
            found.level.to_string(),
            found.org.to_string(),
            found.device.clone(),
            title.clone(),
            fields(&found.matched),
        ]
    });
    let head = ["Time (UTC)", "Level", "Organisation", "Device", "What", "Fields"];
    table(out, head, rows, "There is no such detection.")?;
    more(out, page.next.as_ref(), page.items.len())
}
