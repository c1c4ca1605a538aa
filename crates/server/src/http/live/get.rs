//! `GET /api/v1/live`: changes of incidents and campaigns, as server-sent events.
//!
//! Each event is looked at with the caller's scope, which is made anew every half minute: who may
//! no more is told no more. How many watch is bounded.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior, interval};
use wardwatch_api::Access;
use wardwatch_api::live::{Change, MISSED};
use wardwatch_model::Permission;
use wardwatch_store::TenantScope;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::{Who, Within};
use crate::app::{App, Entry, Subscription};

/// Streams that are open at once.
const MAX_WATCHERS: usize = 1_000;
/// How often it is looked whether the caller still may.
const CHECK: Duration = Duration::from_secs(30);
/// How often something is sent at least, so that nobody between ends the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/live", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    who: Who,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if app.live.watchers() >= MAX_WATCHERS {
        return Err(Problem::busy("too many streams of changes are open"));
    }
    let last_seen = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let Subscription { before, missed, coming, ended } = app.live.subscribe(last_seen);
    let mut check = interval(CHECK);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is at once, and the caller was let in just now.
    check.reset();
    let watcher = Watcher { app, who, scope, before, missed, coming, ended, check };
    let events = stream::unfold(watcher, |mut watcher| async {
        let event = watcher.next().await?;
        Some((Ok::<_, Infallible>(event), watcher))
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Ok(Sse::new(events).keep_alive(keep_alive).into_response())
}

struct Watcher {
    app: App,
    who: Who,
    scope: TenantScope,
    before: VecDeque<Arc<Entry>>,
    missed: bool,
    coming: tokio::sync::broadcast::Receiver<Option<Arc<Entry>>>,
    ended: bool,
    check: Interval,
}

impl Watcher {
    /// The next event for this caller; none when the stream ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if std::mem::take(&mut self.missed) {
                return Some(Event::default().event(MISSED).data("{}"));
            }
            if let Some(entry) = self.before.pop_front() {
                match self.event(&entry) {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            if self.ended {
                return None;
            }
            tokio::select! {
                entry = self.coming.recv() => match entry {
                    Ok(Some(entry)) => self.before.push_back(entry),
                    Ok(None) | Err(RecvError::Closed) => self.ended = true,
                    Err(RecvError::Lagged(_)) => self.missed = true,
                },
                _ = self.check.tick() => self.look_again().await?,
            }
        }
    }

    /// Makes the scope anew; none when there is none any more.
    async fn look_again(&mut self) -> Option<()> {
        // A state that cannot be read ends the stream: the caller comes back and is told why.
        let principal = self.who.proof.principal(&self.app).await.ok()??;
        self.scope = principal.scope(Permission::ReadFindings)?;
        Some(())
    }

    fn event(&self, entry: &Entry) -> Option<Event> {
        let change = within(&entry.change, &self.scope)?;
        let data = serde_json::to_string(&change).ok()?;
        let id = self.app.live.id_of(entry.number);
        Some(Event::default().event(change.noun()).id(id).data(data))
    }
}

/// A change as this caller may see it, if they may see any of it.
fn within(change: &Change, scope: &TenantScope) -> Option<Change> {
    match change {
        Change::Incident { org, .. } => scope.covers(org).then(|| change.clone()),
        Change::Campaign { id, level, orgs, last } => {
            let orgs: Vec<_> = orgs.iter().filter(|org| scope.covers(org)).cloned().collect();
            let (id, level, last) = (*id, *level, *last);
            (!orgs.is_empty()).then_some(Change::Campaign { id, level, orgs, last })
        }
    }
}
