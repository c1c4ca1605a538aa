//! `POST /api/v1/rules/backtests`: tries a rule on stored events, in the background.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::backtest::{Backtest, NewBacktest};
use wardwatch_model::{BacktestId, OrgId, Permission, Timestamp};
use wardwatch_store::TenantScope;

use super::super::super::endpoint::Endpoint;
use super::super::super::problem::Problem;
use super::super::super::request::{self, Body};
use super::super::super::who::Within;
use super::super::text;
use crate::app::App;
use crate::backtest::{Plan, Tried};
use crate::rules::{Rules, own};

/// Days that are looked at unless somebody says otherwise, and at most.
const DAYS: (i64, i64) = (7, 400);
const DAY_MICROS: i64 = 86_400 * 1_000_000;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/rules/backtests", Access::Needs(Permission::WriteRules), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewBacktest>,
) -> Result<(StatusCode, Json<Backtest>), Problem> {
    let scope = request::narrowed(scope, new.org.as_ref())?;
    let now = app.now();
    let until = new.until.unwrap_or(now);
    let before = |days: i64| until.micros.saturating_sub(days * DAY_MICROS);
    let from = new.from.unwrap_or(Timestamp { micros: before(DAYS.0) });
    if from >= until || from.micros < before(DAYS.1) {
        let detail = format!("from lies before until, by at most {} days", DAYS.1);
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    let desk = app.desk()?;
    let rules = desk.rules(now).await?;
    let tried = tried(&app, &scope, &rules, new)?;
    let plan = Plan { tried, scope: scope.clone(), from, until };
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_| Problem::busy("no random numbers from the system"))?;
    let told = desk
        .backtests
        .start(plan, app.clock.clone(), BacktestId(id))
        .map_err(|error| Problem::busy(error.to_string()))?;
    let detail = serde_json::json!({ "rule": told.rule, "from": from, "until": until });
    let elsewhere: Vec<&OrgId> = scope.orgs().filter(|org| !scope.home().contains(*org)).collect();
    for org in elsewhere {
        let target = told.id.to_string();
        app.state.record(&scope, "read.backtest", Some(org), &target, detail.clone(), now).await?;
    }
    Ok((StatusCode::ACCEPTED, Json(told)))
}

/// The rule that is meant.
fn tried(
    app: &App,
    scope: &TenantScope,
    rules: &Rules,
    new: NewBacktest,
) -> Result<Tried, Problem> {
    let wrong = |detail: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail);
    let normaliser = app.desk()?.book.normaliser().clone();
    match (new.rule, new.id) {
        (Some(text), None) => {
            // Whose it would be matters only for its id.
            let first = new.org.or_else(|| scope.orgs().next().cloned());
            let org = first.ok_or_else(|| Problem::not_found("organisation"))?;
            let (_, set) =
                own::check(&org, &text, &rules.papers.placeholders).map_err(|found| {
                    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
                    wrong(told.join("; "))
                })?;
            Ok(Tried::of_set(set, normaliser))
        }
        (None, Some(id)) => {
            let (_, number) = text::find(scope, rules, &id.0)?;
            Tried::in_use(rules, number, normaliser).map_err(|error| wrong(error.to_string()))
        }
        _ => Err(wrong("give rule or id".to_owned())),
    }
}
