//! `GET /api/v1/incidents/{id}/processes`: processes of one device as trees, with what rules found in them.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use wardwatch_api::Access;
use wardwatch_api::incident::{ProcessTrees, ProcessesQuery};
use wardwatch_hunt::{Format, Query};
use wardwatch_incident::tree::{Found, Start, trees};
use wardwatch_model::{EntityKind, EventId, OrgId, Permission, Sighting, Timestamp};
use wardwatch_store::{DetectionFilter, TenantScope};

use super::super::endpoint::Endpoint;
use super::super::hunt::hunts;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::change;
use crate::app::App;

const MINUTE: i64 = 60_000_000;
/// Before the first finding: who started what it is in may be that old.
const BEFORE: i64 = 60 * MINUTE;
/// Behind the last finding: what it started.
const BEHIND: i64 = 10 * MINUTE;
/// The longest stretch of time that is looked at.
const LONGEST: i64 = 24 * 60 * MINUTE;
/// Detections whose events are asked for: as many as one query names.
const DETECTIONS: u32 = 200;
/// Processes that are read; that there were more is said.
const MOST_STARTS: usize = 20_000;
/// What Windows' security log calls a start.
const SECURITY_START: i64 = 4688;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ReadEvents);
    Endpoint::get("/api/v1/incidents/{id}/processes", access, handle)
}

/// An event of the lake, as a hunt writes it.
#[derive(Deserialize)]
struct Row {
    time: Timestamp,
    event: EventId,
    class: String,
    event_id: Option<i64>,
    image: Option<String>,
    command_line: Option<String>,
    parent_image: Option<String>,
    parent_command_line: Option<String>,
    user: Option<String>,
    process: Option<String>,
    parent_process: Option<String>,
}

impl Row {
    fn is_start(&self) -> bool {
        self.class.contains("/process_creation") || self.event_id == Some(SECURITY_START)
    }

    fn start(self) -> Start {
        Start {
            time: self.time,
            event: self.event,
            process: self.process,
            parent_process: self.parent_process,
            image: self.image,
            command_line: self.command_line,
            parent_image: self.parent_image,
            parent_command_line: self.parent_command_line,
            user: self.user,
        }
    }
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(id): Path<String>,
    Asked(query): Asked<ProcessesQuery>,
) -> Result<Json<ProcessTrees>, Problem> {
    let incident = change::find(&app, &scope, request::id(&id, "incident")?).await?;
    let device = query.device.as_ref().or_else(|| incident.devices.first());
    let Some(device) = device.filter(|device| incident.devices.contains(device)).cloned() else {
        return Err(Problem::not_found("such device of this incident"));
    };
    let filter = DetectionFilter {
        incident: Some(incident.id),
        device: Some(device.clone()),
        ..DetectionFilter::default()
    };
    let page = request::page(None, Some(DETECTIONS))?;
    let sightings = app.state.detections(&scope, &filter, &page).await?;
    let (more, sightings) = (sightings.next.is_some(), sightings.items);
    let times = || sightings.iter().map(|sighting| sighting.time.micros);
    let (Some(first), Some(last)) = (times().min(), times().max()) else {
        return Err(Problem::not_found("detection on this device"));
    };
    let from = Timestamp { micros: first - BEFORE };
    let until = Timestamp { micros: (last + BEHIND).min(from.micros + LONGEST) };
    app.state.events_were_read(&scope, &incident.org, &device).await?;
    let (rows, cut) = look(&app, &scope, &incident.org, &device, &sightings, (from, until)).await?;
    let work = move || {
        let found: Vec<Found> = sightings
            .iter()
            .filter(|sighting| sighting.time < until)
            .map(|sighting| found(sighting, &rows))
            .collect();
        let starts: Vec<Start> = rows.into_iter().filter(Row::is_start).map(Row::start).collect();
        (starts.len() as u64, found.len() as u64, trees(starts, &found))
    };
    let (starts, detections, found) = tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "processes could not be put in order");
        Problem::busy("the processes could not be put in order: try again")
    })?;
    Ok(Json(ProcessTrees {
        org: incident.org,
        device,
        from,
        until,
        starts,
        detections,
        unplaced: found.unplaced,
        cut: cut || more,
        trees: found.trees,
    }))
}

/// What started on a device, and the events of what was found there.
async fn look(
    app: &App,
    scope: &TenantScope,
    org: &OrgId,
    device: &str,
    sightings: &[Sighting],
    (from, until): (Timestamp, Timestamp),
) -> Result<(Vec<Row>, bool), Problem> {
    let events: Vec<String> =
        sightings.iter().map(|sighting| format!("X'{}'", sighting.event)).collect();
    let sql = format!(
        "SELECT time, event, class, event_id, image, command_line, parent_image, parent_command_line, \
                \"user\", process, parent_process \
         FROM events WHERE org = '{org}' AND device = '{}' \
         AND (class LIKE '%/process_creation%' OR event_id = {SECURITY_START} OR event IN ({})) \
         ORDER BY time LIMIT {MOST_STARTS}",
        device.replace('\'', "''"),
        events.join(", ")
    );
    let asked = Query { sql, from, until, rows: Some(MOST_STARTS) };
    let scope = scope.narrow(org).ok_or_else(|| Problem::not_found("incident"))?;
    let result = hunts(app)?.look(&scope, asked).await?;
    let cut = result.rows() == MOST_STARTS;
    let read = move || {
        let json = result.write(Format::Json)?;
        serde_json::from_slice(&json)
            .map_err(|error| wardwatch_hunt::HuntError::Lake(error.to_string()))
    };
    let rows = tokio::task::spawn_blocking(read).await;
    Ok((rows.map_err(|_| Problem::busy("the server is ending"))??, cut))
}

/// What a rule found, with the process that its event is of.
fn found(sighting: &Sighting, rows: &[Row]) -> Found {
    let row = rows.iter().find(|row| row.event == sighting.event);
    // An event that is not kept any more: what the finding itself remembers of it.
    let told = sighting.entities.iter().find(|entity| entity.kind == EntityKind::Process);
    let process = match row {
        Some(row) => row.process.clone(),
        None => told.map(|entity| entity.value.to_uppercase()),
    };
    Found {
        time: sighting.time,
        event: sighting.event,
        process,
        image: row.and_then(|row| row.image.clone()),
        title: sighting.rule_title.clone(),
        level: sighting.level,
    }
}
