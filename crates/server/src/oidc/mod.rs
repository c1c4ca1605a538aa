//! Logging in by another issuer of identities: OpenID Connect, authorisation code with PKCE.
//!
//! In: the issuer's settings; a browser's return. Out: where to send a browser, and who came back.
//! Never: a role from a token; a login that was begun in another browser, or that is answered
//! twice; more than a bounded number of logins under way.

pub mod token;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use thiserror::Error;
use ureq::Agent;
use ureq::http::Uri;
use wardwatch_api::Secret;
use wardwatch_model::Timestamp;

use self::token::{Claims, Expected, Keys, TokenError};
use crate::outward;

/// Logins under way; beyond it the oldest are forgotten.
const MAX_PENDING: usize = 10_000;
/// Seconds that a login may take.
pub const LOGIN_SECONDS: i64 = 600;
/// Seconds that the issuer's keys and addresses are kept.
const KEPT_SECONDS: i64 = 600;
/// Bytes of an issuer's answer.
const MAX_ANSWER: u64 = 256 * 1024;

/// How to log in by an issuer.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The issuer, exactly as it names itself.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// Our secret there; none for a public client.
    pub client_secret: Option<Secret>,
    /// Where browsers come back to: our address with the path of the callback.
    pub redirect: String,
    /// Whether a verified address of mail that is the name of an account is enough.
    pub by_email: bool,
}

/// Why nobody is logged in.
#[derive(Debug, Error)]
pub enum OidcError {
    /// An address is not https.
    #[error("{0} must be https: only this machine may be spoken to without")]
    NotEncrypted(String),
    /// The issuer could not be reached, or gave no sense.
    #[error("the issuer's {what}: {why}")]
    Issuer {
        /// What was asked for.
        what: &'static str,
        /// What went wrong.
        why: String,
    },
    /// No login that was begun here is answered.
    #[error("this answers no login that was begun in this browser within the last ten minutes")]
    NotBegun,
    /// The token does not count.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The system gave no random numbers.
    #[error("no random numbers from the system")]
    Random,
}

/// Logins by an issuer.
pub struct Oidc {
    settings: Settings,
    agent: Agent,
    pending: Mutex<HashMap<String, Pending>>,
    known: Mutex<Option<(Timestamp, Issuer)>>,
}

/// A login under way.
#[derive(Debug, Clone)]
struct Pending {
    browser: [u8; 32],
    nonce: String,
    verifier: String,
    begun: Timestamp,
}

/// What an issuer tells of itself.
#[derive(Debug, Clone)]
struct Issuer {
    authorize: String,
    token: String,
    keys: Keys,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct Exchanged {
    id_token: String,
}

/// A login that was begun.
pub struct Begun {
    /// Where the browser is to go.
    pub address: String,
    /// What it must keep, in a cookie, to be known when it comes back.
    pub browser: Secret,
}

impl Oidc {
    /// With these settings; nothing is asked yet.
    ///
    /// # Errors
    /// When the issuer would be spoken to unencrypted.
    pub fn new(settings: Settings) -> Result<Self, OidcError> {
        encrypted(&settings.issuer)?;
        encrypted(&settings.redirect)?;
        let agent = Agent::new_with_config(outward::config());
        Ok(Oidc { settings, agent, pending: Mutex::default(), known: Mutex::default() })
    }

    /// The issuer's name.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Whether a verified address of mail that is the name of an account is enough.
    pub fn by_email(&self) -> bool {
        self.settings.by_email
    }

    /// Begins a login. Blocks.
    ///
    /// # Errors
    /// When the issuer cannot be asked.
    pub fn begin(&self, now: Timestamp) -> Result<Begun, OidcError> {
        let issuer = self.discover(now)?;
        let [state, nonce, verifier, browser] = [random()?, random()?, random()?, random()?];
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let join = if issuer.authorize.contains('?') { '&' } else { '?' };
        let query = form(&[
            ("response_type", "code"),
            ("scope", "openid email"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", &self.settings.redirect),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let address = format!("{}{join}{query}", issuer.authorize);
        let kept = Pending { browser: digest(&browser), nonce, verifier, begun: now };
        let mut pending = lock(&self.pending);
        if pending.len() >= MAX_PENDING {
            let oldest =
                pending.iter().min_by_key(|(_, one)| one.begun).map(|(key, _)| key.clone());
            oldest.map(|key| pending.remove(&key));
        }
        pending.insert(state, kept);
        Ok(Begun { address, browser: Secret(browser) })
    }

    /// Ends a login: who came back with this code. Each login is answered once. Blocks.
    ///
    /// # Errors
    /// When it is not one that this browser began, or the issuer does not vouch.
    pub fn finish(
        &self,
        state: &str,
        browser: &str,
        code: &str,
        now: Timestamp,
    ) -> Result<Claims, OidcError> {
        let pending = lock(&self.pending).remove(state).ok_or(OidcError::NotBegun)?;
        let late = now.micros - pending.begun.micros > LOGIN_SECONDS * 1_000_000;
        // Hashes are compared, so that the time it takes tells nothing of the secret.
        if late || pending.browser != digest(browser) {
            return Err(OidcError::NotBegun);
        }
        let issuer = self.discover(now)?;
        let exchanged = self.exchange(&issuer, code, &pending.verifier)?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client_id: &self.settings.client_id,
            nonce: &pending.nonce,
            now: now.micros.div_euclid(1_000_000),
        };
        match token::verify(&exchanged.id_token, &issuer.keys, &expected) {
            // It may have taken new keys meanwhile.
            Err(TokenError::Signature) => {
                *lock(&self.known) = None;
                let issuer = self.discover(now)?;
                Ok(token::verify(&exchanged.id_token, &issuer.keys, &expected)?)
            }
            other => Ok(other?),
        }
    }

    /// What the issuer tells of itself, asked for again now and then.
    fn discover(&self, now: Timestamp) -> Result<Issuer, OidcError> {
        if let Some((asked, issuer)) = &*lock(&self.known)
            && (0..KEPT_SECONDS * 1_000_000).contains(&(now.micros - asked.micros))
        {
            return Ok(issuer.clone());
        }
        let base = self.settings.issuer.trim_end_matches('/');
        let metadata: Metadata =
            self.get("configuration", &format!("{base}/.well-known/openid-configuration"))?;
        if metadata.issuer != self.settings.issuer {
            let why = "it names itself otherwise than it is named here".to_owned();
            return Err(OidcError::Issuer { what: "configuration", why });
        }
        for address in
            [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri]
        {
            encrypted(address)?;
        }
        let keys: serde_json::Value = self.get("keys", &metadata.jwks_uri)?;
        let issuer = Issuer {
            authorize: metadata.authorization_endpoint,
            token: metadata.token_endpoint,
            keys: Keys::parse(keys.to_string().as_bytes())?,
        };
        *lock(&self.known) = Some((now, issuer.clone()));
        Ok(issuer)
    }

    fn get<T: DeserializeOwned>(&self, what: &'static str, address: &str) -> Result<T, OidcError> {
        read(what, self.agent.get(address).call())
    }

    /// A code for a token.
    fn exchange(
        &self,
        issuer: &Issuer,
        code: &str,
        verifier: &str,
    ) -> Result<Exchanged, OidcError> {
        let body = form(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.settings.redirect),
            ("client_id", &self.settings.client_id),
            ("code_verifier", verifier),
        ]);
        let mut request = self
            .agent
            .post(&issuer.token)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json");
        if let Some(secret) = &self.settings.client_secret {
            // RFC 6749 2.3.1: both are written as in a form first.
            let pair = format!("{}:{}", written(&self.settings.client_id), written(&secret.0));
            let basic = format!("Basic {}", STANDARD.encode(pair));
            request = request.header("authorization", basic);
        }
        read("token", request.send(body.as_bytes()))
    }
}

fn read<T: DeserializeOwned>(
    what: &'static str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<T, OidcError> {
    let failed = |why: String| OidcError::Issuer { what, why };
    let mut answer = answer.map_err(|error| failed(error.to_string()))?;
    let status = answer.status();
    let text = answer
        .body_mut()
        .with_config()
        .limit(MAX_ANSWER)
        .read_to_vec()
        .map_err(|error| failed(error.to_string()))?;
    if !status.is_success() {
        return Err(failed(format!("it answered {}", status.as_u16())));
    }
    serde_json::from_slice(&text).map_err(|_| failed("the answer is not understood".to_owned()))
}

/// An error unless an address is https, or this machine's own.
fn encrypted(address: &str) -> Result<(), OidcError> {
    let wrong = || OidcError::NotEncrypted(address.chars().take(200).collect());
    let uri: Uri = address.parse().map_err(|_| wrong())?;
    let host = uri.host().ok_or_else(wrong)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here = bare == "localhost"
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if here => Ok(()),
        _ => Err(wrong()),
    }
}

/// 256 bits that nobody guesses.
fn random() -> Result<String, OidcError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| OidcError::Random)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn digest(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

/// Pairs as `application/x-www-form-urlencoded`.
fn form(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", written(value))).collect();
    pairs.join("&")
}

fn written(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is inside is whole between any two statements.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
