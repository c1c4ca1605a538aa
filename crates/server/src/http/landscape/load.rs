//! `POST /api/v1/landscape`: a snapshot, or a file of a feed laid over what is in use.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::landscape::{LoadLandscape, LoadedLandscape, NewlyExploited};
use wardwatch_exposure::Catalogue;
use wardwatch_feeds::landscape::{Source, compile_over, snapshot};
use wardwatch_model::{CveId, Day, Landscape, Permission};
use wardwatch_store::{StoreError, TenantScope};

use super::super::endpoint::Endpoint;
use super::super::exposure::{ask, ready};
use super::super::problem::Problem;
use super::super::request::Asked;
use super::super::who::Within;
use super::shaped;
use crate::app::App;

/// Bytes of a snapshot or a file.
const BODY_BYTES: usize = 64 << 20;
/// Problems that are listed.
const MAX_PROBLEMS: usize = 50;
/// Vulnerabilities that are listed as newly exploited.
const MAX_NEW: usize = 200;
/// What a file is called when nobody says.
const NAMELESS: &str = "upload";

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/landscape", Access::Needs(Permission::Administer), handle)
        .body_up_to(BODY_BYTES)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<LoadLandscape>,
    request: Request,
) -> Result<Json<LoadedLandscape>, Problem> {
    // Before the body is read: whoever may not load it need not send it.
    if !scope.reaches_top() {
        return Err(StoreError::NotTheTop.into());
    }
    let bytes = Bytes::from_request(request, &())
        .await
        .map_err(|rejection| Problem::new(rejection.status(), rejection.body_text()))?;
    let name = query.name.as_deref().unwrap_or(NAMELESS).chars().take(200).collect();
    let (present, over) = ready(&app)?
        .read(|sector| (Arc::clone(&sector.ground.catalogue), sector.ground.origin.stored));
    let (today, force) = (Day::of(app.now()), query.force == Some(true));
    let before = Arc::clone(&present);
    let work = move || made(&before, name, &bytes, today, force);
    let made = tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a landscape could not be made");
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "it could not be worked through")
    })??;
    let Made { landscape, body, problems } = made;
    let feeds: Vec<_> = landscape.feeds.iter().map(|feed| shaped(feed, today)).collect();
    let told = serde_json::to_value(&feeds).unwrap_or_default();
    let version = app.state.load_landscape(&scope, over, body, told, app.now()).await?;
    // Laid over the one before that, it would take back what the other brought.
    let version = version.ok_or_else(|| {
        Problem::busy("another landscape was loaded just now and comes into use: try again soon")
    })?;
    app.care.tell();
    let new = newly_exploited(&present, &landscape);
    let newly_exploited = ask(&app, move |sector| exposed(sector, &scope, new)).await?;
    Ok(Json(LoadedLandscape { version, feeds, newly_exploited, problems }))
}

struct Made {
    landscape: Landscape,
    body: Vec<u8>,
    problems: Vec<String>,
}

/// The landscape that the bytes make.
fn made(
    present: &Catalogue,
    name: String,
    bytes: &[u8],
    today: Day,
    force: bool,
) -> Result<Made, Problem> {
    let wrong = |detail: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail);
    let mut problems = Vec::new();
    let mut landscape = if bytes.starts_with(snapshot::MAGIC) {
        snapshot::read(bytes).map_err(|error| wrong(error.to_string()))?
    } else {
        let source = Source::new(name, bytes);
        let (landscape, report) = compile_over(present.landscape(), [source].into_iter(), today);
        if let Some((file, why)) = report.failures().next() {
            return Err(wrong(format!("{file}: {why}")));
        }
        if report.files.is_empty() {
            let detail = "this is no feed that is read, and no snapshot: nothing was changed";
            return Err(wrong(detail.to_owned()));
        }
        let rows = report.refused().take(MAX_PROBLEMS);
        problems.extend(rows.map(|row| format!("{}: {}: {}", row.file, row.place, row.reason)));
        problems.extend(report.notes.iter().take(MAX_PROBLEMS).cloned());
        landscape
    };
    let older = snapshot::older_feeds(&landscape.feeds, &present.landscape().feeds);
    // What is built in is older than anything that is loaded over it.
    let older = older.into_iter().find(|feed| feed.feed != "starter");
    if let Some(feed) = older.filter(|_| !force) {
        return Err(Problem::conflict(format!(
            "what is in use knows more of '{}': it stays; 'force' replaces it all the same",
            feed.feed
        )));
    }
    landscape.follow(present.landscape());
    let body = snapshot::write(&landscape).map_err(|error| wrong(error.to_string()))?;
    Ok(Made { landscape, body, problems })
}

/// What the present landscape knows, and not as exploited, and the new one knows as exploited.
fn newly_exploited(present: &Catalogue, new: &Landscape) -> Vec<CveId> {
    let known = new.vulnerabilities.iter().filter(|known| known.kev.is_some());
    let before = |cve: CveId| {
        let place = present.vulnerability_place(cve)?;
        present.vulnerability(place)
    };
    known
        .map(|known| known.cve)
        .filter(|&cve| before(cve).is_some_and(|before| before.kev.is_none()))
        .collect()
}

fn exposed(
    sector: &crate::care::Sector,
    scope: &TenantScope,
    new: Vec<CveId>,
) -> Vec<NewlyExploited> {
    if new.is_empty() {
        return Vec::new();
    }
    let surveyed = sector.survey(scope);
    let mut found: Vec<NewlyExploited> = surveyed
        .iter()
        .filter(|row| new.contains(&row.cve))
        .map(|row| NewlyExploited { cve: row.cve, exposed: row.tally.exposed })
        .collect();
    found.sort_by_key(|new| std::cmp::Reverse(new.exposed));
    found.truncate(MAX_NEW);
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use wardwatch_model::landscape::{Epss, Vulnerability};

    use super::*;

    #[test]
    fn a_snapshot_follows_what_is_in_use() {
        let likely = |probability| {
            let mut one = Vulnerability::new("CVE-2999-0001".parse().unwrap());
            one.epss = Some(Epss::first(probability, 0));
            Landscape { vulnerabilities: vec![one], ..Landscape::default() }
        };
        let present = Catalogue::new(Arc::new(likely(500_000)));
        let new = snapshot::write(&likely(450_000)).unwrap();
        let Ok(made) = made(&present, "f.ward".to_owned(), &new, Day(20_650), false) else {
            panic!("the snapshot was refused")
        };
        let kept = snapshot::read(&made.body).unwrap();
        assert_eq!(kept, made.landscape);
        let epss = kept.vulnerabilities[0].epss.unwrap();
        assert_eq!((epss.probability, epss.ranked), (450_000, 500_000));
    }
}
