//! Which hosts may be reached: those of the public network, and those that the operator allowed.

use std::net::IpAddr;
use std::sync::Arc;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::uri::Authority;
use ureq::tls::{Certificate, PemItem, parse_pem};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::{FetchError, shown};
use crate::indicators::is_public;

/// What may be reached beside the public network, by https alone.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    allowed: Arc<Vec<String>>,
    pem: Arc<Vec<u8>>,
}

impl Reach {
    /// Also these hosts, each with or without a port, whatever their addresses are; by http too.
    pub fn allowing(hosts: impl IntoIterator<Item = String>) -> Self {
        let allowed = hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect();
        Reach { allowed: Arc::new(allowed), ..Reach::default() }
    }

    /// Also trusting the certificates of this text (PEM).
    pub fn trusting(self, pem: Vec<u8>) -> Self {
        Reach { pem: Arc::new(pem), ..self }
    }

    /// Whether the operator allowed this host.
    pub fn allows(&self, authority: &Authority) -> bool {
        let host = authority.host().to_ascii_lowercase();
        let full = authority.as_str().to_ascii_lowercase();
        self.allowed.iter().any(|allowed| *allowed == host || *allowed == full)
    }

    /// An address that may be asked, as far as that can be told before its name is looked up.
    ///
    /// # Errors
    /// When it may not.
    pub fn check(&self, address: &str) -> Result<Uri, FetchError> {
        let bad = |why| FetchError::BadAddress { address: shown(address), why };
        let uri: Uri = address.parse().map_err(|_| bad("it is no web address"))?;
        let authority = uri.authority().ok_or_else(|| bad("it names no host"))?;
        if authority.as_str().contains('@') {
            return Err(bad("it holds a name or password: give those beside it"));
        }
        match uri.scheme_str() {
            Some("https") => Ok(uri),
            Some("http") if self.allows(authority) => Ok(uri),
            Some("http") => {
                Err(bad("it is not https, and the operator of this server did not allow its host"))
            }
            _ => Err(bad("it is not https")),
        }
    }

    /// The certificates that are trusted beside this machine's.
    pub(super) fn certificates(&self) -> Vec<Certificate<'static>> {
        let items = parse_pem(&self.pem).filter_map(Result::ok);
        items
            .filter_map(|item| match item {
                PemItem::Certificate(one) => Some(one),
                _ => None,
            })
            .collect()
    }

    pub(super) fn resolver(&self) -> Checked {
        Checked { reach: self.clone(), inner: DefaultResolver::default() }
    }
}

/// A resolver that gives out only what may be reached. The check is made on the addresses that are
/// connected to, so a name that leads inside later is refused too.
pub(super) struct Checked {
    reach: Reach,
    inner: DefaultResolver,
}

impl std::fmt::Debug for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Checked")
    }
}

/// The host has no address that may be reached.
#[derive(Debug, thiserror::Error)]
#[error(
    "its address belongs to an inner network, and the operator of this server did not allow its \
     host"
)]
struct Inner;

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        if uri.authority().is_some_and(|authority| self.reach.allows(authority)) {
            return Ok(found);
        }
        let mut public = self.empty();
        for address in found.iter().filter(|address| is_public(canonical(address.ip()))) {
            public.push(*address);
        }
        if public.is_empty() { Err(ureq::Error::Other(Box::new(Inner))) } else { Ok(public) }
    }
}

fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}
