//! `POST /api/v1/people/{id}/password`: makes a password that lets somebody in once, to choose
//! another. Their sessions end.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::person::PasswordForOnce;
use wardwatch_api::{Access, Secret};
use wardwatch_model::{Permission, Timestamp};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Who;
use crate::app::App;
use crate::passwords;

/// Days that such a password works.
const DAYS: i64 = 7;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/people/{id}/password", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<PasswordForOnce>, Problem> {
    let person = request::id(&id, "person")?;
    let password = Secret(passwords::make()?);
    let given = password.clone();
    let hash = app.hashing.run(move || passwords::hash(&given.0)).await??;
    let now = app.now();
    let until = end(now);
    app.state.set_password_for_once(&who.principal, person, &hash, until, now).await?;
    Ok(Json(PasswordForOnce { password, until }))
}

/// When a password that is made now works no more.
pub fn end(now: Timestamp) -> Timestamp {
    Timestamp { micros: now.micros + DAYS * 86_400_000_000 }
}
