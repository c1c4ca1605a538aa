//! Handshakes over real sockets: who is let in, and as whom.

#![allow(clippy::unwrap_used, reason = "helpers of tests state their expectations with unwrap")]

use std::net::SocketAddr;
use std::time::Duration;

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, ProtocolVersion};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use wardwatch_ingest::{Counters, Ledger, Limits, Post, doors_router, syslog_tcp};
use wardwatch_model::{OrgKind, Organisation, Permission, TokenId};
use wardwatch_store::{Log, LogLimits, State, TenantScope};

use super::*;
use crate::clock::Clock;
use crate::gate::Doors;

/// A server with two trusts, and its authority.
struct Stage {
    gate: Doors,
    scope: TenantScope,
    tls: Tls,
    web: SocketAddr,
    folder: TempDir,
}

fn organisation(code: &str, parent: Option<&str>, kind: OrgKind) -> Organisation {
    Organisation {
        code: code.parse().unwrap(),
        parent: parent.map(|code| code.parse().unwrap()),
        name: code.to_owned(),
        kind,
        closed: None,
        successor: None,
    }
}

impl Stage {
    async fn new() -> Stage {
        let folder = tempfile::tempdir().unwrap();
        let (state, system) = State::open(&folder.path().join("state.db")).await.unwrap();
        let log_limits = LogLimits { min_free_bytes: 0, ..LogLimits::default() };
        let log = Log::open(&folder.path().join("log"), log_limits).await.unwrap();
        let now = Clock::Machine.now();
        let centre = organisation("ZZ0", None, OrgKind::Centre);
        let person = state.first_start(&system, centre, "root", "hash", now).await.unwrap();
        let principal = state.principal(person, now).await.unwrap().unwrap();
        let scope = principal.scope(Permission::Administer).unwrap();
        let trusts = ["ZZ1", "ZZ2"].map(|code| organisation(code, Some("ZZ0"), OrgKind::Trust));
        state.import_organisations(&scope, trusts.to_vec(), false, now).await.unwrap();
        let principal = state.principal(person, now).await.unwrap().unwrap();
        let scope = principal.scope(Permission::Administer).unwrap();
        let dir = folder.path().join("tls");
        let authority = files::authority(&dir, now).unwrap();
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let tls = Tls::open(&dir, &authority, &TlsOptions::default(), &names, now).unwrap();
        let gate = Doors {
            state,
            log,
            clock: Clock::Machine,
            ledger: Arc::new(Ledger::new(Duration::from_secs(60))),
            authority: Arc::new(authority),
        };
        let router = doors_router(gate.clone(), Limits::default(), Arc::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let web = listener.local_addr().unwrap();
        let stop = std::future::pending();
        tokio::spawn(listen::serve(listener, Some(tls.clone()), router, stop));
        Stage { gate, scope, tls, web, folder }
    }

    /// Trades a code for a token, a certificate for a new key, and the authority.
    async fn enrol(&self, org: &str) -> (String, Shown) {
        let now = Clock::Machine.now();
        let until = Timestamp { micros: now.micros + 60_000_000 };
        let org = org.parse().unwrap();
        let code = self.gate.state.create_code(&self.scope, &org, "agent", until, now);
        let code = code.await.unwrap();
        let key = KeyPair::generate().unwrap();
        let csr = CertificateParams::default().serialize_request(&key).unwrap().pem().unwrap();
        let body = serde_json::json!({ "code": code, "csr": csr }).to_string();
        let mut stream = self.connect(self.client(None)).await.unwrap();
        let (status, answer) = post(&mut stream, "/api/v1/enrol", "", &body).await;
        assert_eq!(status, 200, "{answer}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["ca"].as_str(), Some(self.gate.authority.pem()));
        let chain = answer["certificate"].as_str().unwrap();
        let chain = CertificateDer::from_pem_slice(chain.as_bytes()).unwrap();
        let token = answer["token"].as_str().unwrap().to_owned();
        (token, (vec![chain], PrivatePkcs8KeyDer::from(key.serialize_der()).into()))
    }

    /// A client that trusts the authority, and may have a certificate.
    fn client(&self, shown: Option<Shown>) -> ClientConfig {
        client(self.gate.authority.pem(), shown)
    }

    async fn connect(&self, config: ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
        connect(self.web, config).await
    }

    /// Organisation and text of every entry of the log.
    async fn taken(&self) -> Vec<(String, String)> {
        let entries = self.gate.log.read_from(None, 1 << 20).await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        entries.iter().map(|(_, one)| (one.org.to_string(), text(&one.batch.bytes))).collect()
    }
}

fn client(ca: &str, shown: Option<Shown>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap()
        .with_root_certificates(roots);
    match shown {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).unwrap(),
        None => builder.with_no_client_auth(),
    }
}

async fn connect(to: SocketAddr, config: ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(to).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// One request; 0 when the server ends the connection without an answer.
async fn post(
    stream: &mut TlsStream<TcpStream>,
    path: &str,
    header: &str,
    body: &str,
) -> (u16, String) {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}Content-Length: \
         {}\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
    let _ = stream.flush().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
    (status, text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

/// Sends a document with the certificate of a client's connection alone.
async fn send(stage: &Stage, config: ClientConfig, document: &str) -> u16 {
    // With TLS 1.3 a client learns only with the first answer that its certificate is refused.
    let Ok(mut stream) = stage.connect(config).await else { return 0 };
    let body = format!("{{\"index\":{{}}}}\n{document}\n");
    post(&mut stream, "/_bulk", "Content-Type: application/x-ndjson\r\n", &body).await.0
}

#[tokio::test]
async fn a_certificate_stands_for_its_sender_until_the_token_is_revoked() {
    let stage = Stage::new().await;
    let (token, one) = stage.enrol("ZZ1").await;
    let (_, two) = stage.enrol("ZZ2").await;
    let shown = |shown: &Shown| Some((shown.0.clone(), shown.1.clone_key()));
    assert_eq!(send(&stage, stage.client(shown(&one)), r#"{"n":1}"#).await, 200);
    assert_eq!(send(&stage, stage.client(shown(&two)), r#"{"n":2}"#).await, 200);
    assert_eq!(send(&stage, stage.client(None), r#"{"n":3}"#).await, 401);
    assert_eq!(
        stage.taken().await,
        [("ZZ1", r#"{"n":1}"#), ("ZZ2", r#"{"n":2}"#)]
            .map(|(org, text)| (org.to_owned(), text.to_owned()))
    );
    let now = Clock::Machine.now();
    let sender: TokenId = stage.gate.state.sender(&token, now).await.unwrap().unwrap().token();
    assert!(stage.gate.state.revoke_token(&stage.scope, sender, now).await.unwrap());
    assert_eq!(send(&stage, stage.client(shown(&one)), r#"{"n":4}"#).await, 401);
    assert_eq!(send(&stage, stage.client(shown(&two)), r#"{"n":5}"#).await, 200);
}

#[tokio::test]
async fn certificates_of_others_over_or_for_other_uses_are_refused() {
    let stage = Stage::new().await;
    let now = Clock::Machine.now();
    // Of another authority.
    let other = Authority::open(&Authority::make(now).unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let csr = CertificateParams::default().serialize_request(&key).unwrap().pem().unwrap();
    let request = authority::SigningRequest::parse(&csr).unwrap();
    let made = other.sender(request, &"ZZ1".parse().unwrap(), TokenId([1; 16]), now).unwrap();
    let pkcs8 = |key: &KeyPair| PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let chain = vec![CertificateDer::from_pem_slice(made.pem.as_bytes()).unwrap()];
    assert_eq!(send(&stage, stage.client(Some((chain, pkcs8(&key)))), "{}").await, 0);
    // Of the own authority, but over; then as the server's own; then one that nobody enrolled.
    let dir = stage.folder.path().join("tls");
    let text = |name: &str| std::fs::read_to_string(dir.join(name)).unwrap();
    let ca_key = KeyPair::from_pem(&text("ca.key")).unwrap();
    let issuer = Issuer::from_ca_cert_pem(&text("ca.pem"), ca_key).unwrap();
    let sign = |until: i32, usage: ExtendedKeyUsagePurpose| {
        let mut params = CertificateParams::default();
        params.not_after = date_time_ymd(until, 1, 1);
        params.extended_key_usages = vec![usage];
        let signed = params.signed_by(&key, &issuer).unwrap();
        Some((vec![signed.der().clone()], pkcs8(&key)))
    };
    let over = sign(2020, ExtendedKeyUsagePurpose::ClientAuth);
    assert_eq!(send(&stage, stage.client(over), "{}").await, 0);
    let of_server = sign(2090, ExtendedKeyUsagePurpose::ServerAuth);
    assert_eq!(send(&stage, stage.client(of_server), "{}").await, 0);
    let unknown = sign(2090, ExtendedKeyUsagePurpose::ClientAuth);
    assert_eq!(send(&stage, stage.client(unknown), "{}").await, 401);
    assert_eq!(stage.taken().await, []);
}

#[tokio::test]
async fn clients_choose_version_and_protocol_and_trust_no_stranger() {
    let stage = Stage::new().await;
    let mut config = stage.client(None);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = stage.connect(config).await.unwrap();
    let (_, connection) = stream.get_ref();
    assert_eq!(connection.alpn_protocol(), Some(&b"h2"[..]));
    assert_eq!(connection.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    let now = Clock::Machine.now();
    let stranger = Authority::make(now).unwrap();
    let error = stage.connect(client(&stranger.certificate, None)).await.unwrap_err();
    assert!(error.to_string().contains("invalid peer certificate"), "{error}");
    // In the clear nothing is answered.
    let mut plain = TcpStream::connect(stage.web).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: zz\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}

#[tokio::test]
async fn syslog_over_tls_is_its_listener_s_or_the_certificate_s() {
    let stage = Stage::new().await;
    let now = Clock::Machine.now();
    let org = "ZZ1".parse().unwrap();
    let made = stage.gate.state.create_sender(&stage.scope, "firewall", &org, now).await.unwrap();
    let sender = stage.gate.state.sender(&made.1, now).await.unwrap().unwrap();
    let limits = Limits::default();
    let post = Post::new(stage.gate.clone(), sender, limits, Arc::new(Counters::default()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let secure = Secured(stage.tls.clone());
    tokio::spawn(syslog_tcp(listener, secure, post, std::future::pending()));
    let (_, two) = stage.enrol("ZZ2").await;
    for (config, text) in [
        (stage.client(None), "<34>Nov 24 03:05:01 h su: one"),
        (stage.client(Some(two)), "<34>Nov 24 03:05:01 h su: two"),
    ] {
        let before = stage.gate.log.end();
        let mut stream = connect(address, config).await.unwrap();
        // RFC 5425: the length, a blank, the message.
        stream.write_all(format!("{} {text}", text.len()).as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        stage.gate.log.wait_beyond(before).await;
    }
    assert_eq!(
        stage.taken().await,
        [("ZZ1", "<34>Nov 24 03:05:01 h su: one"), ("ZZ2", "<34>Nov 24 03:05:01 h su: two")]
            .map(|(org, text)| (org.to_owned(), text.to_owned()))
    );
}
