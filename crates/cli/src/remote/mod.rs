//! The verbs that ask a server: one file a noun, over the same API that everybody has.
//!
//! In: the command line. Out: a table for people, or with `--json` the server's answer; problems on
//! standard error and in the exit code. Never: a decision of the server's, made here again.

mod alert;
mod audit;
mod campaign;
pub(crate) mod client;
mod code;
mod connect;
mod contact;
mod decision;
mod detection;
mod device;
mod error;
mod evidence;
mod exception;
mod exposure;
mod frames;
mod hunt;
mod incident;
mod indicator;
mod inventory;
mod landscape;
mod lifecycle;
mod list_file;
mod login;
mod mail;
mod only;
mod org;
mod password;
mod path;
mod person;
mod plan;
mod processes;
mod rule;
mod saved;
mod send;
mod sender;
mod service;
mod show;
mod subscription;
mod suppression;
mod token;
mod webhook;
mod word;

use clap::Subcommand;

pub use connect::Connect;

use crate::exit::Exit;
use client::Client;
use error::RemoteError;

/// A noun's verbs with what they need to reach a server.
#[derive(Debug, clap::Args)]
pub struct Ask<C: Subcommand> {
    /// Which server, and who asks.
    #[command(flatten)]
    connect: Connect,
    /// What to do.
    #[command(subcommand)]
    verb: C,
}

/// What can be asked of a server.
#[derive(Debug, Subcommand)]
pub enum Remote {
    /// Log in to a server and keep the session for later commands.
    Login(login::LoginArgs),
    /// End the session that was kept.
    Logout(Connect),
    /// Send log files to a server; the token is a sender's.
    Send(send::SendArgs),
    /// Organisations of the sector.
    Org(Ask<org::Verb>),
    /// Contacts: whom to ring at organisations.
    Contact(Ask<contact::Verb>),
    /// Services: what care and business is done with.
    Service(Ask<service::Verb>),
    /// Devices that were heard from, and how careful to be with them.
    Device(Ask<device::Verb>),
    /// Incidents: detections of an organisation that belong together.
    Incident(Ask<incident::Verb>),
    /// Campaigns: one attack on several organisations.
    Campaign(Ask<campaign::Verb>),
    /// Send reports of what hosts run to a server; the token is a sender's.
    Inventory(inventory::InventoryArgs),
    /// What devices are open to, which, and why.
    Exposure(Ask<exposure::Verb>),
    /// What loses support in the next months, where, and what blocks it.
    Lifecycle(lifecycle::LifecycleArgs),
    /// What becomes of devices whose support ends: one decision for each.
    Decision(Ask<decision::Verb>),
    /// Holes that stay open for now, and who answers for that.
    Exception(Ask<exception::Verb>),
    /// Protection plans of devices that get no fixes any more.
    Plan(Ask<plan::Verb>),
    /// What a server knows of vulnerabilities, updates and support.
    Landscape(Ask<landscape::Verb>),
    /// What is known of organisations, as one signed archive.
    #[command(subcommand)]
    Evidence(evidence::Verb),
    /// Alerts of the centre, and the answers to them.
    Alert(Ask<alert::Verb>),
    /// Detections: hits of rules.
    Detection(Ask<detection::Verb>),
    /// Indicators: values that outside knowledge calls signs of an attack.
    Indicator(Ask<indicator::Verb>),
    /// Rules of a running server; `ward rules` works on files.
    Rule(Ask<rule::Verb>),
    /// Suppressions: detections that open no incident, for a time.
    Suppression(Ask<suppression::Verb>),
    /// Hunt through the events of the lake with SQL.
    Hunt(hunt::HuntArgs),
    /// Tokens of the API, for programs.
    Token(Ask<token::Verb>),
    /// Senders: shippers and agents of an organisation.
    Sender(Ask<sender::Verb>),
    /// Enrolment codes, each used once by a new sender.
    Code(Ask<code::Verb>),
    /// People with accounts.
    Person(Ask<person::Verb>),
    /// Webhooks: addresses that are told of what happens.
    Webhook(Ask<webhook::Verb>),
    /// Who is told of what happens by mail.
    Mail(Ask<mail::Verb>),
    /// Who did what.
    Audit(Ask<audit::Verb>),
}

/// Asks, and says by its exit how that went: 4 when the server does not permit it, 5 when it cannot
/// be reached.
///
/// # Errors
/// When output cannot be written, or a local file cannot be read.
pub fn run(remote: Remote) -> anyhow::Result<Exit> {
    let result = match remote {
        Remote::Login(args) => login::login(args),
        Remote::Logout(connect) => login::logout(&connect),
        Remote::Send(args) => send::send(args),
        Remote::Org(ask) => with(ask, org::run),
        Remote::Contact(ask) => with(ask, contact::run),
        Remote::Service(ask) => with(ask, service::run),
        Remote::Device(ask) => with(ask, device::run),
        Remote::Incident(ask) => with(ask, incident::run),
        Remote::Campaign(ask) => with(ask, campaign::run),
        Remote::Inventory(args) => inventory::send(args),
        Remote::Exposure(ask) => with(ask, exposure::run),
        Remote::Lifecycle(args) => lifecycle::run(args),
        Remote::Evidence(verb) => evidence::run(verb),
        Remote::Decision(ask) => with(ask, decision::run),
        Remote::Exception(ask) => with(ask, exception::run),
        Remote::Plan(ask) => with(ask, plan::run),
        Remote::Landscape(ask) => with(ask, landscape::run),
        Remote::Alert(ask) => with(ask, alert::run),
        Remote::Detection(ask) => with(ask, detection::run),
        Remote::Indicator(ask) => with(ask, indicator::run),
        Remote::Rule(ask) => with(ask, rule::run),
        Remote::Suppression(ask) => with(ask, suppression::run),
        Remote::Hunt(args) => hunt::run(args),
        Remote::Token(ask) => with(ask, token::run),
        Remote::Sender(ask) => with(ask, sender::run),
        Remote::Code(ask) => with(ask, code::run),
        Remote::Person(ask) => with(ask, person::run),
        Remote::Webhook(ask) => with(ask, webhook::run),
        Remote::Mail(ask) => with(ask, mail::run),
        Remote::Audit(ask) => with(ask, audit::run),
    };
    match result {
        Ok(exit) => Ok(exit),
        Err(error) => match error.downcast_ref::<RemoteError>() {
            Some(remote) => {
                eprintln!("ward: {}", crate::output::visible::visible(&remote.to_string()));
                Ok(remote.exit())
            }
            None => Err(error),
        },
    }
}

fn with<C: Subcommand>(
    ask: Ask<C>,
    run: fn(C, &Client, &show::Show) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    let show = show::Show::new(ask.connect.json);
    let client = ask.connect.client()?;
    run(ask.verb, &client, &show)
}
