//! `GET /api/v1/overview`: how things stand in few numbers.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use rustc_hash::FxHashMap;
use wardwatch_api::Access;
use wardwatch_api::overview::{
    GROUPS, MAX_HOURS, OpenCounts, OrgCounts, OrgGroup, OrgNow, Overview, OverviewQuery, RateSpan,
    SPANS, TILES,
};
use wardwatch_model::{Level, OrgId, Permission, Timestamp};
use wardwatch_store::{DetectionSpan, OpenIncidents};

use super::super::endpoint::Endpoint;
use super::super::exposure::silent_since;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::each;
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
    let span = i64::from(hours) * HOUR_MICROS / SPANS;
    let from = Timestamp { micros: now.micros - SPANS * span };
    app.state.was_surveyed(&scope, "read.overview").await?;
    let (open, spans, heard, known) = tokio::try_join!(
        app.state.open_incidents(&scope),
        app.state.detection_spans(&scope, now, SPANS, span),
        app.state.heard_devices(&scope, silent_since(&app)),
        app.state.organisations_in(&scope),
    )?;
    let organisations = each(&known, &open, &heard);
    let mut all = OrgCounts::default();
    organisations.iter().for_each(|org| all.add(org));
    let own = query.org.and_then(|own| organisations.iter().find(|org| org.org == own));
    Ok(Json(Overview {
        time: now,
        open: counts(&open),
        own: own.cloned(),
        all,
        organisations: organisations.len() as u64,
        groups: groups(&organisations),
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

/// Bodies by what they lie below, the most serious group first, with as many of each as can be looked at.
fn groups(organisations: &[OrgNow]) -> Vec<OrgGroup> {
    let mut members: FxHashMap<Option<&OrgId>, Vec<&OrgNow>> = FxHashMap::default();
    for org in organisations.iter().filter(|org| org.is_body()) {
        members.entry(org.parent.as_ref()).or_default().push(org);
    }
    let mut members: Vec<(Option<&OrgId>, Vec<&OrgNow>)> = members.into_iter().collect();
    members.sort_unstable_by_key(|(parent, _)| *parent);
    let tiles = (TILES / members.len().clamp(1, GROUPS)).max(1);
    let name = |parent: &OrgId| {
        let at = organisations.binary_search_by(|org| org.org.cmp(parent)).ok()?;
        Some(organisations[at].name.clone())
    };
    let mut groups: Vec<OrgGroup> = members
        .into_iter()
        .map(|(parent, mut members)| {
            let mut counts = OrgCounts::default();
            members.iter().for_each(|org| counts.add(org));
            // They come in the order of codes, and this keeps it among those that are alike.
            members.sort_by_key(|org| (Reverse(org.worst), !org.is_silent()));
            OrgGroup {
                parent: parent.cloned(),
                name: parent.and_then(name),
                counts,
                first: members.into_iter().take(tiles).cloned().collect(),
            }
        })
        .collect();
    let worst = |group: &OrgGroup| group.first.first().and_then(|org| org.worst);
    groups.sort_by_key(|group| (Reverse(worst(group)), Reverse(group.counts.at_risk)));
    groups.truncate(GROUPS);
    groups
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
