//! `GET /api/v1/campaigns`: the latest first, with the parts that the caller sees.

use axum::Json;
use axum::extract::State;
use wardwatch_api::campaign::CampaignQuery;
use wardwatch_api::{Access, Paged};
use wardwatch_model::{Campaign, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/campaigns", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<CampaignQuery>,
) -> Result<Json<Paged<Campaign>>, Problem> {
    let page = request::page(query.after, query.limit)?;
    let campaigns = app.state.campaigns(&scope, &page).await?;
    Ok(Json(request::answer(campaigns, |campaign| campaign)))
}
