//! `GET /api/v1/alerts/{id}/devices`: the devices behind an alert's answers.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::exposure::{ExposedDevice, ExposedQuery};
use wardwatch_api::{Access, Paged};
use wardwatch_model::{OrgId, Permission};

use super::super::endpoint::Endpoint;
use super::super::exposure::devices::listed;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/alerts/{id}/devices", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Asked(query): Asked<ExposedQuery>,
) -> Result<Json<Paged<ExposedDevice>>, Problem> {
    let id = request::id(&id, "alert")?;
    let seen = app.state.alert(&scope, id).await?.ok_or_else(|| Problem::not_found("alert"))?;
    // Of a site, whose devices another answers for, its own devices are meant.
    let (own, answering): (_, BTreeSet<OrgId>) = match &query.org {
        Some(org) if seen.answers.contains_key(org) => (None, BTreeSet::from([org.clone()])),
        own => (own.as_ref(), seen.answers.into_keys().collect()),
    };
    let scope = request::chosen(scope, own, query.not_org.as_deref())?;
    listed(&app, scope, seen.alert.cves, Some(answering), query).await
}
