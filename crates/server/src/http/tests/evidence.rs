//! The evidence pack: what is in it, for whom, and that it holds.

use std::io::{Cursor, Read};

use axum::http::{StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use wardwatch_model::Role;
use zip::ZipArchive;

use super::sector::{Sector, request};
use wardwatch_evidence::{CLAIMS, verify};

/// The archive's bytes.
async fn pack(sector: &Sector, bearer: &str, query: &str) -> Vec<u8> {
    let path = format!("/api/v1/evidence{query}");
    let answer = sector.router.clone().oneshot(request(bearer, "get", &path, None)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/zip");
    answer.into_body().collect().await.unwrap().to_bytes().to_vec()
}

fn files(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

#[tokio::test]
async fn a_pack_answers_every_question_and_holds_under_the_servers_key() {
    let sector = Sector::new().await;
    let local = sector.session_of("ZZ1", Role::Administrator).await;
    let key = sector.get(&local, "/api/v1/evidence/key").await.json();
    let bytes = pack(&sector, &local, "?org=ZZ1").await;
    let found = verify(&bytes, key["key"].as_str()).unwrap();
    assert_eq!(found.trusted, Some(true));
    assert_eq!(found.org, "ZZ1".parse().ok());
    let files = files(&bytes);
    let manifest: Value = serde_json::from_str(&files[1].1).unwrap();
    for (claim, listed) in CLAIMS.iter().zip(manifest["claims"].as_array().unwrap()) {
        // Whoever administers one organisation does not verify the whole server's audit.
        let expected = [200, if claim.name == "audit" { 403 } else { 200 }];
        let status = listed["status"].as_u64().unwrap();
        assert!(expected.contains(&status), "{}: {listed}", claim.name);
        assert_eq!(listed["complete"], true);
    }
    assert_eq!(found.answered + found.missing.len(), CLAIMS.len());
    let of = |name: &str| &files.iter().find(|(file, _)| file.ends_with(name)).unwrap().1;
    assert!(of("incidents.json").contains("Backups are being deleted"));
    assert!(of("plans.json").contains("ZZ1-PC1"));
    assert!(of("exploited.json").contains("CVE-2017-0144"));
    for (name, text) in &files {
        assert!(!text.contains("ZZ2"), "{name} speaks of another organisation: {text}");
    }
}

#[tokio::test]
async fn what_the_asker_may_not_see_is_named_as_missing() {
    let sector = Sector::new().await;
    let board = sector.session_of("ZZ1", Role::Board).await;
    let bytes = pack(&sector, &board, "").await;
    let found = verify(&bytes, None).unwrap();
    assert!(!found.missing.is_empty(), "{found:?}");
    let files = files(&bytes);
    assert!(files[0].1.contains("NOT ANSWERED: status 403"), "{}", files[0].1);
    let refused = sector.get(&board, "/api/v1/evidence?org=ZZ2").await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let home = sector.session_of("ZZ1", Role::CareHomeUser).await;
    let _ = pack(&sector, &home, "").await;
}
