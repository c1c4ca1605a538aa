//! Endpoints of hunts.

pub mod cancel;
pub mod get;
pub mod list;
pub mod result;
pub mod start;

use axum::http::StatusCode;
use wardwatch_api::hunt::{Hunt, HuntProgress, HuntState};
use wardwatch_hunt::HuntError;
use wardwatch_model::HuntId;
use wardwatch_store::{HuntEnd, HuntRecord, TenantScope};

use super::problem::Problem;
use crate::app::App;
use crate::hunts::{Hunts, NotStarted};

/// The hunts of a server that has a lake.
pub fn hunts(app: &App) -> Result<&Hunts, Problem> {
    app.hunts.as_ref().ok_or_else(|| Problem::busy("this server has no lake open"))
}

/// A hunt as it stands; a problem when it is not the caller's.
async fn found(app: &App, scope: &TenantScope, id: HuntId) -> Result<Hunt, Problem> {
    let record = app.state.hunt(scope, id).await?;
    let record = record.ok_or_else(|| Problem::not_found("hunt"))?;
    Ok(shaped(hunts(app)?, scope, record))
}

fn shaped(hunts: &Hunts, scope: &TenantScope, record: HuntRecord) -> Hunt {
    let standing = hunts.standing(scope, record.id);
    let result = standing.as_ref().and_then(|standing| standing.result.as_ref());
    let state = match record.ended {
        None => HuntState::Running,
        Some((_, HuntEnd::Done)) => HuntState::Done,
        Some((_, HuntEnd::Failed)) => HuntState::Failed,
        Some((_, HuntEnd::Cancelled)) => HuntState::Cancelled,
    };
    let progress = standing.as_ref().map(|standing| {
        let progress = standing.running.progress();
        HuntProgress {
            rows_read: progress.rows_read,
            rows_total: progress.rows_total,
            bytes_read: progress.bytes_read,
            bytes_total: progress.bytes_total,
            files_total: progress.files_total,
        }
    });
    Hunt {
        id: record.id,
        state,
        sql: record.asked.sql,
        from: record.asked.from,
        until: record.asked.until,
        org: record.asked.org,
        started: record.started,
        ended: record.ended.map(|(ended, _)| ended),
        rows: record.rows,
        cut: result.is_some_and(|result| result.is_cut()),
        kept: result.is_some(),
        detail: record.detail,
        progress,
    }
}

impl From<HuntError> for Problem {
    fn from(error: HuntError) -> Self {
        match error {
            HuntError::Refused(_) | HuntError::Query(_) => {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
            }
            HuntError::Store(error) => error.into(),
            HuntError::Lake(reason) => {
                tracing::error!(reason, "the lake could not be read for a hunt");
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the server could not do this")
            }
            HuntError::Time(_) | HuntError::Memory | HuntError::Cancelled => {
                Problem::busy(error.to_string())
            }
        }
    }
}

impl From<NotStarted> for Problem {
    fn from(error: NotStarted) -> Self {
        match error {
            NotStarted::Own(_) => Problem::conflict(error.to_string()),
            NotStarted::All(_) => Problem::busy(error.to_string()),
            NotStarted::Hunt(error) => error.into(),
            NotStarted::Store(error) => error.into(),
        }
    }
}
