//! `POST /api/v1/people`: makes an account.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::person::{MadePerson, NewPerson};
use wardwatch_api::{Access, Secret};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;
use crate::passwords;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/people", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewPerson>,
) -> Result<(StatusCode, Json<MadePerson>), Problem> {
    let name = request::name(&new.name)?.to_owned();
    if !scope.covers(&new.org) {
        return Err(Problem::not_found("organisation"));
    }
    let made = match &new.password {
        Some(Secret(chosen)) => {
            passwords::check(&name, chosen)?;
            None
        }
        None => Some(Secret(passwords::make()?)),
    };
    let password = made.clone().or(new.password).unwrap_or(Secret(String::new()));
    let password_hash = app.hashing.run(move || passwords::hash(&password.0)).await??;
    let person = wardwatch_store::NewPerson { name, org: new.org, role: new.role, password_hash };
    let now = app.now();
    // Whoever made it has seen it, so it is not to stay.
    let until = made.is_some().then(|| super::password::end(now));
    let id = app.state.create_person_until(&scope, person, until, now).await?;
    Ok((StatusCode::CREATED, Json(MadePerson { id, password: made })))
}
