//! `ward suppression`: list, add, end.

use std::io::{self, Write};

use anyhow::Result;
use clap::{Args, Subcommand};
use wardwatch_api::Paged;
use wardwatch_api::suppression::{NewSuppression, SuppressionCount, SuppressionQuery};
use wardwatch_model::{Entity, EntityKind, OrgId, RuleId, Suppression, SuppressionId, Timestamp};

use super::client::Client;
use super::show::{Show, moment, more, table};
use crate::exit::Exit;
use crate::output::words::number;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List suppressions, newest first, with how many detections each holds.
    List {
        /// Only of this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: Option<OrgId>,
        /// Those that ended too.
        #[arg(long)]
        ended: bool,
        /// How many at most.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: usize,
    },
    /// Let detections open no incident, until a date: of a rule, of what touched something, or both.
    Add(AddArgs),
    /// End a suppression before its time.
    End {
        /// The suppression.
        id: SuppressionId,
    },
}

/// What to suppress.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Where, and below.
    #[arg(long, value_name = "CODE")]
    org: OrgId,
    /// Only detections of this rule.
    #[arg(long, value_name = "ID", required_unless_present = "entity")]
    rule: Option<String>,
    /// Only detections of what touched this: device, user, process, hash, address or domain.
    #[arg(long, value_name = "KIND=VALUE", value_parser = entity)]
    entity: Option<Entity>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// When it ends; in 30 days when left out.
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
}

fn entity(text: &str) -> Result<Entity, String> {
    let wrong = || {
        "device=, user=, process=, hash=, address= or domain= is expected, with a value".to_owned()
    };
    let (kind, value) = text.split_once('=').ok_or_else(wrong)?;
    let kind: EntityKind = serde_json::from_value(kind.into()).map_err(|_| wrong())?;
    if value.is_empty() {
        return Err(wrong());
    }
    Ok(Entity { kind, value: value.to_owned() })
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    let path = "/api/v1/suppressions";
    match verb {
        Verb::List { org, ended, limit } => {
            let query = SuppressionQuery { org, ended, ..SuppressionQuery::default() };
            let page: Paged<SuppressionCount> = client.pages(path, &query, limit.max(1))?;
            show.answer(&page, list)
        }
        Verb::Add(AddArgs { org, rule, entity, reason, until }) => {
            let new = NewSuppression { org, rule: rule.map(RuleId), entity, reason, until };
            let added: Suppression = client.post(path, &new)?;
            show.answer(&added, |added, out| {
                writeln!(out, "Suppression {} until {} UTC.", added.id, moment(added.until))
            })
        }
        Verb::End { id } => {
            let ended: Suppression =
                client.post(&format!("{path}/{id}/end"), &serde_json::json!({}))?;
            show.answer(&ended, |_, out| writeln!(out, "It has ended."))
        }
    }
}

fn list(page: &Paged<SuppressionCount>, out: &mut dyn Write) -> io::Result<()> {
    let rows = page.items.iter().map(|one| {
        let found = &one.suppression;
        let entity = found.entity.as_ref().map(|entity| {
            let kind = format!("{:?}", entity.kind).to_lowercase();
            format!("{kind} {}", entity.value)
        });
        [
            found.id.to_string(),
            found.org.to_string(),
            found.rule.as_ref().map(|rule| rule.0.clone()).unwrap_or_default(),
            entity.unwrap_or_default(),
            moment(found.until),
            number(one.detections),
            found.owner.clone(),
            found.reason.clone(),
        ]
    });
    let head =
        ["Suppression", "Organisation", "Rule", "Of", "Until (UTC)", "Holds", "Owner", "Reason"];
    table(out, head, rows, "There is no suppression.")?;
    more(out, page.next.as_ref(), page.items.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_has_a_kind_and_a_value() {
        let found = entity("device=PC-1").unwrap();
        assert_eq!((found.kind, found.value.as_str()), (EntityKind::Device, "PC-1"));
        for wrong in ["PC-1", "ward=7", "device="] {
            assert!(entity(wrong).is_err(), "{wrong}");
        }
    }
}
