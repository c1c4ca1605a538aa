//! Mail by SMTP: one notification as a letter, many as a digest, in plain text.
//!
//! In: notifications and an address. Out: a mail handed to the server of mail, or why not. Never:
//! HTML, a user's name, anything unencrypted to another machine.

use std::net::IpAddr;
use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, Message, SmtpTransport, Transport};
use thiserror::Error;
use wardwatch_api::Secret;
use wardwatch_model::{Notification, NotifyEvent};

/// How long each step of sending may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Notifications that a digest lists.
const LISTED: usize = 50;
/// Characters of a headline.
const TITLE_CHARS: usize = 160;

/// How the connection to the server of mail is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// From its first byte on.
    Tls,
    /// From STARTTLS on, without which nothing is sent.
    StartTls,
    /// Not at all: for a server of mail on this machine only.
    None,
}

/// The server of mail.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How to speak to it.
    pub encryption: Encryption,
    /// Who sends.
    pub from: String,
    /// Name and password, when it wants them.
    pub login: Option<(String, Secret)>,
}

/// Why a mail was not sent.
#[derive(Debug, Error)]
pub enum MailError {
    /// The address is none.
    #[error("'{0}' is no address of mail")]
    Address(String),
    /// Another machine would be spoken to without encryption.
    #[error("{0} is not this machine: mail goes there by TLS or STARTTLS only")]
    NotEncrypted(String),
    /// The mail could not be written.
    #[error("the mail cannot be written: {0}")]
    Body(#[from] lettre::error::Error),
    /// The server of mail did not take it.
    #[error("the server of mail did not take it: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
}

/// Sends mail. Each call blocks.
#[derive(Clone)]
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Mailer {
    /// To a server of mail; nothing is sent yet.
    ///
    /// # Errors
    /// When the sender's address is none, or the connection would not be encrypted.
    pub fn new(smtp: &Smtp) -> Result<Self, MailError> {
        let from: Mailbox =
            smtp.from.parse().map_err(|_: AddressError| MailError::Address(smtp.from.clone()))?;
        let tls = match smtp.encryption {
            Encryption::None if is_this_machine(&smtp.host) => Tls::None,
            Encryption::None => return Err(MailError::NotEncrypted(smtp.host.clone())),
            Encryption::Tls => Tls::Wrapper(TlsParameters::new(smtp.host.clone())?),
            Encryption::StartTls => Tls::Required(TlsParameters::new(smtp.host.clone())?),
        };
        let mut transport = SmtpTransport::builder_dangerous(smtp.host.clone())
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(TIMEOUT));
        if let Some((name, password)) = &smtp.login {
            transport = transport.credentials(Credentials::new(name.clone(), password.0.clone()));
        }
        Ok(Mailer { transport: transport.build(), from })
    }

    /// Sends notifications to an address: one as a letter, several as a digest.
    ///
    /// # Errors
    /// When the mail was not taken.
    pub fn send(&self, to: &str, notifications: &[Notification]) -> Result<(), MailError> {
        let to: Address =
            to.parse().map_err(|_: AddressError| MailError::Address(to.to_owned()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject(notifications))
            .header(ContentType::TEXT_PLAIN)
            .body(body(notifications))?;
        self.transport.send(&message)?;
        Ok(())
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a text is one address of mail.
///
/// # Errors
/// When it is not.
pub fn check_address(text: &str) -> Result<(), MailError> {
    let fits = text.chars().count() <= 254 && text.parse::<Address>().is_ok();
    if fits { Ok(()) } else { Err(MailError::Address(text.chars().take(64).collect())) }
}

fn subject(notifications: &[Notification]) -> String {
    match notifications {
        [one] if one.event == NotifyEvent::Test => "Wardwatch: a test".to_owned(),
        [one] => format!("Wardwatch: {} {} in {}", one.level, word(one.event), orgs(one)),
        many => {
            let worst = many.iter().map(|one| one.level).max().unwrap_or_default();
            format!("Wardwatch: {} notifications, the most serious {worst}", many.len())
        }
    }
}

fn body(notifications: &[Notification]) -> String {
    let mut text = String::new();
    for one in notifications.iter().take(LISTED) {
        let object = command(one).map(|command| format!("\r\n  To see it: {command}"));
        text.push_str(&format!(
            "{} UTC  {}  {}\r\n  {}\r\n  Organisation: {}{}\r\n\r\n",
            one.time,
            one.level,
            word(one.event),
            title(&one.title),
            orgs(one),
            object.unwrap_or_default()
        ));
    }
    if let Some(more) = notifications.len().checked_sub(LISTED).filter(|more| *more > 0) {
        text.push_str(&format!("And {more} more.\r\n\r\n"));
    }
    text.push_str(
        "An administrator of your organisation can end these mails: ward mail remove\r\n",
    );
    text
}

/// A headline comes from rules and logs in the end: it stays on its line.
fn title(title: &str) -> String {
    let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
    title.chars().map(clean).take(TITLE_CHARS).collect()
}

fn word(event: NotifyEvent) -> &'static str {
    match event {
        NotifyEvent::IncidentOpened => "incident opened",
        NotifyEvent::IncidentRaised => "incident raised",
        NotifyEvent::CampaignOpened => "campaign",
        NotifyEvent::DetectionFound => "detection",
        NotifyEvent::AlertIssued => "alert",
        NotifyEvent::AlertOverdue => "alert overdue",
        NotifyEvent::PlanBroken => "plan broken",
        NotifyEvent::Test => "test",
    }
}

/// The command that shows what a notification tells of; none when nothing is to be shown.
fn command(one: &Notification) -> Option<String> {
    let object = one.object.as_deref()?;
    let verb = match one.event {
        NotifyEvent::CampaignOpened => "ward campaign show",
        NotifyEvent::DetectionFound => "ward detection show",
        NotifyEvent::AlertIssued | NotifyEvent::AlertOverdue => "ward alert show",
        // A device's name may come from its own log: none is put where people copy a command from.
        NotifyEvent::PlanBroken => return Some(format!("ward plan list --org {}", orgs(one))),
        NotifyEvent::IncidentOpened | NotifyEvent::IncidentRaised | NotifyEvent::Test => {
            "ward incident show"
        }
    };
    Some(format!("{verb} {object}"))
}

fn orgs(one: &Notification) -> String {
    let codes: Vec<&str> = one.organisations.iter().map(|org| org.as_str()).collect();
    codes.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wardwatch_model::{Level, NotificationId, Timestamp};

    fn notification(title: &str) -> Notification {
        Notification {
            id: NotificationId([1; 16]),
            event: NotifyEvent::IncidentOpened,
            time: Timestamp { micros: 1_494_583_200_000_000 },
            organisations: vec!["ZZ1".parse().unwrap()],
            level: Level::High,
            title: title.to_owned(),
            object: Some("11".repeat(16)),
        }
    }

    #[test]
    fn one_is_a_letter_and_many_are_a_digest() {
        let one = notification("Backups deleted\r\nBcc: eve@eve.example");
        assert_eq!(subject(std::slice::from_ref(&one)), "Wardwatch: high incident opened in ZZ1");
        insta::assert_snapshot!(body(std::slice::from_ref(&one)).replace('\r', ""), @r"
        2017-05-12T10:00:00Z UTC  high  incident opened
          Backups deleted  Bcc: eve@eve.example
          Organisation: ZZ1
          To see it: ward incident show 11111111111111111111111111111111

        An administrator of your organisation can end these mails: ward mail remove
        ");
        let many = vec![one; 60];
        assert_eq!(subject(&many), "Wardwatch: 60 notifications, the most serious high");
        assert!(body(&many).contains("And 10 more."));
    }

    #[test]
    fn nothing_goes_unencrypted_to_another_machine() {
        let smtp = |host: &str, encryption| Smtp {
            host: host.to_owned(),
            port: 25,
            encryption,
            from: "Ward <ward@ward.example>".to_owned(),
            login: None,
        };
        assert!(Mailer::new(&smtp("127.0.0.1", Encryption::None)).is_ok());
        let refused = Mailer::new(&smtp("mail.example", Encryption::None)).err();
        assert!(matches!(refused, Some(MailError::NotEncrypted(_))));
        assert!(Mailer::new(&smtp("mail.example", Encryption::StartTls)).is_ok());
    }

    proptest! {
        #[test]
        fn addresses_never_panic(text in any::<String>()) {
            let _ = check_address(&text);
        }
    }
}
