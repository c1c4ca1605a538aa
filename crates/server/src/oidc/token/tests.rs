//! Tokens of an issuer of the tests' own: what counts, and everything that must not.

use super::*;
use proptest::prelude::*;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

pub const NOW: i64 = 1_494_583_200;

/// An issuer's key, made anew.
pub struct Signer {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Signer {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap();
        Signer { pair, random }
    }

    pub fn set(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let part = |from: usize| URL_SAFE_NO_PAD.encode(&point[from..from + 32]);
        json!({ "keys": [
            { "kty": "oct", "k": "AAAA" },
            { "kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig", "x": part(1), "y": part(33) },
        ] })
    }

    pub fn sign(&self, header: &Value, body: &Value) -> String {
        let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", text(header), text(body));
        let signature = self.pair.sign(&self.random, signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

pub fn body() -> Value {
    json!({
        "iss": "https://id.example", "sub": "248289", "aud": "ward", "nonce": "n1",
        "exp": NOW + 300, "iat": NOW, "email": "ann@zz1.example", "email_verified": true,
    })
}

fn header() -> Value {
    json!({ "alg": "ES256", "kid": "k1", "typ": "JWT" })
}

const EXPECTED: Expected<'static> =
    Expected { issuer: "https://id.example", client_id: "ward", nonce: "n1", now: NOW };

fn keys(signer: &Signer) -> Keys {
    Keys::parse(signer.set().to_string().as_bytes()).unwrap()
}

#[test]
fn a_token_says_who_it_is_about() {
    let signer = Signer::new();
    let token = signer.sign(&header(), &body());
    let claims = verify(&token, &keys(&signer), &EXPECTED).unwrap();
    assert_eq!(claims.subject, "248289");
    assert_eq!(claims.verified_email.as_deref(), Some("ann@zz1.example"));
}

#[test]
fn what_it_says_must_be_what_is_expected() {
    let signer = Signer::new();
    for (field, value, expected) in [
        ("iss", json!("https://id.example/"), Err(TokenError::Issuer)),
        ("aud", json!("other"), Err(TokenError::Audience)),
        ("aud", json!(["other"]), Err(TokenError::Audience)),
        ("aud", json!(["ward", "other"]), Err(TokenError::Audience)),
        ("aud", json!(["ward"]), Ok(())),
        ("azp", json!("other"), Err(TokenError::Audience)),
        ("exp", json!(NOW - 61), Err(TokenError::Time)),
        ("exp", json!(NOW - 59), Ok(())),
        ("iat", json!(NOW + 61), Err(TokenError::Time)),
        ("nbf", json!(NOW + 61), Err(TokenError::Time)),
        ("nonce", json!("n2"), Err(TokenError::Nonce)),
        ("nonce", Value::Null, Err(TokenError::Nonce)),
        ("sub", json!(""), Err(TokenError::NotAToken)),
        ("exp", json!("soon"), Err(TokenError::NotAToken)),
    ] {
        let mut body = body();
        body[field] = value.clone();
        let token = signer.sign(&header(), &body);
        let found = verify(&token, &keys(&signer), &EXPECTED).map(|_| ());
        assert_eq!(found, expected, "{field} {value}");
    }
    let mut body = body();
    body["email_verified"] = json!(false);
    let claims = verify(&signer.sign(&header(), &body), &keys(&signer), &EXPECTED).unwrap();
    assert_eq!(claims.verified_email, None);
}

#[test]
fn only_the_issuers_signature_counts() {
    let (signer, other) = (Signer::new(), Signer::new());
    let sign = |alg: &str| {
        let mut header = header();
        header["alg"] = json!(alg);
        signer.sign(&header, &body())
    };
    for alg in ["none", "None", "HS256", "ES384", "RS512", ""] {
        let found = verify(&sign(alg), &keys(&signer), &EXPECTED);
        assert_eq!(found, Err(TokenError::Algorithm), "{alg}");
    }
    let found = verify(&sign("RS256"), &keys(&signer), &EXPECTED);
    assert_eq!(found, Err(TokenError::Signature), "a key is not used as another kind");
    let foreign = other.sign(&header(), &body());
    assert_eq!(verify(&foreign, &keys(&signer), &EXPECTED), Err(TokenError::Signature));
    let token = signer.sign(&header(), &body());
    let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
    assert_eq!(verify(&unsigned, &keys(&signer), &EXPECTED), Err(TokenError::Signature));
    let mut changed = body();
    changed["sub"] = json!("1");
    let parts: Vec<&str> = token.split('.').collect();
    let changed = URL_SAFE_NO_PAD.encode(changed.to_string());
    let changed = format!("{}.{changed}.{}", parts[0], parts[2]);
    assert_eq!(verify(&changed, &keys(&signer), &EXPECTED), Err(TokenError::Signature));
    let mut named = header();
    named["kid"] = json!("k2");
    let named = signer.sign(&named, &body());
    assert_eq!(verify(&named, &keys(&signer), &EXPECTED), Err(TokenError::Signature));
    let mut critical = header();
    critical["crit"] = json!(["exp"]);
    let critical = signer.sign(&critical, &body());
    assert_eq!(verify(&critical, &keys(&signer), &EXPECTED), Err(TokenError::Algorithm));
    assert_eq!(verify(&token, &Keys::default(), &EXPECTED), Err(TokenError::Signature));
}

proptest! {
    #[test]
    fn never_panics(
        text in any::<String>(),
        header in any::<String>(),
        body in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let _ = verify(&text, &Keys::default(), &EXPECTED);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let made = format!("{}.{}.{}", encode(header.as_bytes()), encode(&body), encode(&body));
        let _ = verify(&made, &Keys::default(), &EXPECTED);
        let _ = Keys::parse(&body);
        let set = json!({ "keys": [{ "kty": text, "n": header, "e": "AQAB" }] });
        let _ = Keys::parse(set.to_string().as_bytes());
    }
}
