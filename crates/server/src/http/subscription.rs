//! What webhooks and subscriptions by mail have in common.

use axum::http::StatusCode;
use wardwatch_api::subscription::Subscription;
use wardwatch_model::NotifyEvent;

use super::problem::Problem;

/// A subscription as an answer.
pub fn shape(found: wardwatch_store::Subscription) -> Subscription {
    Subscription {
        id: found.id,
        org: found.wanted.org,
        name: found.wanted.name,
        address: found.wanted.address,
        person: found.wanted.person,
        events: found.wanted.events,
        level: found.wanted.level,
        created: found.created,
        made_by: found.made_by,
        last_success: found.last_success,
        last_failure: found.last_failure,
        last_error: found.last_error,
        waiting: found.waiting,
        given_up: found.given_up,
        dropped: found.dropped,
    }
}

/// What is to be told: something, each once.
///
/// # Errors
/// When it is nothing, or a test, which is told to nobody who did not ask.
pub fn events(mut events: Vec<NotifyEvent>) -> Result<Vec<NotifyEvent>, Problem> {
    events.sort_unstable();
    events.dedup();
    if events.is_empty() || events.contains(&NotifyEvent::Test) {
        let known: Vec<&str> = NotifyEvent::ALL.iter().map(|event| event.as_str()).collect();
        let detail = format!("say what is to be told: some of {}", known.join(", "));
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    Ok(events)
}
