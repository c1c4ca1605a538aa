//! `ward mail`: who is told by mail.

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::subscription::{MadeMail, NewMail, Subscription};
use wardwatch_model::{Level, NotifyEvent, OrgId, PersonId, SubscriptionId};

use super::client::Client;
use super::show::Show;
use super::subscription;
use crate::exit::Exit;

const PATH: &str = "/api/v1/mail-subscriptions";

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List who is told by mail, with how delivering went.
    List,
    /// Have somebody told by mail.
    Create {
        /// The address of mail.
        address: String,
        /// What it is for.
        #[arg(long, value_name = "TEXT")]
        name: String,
        /// Of this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// Only as long as this person may read findings there.
        #[arg(long, value_name = "PERSON")]
        person: Option<PersonId>,
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
        Verb::Create { address, name, org, person, events, level } => {
            let new = NewMail { org, name, address, person, events, level };
            let made: MadeMail = client.post(PATH, &new)?;
            show.answer(&made, |made, out| writeln!(out, "Subscription {}.", made.id))
        }
        Verb::Test { id } => subscription::test(PATH, id, client, show),
        Verb::Remove { id } => subscription::remove(PATH, id, client, show),
    }
}
