//! `POST /api/v1/rules/{id}/filters`: hits of a rule that do not count, in an organisation and below.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::rule::NewFilter;
use wardwatch_detect::Condition;
use wardwatch_model::{FilterId, Permission, RuleFilter};

use super::super::super::endpoint::Endpoint;
use super::super::super::problem::Problem;
use super::super::super::request::{self, Body};
use super::super::super::who::Within;
use super::super::text;
use crate::app::App;
use crate::rules::Rules;
use crate::rules::own::MAX_BYTES;

/// Days that a filter lasts unless somebody says otherwise, and at most.
const DAYS: (i64, i64) = (90, 366);
/// Texts that one filter excludes together.
const MAX_PARTS: usize = 20;
/// Bytes of a field's name or text.
const MAX_TEXT: usize = 1_024;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/rules/{id}/filters", Access::Needs(Permission::WriteRules), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Body(new): Body<NewFilter>,
) -> Result<(StatusCode, Json<RuleFilter>), Problem> {
    let reason = text::reason(&new.reason)?.to_owned();
    let now = app.now();
    let until = request::end(new.until, DAYS.0, DAYS.1, now)?;
    let rules = app.desk()?.rules(now).await?;
    let rule = text::find_at(&scope, &rules, &id, &new.org)?;
    check(&new, &rules)?;
    let filter = RuleFilter {
        id: FilterId([0; 16]),
        org: new.org,
        rule,
        excludes: new.excludes,
        sigma: new.sigma,
        reason,
        owner: scope.actor().to_owned(),
        created: now,
        until,
    };
    let filter = app.state.add_rule_filter(&scope, filter).await?;
    Ok((StatusCode::CREATED, Json(filter)))
}

/// Whether it excludes something, in one of the two ways.
fn check(new: &NewFilter, rules: &Rules) -> Result<(), Problem> {
    let wrong = |detail: String| Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    match (&new.sigma, new.excludes.as_slice()) {
        (None, []) | (Some(_), [_, ..]) => wrong("give excludes or sigma".to_owned()),
        (Some(text), []) if text.len() > MAX_BYTES => {
            wrong(format!("a filter has at most {MAX_BYTES} bytes"))
        }
        (Some(text), []) => match Condition::of_filter(text, &rules.papers.placeholders) {
            Ok(_) => Ok(()),
            Err(found) => {
                let told: Vec<String> = found.iter().map(ToString::to_string).collect();
                wrong(told.join("; "))
            }
        },
        (None, parts) => {
            let fits = |text: &String| !text.is_empty() && text.len() <= MAX_TEXT;
            let all = parts.iter().all(|part| fits(&part.field) && fits(&part.text));
            if all && parts.len() <= MAX_PARTS {
                return Ok(());
            }
            wrong(format!(
                "a filter excludes up to {MAX_PARTS} texts, each with a field and of at most \
                 {MAX_TEXT} bytes"
            ))
        }
    }
}
