//! `GET /metrics`: figures in the text form of Prometheus. Totals only.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use wardwatch_api::Access;

use super::super::endpoint::Endpoint;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/metrics", Access::Open, handle)
}

async fn handle(State(app): State<App>) -> impl IntoResponse {
    let text = app.figures.text(app.log.pending_bytes(), app.live.watchers());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
