//! Parts of requests to pages: a query, and a form that was filled in.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use serde::de::DeserializeOwned;
use wardwatch_api::Problem;

use crate::ask::Fault;

/// What stands in an address after `?`. Empty values, which forms send, are as if absent.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        let query = parts.uri.query().unwrap_or_default();
        let kept = form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty());
        let mut again = form_urlencoded::Serializer::new(String::new());
        again.extend_pairs(kept);
        let uri = format!("/?{}", again.finish());
        let read = uri.parse().ok().and_then(|uri| Query::<T>::try_from_uri(&uri).ok());
        read.map(|Query(query)| Asked(query)).ok_or_else(|| {
            let detail = "something in the address cannot be read: go back and choose again";
            Fault::Problem(Problem::new(400, "Bad Request", detail))
        })
    }
}

/// A form that was filled in.
pub struct Filled(Vec<(String, String)>);

impl Filled {
    /// A field that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// A field, empty when it is absent.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Every value of a field that is not empty.
    pub fn all<'f>(&'f self, name: &str) -> impl Iterator<Item = &'f str> {
        self.0
            .iter()
            .filter(move |(found, value)| found == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for Filled {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body =
            Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let pairs = form_urlencoded::parse(&body);
        Ok(Filled(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()))
    }
}

/// Back to a page after something was done: only to a path of our own.
pub fn back(to: &str) -> Response {
    Redirect::to(own_path(to)).into_response()
}

/// A path of our own, or the first page when it is none.
pub fn own_path(to: &str) -> &str {
    let ours = to.starts_with('/')
        && !to.starts_with("//")
        && !to.contains('\\')
        && !to.chars().any(char::is_control);
    if ours { to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_host() {
        assert_eq!(own_path("/incidents?org=ZZ1"), "/incidents?org=ZZ1");
        for other in ["//evil.example", "https://evil.example", "/\\evil.example", "x", "", "/\n"] {
            assert_eq!(own_path(other), "/", "{other:?}");
        }
    }
}
