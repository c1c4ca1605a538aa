//! `POST /api/v1/organisations/import`: adds and changes organisations, from JSON or CSV.

use axum::Json;
use axum::extract::{Request, State};
use wardwatch_api::Access;
use wardwatch_api::organisation::{ImportQuery, Imported};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::listed;
use super::super::problem::Problem;
use super::super::request::Asked;
use super::super::who::Within;
use super::csv;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::Administer);
    Endpoint::post("/api/v1/organisations/import", access, handle).body_up_to(listed::BODY_BYTES)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<ImportQuery>,
    request: Request,
) -> Result<Json<Imported>, Problem> {
    let organisations = match listed::read(request, csv::parse).await? {
        Ok(organisations) => organisations,
        Err(problems) => return Ok(Json(refused(query.dry_run, problems))),
    };
    let report =
        app.state.import_organisations(&scope, organisations, query.dry_run, app.now()).await?;
    Ok(Json(Imported {
        dry_run: query.dry_run,
        added: report.added,
        changed: report.changed,
        unchanged: report.unchanged,
        problems: report.problems,
    }))
}

fn refused(dry_run: bool, problems: Vec<String>) -> Imported {
    Imported { dry_run, added: vec![], changed: vec![], unchanged: vec![], problems }
}
