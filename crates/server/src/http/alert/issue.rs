//! `POST /api/v1/alerts`: an alert to an organisation and all below it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::alert::NewAlert;
use wardwatch_model::alert::ACKNOWLEDGE_HOURS;
use wardwatch_model::{Alert, AlertId, Day, Permission, Timestamp};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Body};
use super::super::who::Within;
use crate::app::App;

/// Vulnerabilities of one alert.
const MAX_CVES: usize = 100;
/// Characters of its text.
const MAX_TEXT: usize = 10_000;
/// Days for acting on it, when nobody says.
const ACT_DAYS: i32 = 14;
const MICROS_AN_HOUR: i64 = 3_600_000_000;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/alerts", Access::Needs(Permission::HandleIncidents), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewAlert>,
) -> Result<(StatusCode, Json<Alert>), Problem> {
    let title = request::name(&new.title)?.to_owned();
    if new.cves.is_empty() || new.cves.len() > MAX_CVES {
        return Err(Problem::bad_request(format!("'cves' names 1 to {MAX_CVES} vulnerabilities")));
    }
    if new.text.chars().count() > MAX_TEXT {
        return Err(Problem::bad_request(format!("'text' has at most {MAX_TEXT} characters")));
    }
    let now = app.now();
    let act_by = new.act_by.unwrap_or_else(|| Day::of(now).plus(ACT_DAYS));
    if act_by < Day::of(now) {
        return Err(Problem::bad_request("'act_by' has passed".to_owned()));
    }
    let mut cves = new.cves;
    cves.sort_unstable();
    cves.dedup();
    let alert = Alert {
        id: AlertId([0; 16]),
        org: new.org,
        title,
        text: new.text,
        cves,
        issued: now,
        issued_by: scope.actor().to_owned(),
        acknowledge_by: Timestamp { micros: now.micros + ACKNOWLEDGE_HOURS * MICROS_AN_HOUR },
        act_by,
        ended: None,
    };
    let alert = app.state.issue_alert(&scope, alert).await?;
    app.alerts.end();
    Ok((StatusCode::CREATED, Json(alert)))
}
