//! `GET /openapi.json`: the OpenAPI document.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use wardwatch_api::{Access, openapi};

use super::super::endpoint::Endpoint;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| openapi::document().to_string());

pub fn endpoint() -> Endpoint {
    Endpoint::get("/openapi.json", Access::Open, handle)
}

async fn handle() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}
