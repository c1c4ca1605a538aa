//! Reading from servers of others, so that neither they nor whoever named them can do harm.
//!
//! In: an address, what may be reached, credentials. Out: an answer of bounded size, or why there
//! is none. Never: a secret sent unencrypted, or to another host than the one that was named; an
//! inner address reached that the operator did not allow; an answer without bound. Blocking.

mod credentials;
mod reach;
mod refresh;

use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::{Response, StatusCode, Uri, header};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;

pub use credentials::Credentials;
pub use reach::Reach;
pub use refresh::{MAX_FEED_BYTES, Refreshed};

/// How long one request may take in all.
const TIMEOUT: Duration = Duration::from_secs(120);
/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long all requests of one pull may take together; the last of them may still end.
const ALL_TIMEOUT: Duration = Duration::from_secs(20 * 60);
/// Redirects within a host that are followed.
const MAX_REDIRECTS: usize = 5;
/// Bytes of an answer that is no success which are read for its words.
const MAX_WORDS: u64 = 4_096;

/// Why nothing was read. None of these holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address cannot be used.
    #[error("'{address}' cannot be read from: {why}")]
    BadAddress {
        /// The address.
        address: String,
        /// Why not.
        why: &'static str,
    },
    /// The server cannot be reached.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// Why not.
        why: String,
    },
    /// It takes too long.
    #[error("{host} took longer than {} minutes in all", ALL_TIMEOUT.as_secs() / 60)]
    TooLong {
        /// The host.
        host: String,
    },
    /// It leads elsewhere.
    #[error("{host} leads to '{to}', which is not followed: name that address if it is meant")]
    Elsewhere {
        /// The host.
        host: String,
        /// Where it leads.
        to: String,
    },
    /// It answered without success.
    #[error("{host} answered {status}{}", if words.is_empty() { String::new() } else { format!(": {words}") })]
    Refused {
        /// The host.
        host: String,
        /// The status.
        status: u16,
        /// What it said, short.
        words: String,
    },
    /// It sent too much.
    #[error("{host} sent more than {limit} bytes at once")]
    TooLarge {
        /// The host.
        host: String,
        /// How many are read.
        limit: u64,
    },
    /// What it sent is not what was asked for.
    #[error("{host} sent something that is not understood: {why}")]
    NotUnderstood {
        /// The host.
        host: String,
        /// Why not.
        why: String,
    },
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its text.
    pub text: String,
    /// The header `X-TAXII-Date-Added-Last`, where there is one.
    pub added_last: Option<String>,
}

/// Something that reads from one server.
pub struct Fetcher {
    agent: Agent,
    reach: Reach,
    credentials: Credentials,
    started: Instant,
}

impl Fetcher {
    /// With what may be reached and who asks.
    pub fn new(reach: Reach, credentials: Credentials) -> Self {
        let roots: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
            .certs
            .iter()
            .map(|one| Certificate::from_der(one).to_owned())
            .chain(reach.certificates())
            .collect();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&roots))
            .unversioned_rustls_crypto_provider(provider)
            .build();
        // A proxy would reach what the check of addresses refuses.
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .user_agent(concat!("wardwatch/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(TIMEOUT))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .tls_config(tls)
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::new(), reach.resolver());
        Fetcher { agent, reach, credentials, started: Instant::now() }
    }

    /// Reads what lies at an address: text of at most `limit` bytes.
    ///
    /// # Errors
    /// When nothing can be read there.
    pub fn get(&self, address: &str, accept: &str, limit: u64) -> Result<Answer, FetchError> {
        let (answer, host) = self.ask(address, accept, None)?;
        read(answer, host, limit)
    }

    /// Asks for what lies at an address, follows redirects within its host, and says which host
    /// answered. With `known`, the server may say that it still has what was read under that mark.
    fn ask(
        &self,
        address: &str,
        accept: &str,
        known: Option<&str>,
    ) -> Result<(Response<ureq::Body>, String), FetchError> {
        let mut uri = self.reach.check(address)?;
        let host = uri.authority().map(ToString::to_string).unwrap_or_default();
        for _ in 0..=MAX_REDIRECTS {
            if self.started.elapsed() > ALL_TIMEOUT {
                return Err(FetchError::TooLong { host });
            }
            let mut request = self.agent.get(&uri).header(header::ACCEPT, accept);
            if let Some(secret) = self.credentials.header() {
                request = request.header(header::AUTHORIZATION, secret);
            }
            if let Some(known) = known {
                request = request.header(header::IF_NONE_MATCH, known);
            }
            let answer = request.call().map_err(|error| FetchError::Unreachable {
                host: host.clone(),
                why: error.to_string(),
            })?;
            if answer.status().is_redirection() && answer.status() != StatusCode::NOT_MODIFIED {
                uri = self.redirected(&uri, &host, &answer)?;
                continue;
            }
            return Ok((answer, host));
        }
        Err(FetchError::NotUnderstood { host, why: "it leads in a circle".to_owned() })
    }

    /// Where a redirect leads, if that is on the same host.
    fn redirected<B>(
        &self,
        from: &Uri,
        host: &str,
        answer: &Response<B>,
    ) -> Result<Uri, FetchError> {
        let to = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        let to = to.unwrap_or_default();
        let elsewhere = || FetchError::Elsewhere { host: host.to_owned(), to: shown(to) };
        let absolute = match to.starts_with('/') && !to.starts_with("//") {
            true => format!("{}://{host}{to}", from.scheme_str().unwrap_or("https")),
            false => to.to_owned(),
        };
        let uri: Uri = absolute.parse().map_err(|_| elsewhere())?;
        let same = uri.scheme() == from.scheme() && uri.authority() == from.authority();
        if same { Ok(uri) } else { Err(elsewhere()) }
    }
}

fn read(mut answer: Response<ureq::Body>, host: String, limit: u64) -> Result<Answer, FetchError> {
    let bytes = body(&mut answer, &host, limit)?;
    let added_last = answer.headers().get("x-taxii-date-added-last");
    let added_last = added_last.and_then(|value| value.to_str().ok()).map(str::to_owned);
    let text = String::from_utf8(bytes)
        .map_err(|_| FetchError::NotUnderstood { host, why: "it is no UTF-8".to_owned() })?;
    Ok(Answer { text, added_last })
}

/// The bytes of a successful answer, at most `limit`.
fn body(answer: &mut Response<ureq::Body>, host: &str, limit: u64) -> Result<Vec<u8>, FetchError> {
    let host = || host.to_owned();
    let status = answer.status();
    if !status.is_success() {
        let words = answer.body_mut().with_config().limit(MAX_WORDS).lossy_utf8(true);
        let words = words.read_to_string().unwrap_or_default();
        let (status, words) = (status.as_u16(), said(&words));
        return Err(FetchError::Refused { host: host(), status, words });
    }
    answer.body_mut().with_config().limit(limit).read_to_vec().map_err(|error| match error {
        ureq::Error::BodyExceedsLimit(limit) => FetchError::TooLarge { host: host(), limit },
        error => FetchError::Unreachable { host: host(), why: error.to_string() },
    })
}

/// An address as it can stand in a message: without its query, where secrets may stand.
pub(crate) fn shown(address: &str) -> String {
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    let scheme_and_rest = bare.split_once("://");
    let bare = match scheme_and_rest.map(|(scheme, rest)| (scheme, rest.split_once('@'))) {
        Some((scheme, Some((_, behind)))) => format!("{scheme}://…@{behind}"),
        _ => bare.to_owned(),
    };
    bare.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// The words of an error: the title or description of a TAXII error, or the first line.
fn said(body: &str) -> String {
    let json: Option<serde_json::Value> = serde_json::from_str(body).ok();
    let named = |name: &str| json.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let words = named("title").or_else(|| named("description")).unwrap_or_else(|| {
        let first = body.lines().next().unwrap_or_default();
        if first.starts_with('<') { String::new() } else { first.to_owned() }
    });
    words.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(reach: Reach, address: &str) -> String {
        let fetcher = Fetcher::new(reach, Credentials::None);
        fetcher.get(address, "*/*", 10).unwrap_err().to_string()
    }

    #[test]
    fn what_was_not_allowed_is_not_reached() {
        for (address, why) in [
            ("http://zz-feed.net/list", "not https"),
            ("ftp://zz-feed.net/list", "not https"),
            ("https://sam:secret@zz-feed.net/list", "name or password"),
            ("list", "not https"),
            ("https://127.0.0.1:1/list", "inner network"),
            ("https://[::1]:1/list", "inner network"),
            ("https://169.254.169.254/latest", "inner network"),
            ("https://localhost:1/list", "inner network"),
        ] {
            let said = refused(Reach::default(), address);
            assert!(said.contains(why), "{address}: {said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn what_was_allowed_is_tried() {
        let reach = Reach::allowing(["127.0.0.1:1".to_owned()]);
        let said = refused(reach.clone(), "http://127.0.0.1:1/list");
        assert!(said.contains("cannot be reached") && !said.contains("inner"), "{said}");
        assert!(refused(reach, "http://127.0.0.1:2/list").contains("not https"));
    }

    #[test]
    fn an_error_shows_no_secret_of_the_address() {
        assert_eq!(shown("https://a:b@zz.net/x?key=1"), "https://…@zz.net/x");
        assert_eq!(said(r#"{"title":"Unauthorized"}"#), "Unauthorized");
        assert_eq!(said("<html>"), "");
    }
}
