//! Logging in by another issuer: a small issuer of the tests' own, and everything that must not
//! work.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wardwatch_api::Secret;
use wardwatch_model::Role;

use super::sector::{Answer, Sector, login_name};
use crate::http::{problem, router};
use crate::oidc::token::tests::{NOW, Signer};
use crate::oidc::{Oidc, Settings};

/// An issuer that gives whoever asks a token with this body, signed in this way.
struct Issuer {
    address: String,
    wanted: Arc<Mutex<(Value, Value)>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Issuer {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let wanted = Arc::new(Mutex::new((Value::Null, Value::Null)));
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let issuer =
            Issuer { address: address.clone(), wanted: wanted.clone(), asked: asked.clone() };
        std::thread::spawn(move || {
            let signer = Signer::new();
            for stream in listener.incoming() {
                let mut reader = BufReader::new(stream.unwrap());
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    if line.trim().is_empty() {
                        break;
                    }
                    if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    head.push_str(&line);
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let answer = match head.split(' ').nth(1).unwrap_or_default() {
                    "/.well-known/openid-configuration" => json!({
                        "issuer": address,
                        "authorization_endpoint": format!("{address}/authorize"),
                        "token_endpoint": format!("{address}/token"),
                        "jwks_uri": format!("{address}/keys"),
                    }),
                    "/keys" => signer.set(),
                    "/token" => {
                        asked.lock().unwrap().push(head + &String::from_utf8(body).unwrap());
                        let (header, body) = wanted.lock().unwrap().clone();
                        json!({ "access_token": "x", "token_type": "Bearer", "id_token": signer.sign(&header, &body) })
                    }
                    other => panic!("the issuer has no {other}"),
                };
                let answer = answer.to_string();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
                     content-length: {}\r\n\r\n{answer}",
                    answer.len()
                );
                reader.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        issuer
    }

    fn gives(&self, header: Value, body: Value) {
        *self.wanted.lock().unwrap() = (header, body);
    }

    /// What a well-behaved issuer says.
    fn body(&self, nonce: &str) -> Value {
        json!({
            "iss": self.address, "sub": "248289", "aud": "ward", "nonce": nonce,
            "exp": NOW + 300, "iat": NOW,
        })
    }
}

async fn with_issuer(by_email: bool) -> (Sector, Issuer) {
    let issuer = Issuer::new();
    let mut sector = Sector::new().await;
    let settings = Settings {
        issuer: issuer.address.clone(),
        client_id: "ward".into(),
        client_secret: Some(Secret("our secret".into())),
        redirect: "https://ward.example/api/v1/session/oidc/callback".into(),
        by_email,
    };
    sector.app.oidc = Some(Arc::new(Oidc::new(settings).unwrap()));
    sector.router = router(sector.app.clone()).fallback(problem::no_such_path);
    (sector, issuer)
}

/// A login that was begun: the cookie, and what the browser was sent to the issuer with.
struct Begun {
    cookie: String,
    state: String,
    nonce: String,
    challenge: String,
}

async fn begin(sector: &Sector) -> Begun {
    let answer = sector.get("", "/api/v1/session/oidc/start").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=600"), "{cookie}");
    let to = answer.headers[header::LOCATION].to_str().unwrap();
    let part = |name: &str| {
        let start = to.split_once(&format!("&{name}=")).unwrap().1;
        start.split('&').next().unwrap().to_owned()
    };
    assert_eq!(part("code_challenge_method"), "S256");
    assert!(to.contains("scope=openid%20email") && to.contains("response_type=code"), "{to}");
    Begun {
        cookie: cookie.split(';').next().unwrap().to_owned(),
        state: part("state"),
        nonce: part("nonce"),
        challenge: part("code_challenge"),
    }
}

async fn come_back(sector: &Sector, cookie: &str, query: &str) -> Answer {
    let path = format!("/api/v1/session/oidc/callback?{query}");
    let request = Request::builder().uri(path).header(header::COOKIE, cookie);
    sector.send(request.body(Body::empty()).unwrap()).await
}

async fn link(sector: &Sector, issuer: &Issuer, subject: &str) {
    let root = sector.session("root").await;
    let name = login_name("ZZ1", Role::Analyst);
    let person = sector.app.state.credentials(&name).await.unwrap().unwrap().person;
    let path = format!("/api/v1/people/{person}/identities");
    let identity = json!({ "issuer": issuer.address, "subject": subject });
    let linked = sector.post(&root, &path, identity).await;
    assert_eq!(linked.status, StatusCode::NO_CONTENT, "{linked:?}");
}

fn es256() -> Value {
    json!({ "alg": "ES256", "kid": "k1" })
}

#[tokio::test]
async fn a_linked_person_logs_in_with_their_own_grants_and_nothing_of_the_token() {
    let (sector, issuer) = with_issuer(false).await;
    link(&sector, &issuer, "248289").await;
    let begun = begin(&sector).await;
    let mut body = issuer.body(&begun.nonce);
    body["roles"] = json!(["administrator"]);
    issuer.gives(es256(), body);
    let query = format!("state={}&code=c1&session_state=x", begun.state);
    let answer = come_back(&sector, &begun.cookie, &query).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let cookies: Vec<&str> = answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect();
    assert!(cookies[0].starts_with("ward_session=ws_") && cookies[0].contains("SameSite=Strict"));
    assert!(cookies[1].starts_with("ward_login=;") && cookies[1].contains("Max-Age=0"));
    let session = cookies[0].split(['=', ';']).nth(1).unwrap();
    let me = sector.get(session, "/api/v1/me").await.json();
    assert_eq!(me["name"], login_name("ZZ1", Role::Analyst));
    assert_eq!(me["grants"], json!([{ "org": "ZZ1", "role": "analyst" }]));
    // What the issuer was asked: the code, as us, with the other half of the challenge.
    let asked = issuer.asked.lock().unwrap()[0].clone();
    assert!(asked.contains("authorization: Basic d2FyZDpvdXIlMjBzZWNyZXQ="), "{asked}");
    assert!(asked.contains("grant_type=authorization_code&code=c1&"), "{asked}");
    let verifier = asked.split_once("code_verifier=").unwrap().1;
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())), begun.challenge);
    // The same answer again is none.
    let again = come_back(&sector, &begun.cookie, &query).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "replayed: {again:?}");
}

#[tokio::test]
async fn what_does_not_count_lets_nobody_in() {
    let (sector, issuer) = with_issuer(false).await;
    link(&sector, &issuer, "248289").await;
    for (what, field, value) in [
        ("wrong nonce", "nonce", json!("other")),
        ("wrong audience", "aud", json!("other")),
        ("wrong issuer", "iss", json!("https://other.example")),
        ("expired", "exp", json!(NOW - 300)),
    ] {
        let begun = begin(&sector).await;
        let mut body = issuer.body(&begun.nonce);
        body[field] = value;
        issuer.gives(es256(), body);
        let query = format!("state={}&code=c1", begun.state);
        let answer = come_back(&sector, &begun.cookie, &query).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}: {answer:?}");
        assert!(!answer.headers.contains_key(header::SET_COOKIE), "{what}");
    }
    for alg in ["none", "HS256", "RS256"] {
        let begun = begin(&sector).await;
        issuer.gives(json!({ "alg": alg, "kid": "k1" }), issuer.body(&begun.nonce));
        let query = format!("state={}&code=c1", begun.state);
        let answer = come_back(&sector, &begun.cookie, &query).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{alg}: {answer:?}");
    }
}

#[tokio::test]
async fn a_login_ends_where_it_began_and_in_time() {
    let (sector, issuer) = with_issuer(false).await;
    link(&sector, &issuer, "248289").await;
    let other = begin(&sector).await;
    for (cookie, query) in [
        ("", "state={state}&code=c1"),
        (other.cookie.as_str(), "state={state}&code=c1"),
        ("{cookie}", "state=unknown&code=c1"),
        ("{cookie}", "code=c1"),
        ("{cookie}", "state={state}&error=access_denied"),
        ("{cookie}", "state={state}&code=c1&iss=https%3A%2F%2Fother.example"),
    ] {
        let begun = begin(&sector).await;
        issuer.gives(es256(), issuer.body(&begun.nonce));
        let cookie = cookie.replace("{cookie}", &begun.cookie);
        let query = query.replace("{state}", &begun.state);
        let answer = come_back(&sector, &cookie, &query).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{query}: {answer:?}");
    }
    let begun = begin(&sector).await;
    issuer.gives(es256(), issuer.body(&begun.nonce));
    sector.later(601);
    let query = format!("state={}&code=c1", begun.state);
    let late = come_back(&sector, &begun.cookie, &query).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert!(issuer.asked.lock().unwrap().is_empty(), "no code was ever traded");
}

#[tokio::test]
async fn whoever_has_no_account_stays_out_and_mail_counts_only_when_allowed_and_verified() {
    let name = "kim@zz1.example";
    for (by_email, verified, expected) in [
        (false, true, StatusCode::FORBIDDEN),
        (true, false, StatusCode::FORBIDDEN),
        (true, true, StatusCode::OK),
    ] {
        let (sector, issuer) = with_issuer(by_email).await;
        let root = sector.session("root").await;
        let new = json!({ "name": name, "org": "ZZ1", "role": "board" });
        assert_eq!(sector.post(&root, "/api/v1/people", new).await.status, StatusCode::CREATED);
        let begun = begin(&sector).await;
        let mut body = issuer.body(&begun.nonce);
        body["email"] = json!(name);
        body["email_verified"] = json!(verified);
        issuer.gives(es256(), body);
        let query = format!("state={}&code=c1", begun.state);
        let answer = come_back(&sector, &begun.cookie, &query).await;
        assert_eq!(answer.status, expected, "{by_email} {verified}: {answer:?}");
    }
}

#[tokio::test]
async fn an_identity_is_one_persons_and_ends_with_their_sessions() {
    let (sector, issuer) = with_issuer(false).await;
    link(&sector, &issuer, "248289").await;
    let root = sector.session("root").await;
    let path = format!("/api/v1/people/{}/identities", sector.two.person);
    let identity = json!({ "issuer": issuer.address, "subject": "248289" });
    let taken = sector.post(&root, &path, identity).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    let name = login_name("ZZ1", Role::Analyst);
    let session = sector.session(&name).await;
    let person = sector.app.state.credentials(&name).await.unwrap().unwrap().person;
    let path =
        format!("/api/v1/people/{person}/identities?issuer={}&subject=248289", issuer.address);
    assert_eq!(sector.ask(&root, "delete", &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sector.ask(&root, "delete", &path, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sector.get(&session, "/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    let begun = begin(&sector).await;
    issuer.gives(es256(), issuer.body(&begun.nonce));
    let query = format!("state={}&code=c1", begun.state);
    let answer = come_back(&sector, &begun.cookie, &query).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn without_an_issuer_there_is_nothing_to_begin() {
    let sector = Sector::new().await;
    for path in ["/api/v1/session/oidc/start", "/api/v1/session/oidc/callback?state=a&code=b"] {
        assert_eq!(sector.get("", path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
