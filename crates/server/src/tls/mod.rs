//! TLS for every listener: certificates, and the handshake.
//!
//! In: where certificates lie or who made them, names. Out: what listeners need to accept. Never:
//! TLS below 1.2; a client's certificate of another authority; a certificate asked for that must be
//! there (a token will do).

pub mod authority;
pub mod files;
pub mod listen;
mod secure;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use tokio_rustls::TlsAcceptor;
use wardwatch_model::Timestamp;

use authority::{Authority, Pair, fingerprint};
pub use secure::Secured;

/// Which certificate the server shows.
#[derive(Debug, Clone, Default)]
pub struct TlsOptions {
    /// TLS even on an address of this machine alone.
    pub always: bool,
    /// Names by which clients reach the server.
    pub names: Vec<String>,
    /// A certificate with its chain and its key (PEM), instead of one of the own authority.
    pub given: Option<(PathBuf, PathBuf)>,
}

/// What listeners accept with.
#[derive(Clone)]
pub struct Tls {
    /// For HTTP: offers HTTP/2 and HTTP/1.1.
    pub(crate) web: TlsAcceptor,
    /// For streams of other protocols.
    pub(crate) plain: TlsAcceptor,
    /// SHA-256 of the authority's certificate, for people to compare.
    pub ca_fingerprint: [u8; 32],
}

impl Tls {
    /// With the certificate of the options, or one of the authority; `names` always stand in that.
    ///
    /// # Errors
    /// When a certificate cannot be read or made.
    pub fn open(
        dir: &Path,
        authority: &Authority,
        options: &TlsOptions,
        names: &[String],
        now: Timestamp,
    ) -> Result<Tls> {
        let (chain, key) = match &options.given {
            Some((chain, key)) => given(chain, key)?,
            None => {
                let names = [names, &options.names[..]].concat();
                let pair = files::server(dir, authority, &names, now)?;
                own(&pair, authority)?
            }
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let ca = CertificateDer::from_pem_slice(authority.pem().as_bytes())?;
        let ca_fingerprint = fingerprint(&ca);
        let mut roots = RootCertStore::empty();
        roots.add(ca).context("the authority's own certificate is not accepted")?;
        let clients =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
                .allow_unauthenticated()
                .build()?;
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
            .with_client_cert_verifier(clients)
            .with_single_cert(chain, key)
            .context("certificate and key do not belong together")?;
        let plain = TlsAcceptor::from(Arc::new(config.clone()));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Tls { web: TlsAcceptor::from(Arc::new(config)), plain, ca_fingerprint })
    }
}

type Shown = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn given(chain: &Path, key: &Path) -> Result<Shown> {
    let failed = || format!("{} holds no certificate in PEM form", chain.display());
    let certificates: Vec<_> = CertificateDer::pem_file_iter(chain)
        .with_context(failed)?
        .collect::<Result<_, _>>()
        .with_context(failed)?;
    ensure!(!certificates.is_empty(), "{}", failed());
    let key = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("{} holds no private key in PEM form", key.display()))?;
    Ok((certificates, key))
}

fn own(pair: &Pair, authority: &Authority) -> Result<Shown> {
    let certificate = CertificateDer::from_pem_slice(pair.certificate.as_bytes())?;
    let ca = CertificateDer::from_pem_slice(authority.pem().as_bytes())?;
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes())?;
    Ok((vec![certificate, ca], key))
}
