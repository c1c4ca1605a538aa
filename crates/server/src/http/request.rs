//! Parts of requests, read with problems of ours when they cannot be.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Json, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use wardwatch_api::organisation::MAX_CODES;
use wardwatch_api::{MAX_PAGE, PAGE};
use wardwatch_model::care::UnknownCareClass;
use wardwatch_model::{CareClass, OrgId, Timestamp};
use wardwatch_store::{Page, Paged, TenantScope};

use super::problem::Problem;

/// Characters of a name that somebody gives to something.
const NAME_CHARS: usize = 200;

/// A JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Json(body) =
            Json::<T>::from_request(request, state).await.map_err(|rejection: JsonRejection| {
                Problem::new(rejection.status(), rejection.body_text())
            })?;
        Ok(Body(body))
    }
}

/// The query of the address.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(query) = Query::<T>::from_request_parts(parts, state).await.map_err(
            |rejection: QueryRejection| Problem::new(rejection.status(), rejection.body_text()),
        )?;
        Ok(Asked(query))
    }
}

/// The address that a request comes from, where the server tells it.
pub struct Peer(pub Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Peer(connected.map(|ConnectInfo(address)| address.ip())))
    }
}

/// An identifier of the path. What is no identifier names nothing.
pub fn id<I: FromStr>(text: &str, noun: &str) -> Result<I, Problem> {
    text.parse().map_err(|_| Problem::not_found(noun))
}

/// Which page is asked for.
pub fn page(after: Option<String>, limit: Option<u32>) -> Result<Page, Problem> {
    let limit = limit.unwrap_or(PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(Problem::bad_request(format!("limit is from 1 to {MAX_PAGE}")));
    }
    Ok(Page { after, limit })
}

/// Where a page of a list begins whose cursors are plain numbers.
pub fn start(after: Option<&str>) -> Result<usize, Problem> {
    let given = || Problem::bad_request("'after' is not one that was given out".to_owned());
    after.map_or(Ok(0), |after| after.parse().map_err(|_| given()))
}

/// A page of the store as an answer.
pub fn answer<A, B>(page: Paged<A>, shape: impl FnMut(A) -> B) -> wardwatch_api::Paged<B> {
    let items = page.items.into_iter().map(shape).collect();
    wardwatch_api::Paged { items, next: page.next }
}

/// The scope, or what of it lies below an organisation that is asked for.
pub fn narrowed(scope: TenantScope, org: Option<&OrgId>) -> Result<TenantScope, Problem> {
    match org {
        None => Ok(scope),
        Some(org) => scope.narrow(org).ok_or_else(|| Problem::not_found("organisation")),
    }
}

/// The same without those that are left out, and all below them; their codes stand apart by commas.
pub fn chosen(
    scope: TenantScope,
    org: Option<&OrgId>,
    not_org: Option<&str>,
) -> Result<TenantScope, Problem> {
    let out = codes(not_org.unwrap_or_default())?;
    if out.iter().any(|org| !scope.covers(org)) {
        return Err(Problem::not_found("organisation"));
    }
    Ok(narrowed(scope, org)?.without(&out))
}

/// Codes of organisations, apart by commas. A text that cannot be one is nobody's.
pub fn codes(text: &str) -> Result<Vec<OrgId>, Problem> {
    let codes: Vec<&str> = text.split(',').filter(|code| !code.is_empty()).collect();
    if codes.len() > MAX_CODES {
        return Err(Problem::bad_request(format!("'codes' has at most {MAX_CODES}")));
    }
    Ok(codes.iter().filter_map(|code| code.parse().ok()).collect())
}

/// A care class, or none for those that nobody has classified.
pub fn care_class(word: &str) -> Result<Option<CareClass>, Problem> {
    match word {
        "unclassified" => Ok(None),
        _ => word.parse().map(Some).map_err(|error: UnknownCareClass| {
            Problem::bad_request(format!("{error}, or unclassified"))
        }),
    }
}

/// A name that can be shown: not empty, not long, no control characters.
pub fn name(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    let fits = (1..=NAME_CHARS).contains(&text.chars().count());
    if fits && !text.chars().any(char::is_control) {
        return Ok(text);
    }
    let detail = format!("a name has 1 to {NAME_CHARS} characters and no control characters");
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail))
}

/// When something ends: as asked, or after `usual` days; later than now, within `most` days.
pub fn end(
    asked: Option<Timestamp>,
    usual: i64,
    most: i64,
    now: Timestamp,
) -> Result<Timestamp, Problem> {
    let after = |days: i64| Timestamp { micros: now.micros + days * 86_400_000_000 };
    match asked {
        None => Ok(after(usual)),
        Some(until) if until > now && until <= after(most) => Ok(until),
        Some(_) => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("it must end in the future, within {most} days"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_can_be_shown() {
        assert_eq!(name(" ward 7 ").unwrap(), "ward 7");
        for wrong in ["", "  ", "a\x1b[2J", &"x".repeat(201)] {
            assert!(name(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_end_lies_in_the_near_future() {
        let now = Timestamp { micros: 1_000_000 };
        let day = |days: i64| Timestamp { micros: 1_000_000 + days * 86_400_000_000 };
        assert_eq!(end(None, 7, 30, now).unwrap(), day(7));
        assert_eq!(end(Some(day(30)), 7, 30, now).unwrap(), day(30));
        assert!(end(Some(now), 7, 30, now).is_err());
        assert!(end(Some(day(31)), 7, 30, now).is_err());
    }

    #[test]
    fn pages_are_bounded() {
        assert_eq!(page(None, None).unwrap().limit, PAGE);
        assert!(page(None, Some(0)).is_err());
        assert!(page(None, Some(MAX_PAGE + 1)).is_err());
    }
}
