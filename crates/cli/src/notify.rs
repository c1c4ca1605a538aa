//! Options of `ward serve` for webhooks and mail.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use wardwatch_api::Secret;
use wardwatch_server::notify::mail::{Encryption, Smtp};
use wardwatch_server::serve::Notifications;

/// How people hear of what happens.
#[derive(Debug, Args)]
pub struct NotifyArgs {
    /// Let webhooks go to this machine and to private networks too.
    #[arg(long)]
    allow_local_webhooks: bool,
    /// The server of mail, as NAME:PORT.
    #[arg(long, value_name = "NAME:PORT", value_parser = place, requires = "smtp_from")]
    smtp_server: Option<(String, u16)>,
    /// How to speak to it; `none` is for a server of mail on this machine only.
    #[arg(long, value_name = "HOW", default_value = "starttls", requires = "smtp_server")]
    smtp_encryption: How,
    /// Who mails come from, such as `Wardwatch <ward@ward.example>`.
    #[arg(long, value_name = "ADDRESS", requires = "smtp_server")]
    smtp_from: Option<String>,
    /// Name to log in with at the server of mail.
    #[arg(long, value_name = "NAME", requires = "smtp_password_file")]
    smtp_user: Option<String>,
    /// File with the password for it.
    #[arg(long, value_name = "FILE", requires = "smtp_user")]
    smtp_password_file: Option<PathBuf>,
}

/// How the connection is encrypted.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum How {
    /// By TLS from the start.
    Tls,
    /// By STARTTLS.
    Starttls,
    /// Not at all.
    None,
}

fn place(text: &str) -> Result<(String, u16), String> {
    let wrong = || format!("'{text}' is no name with a port, such as mail.example:587");
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let port = port.parse().map_err(|_| wrong())?;
    if host.is_empty() { Err(wrong()) } else { Ok((host.to_owned(), port)) }
}

impl NotifyArgs {
    /// As the server takes it.
    ///
    /// # Errors
    /// When the password cannot be read.
    pub fn notifications(self) -> Result<Notifications> {
        let smtp = match (self.smtp_server, self.smtp_from) {
            (Some((host, port)), Some(from)) => {
                let login = self.smtp_user.zip(self.smtp_password_file).map(|(name, file)| {
                    let password = std::fs::read_to_string(&file)
                        .with_context(|| format!("{} cannot be read", file.display()))?;
                    Ok::<_, anyhow::Error>((name, Secret(password.trim_end().to_owned())))
                });
                let encryption = match self.smtp_encryption {
                    How::Tls => Encryption::Tls,
                    How::Starttls => Encryption::StartTls,
                    How::None => Encryption::None,
                };
                Some(Smtp { host, port, encryption, from, login: login.transpose()? })
            }
            (None, None) => None,
            _ => bail!("--smtp-server and --smtp-from go together"),
        };
        Ok(Notifications { local_targets: self.allow_local_webhooks, smtp })
    }
}
