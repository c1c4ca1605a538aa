//! The HTTP side of the server: one endpoint a file, under its noun.
//!
//! In: requests. Out: answers as `api` describes them, problems as problem+json. An endpoint reads
//! the request, asks the store or a pure function, and shapes the answer; whether the caller may
//! is decided before it runs, from what the endpoint says it needs. Never: a rule of the business.

mod alert;
mod audit;
mod campaign;
mod code;
mod contact;
mod decision;
mod detection;
mod device;
mod endpoint;
mod evidence;
mod exception;
mod exposure;
pub mod figures;
mod headers;
mod hunt;
mod incident;
mod indicator_list;
mod indicator_source;
mod landscape;
mod lifecycle;
pub mod limits;
mod listed;
mod live;
mod mail;
mod me;
mod organisation;
mod overview;
mod person;
mod plan;
pub mod problem;
mod request;
mod retention;
mod rule;
mod saved_hunt;
mod sender;
mod service;
mod session;
mod subscription;
mod suppression;
mod system;
mod token;
mod webhook;
mod who;

pub use alert::AlertLists;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};

use crate::app::App;
use endpoint::Endpoint;

pub use endpoint::Listed;
pub use problem::Problem;
pub use who::{Proof, SESSION_COOKIE, Who, Within};

/// Bytes of a request's body, where an endpoint does not say otherwise.
const BODY_BYTES: usize = 256 * 1024;

/// All endpoints, in the order of the OpenAPI document.
fn endpoints() -> Vec<Endpoint> {
    vec![
        session::open::endpoint(),
        session::oidc::start(),
        session::oidc::callback(),
        session::close::endpoint(),
        me::get::endpoint(),
        me::password::endpoint(),
        me::authenticator::endpoint(),
        me::confirm::endpoint(),
        overview::get::endpoint(),
        overview::organisations::endpoint(),
        organisation::list::endpoint(),
        organisation::import::endpoint(),
        organisation::change::endpoint(),
        organisation::close::endpoint(),
        organisation::posture::endpoint(),
        contact::list::endpoint(),
        contact::import::endpoint(),
        contact::remove::endpoint(),
        contact::mine::endpoint(),
        person::list::endpoint(),
        person::create::endpoint(),
        person::grant::endpoint(),
        person::revoke::endpoint(),
        person::grants::endpoint(),
        person::disable::endpoint(),
        person::enable::endpoint(),
        person::password::endpoint(),
        person::authenticator::endpoint(),
        person::sessions::endpoint(),
        person::link::endpoint(),
        person::unlink::endpoint(),
        token::list::endpoint(),
        token::create::endpoint(),
        token::revoke::endpoint(),
        code::list::endpoint(),
        code::create::endpoint(),
        sender::list::endpoint(),
        sender::create::endpoint(),
        service::list::endpoint(),
        service::import::endpoint(),
        device::list::endpoint(),
        device::classify::endpoint(),
        device::import::endpoint(),
        detection::list::endpoint(),
        detection::get::endpoint(),
        incident::list::endpoint(),
        incident::get::endpoint(),
        incident::processes::endpoint(),
        incident::assign::endpoint(),
        incident::note::endpoint(),
        incident::close::endpoint(),
        incident::reopen::endpoint(),
        incident::merge::endpoint(),
        incident::split::endpoint(),
        campaign::list::endpoint(),
        campaign::get::endpoint(),
        exposure::list::endpoint(),
        exposure::devices::endpoint(),
        exposure::device::endpoint(),
        lifecycle::endpoint(),
        decision::list::endpoint(),
        decision::make::endpoint(),
        exception::list::endpoint(),
        exception::make::endpoint(),
        exception::end::endpoint(),
        plan::list::endpoint(),
        plan::get::endpoint(),
        plan::place::endpoint(),
        plan::sign::endpoint(),
        plan::flow::endpoint(),
        plan::flows::endpoint(),
        evidence::endpoint(),
        evidence::key_endpoint(),
        landscape::get::endpoint(),
        landscape::load::endpoint(),
        alert::list::endpoint(),
        alert::issue::endpoint(),
        alert::get::endpoint(),
        alert::devices::endpoint(),
        alert::end::endpoint(),
        alert::acknowledge::endpoint(),
        alert::sign::endpoint(),
        indicator_list::list::endpoint(),
        indicator_list::load::endpoint(),
        indicator_list::delete::endpoint(),
        indicator_list::problems::endpoint(),
        indicator_source::list::endpoint(),
        indicator_source::create::endpoint(),
        indicator_source::delete::endpoint(),
        indicator_source::pull::endpoint(),
        rule::list::endpoint(),
        rule::add::endpoint(),
        rule::problems::endpoint(),
        rule::coverage::endpoint(),
        rule::reload::endpoint(),
        rule::backtest::start::endpoint(),
        rule::backtest::get::endpoint(),
        rule::backtest::cancel::endpoint(),
        rule::get::endpoint(),
        rule::remove::endpoint(),
        rule::level::endpoint(),
        rule::canary::endpoint(),
        rule::filter::add::endpoint(),
        rule::filter::remove::endpoint(),
        suppression::list::endpoint(),
        suppression::add::endpoint(),
        suppression::end::endpoint(),
        live::get::endpoint(),
        hunt::start::endpoint(),
        hunt::list::endpoint(),
        hunt::get::endpoint(),
        hunt::result::endpoint(),
        hunt::cancel::endpoint(),
        saved_hunt::list::endpoint(),
        saved_hunt::save::endpoint(),
        saved_hunt::forget::endpoint(),
        retention::list::endpoint(),
        retention::set::endpoint(),
        organisation::erase::endpoint(),
        webhook::list::endpoint(),
        webhook::create::endpoint(),
        webhook::remove::endpoint(),
        webhook::test::endpoint(),
        mail::list::endpoint(),
        mail::create::endpoint(),
        mail::remove::endpoint(),
        mail::test::endpoint(),
        audit::list::endpoint(),
        audit::verify::endpoint(),
        system::document::endpoint(),
        system::health::endpoint(),
        system::ready::endpoint(),
        system::metrics::endpoint(),
    ]
}

/// What the endpoints are: method, path, and who may.
pub fn listed() -> Vec<Listed> {
    endpoints().iter().map(Endpoint::listed).collect()
}

/// All endpoints, ready to be served or merged with other routers. There is no fallback:
/// [`problem::no_such_path`] is one.
///
/// Logging in is limited by address only when the router is served with
/// `into_make_service_with_connect_info::<SocketAddr>()`.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for endpoint in endpoints() {
        let path = endpoint.listed().path;
        router = router.route(path, endpoint.mount(&app));
    }
    router
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn_with_state(app.clone(), headers::count))
        .layer(from_fn(headers::no_more_than_needed))
        .layer(from_fn_with_state(app.settings.tls, headers::only_by_tls))
        .with_state(app)
}

#[cfg(test)]
mod tests;
