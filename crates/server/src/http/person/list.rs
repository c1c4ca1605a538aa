//! `GET /api/v1/people`: who belongs to the caller's organisations.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::person::{Grant, Person};
use wardwatch_model::{Permission, Timestamp};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/people", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
) -> Result<Json<Vec<Person>>, Problem> {
    let people = app.state.people(&scope).await?;
    let now = app.now();
    Ok(Json(people.into_iter().map(|person| shape(person, now)).collect()))
}

fn shape(person: wardwatch_store::Person, now: Timestamp) -> Person {
    let grants = person.grants.into_iter().map(|grant| Grant {
        org: grant.org,
        role: grant.role,
        from: grant.from,
        until: grant.until,
        over: grant.until.is_some_and(|until| until <= now),
    });
    Person {
        id: person.id,
        org: person.org,
        disabled: person.disabled,
        has_authenticator: person.has_totp,
        created: person.created,
        last_login: person.last_login,
        grants: grants.collect(),
        name: person.name,
    }
}
