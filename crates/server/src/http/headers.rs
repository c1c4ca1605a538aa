//! Headers of every answer: what browsers may do with it, which is next to nothing.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

/// Counts answers by status.
pub async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    app.figures.answered(answer.status().as_u16());
    answer
}

/// Answers are data: nothing in them is to be run, shown in a frame, guessed at or kept.
pub async fn no_more_than_needed(request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    let usual: [(HeaderName, &str); 6] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in usual {
        set_if_absent(headers, name, value);
    }
    answer
}

/// With TLS, browsers are told to come by TLS only, for a year.
pub async fn only_by_tls(State(tls): State<bool>, request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    if tls {
        let headers = answer.headers_mut();
        set_if_absent(
            headers,
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    answer
}

fn set_if_absent(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
