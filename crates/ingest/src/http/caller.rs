//! Who a request says it is from: its headers, and the certificate that its connection showed.

use std::convert::Infallible;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// A certificate that the listener verified: SHA-256 of its DER form. The listener puts it into a
/// request's extensions; nothing in the request itself can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientCertificate(pub [u8; 32]);

/// The headers of a request, with the certificate of its connection.
pub(crate) struct Caller {
    headers: HeaderMap,
    pub(super) certificate: Option<ClientCertificate>,
}

impl Deref for Caller {
    type Target = HeaderMap;

    fn deref(&self) -> &HeaderMap {
        &self.headers
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let certificate = parts.extensions.get::<ClientCertificate>().copied();
        Ok(Caller { headers: parts.headers.clone(), certificate })
    }
}
