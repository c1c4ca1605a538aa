//! `POST /api/v1/suppressions`: detections that open no incident, until a date, for a reason.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::suppression::NewSuppression;
use wardwatch_model::{Permission, Suppression, SuppressionId};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::rule::text;
use super::super::who::Within;
use crate::app::App;

/// Days that a suppression lasts unless somebody says otherwise, and at most.
const DAYS: (i64, i64) = (30, 366);
/// Characters of a rule's id or an entity's value.
const MAX_TEXT: usize = 1_024;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/suppressions", Access::Needs(Permission::HandleIncidents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewSuppression>,
) -> Result<(StatusCode, Json<Suppression>), Problem> {
    let wrong = |detail: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail);
    let reason = text::reason(&new.reason)?.to_owned();
    let now = app.now();
    let until = request::end(new.until, DAYS.0, DAYS.1, now)?;
    if new.rule.is_none() && new.entity.is_none() {
        return Err(wrong("name a rule, an entity or both: all of an organisation is too much"));
    }
    let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= MAX_TEXT;
    if new.entity.as_ref().is_some_and(|entity| !fits(&entity.value)) {
        return Err(wrong("an entity's value is not empty and has at most 1,024 characters"));
    }
    if !scope.covers(&new.org) {
        return Err(Problem::not_found("organisation"));
    }
    if let Some(rule) = &new.rule {
        let rules = app.desk()?.rules(now).await?;
        text::find_at(&scope, &rules, &rule.0, &new.org)?;
    }
    let suppression = Suppression {
        id: SuppressionId([0; 16]),
        org: new.org,
        rule: new.rule,
        entity: new.entity,
        reason,
        owner: scope.actor().to_owned(),
        created: now,
        until,
        ended: None,
    };
    let suppression = app.state.add_suppression(&scope, suppression).await?;
    Ok((StatusCode::CREATED, Json(suppression)))
}
