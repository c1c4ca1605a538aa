//! The console: pages for people over what the API answers.
//!
//! In: a visitor's request, and the API as a service in the same process. Out: pages, which say the
//! same with and without scripts. Never: a store, a right, a number of its own: a page asks the API
//! with the visitor's own cookie and shows what it is told, so that nobody sees more here than there.

mod ask;
mod assets;
mod frame;
mod headers;
mod page;
mod part;
mod visit;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;

pub use ask::Ask;

/// Bytes of a form that was filled in.
const FORM_BYTES: usize = 256 * 1024;

/// All pages, and the bundle that they need, as a router to be merged with the API's.
///
/// `api` answers for the API; pages call it without a network. The page at `/` is not among the
/// routes, since others ask for that path too: see [`first_page`].
pub fn router(api: Router) -> Router {
    let ask = Ask::new(api);
    page::routes()
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .route("/console/{file}", axum::routing::get(assets::serve))
        .layer(from_fn(headers::pages))
        .with_state(ask)
}

/// The first page, for `GET /` of a browser.
pub fn first_page(api: Router) -> axum::routing::MethodRouter {
    axum::routing::get(page::now::show).layer(from_fn(headers::pages)).with_state(Ask::new(api))
}

/// A page for a path that is none.
pub async fn no_such_page() -> axum::response::Response {
    let problem = wardwatch_api::Problem::new(
        404,
        "Not Found",
        "look at the address, or begin at the first page",
    );
    axum::response::IntoResponse::into_response(ask::Fault::Problem(problem))
}

/// Whether a request comes from a browser that wants a page.
pub fn wants_a_page(headers: &axum::http::HeaderMap) -> bool {
    let accept = headers.get(axum::http::header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
