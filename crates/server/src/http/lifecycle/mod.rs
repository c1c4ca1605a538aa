//! `GET /api/v1/lifecycle`: what loses support in the next months, where, and what blocks it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::lifecycle::{
    CliffLine, InTheWay, LeavingLine, LifecycleAnswer, LifecycleQuery, MAX_MONTHS, MONTHS, Month,
    WaveLine,
};
use wardwatch_estate::lifecycle::{Cliff, Leaving};
use wardwatch_estate::wave::{Blocker, HalfYear, Wave};
use wardwatch_model::{OrgId, Permission};

use super::endpoint::Endpoint;
use super::exposure::{ask, coverage, in_use, stale_before};
use super::problem::Problem;
use super::request::{self, Asked};
use super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/lifecycle", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<LifecycleQuery>,
) -> Result<Json<LifecycleAnswer>, Problem> {
    let scope = request::narrowed(scope, query.org.as_ref())?;
    let months = query.months.unwrap_or(MONTHS);
    if !(1..=MAX_MONTHS).contains(&months) {
        return Err(Problem::bad_request(format!("'months' is from 1 to {MAX_MONTHS}")));
    }
    app.state.was_surveyed(&scope, "read.lifecycle").await?;
    let (asked, stale) = (scope.clone(), stale_before(&app));
    let decided = app.state.decisions(&scope).await?;
    let (leaving, forecast, decisions, landscape, doubtful) = ask(&app, move |sector| {
        let forecast = sector.cliff(&asked, months);
        let doubtful = sector.doubtful(&asked, stale);
        let decisions = sector.decision_counts(&asked, months, &decided);
        (sector.leaving(&asked, months), forecast, decisions, in_use(&sector.ground), doubtful)
    })
    .await?;
    let coverage = coverage(&app, &scope, doubtful).await?;
    let (leaving, waves) = &*leaving;
    let lines = query.lines.map_or(usize::MAX, |lines| lines as usize);
    Ok(Json(LifecycleAnswer {
        from: forecast.from,
        months,
        leaving: leaving.iter().take(lines).map(leaving_line).collect(),
        leaving_lines: leaving.len() as u64,
        waves: waves.iter().map(wave_line).collect(),
        all: line(None, &forecast.all),
        by_organisation: by_organisation(&forecast.by_key, query.lines.map(|_| lines)),
        organisations: forecast.by_key.len() as u64,
        decisions,
        coverage,
        landscape,
    }))
}

/// A line for each organisation in the order of codes; or some of them, those with most devices that are
/// without support or lose it in the time first.
fn by_organisation(all: &BTreeMap<OrgId, Cliff>, some: Option<usize>) -> Vec<CliffLine> {
    let mut cliffs: Vec<(&OrgId, &Cliff)> = all.iter().collect();
    if let Some(lines) = some {
        let leaving = |cliff: &Cliff| cliff.months.iter().map(|month| month.devices).sum::<u64>();
        cliffs.sort_by_cached_key(|(_, cliff)| Reverse(cliff.ended + leaving(cliff)));
        cliffs.truncate(lines);
    }
    cliffs.into_iter().map(|(org, cliff)| line(Some(org.clone()), cliff)).collect()
}

fn in_the_way((blocker, devices): &(Blocker, u64)) -> InTheWay {
    InTheWay { what: blocker.to_string(), devices: *devices }
}

fn wave_line((half, wave): (&HalfYear, &Wave)) -> WaveLine {
    WaveLine {
        year: half.year,
        half: half.half,
        devices: wave.devices,
        ready: wave.ready,
        blockers: wave.blockers.iter().map(in_the_way).collect(),
    }
}

fn leaving_line(leaving: &Leaving) -> LeavingLine {
    LeavingLine {
        ends: leaving.ends,
        org: leaving.org.clone(),
        label: leaving.label.clone(),
        devices: leaving.devices,
        named: leaving.named.clone(),
        blocked: leaving.blocked,
        blockers: leaving.blockers.iter().map(in_the_way).collect(),
    }
}

fn line(org: Option<OrgId>, cliff: &Cliff) -> CliffLine {
    let month = |month: &wardwatch_estate::lifecycle::MonthCount| Month {
        year: month.year,
        month: month.month,
        devices: month.devices,
    };
    CliffLine {
        org,
        ended: cliff.ended,
        months: cliff.months.iter().filter(|month| month.devices > 0).map(month).collect(),
        later: cliff.later,
        open_ended: cliff.open_ended,
        unknown: cliff.unknown,
    }
}
