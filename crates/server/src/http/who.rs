//! Who asks, and where they may do what they ask for.
//!
//! In: a request's token or session cookie, and what the endpoint needs. Out: the request with the
//! caller and their scope attached, or a problem. A session's cookie alone changes nothing: a write
//! must also show that it comes from our own pages.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use wardwatch_api::{Access, Secret, WRITE_HEADER};
use wardwatch_store::{Principal, StoreError, TenantScope};

use super::problem::Problem;
use crate::app::App;

/// Name of the session's cookie; with TLS it has the prefix `__Host-`.
pub const SESSION_COOKIE: &str = "ward_session";
/// What a session's secret starts with.
const SESSION_PREFIX: &str = "ws_";
/// Bytes of a secret; ours are shorter.
const MAX_SECRET: usize = 256;

/// How a caller shows who they are.
#[derive(Debug, Clone)]
pub enum Proof {
    /// The secret of a session.
    Session(Secret),
    /// The secret of a token of the API.
    Token(Secret),
}

impl Proof {
    /// Whose it is, if it counts now.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn principal(&self, app: &App) -> Result<Option<Principal>, StoreError> {
        match self {
            Proof::Session(secret) => app.state.session(&secret.0, app.now()).await,
            Proof::Token(secret) => app.state.api_token(&secret.0, app.now()).await,
        }
    }
}

/// A known caller.
#[derive(Debug, Clone)]
pub struct Who {
    /// Who it is.
    pub principal: Principal,
    /// How they showed it.
    pub proof: Proof,
}

/// Where the caller may do what the endpoint is for.
#[derive(Debug, Clone)]
pub struct Within(pub TenantScope);

/// What lets callers in.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) app: App,
    pub(super) access: Access,
}

/// Lets in who may use an endpoint, with who they are and where they may attached.
pub(super) async fn let_in(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    match admit(&door, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admit(door: &Door, request: &mut Request) -> Result<(), Problem> {
    if door.access == Access::Open {
        return Ok(());
    }
    let (proof, by_cookie) = proof(request.headers()).ok_or_else(Problem::unknown_caller)?;
    if by_cookie && !from_our_pages(request, door.app.settings.tls) {
        return Err(Problem::forbidden(
            "a write with a session's cookie needs the header X-Ward: 1",
        ));
    }
    let principal = proof.principal(&door.app).await?.ok_or_else(Problem::unknown_caller)?;
    if let Access::Needs(permission) = door.access {
        let scope = principal.scope(permission).ok_or_else(|| {
            let (who, path) = (principal.name(), request.uri().path());
            tracing::warn!(who, path, needed = ?permission, "somebody may not do this");
            Problem::forbidden("this is not among what you may do")
        })?;
        request.extensions_mut().insert(Within(scope));
    }
    request.extensions_mut().insert(Who { principal, proof });
    Ok(())
}

/// What the caller shows, and whether a browser added it by itself.
fn proof(headers: &HeaderMap) -> Option<(Proof, bool)> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, secret) = value.to_str().ok()?.split_once(' ')?;
        let secret = secret.trim();
        if !scheme.eq_ignore_ascii_case("bearer") || secret.len() > MAX_SECRET {
            return None;
        }
        let secret = Secret(secret.to_owned());
        let proof = match secret.0.starts_with(SESSION_PREFIX) {
            true => Proof::Session(secret),
            false => Proof::Token(secret),
        };
        return Some((proof, false));
    }
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let secret = cookies
        .flat_map(|all| all.split(';'))
        .filter_map(|one| one.trim().split_once('='))
        .find(|(name, _)| name.strip_prefix("__Host-").unwrap_or(name) == SESSION_COOKIE)
        .map(|(_, secret)| secret)
        .filter(|secret| secret.len() <= MAX_SECRET)?;
    Some((Proof::Session(Secret(secret.to_owned())), true))
}

/// Whether a request only reads, or shows that a page of ours sent it: by a header that pages of
/// other sites cannot add, or by the origin that browsers name.
fn from_our_pages(request: &Request, tls: bool) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return true;
    }
    let headers = request.headers();
    if headers.get(WRITE_HEADER).is_some_and(|value| value == "1") {
        return true;
    }
    let Some(origin) = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    same_origin(origin, host, tls)
}

fn same_origin(origin: &str, host: Option<&str>, tls: bool) -> bool {
    let (Ok(origin), Some(host)) = (origin.parse::<Uri>(), host) else { return false };
    let scheme = if tls { "https" } else { "http" };
    origin.scheme_str() == Some(scheme)
        && origin.authority().is_some_and(|found| found.as_str().eq_ignore_ascii_case(host))
}

/// The endpoint was mounted without what its handler asks for.
fn not_attached() -> Problem {
    tracing::error!("an endpoint asks for a caller and does not need one");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the server could not do this")
}

impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Who>().cloned().ok_or_else(not_attached)
    }
}

impl<S: Sync> FromRequestParts<S> for Within {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Within>().cloned().ok_or_else(not_attached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_token_goes_before_a_cookie_and_tells_its_kind() {
        let both = headers(&[("authorization", "bearer wa_1"), ("cookie", "ward_session=ws_2")]);
        assert!(matches!(proof(&both), Some((Proof::Token(s), false)) if s.0 == "wa_1"));
        let session = headers(&[("authorization", "Bearer ws_2")]);
        assert!(matches!(proof(&session), Some((Proof::Session(s), false)) if s.0 == "ws_2"));
        let cookie = headers(&[("cookie", "a=b; __Host-ward_session=ws_3")]);
        assert!(matches!(proof(&cookie), Some((Proof::Session(s), true)) if s.0 == "ws_3"));
        for none in [
            headers(&[]),
            headers(&[("authorization", "Basic abc"), ("cookie", "ward_session=ws_2")]),
            headers(&[("authorization", "Bearer")]),
            headers(&[("cookie", "ward_session")]),
            headers(&[("authorization", &format!("Bearer {}", "x".repeat(300)))]),
        ] {
            assert!(proof(&none).is_none(), "{none:?}");
        }
    }

    #[test]
    fn an_origin_is_ours_when_scheme_host_and_port_are() {
        assert!(same_origin("https://Ward.example:8443", Some("ward.example:8443"), true));
        for (origin, host, tls) in [
            ("http://ward.example:8443", Some("ward.example:8443"), true),
            ("https://ward.example", Some("ward.example:8443"), true),
            ("https://evil.example", Some("ward.example"), true),
            ("null", Some("ward.example"), true),
            ("https://ward.example", None, true),
        ] {
            assert!(!same_origin(origin, host, tls), "{origin}");
        }
    }
}
