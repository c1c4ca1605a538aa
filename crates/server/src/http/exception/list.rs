//! `GET /api/v1/exceptions`: holes that stay open for now, and who answers for that.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::decision::ExceptionQuery;
use wardwatch_model::{Day, Exception, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/exceptions", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<ExceptionQuery>,
) -> Result<Json<Vec<Exception>>, Problem> {
    let scope = request::narrowed(scope, query.org.as_ref())?;
    app.state.was_surveyed(&scope, "read.exceptions").await?;
    let today = Day::of(app.now());
    let mut found = app.state.exceptions(&scope).await?;
    found.retain(|exception| {
        (query.ended == Some(true) || exception.runs(today))
            && query.cve.is_none_or(|cve| exception.cve == cve)
    });
    Ok(Json(found))
}
