//! `POST /api/v1/people/{id}/identities`: lets a person log in by an identity at another issuer.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::person::Identity;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Who;
use crate::app::App;

/// Characters of an issuer's and a subject's name.
const CHARS: (usize, usize) = (2_000, 255);

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::Administer);
    Endpoint::post("/api/v1/people/{id}/identities", access, handle)
}

async fn handle(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Body(given): Body<Identity>,
) -> Result<StatusCode, Problem> {
    let person = request::id(&id, "person")?;
    let fits = |text: &str, most: usize| {
        (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    };
    if !fits(&given.issuer, CHARS.0) || !fits(&given.subject, CHARS.1) {
        let detail = "an identity has an issuer and a subject, without control characters";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    let (issuer, subject) = (given.issuer.as_str(), given.subject.as_str());
    app.state.link_identity(&who.principal, person, issuer, subject, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
