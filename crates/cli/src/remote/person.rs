//! `ward person`: list, create, grant.

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::person::{MadePerson, NewGrant, NewPerson, Person};
use wardwatch_model::{OrgId, PersonId, Role, Timestamp};

use super::client::Client;
use super::password;
use super::show::{Show, moment, shown, table, whole};
use crate::exit::Exit;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List people and what they hold.
    List,
    /// Make an account; a password is made and told once.
    Create {
        /// The login name.
        name: String,
        /// The organisation that they belong to.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// Their role there, such as analyst.
        #[arg(long, value_name = "ROLE")]
        role: Role,
        /// Choose the password: it is asked for, or read as a line of standard input.
        #[arg(long)]
        choose_password: bool,
    },
    /// Give a person a role over an organisation, for a time.
    Grant {
        /// The person.
        id: PersonId,
        /// The organisation, with all below it.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// The role.
        #[arg(long, value_name = "ROLE")]
        role: Role,
        /// From when on; from now when left out.
        #[arg(long, value_name = "TIME")]
        from: Option<Timestamp>,
        /// Until when; for ever when left out.
        #[arg(long, value_name = "TIME")]
        until: Option<Timestamp>,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List => {
            let all: Vec<Person> = client.get("/api/v1/people", &())?;
            show.answer(&all, |all, out| list(all, out))
        }
        Verb::Create { name, org, role, choose_password } => {
            let password = choose_password.then(|| password::ask("New password")).transpose()?;
            let new = NewPerson { name, org, role, password };
            let made: MadePerson = client.post("/api/v1/people", &new)?;
            show.answer(&made, |made, out| {
                writeln!(out, "Person {}.", made.id)?;
                match &made.password {
                    Some(password) => {
                        writeln!(out, "The password is told only now:\n{}", whole(&password.0))
                    }
                    None => Ok(()),
                }
            })
        }
        Verb::Grant { id, org, role, from, until } => {
            let grant = NewGrant { org, role, from, until };
            let () = client.post(&format!("/api/v1/people/{id}/grants"), &grant)?;
            show.answer(&(), |(), out| writeln!(out, "{role} of {} is given.", grant.org))
        }
    }
}

fn list(all: &[Person], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|person| {
        let grants: Vec<String> = person
            .grants
            .iter()
            .map(|grant| {
                let until = grant.until.map(|time| format!(" until {}", moment(time)));
                format!("{} of {}{}", grant.role, grant.org, until.unwrap_or_default())
            })
            .collect();
        let may = if person.disabled { "no" } else { "yes" };
        [
            person.id.to_string(),
            shown(&person.name),
            person.org.to_string(),
            may.to_owned(),
            grants.join("; "),
        ]
    });
    table(out, ["Person", "Name", "Organisation", "May log in", "Holds"], rows, "There is nobody.")
}
