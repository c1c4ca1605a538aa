//! Answers of `_bulk` in the words of Elasticsearch.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};

use super::bulk::{Item, ItemError};
use crate::gate::Refused;

/// The header by which Elastic's clients know a server that they may talk to.
pub(super) const PRODUCT: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-elastic-product"), HeaderValue::from_static("Elasticsearch"));

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is durable.
    Kept,
    /// It could not be read.
    Invalid(ItemError),
    /// Its batch was not kept.
    Refused(Refused),
}

/// Items and what became of them.
pub(super) struct Answered<'a> {
    pub(super) items: &'a [Item<'a>],
    pub(super) outcomes: &'a [Outcome],
    /// The index that the request names for all.
    pub(super) index: &'a str,
    /// Whether the client wants statuses and errors alone.
    pub(super) short: bool,
}

impl Answered<'_> {
    /// The whole answer.
    pub(super) fn response(&self) -> Response {
        let errors = self.outcomes.iter().any(|outcome| *outcome != Outcome::Kept);
        let items: Vec<Json> =
            self.items.iter().zip(self.outcomes).map(|pair| self.one(pair)).collect();
        let body = match self.short {
            true => json!({ "errors": errors, "items": items }),
            false => json!({ "took": 0, "errors": errors, "items": items }),
        };
        respond(StatusCode::OK, &body)
    }

    fn one(&self, (item, outcome): (&Item<'_>, &Outcome)) -> Json {
        let (status, error) = match outcome {
            Outcome::Kept => (StatusCode::CREATED, None),
            Outcome::Invalid(error) => {
                let (kind, status) = error.kind();
                (status, Some((kind, error.to_string())))
            }
            Outcome::Refused(refused) => {
                let kind = match refused {
                    Refused::Busy | Refused::Full => "es_rejected_execution_exception",
                    Refused::TooLarge { .. } => "content_too_large_exception",
                    Refused::Broken(_) => "internal_server_error",
                };
                (refused.status(StatusCode::TOO_MANY_REQUESTS), Some((kind, refused.reason())))
            }
        };
        let mut fields = json!({ "status": status.as_u16() });
        if !self.short {
            fields["_index"] = item.index.as_deref().unwrap_or(self.index).into();
            fields["_id"] = match (&item.id, &error) {
                (Some(id), _) => id.clone().into(),
                (None, None) => new_id().into(),
                (None, Some(_)) => Json::Null,
            };
        }
        match error {
            Some((kind, reason)) => fields["error"] = json!({ "type": kind, "reason": reason }),
            None if !self.short => {
                fields["_version"] = 1.into();
                fields["result"] = "created".into();
                fields["_seq_no"] = 0.into();
                fields["_primary_term"] = 1.into();
                fields["_shards"] = json!({ "total": 1, "successful": 1, "failed": 0 });
            }
            None => {}
        }
        json!({ item.action.word(): fields })
    }
}

/// A name for a document whose client gave none; nothing is ever looked up by it.
fn new_id() -> String {
    static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}", SEED.hash_one(NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// A request that failed as a whole.
pub(super) fn failure(status: StatusCode, kind: &str, reason: &str) -> Response {
    let cause = json!({ "type": kind, "reason": reason });
    let error = json!({ "root_cause": [cause], "type": kind, "reason": reason });
    respond(status, &json!({ "error": error, "status": status.as_u16() }))
}

/// Nobody is let in.
pub(super) fn unauthorised(reason: &str) -> Response {
    let mut response = failure(StatusCode::UNAUTHORIZED, "security_exception", reason);
    for scheme in
        ["Basic realm=\"wardwatch\", charset=\"UTF-8\"", "Bearer realm=\"wardwatch\"", "ApiKey"]
    {
        let value = HeaderValue::from_static(scheme);
        response.headers_mut().append(header::WWW_AUTHENTICATE, value);
    }
    response
}

/// JSON with the headers that clients look for.
pub(super) fn respond(status: StatusCode, body: &Json) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    (status, [kind, PRODUCT], body.to_string()).into_response()
}
