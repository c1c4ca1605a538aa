//! Requests to a server and its answers, over HTTP.
//!
//! In: paths under the server's address and bodies. Out: answers as types of `api`, or why not.
//! Never follows redirects, never sends a secret unencrypted to another machine, never reads an
//! answer without bound.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::{Response, StatusCode, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};
use wardwatch_api::{Paged, Problem, Secret, WRITE_HEADER};
use wardwatch_wire::{FRAME_MEDIA_TYPE, FRAMES_PATH, Receipt};

use super::error::RemoteError;

/// How long one request may take in all.
const TIMEOUT: Duration = Duration::from_secs(120);
/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of an answer.
const MAX_ANSWER: u64 = 64 * 1024 * 1024;

/// A server that can be asked.
pub struct Server {
    agent: Agent,
    address: String,
    ca: Option<PathBuf>,
}

impl Server {
    /// From its address; `ca` names certificates to trust instead of this machine's.
    ///
    /// # Errors
    /// When the address is not one, secrets would go there unencrypted, or certificates cannot be
    /// read.
    pub fn new(address: &str, ca: Option<PathBuf>) -> Result<Self, RemoteError> {
        let address = address.trim_end_matches('/').to_owned();
        let bad = || RemoteError::BadAddress(address.clone());
        let uri: Uri = address.parse().map_err(|_| bad())?;
        let host = uri.host().ok_or_else(bad)?;
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(bad());
        }
        let here = is_this_machine(host);
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if here => false,
            Some("http") => return Err(RemoteError::NotEncrypted(address)),
            _ => return Err(bad()),
        };
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("ward/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(TIMEOUT))
            .timeout_connect(Some(CONNECT_TIMEOUT));
        if here {
            config = config.proxy(None);
        }
        if encrypted {
            let roots = match &ca {
                Some(path) => certificates(path)?,
                None => rustls_native_certs::load_native_certs()
                    .certs
                    .iter()
                    .map(|one| Certificate::from_der(one).to_owned())
                    .collect(),
            };
            let tls = TlsConfig::builder()
                .root_certs(RootCerts::new_with_certs(&roots))
                .unversioned_rustls_crypto_provider(Arc::new(
                    rustls::crypto::ring::default_provider(),
                ))
                .build();
            config = config.tls_config(tls);
        }
        Ok(Server { agent: config.build().into(), address, ca })
    }

    /// The address, without a slash at its end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The certificates that are trusted instead of this machine's.
    pub fn ca(&self) -> Option<&PathBuf> {
        self.ca.as_ref()
    }

    /// Whether two addresses are the same server's.
    pub fn same(one: &str, other: &str) -> bool {
        one.trim_end_matches('/').eq_ignore_ascii_case(other.trim_end_matches('/'))
    }
}

/// Whether a host is this machine, so that nobody between can listen.
fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn certificates(path: &PathBuf) -> Result<Vec<Certificate<'static>>, RemoteError> {
    let wrong = |why: String| RemoteError::Certificates { path: path.clone(), why };
    let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(one) = item.map_err(|error| wrong(error.to_string()))? {
            found.push(one);
        }
    }
    match found.is_empty() {
        true => Err(wrong("no certificate is in it".to_owned())),
        false => Ok(found),
    }
}

/// Somebody who asks a server.
pub struct Client {
    server: Server,
    token: Option<Secret>,
}

impl Client {
    /// Who asks; without a token, somebody whom the server does not know yet.
    pub fn new(server: Server, token: Option<Secret>) -> Self {
        Client { server, token }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.address)
    }

    fn bearer(&self) -> Option<String> {
        self.token.as_ref().map(|token| format!("Bearer {}", token.0))
    }

    /// Reads something. `query` is an object; what is null in it is left out.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl Serialize,
    ) -> Result<T, RemoteError> {
        let mut request = self.server.agent.get(self.url(path));
        for (name, value) in pairs(query) {
            request = request.query(name, value);
        }
        if let Some(bearer) = self.bearer() {
            request = request.header("authorization", bearer);
        }
        self.answer(request.call())
    }

    /// Reads something that is not JSON, or not to be read as such.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub fn get_bytes(&self, path: &str, query: &impl Serialize) -> Result<Vec<u8>, RemoteError> {
        let mut request = self.server.agent.get(self.url(path));
        for (name, value) in pairs(query) {
            request = request.query(name, value);
        }
        if let Some(bearer) = self.bearer() {
            request = request.header("authorization", bearer);
        }
        Ok(self.body(request.call())?.1)
    }

    /// Sends a JSON body.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, RemoteError> {
        let body = serde_json::to_vec(body).map_err(|error| self.not_understood(&error))?;
        self.post_bytes(path, &(), "application/json", &body)
    }

    /// Sets something by a JSON body.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, RemoteError> {
        let body = serde_json::to_vec(body).map_err(|error| self.not_understood(&error))?;
        let mut request = self.server.agent.put(self.url(path)).header(WRITE_HEADER, "1");
        if let Some(bearer) = self.bearer() {
            request = request.header("authorization", bearer);
        }
        self.answer(request.header("content-type", "application/json").send(&body))
    }

    /// Sends a body of any media type.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub fn post_bytes<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl Serialize,
        media: &str,
        body: &[u8],
    ) -> Result<T, RemoteError> {
        let mut request = self.server.agent.post(self.url(path));
        for (name, value) in pairs(query) {
            request = request.query(name, value);
        }
        if let Some(bearer) = self.bearer() {
            request = request.header("authorization", bearer);
        }
        let request = request.header("content-type", media).header(WRITE_HEADER, "1");
        self.answer(request.send(body))
    }

    /// Sends a frame of the wire.
    ///
    /// # Errors
    /// When the server does not answer, or refuses for good.
    pub fn frame(&self, frame: &[u8]) -> Result<FrameAnswer, RemoteError> {
        let mut request = self.server.agent.post(self.url(FRAMES_PATH));
        if let Some(bearer) = self.bearer() {
            request = request.header("authorization", bearer);
        }
        let unreachable = |error: ureq::Error| RemoteError::Unreachable {
            server: self.server.address.clone(),
            why: error.to_string(),
        };
        let answer = request.header("content-type", FRAME_MEDIA_TYPE).send(frame);
        let mut answer = answer.map_err(unreachable)?;
        let status = answer.status();
        let wait = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let seconds = wait.and_then(|value| value.parse().ok());
        let text =
            answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().map_err(unreachable)?;
        if status.is_success() {
            return Receipt::decode(&text).map(FrameAnswer::Kept).map_err(|error| {
                RemoteError::Answer { server: self.server.address.clone(), why: error.to_string() }
            });
        }
        match seconds {
            Some(seconds) => Ok(FrameAnswer::Later { seconds, problem: problem(status, &text) }),
            None => Err(RemoteError::from_problem(problem(status, &text))),
        }
    }

    /// Removes something.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub fn delete(&self, path: &str) -> Result<(), RemoteError> {
        self.delete_by(path, &())
    }

    /// Removes what a query names.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub fn delete_by(&self, path: &str, query: &impl Serialize) -> Result<(), RemoteError> {
        let mut request = self.server.agent.delete(self.url(path)).header(WRITE_HEADER, "1");
        for (name, value) in pairs(query) {
            request = request.query(name, value);
        }
        if let Some(bearer) = self.bearer() {
            request = request.header("authorization", bearer);
        }
        self.answer(request.call())
    }

    /// Up to `most` items of a list, over as many pages as that takes. `query` needs no `after` and
    /// no `limit`.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub fn pages<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl Serialize,
        most: usize,
    ) -> Result<Paged<T>, RemoteError> {
        let mut all = Paged { items: Vec::new(), next: None };
        loop {
            let left = (most - all.items.len()).min(wardwatch_api::MAX_PAGE as usize);
            let mut asked = pairs(query);
            asked.push(("limit".to_owned(), left.to_string()));
            asked.extend(all.next.take().map(|after| ("after".to_owned(), after)));
            let asked: serde_json::Map<String, serde_json::Value> =
                asked.into_iter().map(|(name, value)| (name, value.into())).collect();
            let page: Paged<T> = self.get(path, &asked)?;
            let empty = page.items.is_empty();
            all.items.extend(page.items);
            all.next = page.next;
            if all.next.is_none() || empty || all.items.len() >= most {
                return Ok(all);
            }
        }
    }

    fn answer<T: DeserializeOwned>(
        &self,
        answer: Result<Response<Body>, ureq::Error>,
    ) -> Result<T, RemoteError> {
        let (status, text) = self.body(answer)?;
        // No content stands for nothing, which in JSON is null.
        let text = if status == StatusCode::NO_CONTENT { b"null".as_slice() } else { &text };
        serde_json::from_slice(text).map_err(|error| self.not_understood(&error))
    }

    /// The status and the body of an answer with success.
    fn body(
        &self,
        answer: Result<Response<Body>, ureq::Error>,
    ) -> Result<(StatusCode, Vec<u8>), RemoteError> {
        let unreachable = |error: ureq::Error| RemoteError::Unreachable {
            server: self.server.address.clone(),
            why: error.to_string(),
        };
        let mut answer = answer.map_err(unreachable)?;
        let status = answer.status();
        let text =
            answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().map_err(unreachable)?;
        if !status.is_success() {
            return Err(RemoteError::from_problem(problem(status, &text)));
        }
        Ok((status, text))
    }

    fn not_understood(&self, error: &serde_json::Error) -> RemoteError {
        RemoteError::Answer { server: self.server.address.clone(), why: error.to_string() }
    }
}

/// What becomes of a frame.
pub enum FrameAnswer {
    /// It is safe.
    Kept(Receipt),
    /// It is to be sent again.
    Later {
        /// In so many seconds.
        seconds: u32,
        /// Why.
        problem: Problem,
    },
}

/// What an answer without success says; one that is no problem of ours still has a status.
fn problem(status: StatusCode, text: &[u8]) -> Problem {
    let words = status.canonical_reason().unwrap_or("failed");
    serde_json::from_slice(text)
        .unwrap_or_else(|_| Problem::new(status.as_u16(), words, String::new()))
}

/// The fields of an object that are not null, as text.
fn pairs(query: &impl Serialize) -> Vec<(String, String)> {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(query) else {
        return Vec::new();
    };
    let text = |value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_unencrypted_to_this_machine_only() {
        for here in ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080/"] {
            assert!(Server::new(here, None).is_ok(), "{here}");
        }
        for there in ["http://ward.example", "http://10.0.0.1:8080", "http://localhost.example"] {
            let error = Server::new(there, None).err();
            assert!(matches!(error, Some(RemoteError::NotEncrypted(_))), "{there}");
        }
        for wrong in ["", "ward", "ftp://ward.example", "https://ward.example/path"] {
            let error = Server::new(wrong, None).err();
            assert!(matches!(error, Some(RemoteError::BadAddress(_))), "{wrong}");
        }
    }

    #[test]
    fn a_query_leaves_out_what_nobody_asked_for() {
        let query = wardwatch_api::device::DeviceQuery {
            name: Some("PC & 1".into()),
            limit: Some(5),
            ..Default::default()
        };
        let expected = [("limit", "5"), ("name", "PC & 1")];
        let mut found = pairs(&query);
        found.sort();
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(pairs(&()), []);
    }

    #[test]
    fn an_answer_that_is_no_problem_still_has_its_status() {
        let found = problem(StatusCode::BAD_GATEWAY, b"<html>");
        assert_eq!((found.status, found.title.as_str()), (502, "Bad Gateway"));
    }
}
