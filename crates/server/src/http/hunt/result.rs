//! `GET /api/v1/hunts/{id}/result`: the rows that a hunt of the caller's own found.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use wardwatch_api::Access;
use wardwatch_api::hunt::{HuntState, ResultFormat, ResultQuery};
use wardwatch_hunt::Format;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::{found, hunts};
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/hunts/{id}/result", Access::Needs(Permission::ReadEvents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Asked(query): Asked<ResultQuery>,
) -> Result<Response, Problem> {
    let id = request::id(&id, "hunt")?;
    let hunt = found(&app, &scope, id).await?;
    let standing = hunts(&app)?.standing(&scope, id);
    let Some(result) = standing.and_then(|standing| standing.result) else {
        return Err(Problem::conflict(match hunt.state {
            HuntState::Running => "the hunt is still running",
            HuntState::Done => "the result is not kept any more: start the hunt again",
            HuntState::Failed | HuntState::Cancelled => "the hunt has no result",
        }));
    };
    let (format, media) = match query.format.unwrap_or_default() {
        ResultFormat::Json => (Format::Json, "application/json"),
        ResultFormat::Csv => (Format::Csv, "text/csv; charset=utf-8"),
        ResultFormat::Arrow => (Format::Arrow, "application/vnd.apache.arrow.stream"),
    };
    let written = tokio::task::spawn_blocking(move || result.write(format)).await;
    let bytes = written.map_err(|_| Problem::busy("the server is ending"))??;
    Ok(([(header::CONTENT_TYPE, media)], bytes).into_response())
}
