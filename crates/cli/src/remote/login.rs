//! `ward login`, `ward logout`: opens a session and keeps it, ends it and forgets it.
use anyhow::Result;
use clap::Args;
use wardwatch_api::Secret;
use wardwatch_api::problem::NEW_PASSWORD_NEEDED;
use wardwatch_api::session::{Login, Opened};

use super::client::Client;
use super::connect::Connect;
use super::error::RemoteError;
use super::password;
use super::saved::Saved;
use super::show::{Show, moment, shown};
use crate::exit::Exit;

/// Who logs in where.
#[derive(Debug, Args)]
pub struct LoginArgs {
    #[command(flatten)]
    connect: Connect,
    /// The login name. The password is asked for, or read as a line of standard input.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Six digits of the authenticator, for those who have one.
    #[arg(long, value_name = "DIGITS")]
    code: Option<String>,
}

/// Logs in.
///
/// # Errors
/// When the server refuses, or the session cannot be kept.
pub fn login(args: LoginArgs) -> Result<Exit> {
    let saved = Saved::read().ok().flatten();
    let server = args.connect.server(saved.as_ref())?;
    let address = server.address().to_owned();
    // Later commands run in other folders.
    let ca = server.ca().map(std::path::absolute).transpose()?;
    let password = password::ask("Password")?;
    let mut login = Login {
        name: args.name,
        password,
        code: args.code.map(Secret),
        new_password: None,
        bearer: true,
    };
    let client = Client::new(server, None);
    let opened = client.post("/api/v1/session", &login);
    let opened: Opened = match opened {
        Err(RemoteError::Unknown(problem)) if problem.kind == NEW_PASSWORD_NEEDED => {
            eprintln!("ward: this password works once; choose one of your own");
            login.new_password = Some(password::ask("New password")?);
            client.post("/api/v1/session", &login)
        }
        other => other,
    }
    .map_err(not_let_in)?;
    let token = opened.secret.clone().ok_or_else(|| RemoteError::Answer {
        server: address.clone(),
        why: "the session has no secret".to_owned(),
    })?;
    let path = Saved { server: address.clone(), token, ca }.write()?;
    let told = Opened { secret: None, ..opened };
    Show::new(args.connect.json).answer(&told, |opened, out| {
        writeln!(
            out,
            "Logged in to {address} as {} until {} UTC; kept in {}.",
            shown(&opened.name),
            moment(opened.until),
            path.display()
        )
    })
}

/// To whom logging in is refused, 'log in' is no advice.
fn not_let_in(error: RemoteError) -> RemoteError {
    match error {
        RemoteError::Unknown(problem) => RemoteError::NotPermitted(problem),
        other => other,
    }
}

/// Logs out. What is kept is forgotten even when the server cannot be reached.
///
/// # Errors
/// When the server cannot be told, or the file cannot be removed.
pub fn logout(connect: &Connect) -> Result<Exit> {
    let client = connect.client()?;
    let told = client.delete("/api/v1/session");
    if connect.token.is_none() {
        Saved::forget()?;
    }
    match told {
        Err(RemoteError::Unknown(_)) | Ok(()) => {}
        Err(error) => return Err(error.into()),
    }
    Show::new(connect.json).answer(&(), |(), out| writeln!(out, "Logged out."))
}
