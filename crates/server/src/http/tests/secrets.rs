//! Nothing secret reaches the log, not even at its most talkative.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use serde_json::{Value, json};
use wardwatch_model::Role;

use super::sector::{PASSWORD, Sector, login_name};

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_holds_no_password_token_code_or_key() {
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // For all threads; no other test of this binary sets one.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    tracing::trace!("the log is listened to");

    let sector = Sector::new().await;
    let mut secrets = vec![PASSWORD.to_owned(), "a wrong horse battery".to_owned()];
    let login = |name: &str, password: &str| {
        let body = json!({ "name": name, "password": password, "bearer": true });
        sector.post("", "/api/v1/session", body)
    };
    let wrong = login("root", &secrets[1]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    let root = login("root", PASSWORD).await.json()["secret"].as_str().unwrap().to_owned();
    secrets.push(root.clone());
    let mut made = Vec::new();
    for (path, body) in [
        ("/api/v1/tokens", json!({ "name": "t", "org": "ZZ1", "role": "board" })),
        ("/api/v1/senders", json!({ "name": "s", "org": "ZZ1" })),
        ("/api/v1/codes", json!({ "name": "c", "org": "ZZ1" })),
        ("/api/v1/people", json!({ "name": "kim", "org": "ZZ1", "role": "board" })),
        ("/api/v1/me/authenticator", json!({})),
        (
            "/api/v1/webhooks",
            json!({
                "name": "w", "org": "ZZ1", "address": "https://hook.example",
                "events": ["incident.opened"],
            }),
        ),
    ] {
        made.push(sector.post(&root, path, body).await.json());
    }
    for answer in &made {
        for field in ["secret", "code", "password"] {
            secrets.extend(answer.get(field).and_then(Value::as_str).map(str::to_owned));
        }
    }
    assert_eq!(secrets.len(), 9, "one of each");
    let (token, code, once) = (&secrets[3], &secrets[5], &secrets[6]);
    assert_eq!(sector.get(token, "/api/v1/me").await.status, StatusCode::OK);
    assert!(sector.app.state.sender(&secrets[4], sector.app.now()).await.unwrap().is_some());
    assert!(sector.app.state.redeem_code(code, sector.app.now()).await.unwrap().is_some());
    let confirm = json!({ "secret": secrets[7], "code": "000000", "password": PASSWORD });
    sector.post(&root, "/api/v1/me/authenticator/confirm", confirm).await;
    let new = "another horse battery".to_owned();
    let body = json!({ "name": "kim", "password": once, "new_password": new });
    assert_eq!(sector.post("", "/api/v1/session", body).await.status, StatusCode::OK);
    secrets.push(new);
    // Refused and unreadable requests are logged too, without what was in them.
    let analyst = sector.session(&login_name("ZZ1", Role::Analyst)).await;
    assert_eq!(sector.get(&analyst, "/api/v1/people").await.status, StatusCode::FORBIDDEN);
    secrets.push(analyst);
    sector.post(&root, "/api/v1/session", json!({ "name": 7, "password": PASSWORD })).await;

    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("the log is listened to"));
    assert!(log.contains("a login was refused") && log.contains("somebody may not do this"));
    for secret in &secrets {
        assert!(!log.contains(secret.as_str()), "the log holds {secret}");
    }
}
