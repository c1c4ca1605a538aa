//! `POST /api/v1/alerts/{id}/sign`: a person puts a name under what the devices say.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::alert::SignAlert;
use wardwatch_model::alert::Signature;
use wardwatch_model::{AlertAnswer, AlertProgress, Permission, SignedAnswer};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use super::views;
use crate::app::App;

/// Characters of a note.
const MAX_NOTE: usize = 4_000;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/alerts/{id}/sign", Access::Needs(Permission::HandleIncidents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(body): Body<SignAlert>,
) -> Result<Json<AlertAnswer>, Problem> {
    let id = request::id(&id, "alert")?;
    if body.note.chars().count() > MAX_NOTE {
        return Err(Problem::bad_request(format!("'note' has at most {MAX_NOTE} characters")));
    }
    let not_found = || Problem::not_found("alert");
    let own = request::narrowed(scope.clone(), Some(&body.org))?;
    let seen = app.state.alert(&own, id).await?;
    let views = views(&app, &own, seen.into_iter().collect()).await?;
    let mut lines = views.into_iter().flat_map(|view| view.answers);
    let line = lines.find(|line| line.org == body.org).ok_or_else(not_found)?;
    let why = body.note.trim();
    if body.progress == AlertProgress::Done && line.figures.affected > 0 && why.is_empty() {
        return Err(Problem::bad_request(format!(
            "{} devices still say that they are open: a note must say why it is done all the same",
            line.figures.affected
        )));
    }
    if body.progress == AlertProgress::CannotMeet && why.is_empty() {
        return Err(Problem::bad_request(
            "a note must say why, and what protects meanwhile".to_owned(),
        ));
    }
    let signed = SignedAnswer {
        signature: Signature { time: app.now(), by: scope.actor().to_owned() },
        progress: body.progress,
        note: why.to_owned(),
        figures: line.figures,
    };
    let answer = app.state.sign_alert(&scope, id, &body.org, signed).await?;
    app.alerts.end();
    Ok(Json(answer.ok_or_else(not_found)?))
}
