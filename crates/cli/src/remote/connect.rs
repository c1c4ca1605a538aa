//! Which server, and who asks: from the command line, the environment, or what `ward login` kept.

use std::path::PathBuf;

use clap::Args;
use wardwatch_api::Secret;

use super::client::{Client, Server};
use super::error::RemoteError;
use super::saved::Saved;

/// Options of every verb that asks a server.
#[derive(Debug, Clone, Default, Args)]
pub struct Connect {
    /// Address of the server; else WARD_SERVER, else where 'ward login' was.
    #[arg(long, global = true, value_name = "URL", help_heading = "Server")]
    pub server: Option<String>,
    /// Who asks; else WARD_TOKEN, else the session of 'ward login'. Others on this machine can see
    /// what a command line holds.
    #[arg(long, global = true, value_name = "TOKEN", help_heading = "Server", value_parser = secret)]
    pub token: Option<Secret>,
    /// Certificates (PEM) to trust instead of this machine's; else WARD_CA, else as at 'ward login'.
    #[arg(long, global = true, value_name = "FILE", help_heading = "Server")]
    pub ca: Option<PathBuf>,
    /// Print the server's answer as JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret(text.to_owned()))
}

/// A variable of the environment that says something.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Connect {
    /// The server, for those who are not known to it yet.
    ///
    /// # Errors
    /// When none is named, or it cannot be trusted.
    pub fn server(&self, saved: Option<&Saved>) -> Result<Server, RemoteError> {
        let address = self
            .server
            .clone()
            .or_else(|| variable("WARD_SERVER"))
            .or_else(|| saved.map(|saved| saved.server.clone()))
            .ok_or(RemoteError::NoServer)?;
        let ca = self
            .ca
            .clone()
            .or_else(|| variable("WARD_CA").map(PathBuf::from))
            .or_else(|| saved.and_then(|saved| saved.ca.clone()));
        Server::new(&address, ca)
    }

    /// A client that says who asks.
    ///
    /// # Errors
    /// When no server is named or nobody asks.
    pub fn client(&self) -> Result<Client, RemoteError> {
        let given = self.token.clone().or_else(|| variable("WARD_TOKEN").map(Secret));
        let saved = Saved::read()?;
        let server = self.server(saved.as_ref())?;
        // A kept session belongs to its server and goes to no other.
        let kept = saved.filter(|saved| Server::same(&saved.server, server.address()));
        let token = given.or(kept.map(|saved| saved.token)).ok_or(RemoteError::NoToken)?;
        Ok(Client::new(server, Some(token)))
    }
}
