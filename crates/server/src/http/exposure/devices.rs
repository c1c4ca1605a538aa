//! `GET /api/v1/exposures/{cve}/devices`: which devices stand how towards a vulnerability.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::exposure::{ExposedDevice, ExposedQuery};
use wardwatch_api::{Access, MAX_PAGE, PAGE, Paged};
use wardwatch_model::{CveId, ExposureStatus, OrgId, Permission};
use wardwatch_store::TenantScope;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked, care_class};
use super::super::who::Within;
use super::ask;
use crate::app::App;
use crate::care::{Listed, Only, Standing};

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ReadFindings);
    Endpoint::get("/api/v1/exposures/{cve}/devices", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path(cve): Path<String>,
    Asked(query): Asked<ExposedQuery>,
) -> Result<Json<Paged<ExposedDevice>>, Problem> {
    let scope = request::chosen(scope, query.org.as_ref(), query.not_org.as_deref())?;
    let cve: CveId = cve.parse().map_err(|_| {
        Problem::bad_request("a number such as CVE-2017-0144 is expected".to_owned())
    })?;
    listed(&app, scope, vec![cve], None, query).await
}

/// Devices of the scope by how they stand towards vulnerabilities; with `answering`, only those for
/// which one of these organisations answers.
///
/// # Errors
/// When the place is none that was given out, or the sector cannot be asked.
pub async fn listed(
    app: &App,
    scope: TenantScope,
    cves: Vec<CveId>,
    answering: Option<BTreeSet<OrgId>>,
    query: ExposedQuery,
) -> Result<Json<Paged<ExposedDevice>>, Problem> {
    let limit = query.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE) as usize;
    let after: Option<(OrgId, String)> = query.after.as_deref().map(place).transpose()?;
    let wanted = query.status.unwrap_or(ExposureStatus::Exposed);
    let only = Only {
        system: query.product,
        not_system: query.not_product,
        care_class: query.care_class.as_deref().map(care_class).transpose()?,
        not_care_class: query.not_care_class.as_deref().map(care_class).transpose()?,
    };
    app.state.was_surveyed(&scope, "read.exposed_devices").await?;
    let mut found = ask(app, move |sector| {
        let after = after.as_ref().map(|(org, device)| (org, device.as_str()));
        let standing =
            Standing { cves: &cves, status: wanted, answering: answering.as_ref(), only: &only };
        sector.standing(&scope, standing, after, limit + 1)
    })
    .await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| format!("{}.{}", last.org, last.device));
    Ok(Json(Paged { items: found.into_iter().map(shaped).collect(), next }))
}

/// A place in the order of organisations and devices, as it was given out.
///
/// # Errors
/// When it was not.
pub fn place(after: &str) -> Result<(OrgId, String), Problem> {
    let parts = after.split_once('.').and_then(|(org, device)| Some((org.parse().ok()?, device)));
    let (org, device) = parts
        .ok_or_else(|| Problem::bad_request("'after' is not one that was given out".to_owned()))?;
    Ok((org, device.to_owned()))
}

pub fn shaped(listed: Listed) -> ExposedDevice {
    ExposedDevice {
        org: listed.org,
        device: listed.device,
        product: listed.product,
        support: listed.support,
        status: listed.status,
        care_class: listed.care_class,
        reported: listed.reported,
    }
}
