//! The identity token of another issuer: a signed statement of who somebody is.
//!
//! In: the token's text, the issuer's keys, what is expected, the time. Out: who it is about, or
//! why it does not count. Never: a token without a signature, by a symmetric key or by an algorithm
//! that is not listed here; a clock. Formats: RFC 7515, 7517, 7519; rules: OpenID Connect Core
//! 3.1.3.7.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use thiserror::Error;

/// Bytes of a token.
const MAX_TOKEN: usize = 16 * 1024;
/// Keys of an issuer.
const MAX_KEYS: usize = 64;
/// Seconds that the issuer's clock may differ from ours.
const LEEWAY: i64 = 60;

/// Why a token does not count.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenError {
    /// It has not the form of one.
    #[error("the token cannot be read")]
    NotAToken,
    /// It is signed in a way that is not taken, or not at all.
    #[error("the token is not signed by RS256 or ES256")]
    Algorithm,
    /// None of the issuer's keys signed it.
    #[error("no key of the issuer fits the token's signature")]
    Signature,
    /// Somebody else issued it.
    #[error("the token is of another issuer")]
    Issuer,
    /// It is meant for somebody else.
    #[error("the token is meant for another client")]
    Audience,
    /// It is over, or not yet.
    #[error("the token does not count at this time")]
    Time,
    /// It answers another login.
    #[error("the token answers another login")]
    Nonce,
}

/// The issuer's keys that count here.
#[derive(Debug, Clone, Default)]
pub struct Keys(Vec<Key>);

#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    public: Public,
}

#[derive(Debug, Clone)]
enum Public {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// The point as SEC 1 writes it, uncompressed.
    P256(Vec<u8>),
}

/// What a token must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'e> {
    /// Who issues.
    pub issuer: &'e str,
    /// Who we are there.
    pub client_id: &'e str,
    /// What this login was begun with.
    pub nonce: &'e str,
    /// The time, in seconds since 1970.
    pub now: i64,
}

/// Who a token is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who, in the issuer's words; stable.
    pub subject: String,
    /// The address of mail, when the issuer has verified it.
    pub verified_email: Option<String>,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Body {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Keys {
    /// From a JSON Web Key Set. Keys of other kinds, and those that are not for signing, are left
    /// out; they verify nothing.
    ///
    /// # Errors
    /// When it is no set of keys.
    pub fn parse(text: &[u8]) -> Result<Self, TokenError> {
        let set: Set = serde_json::from_slice(text).map_err(|_| TokenError::NotAToken)?;
        let keys = set.keys.into_iter().take(MAX_KEYS);
        Ok(Keys(keys.filter_map(|one| key(serde_json::from_value(one).ok()?)).collect()))
    }
}

fn key(jwk: Jwk) -> Option<Key> {
    if jwk.usage.is_some_and(|usage| usage != "sig") {
        return None;
    }
    let public = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("RSA", _) => Public::Rsa { n: bytes(&jwk.n?)?, e: bytes(&jwk.e?)? },
        ("EC", Some("P-256")) => {
            let (x, y) = (bytes(&jwk.x?)?, bytes(&jwk.y?)?);
            if x.len() != 32 || y.len() != 32 {
                return None;
            }
            Public::P256([&[4], x.as_slice(), &y].concat())
        }
        _ => return None,
    };
    Some(Key { id: jwk.kid, public })
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Who a token is about.
///
/// # Errors
/// When it does not count.
pub fn verify(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Claims, TokenError> {
    if token.len() > MAX_TOKEN {
        return Err(TokenError::NotAToken);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::NotAToken)?;
    let (header, body) = signed.split_once('.').ok_or(TokenError::NotAToken)?;
    let read = |part: &str| bytes(part).ok_or(TokenError::NotAToken);
    let header: Header =
        serde_json::from_slice(&read(header)?).map_err(|_| TokenError::NotAToken)?;
    // What must be understood and is not.
    if header.crit.is_some() {
        return Err(TokenError::Algorithm);
    }
    let signature = bytes(signature).ok_or(TokenError::Signature)?;
    if !is_signed(&header, keys, signed.as_bytes(), &signature)? {
        return Err(TokenError::Signature);
    }
    // Only now is anything believed that it says.
    let body: Body = serde_json::from_slice(&read(body)?).map_err(|_| TokenError::NotAToken)?;
    check(&body, expected)?;
    let verified = body.email_verified == true || body.email_verified == "true";
    Ok(Claims { subject: body.sub, verified_email: body.email.filter(|_| verified) })
}

fn is_signed(
    header: &Header,
    keys: &Keys,
    signed: &[u8],
    signature: &[u8],
) -> Result<bool, TokenError> {
    // A key's own kind decides how it verifies: a token cannot make one be used as another.
    let fits = |public: &Public| match (header.alg.as_str(), public) {
        ("RS256", Public::Rsa { n, e }) => RsaPublicKeyComponents { n, e }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            .is_ok(),
        ("ES256", Public::P256(point)) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .verify(signed, signature)
            .is_ok(),
        _ => false,
    };
    if !matches!(header.alg.as_str(), "RS256" | "ES256") {
        return Err(TokenError::Algorithm);
    }
    let named = |key: &&Key| header.kid.is_none() || key.id.is_none() || key.id == header.kid;
    Ok(keys.0.iter().filter(named).any(|key| fits(&key.public)))
}

fn check(body: &Body, expected: &Expected<'_>) -> Result<(), TokenError> {
    if body.iss != expected.issuer {
        return Err(TokenError::Issuer);
    }
    let ours = |one: &String| one == expected.client_id;
    let meant = match &body.aud {
        Audience::One(one) => ours(one),
        // With others beside us it must say that it was issued to us.
        Audience::Several(several) => {
            several.iter().any(ours) && (several.len() == 1 || body.azp.is_some())
        }
    };
    if !meant || !body.azp.as_ref().is_none_or(ours) {
        return Err(TokenError::Audience);
    }
    let (now, leeway) = (expected.now as f64, LEEWAY as f64);
    let begins = body.nbf.unwrap_or(body.iat).max(body.iat);
    // Written so that a number that is none does not count.
    if !(body.exp + leeway > now && begins - leeway <= now) {
        return Err(TokenError::Time);
    }
    if body.nonce.as_deref() != Some(expected.nonce) {
        return Err(TokenError::Nonce);
    }
    if body.sub.is_empty() || body.sub.len() > 255 {
        return Err(TokenError::NotAToken);
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
