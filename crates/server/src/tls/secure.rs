//! The handshake of streams that are no HTTP.

use std::io;

use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use wardwatch_ingest::{ClientCertificate, Secure};

use super::Tls;
use super::authority::fingerprint;

/// Streams over TLS, for doors.
#[derive(Clone)]
pub struct Secured(pub Tls);

impl Secure for Secured {
    type Stream = TlsStream<TcpStream>;

    async fn secure(
        &self,
        stream: TcpStream,
    ) -> io::Result<(Self::Stream, Option<ClientCertificate>)> {
        let stream = self.0.plain.accept(stream).await?;
        let certificate = certificate(&stream);
        Ok((stream, certificate))
    }
}

/// The certificate that the client showed, verified in the handshake.
pub(super) fn certificate<S>(stream: &TlsStream<S>) -> Option<ClientCertificate> {
    let chain = stream.get_ref().1.peer_certificates()?;
    chain.first().map(|one| ClientCertificate(fingerprint(one)))
}
