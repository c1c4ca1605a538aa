//! `GET /api/v1/exposures`: the open holes of the caller's organisations, the most urgent first.

use axum::Json;
use axum::extract::State;
use wardwatch_api::exposure::{ExposurePage, ExposureQuery, ExposureRow};
use wardwatch_api::{Access, MAX_PAGE, PAGE};
use wardwatch_exposure::rank::words;
use wardwatch_exposure::survey::Row;
use wardwatch_model::{Exception, Permission};
use wardwatch_store::TenantScope;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::{ask, coverage, in_use, passed, running, stale_before};
use crate::app::App;
use crate::care::Sector;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/exposures", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<ExposureQuery>,
) -> Result<Json<ExposurePage>, Problem> {
    let scope = request::chosen(scope, query.org.as_ref(), query.not_org.as_deref())?;
    app.state.was_surveyed(&scope, "read.exposures").await?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE) as usize;
    let start = request::start(query.after.as_deref())?;
    let (asked, stale) = (scope.clone(), stale_before(&app));
    let exceptions = running(&app, &scope).await?;
    let (items, next, landscape, doubtful) = ask(&app, move |sector| {
        // Apart: reports grow old by the hour, and the survey stands until something changes.
        let (rows, doubtful) = (sector.survey(&asked), sector.doubtful(&asked, stale));
        let wanted = |row: &Row| {
            query.cve.is_none_or(|cve| row.cve == cve)
                && query.exploited.is_none_or(|wanted| sector.is_exploited(row) == wanted)
                && query.severity.as_deref().is_none_or(|word| severity(row) == word)
                && query.not_severity.as_deref().is_none_or(|word| severity(row) != word)
        };
        let mut wanted = rows.iter().filter(|row| wanted(row)).skip(start);
        let page = wanted.by_ref().take(limit);
        let items: Vec<ExposureRow> =
            page.map(|row| shaped(sector, &asked, row.clone(), &exceptions)).collect();
        let next = wanted.next().map(|_| start.saturating_add(limit).to_string());
        (items, next, in_use(&sector.ground), doubtful)
    })
    .await?;
    let coverage = coverage(&app, &scope, doubtful).await?;
    Ok(Json(ExposurePage { landscape, coverage, items, next }))
}

/// How bad the vendor calls it.
fn severity(row: &Row) -> String {
    format!("{:?}", row.severity).to_lowercase()
}

fn shaped(sector: &Sector, scope: &TenantScope, row: Row, exceptions: &[Exception]) -> ExposureRow {
    let known = sector.ground.catalogue.vulnerability(row.vulnerability);
    let kev = known.and_then(|known| known.kev);
    ExposureRow {
        cve: row.cve,
        severity: severity(&row),
        kev: kev.is_some(),
        ransomware: kev.is_some_and(|kev| kev.ransomware),
        attack: row.attack.map(|attack| attack.name),
        exposed: row.tally.exposed,
        excepted: sector.excepted(scope, row.cve, exceptions),
        mitigated: row.tally.mitigated,
        unknown: row.tally.unknown,
        fixed: row.tally.fixed,
        not_affected: row.tally.not_affected,
        organisations: row.organisations,
        decision: words(row.rank.clock).to_owned(),
        ssvc: row.rank.decision.map(|decision| decision.as_str().to_owned()),
        due: row.rank.due,
        overdue: passed(row.rank.due, sector.ground.today),
        reasons: row.rank.grounds.sentences(),
    }
}
