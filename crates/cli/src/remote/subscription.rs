//! What `ward webhook` and `ward mail` have in common.

use std::io::{self, Write};

use anyhow::Result;
use wardwatch_api::subscription::Subscription;
use wardwatch_model::SubscriptionId;

use super::client::Client;
use super::show::{Show, moment, table};
use crate::exit::Exit;
use crate::output::words::number;

/// Writes a table of them.
///
/// # Errors
/// When the stream cannot be written.
pub fn list(all: &[Subscription], out: &mut dyn Write) -> io::Result<()> {
    let rows = all.iter().map(|one| {
        let events: Vec<&str> = one.events.iter().map(|event| event.as_str()).collect();
        [
            one.id.to_string(),
            one.org.to_string(),
            one.name.clone(),
            one.address.clone(),
            format!("{} from {}", events.join(", "), one.level),
            one.last_success.map_or_else(|| "never".to_owned(), moment),
            number(one.waiting),
            format!("{} / {}", number(one.given_up), number(one.dropped)),
            one.last_error.clone().unwrap_or_default(),
        ]
    });
    let head = [
        "Identifier",
        "Organisation",
        "Name",
        "Address",
        "Tells",
        "Delivered (UTC)",
        "Waiting",
        "Given up / not taken",
        "Last failure",
    ];
    table(out, head, rows, "Nobody is told.")
}

/// Sends a test.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn test(path: &str, id: SubscriptionId, client: &Client, show: &Show) -> Result<Exit> {
    let () = client.post(&format!("{path}/{id}/test"), &())?;
    show.answer(&(), |(), out| writeln!(out, "It is on its way; 'list' tells how that went."))
}

/// Ends one.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn remove(path: &str, id: SubscriptionId, client: &Client, show: &Show) -> Result<Exit> {
    client.delete(&format!("{path}/{id}"))?;
    show.answer(&(), |(), out| writeln!(out, "{id} has ended."))
}
