//! The API against its own description: requests that are made from the OpenAPI document, right and
//! wrong ones, by a program that knows nothing else of it.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod sector;

use std::process::Command;

use sector::client::{python, run_within};
use sector::load::{Counts, RULES, numbered, post};
use sector::{PATIENCE, Sector, agent};

/// What is looked for in each answer: no 5xx, no status, content type or body that the document
/// does not name.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance";

#[test]
fn every_answer_is_one_that_the_document_names() {
    let Some(python) = python() else { return };
    let sector = Sector::new(RULES);
    // Something to list.
    let body: String = (0..5).map(|number| numbered(number, "")).collect();
    let mut counts = Counts::default();
    counts.add(0..5, post(&agent(), sector.address(), &sector.one.sender, &[&body]));
    counts.check(&sector, "before");
    let authorization = format!("Authorization: Bearer {}", sector.administrator);
    let mut command = Command::new(python);
    command
        .current_dir(sector.path(""))
        .env("NO_PROXY", "*")
        .args(["-m", "schemathesis.cli", "run"])
        .arg(format!("{}/openapi.json", sector.address()))
        .args(["--header", &authorization, "--checks", CHECKS])
        // A stream that does not end, and the way to end the session that asks.
        .args(["--exclude-path", "/api/v1/live", "--exclude-path", "/api/v1/session"])
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "4"])
        // The same requests in every run.
        .args(["--generation-deterministic", "--no-color"]);
    let done = run_within(&mut command, "", PATIENCE * 10);
    let last: Vec<&str> = done.stdout.lines().rev().take(20).collect();
    println!("{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"));
    assert!(done.status.success(), "{}\n{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("generated"), "{}", done.stdout);
    // It still serves, and nothing of it was an accident inside.
    assert_eq!(sector.detections(&sector.one).len(), 5);
    let said = sector.server().said();
    assert!(!said.contains("panicked"), "{said}");
}
