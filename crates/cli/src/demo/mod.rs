//! `ward serve --demo`: a sector that does not exist, alive on a server of its own.
//!
//! In: a server on a fresh folder, by its address and its administrator's password. Out: its
//! organisations, people, inventories, and then what its devices log, sent through the server's own
//! doors. Never: a way in that others do not have; an address that others can reach; a real name.

mod live;
mod plans;
mod prepare;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use wardwatch_api::Secret;
use wardwatch_api::session::{Login, Opened};
use wardwatch_exercise::estate::{Scale, Scenario, Sector};
use wardwatch_model::{Day, Timestamp};

use crate::remote::client::{Client, Server};

/// The code of the demonstration's centre, which the made sector names too.
pub const CENTRE: &str = "ZZC0";

/// How to demonstrate.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// Fill a fresh folder with a made sector and let it live: ordinary days, things that only look
    /// like an attack, and after three minutes an outbreak. Only on this machine's own addresses.
    #[arg(long)]
    pub demo: bool,
    /// How large the made sector is: demo (8,000 devices), S, M or L.
    #[arg(long, default_value = "demo", requires = "demo")]
    demo_scale: Scale,
    /// How many times as fast as in real life the story goes.
    #[arg(long, default_value_t = 1, requires = "demo", value_parser = clap::value_parser!(u32).range(1..=100))]
    demo_speed: u32,
    /// Ordinary records a second of the story.
    #[arg(long, default_value_t = 40, requires = "demo", value_parser = clap::value_parser!(u32).range(0..=5_000))]
    demo_rate: u32,
    /// The seed: the same one tells the same story.
    #[arg(long, default_value_t = 20_170_512, requires = "demo")]
    demo_seed: u64,
}

/// Lets a made sector live on a server, in a thread of its own that ends with the program.
///
/// # Errors
/// When there is no thread to be had.
pub fn start(args: DemoArgs, address: String, administrator: String) -> Result<()> {
    let work = move || {
        if let Err(error) = run(&args, &address, &administrator) {
            eprintln!("ward: the demonstration ended: {error:#}");
        }
    };
    std::thread::Builder::new()
        .name("demonstration".to_owned())
        .spawn(work)
        .context("no thread for the demonstration")?;
    Ok(())
}

fn run(args: &DemoArgs, address: &str, administrator: &str) -> Result<()> {
    let sector = Sector::new(Scenario::Y2026, args.demo_scale, args.demo_seed);
    let people = prepare::People::new()?;
    let senders = {
        let client = log_in(address, wardwatch_server::serve::FIRST_NAME, administrator)?;
        let senders = prepare::sector(&client, &sector, &people)?;
        plans::say(&client, &sector, Day::of(now()))?;
        senders
    };
    prepare::inventories(address, &sector, &senders)?;
    // Behind the reports: by now the server has worked out what it began with.
    prepare::compatibility(&log_in(address, wardwatch_server::serve::FIRST_NAME, administrator)?)?;
    prepare::alert(&log_in(address, people.analyst(), people.password())?)?;
    eprintln!("ward: the demonstration is ready at {address}/ for");
    for (name, what) in people.told(&sector) {
        eprintln!("ward:   {name:<6} {what}");
    }
    eprintln!("ward:   all with the password {}", people.password());
    live::tell(args, address, &sector, &senders, now())
}

/// A client with a session.
fn log_in(address: &str, name: &str, password: &str) -> Result<Client> {
    let login = Login {
        name: name.to_owned(),
        password: Secret(password.to_owned()),
        code: None,
        new_password: None,
        bearer: true,
    };
    let opened: Opened = Client::new(server(address)?, None).post("/api/v1/session", &login)?;
    let Some(secret) = opened.secret else { bail!("the session has no secret") };
    Ok(Client::new(server(address)?, Some(secret)))
}

fn server(address: &str) -> Result<Server> {
    Ok(Server::new(address, None)?)
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let micros = since.unwrap_or(Duration::ZERO).as_micros();
    Timestamp { micros: i64::try_from(micros).unwrap_or(i64::MAX) }
}
