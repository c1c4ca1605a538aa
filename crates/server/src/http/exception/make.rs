//! `POST /api/v1/exceptions`: lets a hole stay open until a day.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::decision::{MAX_ACCEPTED_DAYS, NewException};
use wardwatch_model::{Day, Exception, Permission};

use super::super::decision::answered_for;
use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/exceptions", Access::Needs(Permission::ClassifyDevices), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewException>,
) -> Result<Json<Exception>, Problem> {
    let scope = scope.narrow(&new.org).ok_or_else(|| Problem::not_found("organisation"))?;
    let now = app.now();
    answered_for(&new.owner, &new.reason, new.until, Day::of(now), MAX_ACCEPTED_DAYS)?;
    let device = new.device.as_deref().map(request::name).transpose()?.map(str::to_owned);
    let exception = Exception {
        org: new.org,
        cve: new.cve,
        device,
        owner: new.owner.trim().to_owned(),
        reason: new.reason.trim().to_owned(),
        until: new.until,
        by: scope.actor().to_owned(),
        at: now,
    };
    app.state.except(&scope, &exception, now).await?;
    Ok(Json(exception))
}
