//! `ward device`: list devices that were heard from.

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::Paged;
use wardwatch_api::device::{Device, DeviceQuery};
use wardwatch_model::OrgId;

use super::client::Client;
use super::show::{Show, moment, more, table};
use crate::exit::Exit;
use crate::output::words::number;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List devices.
    List {
        /// Only of this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: Option<OrgId>,
        /// Only names that start so.
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// How many at most.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: usize,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    let Verb::List { org, name, limit } = verb;
    let query = DeviceQuery { org, name, ..DeviceQuery::default() };
    let page: Paged<Device> = client.pages("/api/v1/devices", &query, limit.max(1))?;
    show.answer(&page, list)
}

fn list(page: &Paged<Device>, out: &mut dyn Write) -> io::Result<()> {
    let rows = page.items.iter().map(|device| {
        let legacy = if device.legacy { "out of support" } else { "" };
        [
            device.org.to_string(),
            device.name.clone(),
            moment(device.first_seen),
            moment(device.last_seen),
            number(device.events),
            legacy.to_owned(),
        ]
    });
    let head =
        ["Organisation", "Device", "First seen (UTC)", "Last seen (UTC)", "Events", "System"];
    table(out, head, rows, "No device was heard from.")?;
    more(out, page.next.as_ref(), page.items.len())
}
