//! Endpoints of senders.

pub mod create;
pub mod list;

use wardwatch_api::sender::Sender;
use wardwatch_store::SenderInfo;

/// A sender as an answer.
pub fn shape(sender: SenderInfo) -> Sender {
    Sender {
        token: sender.token,
        org: sender.org,
        name: sender.name,
        created: sender.created,
        last_seen: sender.last_seen,
        events: sender.events,
        gaps: sender.gaps,
    }
}
