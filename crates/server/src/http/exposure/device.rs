//! `GET /api/v1/devices/{org}/{name}/exposures`: everything that is to be said of a device.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use wardwatch_api::Access;
use wardwatch_api::exposure::{
    DeviceExposure, DeviceExposureQuery, DeviceReport, DeviceSupport, PackageToUpdate, ReportSeen,
    StatusCounts, UpdateToInstall,
};
use wardwatch_exposure::assess::{Exposure, MissingUpdate};
use wardwatch_exposure::package::{Outdated, Release};
use wardwatch_exposure::{Assessment, Catalogue, absent};
use wardwatch_model::{CveId, Exception, ExposureStatus, OrgId, Permission};
use wardwatch_store::KeptInventory;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::{in_use, ready, running};
use crate::app::App;
use crate::care::{DeviceAnswer, assess};

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ReadFindings);
    Endpoint::get("/api/v1/devices/{org}/{name}/exposures", access, handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Path((org, name)): Path<(String, String)>,
    Asked(query): Asked<DeviceExposureQuery>,
) -> Result<Json<DeviceReport>, Problem> {
    let org: OrgId = org.parse().map_err(|_| Problem::not_found("device"))?;
    let scope = request::narrowed(scope, Some(&org))?;
    let reports = app.state.device_inventories(&scope, &org, &name).await?;
    let facts = app.state.plan_facts(&scope, &org, &name).await?;
    let decided = app.state.decision(&scope, &org, &name).await?;
    let exceptions = running(&app, &scope).await?;
    let seen: Vec<ReportSeen> = reports.iter().map(report).collect();
    let (ground, said, attacks) = ready(&app)?
        .read(|sector| (sector.ground.clone(), sector.said(&org, &name), sector.attacks.clone()));
    let landscape = in_use(&ground);
    let (asked, catalogue) = (query.cve, Arc::clone(&ground.catalogue));
    let work = move || assess(&ground, reports, &said, &attacks, &facts);
    let answer = tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a device could not be assessed");
        Problem::busy("the device could not be assessed: try again")
    })?;
    let Some(DeviceAnswer { assessment, plan }) = answer else {
        return Err(Problem::not_found("device that reported what it runs"));
    };
    let counts = counts(&assessment);
    let closed = |status| matches!(status, ExposureStatus::Fixed | ExposureStatus::NotAffected);
    let all = query.all == Some(true) || query.cve.is_some();
    let Assessment { support, exposures, missing_updates, outdated_packages, blockers, .. } =
        assessment;
    let wanted = |exposure: &Exposure| {
        query.cve.is_none_or(|cve| exposure.cve == cve) && (all || !closed(exposure.status))
    };
    let mut shown: Vec<DeviceExposure> =
        exposures.into_iter().filter(wanted).map(exposure).collect();
    ready(&app)?.read(|sector| {
        let of = |cve| {
            let about = |one: &&Exception| one.cve == cve && sector.covers(one, &org, &name);
            exceptions.iter().find(about).cloned()
        };
        shown.iter_mut().for_each(|exposure| exposure.exception = of(exposure.cve));
    });
    // Silence is an answer too, and not always a good one.
    if let Some(cve) = asked.filter(|_| shown.is_empty()) {
        shown.push(silence(
            &catalogue,
            assessment.product.as_deref(),
            assessment.silent.as_ref(),
            cve,
        ));
    }
    Ok(Json(DeviceReport {
        org,
        device: name,
        product: assessment.product,
        build: assessment.build,
        architecture: assessment.architecture,
        evidence: assessment.evidence,
        support: DeviceSupport {
            state: support.state,
            ends: support.ends,
            extended_until: support.extended_until,
            label: support.label,
            reasons: support.reasons,
        },
        moves_to: assessment.moves_to.map(str::to_owned),
        blockers: blockers.iter().map(ToString::to_string).collect(),
        installed: assessment.installed,
        missing_updates: missing_updates.into_iter().map(update).collect(),
        outdated_packages: outdated_packages.into_iter().map(package).collect(),
        counts,
        exposures: shown,
        doubts: assessment.doubts,
        reports: seen,
        plan,
        decided,
        landscape,
    }))
}

fn report(kept: &KeptInventory) -> ReportSeen {
    ReportSeen { kind: kept.inventory.report, received: kept.received, taken: kept.inventory.taken }
}

fn counts(assessment: &Assessment) -> StatusCounts {
    let counts = &assessment.counts;
    StatusCounts {
        exposed: counts.exposed as u64,
        mitigated: counts.mitigated as u64,
        unknown: counts.unknown as u64,
        fixed: counts.fixed as u64,
        not_affected: counts.not_affected as u64,
        not_looked_at: counts.not_looked_at as u64,
    }
}

fn update(missing: MissingUpdate) -> UpdateToInstall {
    UpdateToInstall {
        id: missing.id,
        title: missing.title,
        released: missing.released,
        closes: missing.closes as u64,
        supersedes: missing.supersedes,
    }
}

fn package(outdated: Outdated) -> PackageToUpdate {
    PackageToUpdate {
        source: outdated.source,
        packages: outdated.packages,
        installed: outdated.installed,
        fixed: outdated.fixed,
        closes: outdated.closes as u64,
        held: outdated.held,
    }
}

/// What it means that no row speaks of a vulnerability and what a device runs.
fn silence(
    catalogue: &Catalogue,
    product: Option<&str>,
    silent: Option<&Release>,
    cve: CveId,
) -> DeviceExposure {
    let (status, why) = absent::of(catalogue, product, silent, cve);
    let known = catalogue.vulnerability_place(cve).and_then(|at| catalogue.vulnerability(at));
    DeviceExposure {
        cve,
        status,
        kev: known.is_some_and(|known| known.kev.is_some()),
        decision: None,
        ssvc: None,
        due: None,
        overdue: false,
        reasons: vec![why.to_owned()],
        exception: None,
    }
}

fn exposure(exposure: Exposure) -> DeviceExposure {
    DeviceExposure {
        cve: exposure.cve,
        status: exposure.status,
        kev: exposure.kev,
        decision: exposure.decision.map(str::to_owned),
        ssvc: exposure.ssvc.map(str::to_owned),
        due: exposure.due,
        overdue: exposure.overdue,
        reasons: exposure.reasons.sentences(),
        exception: None,
    }
}
