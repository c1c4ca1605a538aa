//! Headers of every page: what a browser may do with it, and packing for thin lines.

use std::io::Write;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::BodyExt;

/// Below this, packing costs more than it saves.
const WORTH_PACKING: usize = 1_000;

/// What pages may do: scripts, styles and connections of our own, and nothing of anybody else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    object-src 'none'";

/// Adds headers, and packs a page for a browser that can unpack it.
pub async fn pages(request: Request, next: Next) -> Response {
    let packed = accepts_gzip(request.headers());
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    let usual: [(HeaderName, &str); 6] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in usual {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    let page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if packed && page { pack(answer).await } else { answer }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accepts| accepts.split(',').any(|one| one.trim().starts_with("gzip")))
}

async fn pack(answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    // A page is made in memory as a whole; reading it cannot fail.
    let Ok(plain) = body.collect().await.map(|collected| collected.to_bytes()) else {
        return Response::from_parts(parts, Body::empty());
    };
    if plain.len() < WORTH_PACKING {
        return Response::from_parts(parts, Body::from(plain));
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::new(6));
    let packed = encoder.write_all(&plain).and_then(|()| encoder.finish());
    let Ok(packed) = packed else { return Response::from_parts(parts, Body::from(plain)) };
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(packed))
}
