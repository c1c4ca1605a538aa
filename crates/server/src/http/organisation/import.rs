//! `POST /api/v1/organisations/import`: adds and changes organisations, from JSON or CSV.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use wardwatch_api::Access;
use wardwatch_api::organisation::{ImportQuery, Imported};
use wardwatch_model::{Organisation, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{Asked, Body};
use super::super::who::Within;
use super::csv;
use crate::app::App;

/// Bytes of a list: some 100,000 organisations.
const BODY_BYTES: usize = 16 * 1024 * 1024;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::Administer);
    Endpoint::post("/api/v1/organisations/import", access, handle).body_up_to(BODY_BYTES)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<ImportQuery>,
    request: Request,
) -> Result<Json<Imported>, Problem> {
    let organisations = match read(request).await? {
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

/// The organisations of the body; or what is wrong with its lines, all of it.
async fn read(request: Request) -> Result<Result<Vec<Organisation>, Vec<String>>, Problem> {
    let media = request.headers().get(header::CONTENT_TYPE);
    let media = media.and_then(|media| media.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("text/csv") {
        let body = Bytes::from_request(request, &())
            .await
            .map_err(|rejection| Problem::new(rejection.status(), rejection.body_text()))?;
        return Ok(csv::parse(&body));
    }
    if media.eq_ignore_ascii_case("application/json") {
        let Body(organisations) = Body::from_request(request, &()).await?;
        return Ok(Ok(organisations));
    }
    let detail = "send application/json or text/csv";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
}

fn refused(dry_run: bool, problems: Vec<String>) -> Imported {
    Imported { dry_run, added: vec![], changed: vec![], unchanged: vec![], problems }
}
