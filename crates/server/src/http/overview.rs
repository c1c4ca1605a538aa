//! `GET /api/v1/overview`: how things stand in few numbers.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::overview::{
    MAX_HOURS, OpenCounts, OrgNow, Overview, OverviewQuery, RateSpan, SILENT_HOURS, SPANS,
};
use wardwatch_model::{Level, OrgId, Organisation, Permission, Timestamp};
use wardwatch_store::{DetectionSpan, HeardDevices, OpenIncidents};

use super::endpoint::Endpoint;
use super::problem::Problem;
use super::request::{self, Asked};
use super::who::Within;
use crate::app::App;

const HOUR_MICROS: i64 = 3_600_000_000;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/overview", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<OverviewQuery>,
) -> Result<Json<Overview>, Problem> {
    let scope = request::narrowed(scope, query.org.as_ref())?;
    let hours = query.hours.unwrap_or(24);
    if !(1..=MAX_HOURS).contains(&hours) {
        return Err(Problem::bad_request(format!("'hours' is from 1 to {MAX_HOURS}")));
    }
    let now = app.now();
    let earlier = |hours: i64| Timestamp { micros: now.micros - hours * HOUR_MICROS };
    let (from, span) = (earlier(i64::from(hours)), i64::from(hours) * HOUR_MICROS / SPANS);
    app.state.was_surveyed(&scope, "read.overview").await?;
    let organisations = app.state.organisations(&scope).await?;
    let open = app.state.open_incidents(&scope).await?;
    let heard = app.state.heard_devices(&scope, earlier(SILENT_HOURS)).await?;
    let spans = app.state.detection_spans(&scope, from, now, span).await?;
    Ok(Json(Overview {
        time: now,
        open: counts(&open),
        organisations: each(organisations, &open, &heard),
        rate: rate(&spans, from, span),
    }))
}

fn counts(open: &[OpenIncidents]) -> OpenCounts {
    let mut counts = OpenCounts::default();
    for of in open {
        let place = match of.level {
            Level::Critical => &mut counts.critical,
            Level::High => &mut counts.high,
            Level::Medium => &mut counts.medium,
            Level::Low => &mut counts.low,
            Level::Informational => &mut counts.informational,
        };
        *place += of.count;
        if of.level >= Level::High {
            counts.unowned += of.unowned;
        }
    }
    counts
}

/// Each open organisation, with what is known of it; one that was never heard from says so.
fn each(
    organisations: Vec<Organisation>,
    open: &[OpenIncidents],
    heard: &[HeardDevices],
) -> Vec<OrgNow> {
    let mut incidents: BTreeMap<&OrgId, (u64, Option<Level>)> = BTreeMap::new();
    for of in open {
        let (count, worst) = incidents.entry(&of.org).or_default();
        *count += of.count;
        *worst = (*worst).max(Some(of.level));
    }
    let heard: BTreeMap<&OrgId, &HeardDevices> = heard.iter().map(|of| (&of.org, of)).collect();
    organisations
        .into_iter()
        .filter(|organisation| organisation.closed.is_none())
        .map(|organisation| {
            let (count, worst) = incidents.get(&organisation.code).copied().unwrap_or_default();
            let devices = heard.get(&organisation.code);
            OrgNow {
                name: organisation.name,
                kind: organisation.kind,
                parent: organisation.parent,
                open: count,
                worst,
                devices: devices.map_or(0, |of| of.devices),
                silent: devices.map_or(0, |of| of.silent),
                last_heard: devices.map(|of| of.last_heard),
                org: organisation.code,
            }
        })
        .collect()
}

fn rate(spans: &[DetectionSpan], from: Timestamp, span: i64) -> Vec<RateSpan> {
    let mut rate: Vec<RateSpan> = (0..SPANS)
        .map(|place| {
            let from = Timestamp { micros: from.micros + place * span };
            RateSpan { from, detections: 0, serious: 0 }
        })
        .collect();
    for counted in spans {
        let place = usize::try_from(counted.span).ok().and_then(|place| rate.get_mut(place));
        if let Some(place) = place {
            place.detections += counted.detections;
            place.serious += counted.serious;
        }
    }
    rate
}
