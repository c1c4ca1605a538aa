//! `POST /api/v1/indicator-lists`: loads a list in place of the one with its name.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::indicator::{LoadQuery, LoadedList};
use wardwatch_feeds::indicators::Format;
use wardwatch_model::Permission;
use wardwatch_store::StoreError;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::{shaped, shaped_problem};
use crate::app::App;
use crate::indicators::{LoadError, Upload};

/// Bytes of a list.
const BODY_BYTES: usize = 128 << 20;
/// How long a list may take to come: it keeps room from others meanwhile.
const BODY_TIME: Duration = Duration::from_secs(120);

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/indicator-lists", Access::Needs(Permission::WriteRules), handle)
        .body_up_to(BODY_BYTES)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<LoadQuery>,
    request: Request,
) -> Result<Json<LoadedList>, Problem> {
    let name = request::name(&query.name)?;
    let format = query.format.as_deref().unwrap_or(Format::Auto.as_str());
    let format: Format =
        format.parse().map_err(|error: wardwatch_feeds::indicators::UnknownFormat| {
            Problem::bad_request(error.to_string())
        })?;
    // Before the body is read: whoever may not load it need not send it.
    if !scope.covers(&query.org) {
        return Err(StoreError::OutOfScope(query.org).into());
    }
    let room = app.indicators.room()?;
    let bytes = tokio::time::timeout(BODY_TIME, Bytes::from_request(request, &()))
        .await
        .map_err(|_| {
            let detail = format!("the list did not come within {} seconds", BODY_TIME.as_secs());
            Problem::new(StatusCode::REQUEST_TIMEOUT, detail)
        })?
        .map_err(|rejection| Problem::new(rejection.status(), rejection.body_text()))?;
    let upload = Upload { org: &query.org, name, format, bytes };
    let loaded = app.indicators.load(room, &app.state, &scope, upload, app.now()).await?;
    Ok(Json(LoadedList {
        list: shaped(loaded.list),
        problems: loaded.problems.into_iter().map(shaped_problem).collect(),
        repeated: loaded.repeated,
        others: loaded.others,
    }))
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(error) => error.into(),
            LoadError::Busy => Problem::busy(error.to_string()),
            LoadError::List(_) | LoadError::Nothing { .. } => {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
            }
        }
    }
}
