//! `POST /api/v1/retention`: sets how long an organisation's events of a class are kept.

use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::retention::Retention;
use wardwatch_model::Permission;
use wardwatch_store::MAX_DAYS;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::Body;
use super::super::who::Within;
use crate::app::App;

/// Characters of a class.
const CLASS_CHARS: usize = 200;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/retention", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<Retention>,
) -> Result<StatusCode, Problem> {
    let wrong = |detail: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail);
    if new.days.is_some_and(|days| !(1..=MAX_DAYS).contains(&days)) {
        return Err(wrong(format!("events are kept from 1 to {MAX_DAYS} days")));
    }
    if new.class.chars().count() > CLASS_CHARS || new.class.chars().any(char::is_control) {
        return Err(wrong(format!("a class has at most {CLASS_CHARS} characters")));
    }
    app.state.set_retention(&scope, &new.org, &new.class, new.days, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
