//! Options of `ward serve` for logins by another issuer of identities.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use wardwatch_api::Secret;
use wardwatch_server::oidc::Settings;

/// Where the issuer sends browsers back to.
const CALLBACK: &str = "/api/v1/session/oidc/callback";

/// Another issuer of identities.
#[derive(Debug, Args)]
pub struct OidcArgs {
    /// An issuer of OpenID Connect that people may log in by, exactly as it names itself.
    #[arg(long, value_name = "URL", requires = "oidc_client_id")]
    oidc_issuer: Option<String>,
    /// The name of this server there.
    #[arg(long, value_name = "NAME", requires = "oidc_issuer")]
    oidc_client_id: Option<String>,
    /// File with this server's secret there; none for a public client.
    #[arg(long, value_name = "FILE", requires = "oidc_issuer")]
    oidc_client_secret_file: Option<PathBuf>,
    /// The address of this server as browsers see it, such as https://ward.example.
    #[arg(long, value_name = "URL", requires = "oidc_issuer")]
    oidc_public_address: Option<String>,
    /// Let in whoever has a verified address of mail that is the name of an account.
    #[arg(long, requires = "oidc_issuer")]
    oidc_by_email: bool,
}

impl OidcArgs {
    /// As the server takes it; none without an issuer.
    ///
    /// # Errors
    /// When the secret cannot be read.
    pub fn settings(self, listen: SocketAddr) -> Result<Option<Settings>> {
        let Some((issuer, client_id)) = self.oidc_issuer.zip(self.oidc_client_id) else {
            return Ok(None);
        };
        let secret = self.oidc_client_secret_file.map(|file| {
            std::fs::read_to_string(&file)
                .map(|text| Secret(text.trim_end().to_owned()))
                .with_context(|| format!("{} cannot be read", file.display()))
        });
        let base = self.oidc_public_address.unwrap_or_else(|| format!("http://{listen}"));
        Ok(Some(Settings {
            issuer,
            client_id,
            client_secret: secret.transpose()?,
            redirect: format!("{}{CALLBACK}", base.trim_end_matches('/')),
            by_email: self.oidc_by_email,
        }))
    }
}
