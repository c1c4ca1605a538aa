//! What is served at which path: the API, every HTTP door, and the console over the API.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use wardwatch_ingest::{Counters, Limits, doors_router, elastic};

use crate::app::App;
use crate::gate::Doors;
use crate::http;

/// All of it. At `/` browsers get the console's first page, shippers the greeting of Elastic.
pub fn router(app: App, gate: Doors, limits: Limits, counters: Arc<Counters>) -> Router {
    let api = http::router(app);
    let first = wardwatch_console::first_page(api.clone());
    let root = axum::routing::get(async move |request: Request| {
        if !wardwatch_console::wants_a_page(request.headers()) {
            return elastic::greeting();
        }
        match first.oneshot(request).await {
            Ok(page) => page.into_response(),
            Err(never) => match never {},
        }
    });
    wardwatch_console::router(api.clone())
        .merge(api)
        .merge(doors_router(gate, limits, counters))
        .route("/", root)
        .fallback(nothing_there)
}

/// A path that is none: said in the words of whoever asks.
async fn nothing_there(request: Request) -> Response {
    match wardwatch_console::wants_a_page(request.headers()) {
        true => wardwatch_console::no_such_page().await,
        false => http::problem::no_such_path().await.into_response(),
    }
}
