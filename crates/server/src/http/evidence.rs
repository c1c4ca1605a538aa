//! `GET /api/v1/evidence`: what is known of an organisation, as one signed archive.

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http_body_util::{BodyExt, Limited};
use serde_json::Value;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use wardwatch_api::Access;
use wardwatch_api::evidence::{EvidenceKey, EvidenceQuery};
use wardwatch_model::{OrgId, Permission, Timestamp};

use super::endpoint::Endpoint;
use super::problem::Problem;
use super::request::{self, Asked};
use super::router;
use super::who::Within;
use crate::app::App;
use wardwatch_evidence::{Answer, CLAIMS, Claim, Packed, pack, public};

/// Packs that are made at once: each asks for much.
static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));
/// Pages of one list.
const PAGES: usize = 20;
/// Bytes of one answer.
const ANSWER_BYTES: usize = 64 << 20;
const YEAR_MICROS: i64 = 365 * 86_400_000_000;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/evidence", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<EvidenceQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let scope = request::narrowed(scope, query.org.as_ref())?;
    let _turn = AT_ONCE
        .try_acquire()
        .map_err(|_| Problem::busy("evidence is being gathered just now: try again in a minute"))?;
    let made = app.now();
    let api = router(app.clone());
    let mut answers = Vec::with_capacity(CLAIMS.len());
    for claim in CLAIMS {
        let asked = asked(&claim, query.org.as_ref(), made);
        answers.push(answer(&app, &api, &headers, claim, asked).await?);
    }
    let packed = Packed { by: scope.actor().to_owned(), org: query.org, made };
    let name = packed.org.as_ref().map_or("sector", OrgId::as_str).to_owned();
    let key = app.settings.evidence_key;
    let bytes = tokio::task::spawn_blocking(move || pack(&packed, &answers, &key)).await;
    let bytes = bytes.map_err(|_| Problem::busy("the server is ending"))?.map_err(|error| {
        tracing::error!(%error, "evidence could not be packed");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the server could not do this")
    })?;
    let day = wardwatch_model::Day::of(made);
    let disposition = format!("attachment; filename=\"evidence-{name}-{day}.zip\"");
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, bytes).into_response())
}

/// `GET /api/v1/evidence/key`: what archives are signed with.
pub fn key_endpoint() -> Endpoint {
    Endpoint::get("/api/v1/evidence/key", Access::Known, key)
}

async fn key(State(app): State<App>) -> Result<Json<EvidenceKey>, Problem> {
    let key = public(&app.settings.evidence_key).map_err(|error| {
        tracing::error!(%error, "the key of evidence is none");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the server could not do this")
    })?;
    Ok(Json(EvidenceKey { key }))
}

/// The path of a claim with its query.
fn asked(claim: &Claim, org: Option<&OrgId>, made: Timestamp) -> String {
    let from = Timestamp { micros: made.micros - YEAR_MICROS }.to_string();
    let own = claim.query.iter().map(|(name, value)| (*name, value.replace("{from}", &from)));
    // What is of the whole server is asked so.
    let of_server = matches!(claim.name, "landscape" | "audit");
    let name = if claim.name == "contacts" { "codes" } else { "org" };
    let org = org.filter(|_| !of_server).map(|org| (name, org.to_string()));
    let pairs: Vec<String> =
        own.chain(org).map(|(name, value)| format!("{name}={value}")).collect();
    match pairs.is_empty() {
        true => claim.path.to_owned(),
        false => format!("{}?{}", claim.path, pairs.join("&")),
    }
}

/// Asks as the caller would, page by page.
async fn answer(
    app: &App,
    api: &Router,
    headers: &HeaderMap,
    claim: Claim,
    asked: String,
) -> Result<Answer, Problem> {
    let mut found =
        Answer { claim, asked, time: app.now(), status: 200, body: Vec::new(), complete: true };
    let mut path = found.asked.clone();
    for _ in 0..PAGES {
        let (status, bytes) = get(api, headers, &path).await?;
        found.status = status.as_u16();
        found.body.extend_from_slice(&bytes);
        if !bytes.ends_with(b"\n") {
            found.body.push(b'\n');
        }
        let next = serde_json::from_slice::<Value>(&bytes).ok();
        let next = next.as_ref().and_then(|page| page.get("next")?.as_str());
        let Some(next) = next.filter(|_| status == StatusCode::OK) else {
            found.complete = true;
            break;
        };
        let mark = if found.asked.contains('?') { '&' } else { '?' };
        path = format!("{}{mark}after={next}", found.asked);
        found.complete = false;
        if found.body.len() > ANSWER_BYTES {
            break;
        }
    }
    Ok(found)
}

async fn get(
    api: &Router,
    headers: &HeaderMap,
    path: &str,
) -> Result<(StatusCode, Vec<u8>), Problem> {
    let mut request = Request::get(path)
        .body(Body::empty())
        .map_err(|error| Problem::bad_request(format!("'{path}' cannot be asked: {error}")))?;
    for name in [header::COOKIE, header::AUTHORIZATION] {
        for value in headers.get_all(&name) {
            request.headers_mut().append(name.clone(), value.clone());
        }
    }
    let answer = match api.clone().oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    };
    let (parts, body) = answer.into_parts();
    match Limited::new(body, ANSWER_BYTES).collect().await {
        Ok(whole) => Ok((parts.status, whole.to_bytes().to_vec())),
        Err(error) => Err(Problem::busy(format!("'{path}' was not answered: {error}"))),
    }
}
