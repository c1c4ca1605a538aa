//! `GET /api/v1/organisations/{id}/posture`: how an organisation and those below it stand, as one number with its
//! reasons.

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::lifecycle::MONTHS;
use wardwatch_exposure::posture::{Counts, posture};
use wardwatch_model::posture::Posture;
use wardwatch_model::{Level, OrgId, Permission};

use super::super::alert::overdue;
use super::super::endpoint::Endpoint;
use super::super::exposure::{ask, silent_since};
use super::super::problem::Problem;
use super::super::request;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ReadFindings);
    Endpoint::get("/api/v1/organisations/{id}/posture", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
) -> Result<Json<Posture>, Problem> {
    let org: OrgId = id.parse().map_err(|_| Problem::not_found("organisation"))?;
    let scope = request::narrowed(scope, Some(&org))?;
    app.state.was_surveyed(&scope, "read.posture").await?;
    let (open, heard, overdue) = tokio::join!(
        app.state.open_incidents(&scope),
        app.state.heard_devices(&scope, silent_since(&app)),
        overdue(&app, &scope),
    );
    let (open, heard, overdue) = (open?, heard?, overdue?);
    let (exploited, ended) = ask(&app, move |sector| {
        let rows = sector.survey(&scope);
        let exploited = rows.iter().filter(|row| sector.is_exploited(row));
        let most = exploited.max_by_key(|row| row.tally.exposed);
        (most.map(|row| (row.cve, row.tally.exposed)), sector.cliff(&scope, MONTHS).all.ended)
    })
    .await?;
    let sum = |level| open.iter().filter(|of| of.level == level).map(|of| of.count).sum();
    let serious = open.iter().filter(|of| of.level >= Level::High);
    let counts = Counts {
        devices: heard.iter().map(|of| of.devices).sum(),
        blind: heard.iter().map(|of| of.silent.max(of.devices - of.reported)).sum(),
        exploited,
        ended,
        critical: sum(Level::Critical),
        high: sum(Level::High),
        unowned: serious.map(|of| of.unowned).sum(),
        overdue,
    };
    Ok(Json(posture(&counts)))
}
