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
    let tiles = query.tiles.map_or(TILES, |tiles| tiles as usize);
    if tiles > TILES {
        return Err(Problem::bad_request(format!("'tiles' is from 0 to {TILES}")));
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
    let own = query.org.and_then(|own| organisations.iter().find(|org| *org.org == own));
    Ok(Json(Overview {
        time: now,
        open: counts(&open),
        own: own.cloned().map(OrgNow::into_owned),
        all,
        organisations: organisations.len() as u64,
        groups: if tiles == 0 { Vec::new() } else { groups(&organisations, tiles) },
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

/// Bodies by what they lie below, the most serious group first, with as many of each as there are tiles.
fn groups(organisations: &[OrgNow<'_>], tiles: usize) -> Vec<OrgGroup> {
    let members = by_parent(organisations);
    let tiles = (tiles / members.len().clamp(1, GROUPS)).max(1);
    let name = |parent: &OrgId| {
        let at = organisations.binary_search_by(|org| (*org.org).cmp(parent)).ok()?;
        Some(organisations[at].name.clone().into_owned())
    };
    let mut groups: Vec<OrgGroup> = members
        .into_iter()
        .map(|(parent, mut members)| {
            let mut counts = OrgCounts::default();
            members.iter().for_each(|org| counts.add(org));
            // They come in the order of codes, and this keeps it among those that are alike.
            members.sort_by_key(|org| (Reverse(org.worst), !org.is_silent()));
            let first = members.into_iter().take(tiles).cloned();
            OrgGroup {
                parent: parent.cloned(),
                name: parent.and_then(name),
                counts,
                first: first.map(OrgNow::into_owned).collect(),
            }
        })
        .collect();
    let worst = |group: &OrgGroup| group.first.first().and_then(|org| org.worst);
    groups.sort_by_key(|group| (Reverse(worst(group)), Reverse(group.counts.at_risk)));
    groups.truncate(GROUPS);
    groups
}

/// Bodies with the same parent, in the order of its code.
fn by_parent<'a>(organisations: &'a [OrgNow<'_>]) -> Vec<(Option<&'a OrgId>, Vec<&'a OrgNow<'a>>)> {
    let mut places: FxHashMap<Option<&OrgId>, usize> = FxHashMap::default();
    let mut members: Vec<(Option<&OrgId>, Vec<&OrgNow<'_>>)> = Vec::new();
    // Neighbours mostly lie below the same, whose place is looked for once.
    let mut last: Option<usize> = None;
    for org in organisations.iter().filter(|org| org.is_body()) {
        let parent = org.parent.as_deref();
        let place = match last {
            Some(place) if members[place].0 == parent => place,
            _ => *places.entry(parent).or_insert_with(|| {
                members.push((parent, Vec::new()));
                members.len() - 1
            }),
        };
        members[place].1.push(org);
        last = Some(place);
    }
    members.sort_unstable_by_key(|(parent, _)| *parent);
    members
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
