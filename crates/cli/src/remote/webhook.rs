//! `ward webhook`: list, create, test and remove webhooks.

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::subscription::{MadeWebhook, NewWebhook, Subscription};
use wardwatch_model::{Level, NotifyEvent, OrgId, SubscriptionId};

use super::client::Client;
use super::show::{Show, whole};
use super::subscription;
use crate::exit::Exit;

const PATH: &str = "/api/v1/webhooks";

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List webhooks, with how delivering went.
    List,
    /// Make a webhook; the key that signs what is sent is told once.
    Create {
        /// What it is for.
        name: String,
        /// Of this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// Where to; https.
        #[arg(long, value_name = "URL")]
        address: String,
        /// What is told: incident.opened, incident.raised, campaign.opened, detection.found. May
        /// be given again.
        #[arg(long = "event", value_name = "EVENT", default_values = ["incident.opened", "campaign.opened"])]
        events: Vec<NotifyEvent>,
        /// This serious or more; high when left out.
        #[arg(long, value_name = "LEVEL")]
        level: Option<Level>,
    },
    /// Send a test; the list tells how that went.
    Test {
        /// Its identifier.
        id: SubscriptionId,
    },
    /// End it, with all that waits for it.
    Remove {
        /// Its identifier.
        id: SubscriptionId,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List => {
            let all: Vec<Subscription> = client.get(PATH, &())?;
            show.answer(&all, |all, out| subscription::list(all, out))
        }
        Verb::Create { name, org, address, events, level } => {
            let new = NewWebhook { org, name, address, events, level };
            let made: MadeWebhook = client.post(PATH, &new)?;
            show.answer(&made, |made, out| {
                writeln!(out, "Webhook {}. Its key is told only now:", made.id)?;
                writeln!(out, "{}", whole(&made.secret.0))
            })
        }
        Verb::Test { id } => subscription::test(PATH, id, client, show),
        Verb::Remove { id } => subscription::remove(PATH, id, client, show),
    }
}
