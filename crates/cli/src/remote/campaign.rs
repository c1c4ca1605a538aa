//! `ward campaign`: list and show.

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::Paged;
use wardwatch_api::campaign::CampaignQuery;
use wardwatch_model::{Campaign, CampaignId};

use super::client::Client;
use super::show::{Show, moment, more, table, whole};
use crate::exit::Exit;
use crate::output::words::number;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List campaigns, as far as you see them.
    List {
        /// How many at most.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: usize,
    },
    /// Show one campaign, as far as you see it.
    Show {
        /// Its identifier.
        id: CampaignId,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List { limit } => {
            let query = CampaignQuery::default();
            let page: Paged<Campaign> = client.pages("/api/v1/campaigns", &query, limit.max(1))?;
            show.answer(&page, list)
        }
        Verb::Show { id } => {
            let campaign: Campaign = client.get(&format!("/api/v1/campaigns/{id}"), &())?;
            show.answer(&campaign, one)
        }
    }
}

fn devices(campaign: &Campaign) -> (u64, u64) {
    campaign.parts.iter().fold((0, 0), |(all, legacy), part| {
        (all.saturating_add(part.devices), legacy.saturating_add(part.legacy_devices))
    })
}

fn list(page: &Paged<Campaign>, out: &mut dyn Write) -> io::Result<()> {
    let rows = page.items.iter().map(|campaign| {
        let (all, legacy) = devices(campaign);
        [
            campaign.id.to_string(),
            campaign.level.to_string(),
            campaign.title.clone(),
            number(campaign.parts.len() as u64),
            number(all),
            number(legacy),
            moment(campaign.first),
            moment(campaign.last),
        ]
    });
    let head = [
        "Campaign",
        "Level",
        "What",
        "Organisations",
        "Devices",
        "Out of support",
        "First (UTC)",
        "Last (UTC)",
    ];
    table(out, head, rows, "You see no campaign.")?;
    more(out, page.next.as_ref(), page.items.len())
}

fn one(campaign: &Campaign, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}  ({})", whole(&campaign.title), campaign.level)?;
    writeln!(
        out,
        "Campaign {}: from {} to {} UTC.",
        campaign.id,
        moment(campaign.first),
        moment(campaign.last)
    )?;
    for rule in &campaign.rules {
        writeln!(out, "  rule {}", whole(&rule.0))?;
    }
    for indicator in &campaign.indicators {
        let kind = format!("{:?}", indicator.kind).to_lowercase();
        writeln!(out, "  {kind} {}", whole(&indicator.value))?;
    }
    let rows = campaign.parts.iter().map(|part| {
        [
            part.org.to_string(),
            moment(part.first),
            part.incidents.len().to_string(),
            number(part.devices),
            number(part.legacy_devices),
        ]
    });
    let head = ["Organisation", "First (UTC)", "Incidents", "Devices", "Out of support"];
    table(out, head, rows, "You see none of its organisations.")
}
