//! `ward person`: accounts, their upkeep, and what people hold.

use std::io::{self, Write};

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::person::{
    HeldGrant, Identity, MadePerson, NewGrant, NewPerson, PasswordForOnce, Person, RevokeQuery,
};
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
    /// List who holds what in your organisations, guests included.
    Grants,
    /// End what a person holds as a role in an organisation.
    Revoke {
        /// The person.
        id: PersonId,
        /// The organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// The role.
        #[arg(long, value_name = "ROLE")]
        role: Role,
    },
    /// Lock an account; its sessions end.
    Disable {
        /// The person.
        id: PersonId,
    },
    /// Unlock an account.
    Enable {
        /// The person.
        id: PersonId,
    },
    /// Make a password that lets a person in once, to choose another.
    ResetPassword {
        /// The person.
        id: PersonId,
    },
    /// Take away the authenticator of somebody who lost theirs.
    RemoveAuthenticator {
        /// The person.
        id: PersonId,
    },
    /// Let a person log in by an identity at another issuer.
    Link {
        /// The person.
        id: PersonId,
        /// The issuer, exactly as it names itself.
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// Who the person is there: the token's `sub`.
        #[arg(long, value_name = "TEXT")]
        subject: String,
    },
    /// End that; the person's sessions end too.
    Unlink {
        /// The person.
        id: PersonId,
        /// The issuer.
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// Who the person is there.
        #[arg(long, value_name = "TEXT")]
        subject: String,
    },
    /// End all sessions of a person.
    EndSessions {
        /// The person.
        id: PersonId,
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
        Verb::Grants => {
            let all: Vec<HeldGrant> = client.get("/api/v1/grants", &())?;
            show.answer(&all, |all, out| grants(all, out))
        }
        Verb::Revoke { id, org, role } => {
            let query = RevokeQuery { org, role };
            client.delete_by(&format!("/api/v1/people/{id}/grants"), &query)?;
            show.answer(&(), |(), out| writeln!(out, "{role} of {} has ended.", query.org))
        }
        Verb::Disable { id } => {
            let () = client.post(&format!("/api/v1/people/{id}/disable"), &())?;
            show.answer(&(), |(), out| writeln!(out, "{id} may not log in; its sessions ended."))
        }
        Verb::Enable { id } => {
            let () = client.post(&format!("/api/v1/people/{id}/enable"), &())?;
            show.answer(&(), |(), out| writeln!(out, "{id} may log in."))
        }
        Verb::ResetPassword { id } => {
            let made: PasswordForOnce =
                client.post(&format!("/api/v1/people/{id}/password"), &())?;
            show.answer(&made, |made, out| {
                writeln!(out, "The password is told only now, and works once:")?;
                writeln!(out, "{}", whole(&made.password.0))?;
                writeln!(out, "It works until {} UTC.", moment(made.until))
            })
        }
        Verb::RemoveAuthenticator { id } => {
            client.delete(&format!("/api/v1/people/{id}/authenticator"))?;
            show.answer(&(), |(), out| writeln!(out, "{id} has no authenticator now."))
        }
        Verb::Link { id, issuer, subject } => {
            let identity = Identity { issuer, subject };
            let () = client.post(&format!("/api/v1/people/{id}/identities"), &identity)?;
            show.answer(&(), |(), out| writeln!(out, "{id} may log in by it."))
        }
        Verb::Unlink { id, issuer, subject } => {
            let identity = Identity { issuer, subject };
            client.delete_by(&format!("/api/v1/people/{id}/identities"), &identity)?;
            show.answer(&(), |(), out| writeln!(out, "{id} may log in by it no more."))
        }
        Verb::EndSessions { id } => {
            client.delete(&format!("/api/v1/people/{id}/sessions"))?;
            show.answer(&(), |(), out| writeln!(out, "All sessions of {id} have ended."))
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
            person.last_login.map_or_else(|| "never".to_owned(), moment),
            grants.join("; "),
        ]
    });
    let head = ["Person", "Name", "Organisation", "May log in", "Last login (UTC)", "Holds"];
    table(out, head, rows, "There is nobody.")
}

fn grants(all: &[HeldGrant], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|held| {
        [
            held.org.to_string(),
            held.role.to_string(),
            shown(&held.name),
            held.home.to_string(),
            moment(held.from),
            held.until.map_or_else(|| "no end".to_owned(), moment),
            held.person.to_string(),
        ]
    });
    let head = ["Organisation", "Role", "Name", "Of", "From (UTC)", "Until (UTC)", "Person"];
    table(out, head, rows, "Nobody holds anything.")
}
