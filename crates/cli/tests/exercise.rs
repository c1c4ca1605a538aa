//! `ward exercise`: what is written is the same everywhere, and is what rules look for.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn ward(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ward")).args(args).output().unwrap()
}

fn told(folder: &Path, seconds: &str) -> Output {
    let folder = folder.to_str().unwrap();
    ward(&["exercise", "telemetry", "--rate", "5", "--seconds", seconds, "--output", folder])
}

#[test]
fn a_story_is_the_same_each_time_and_its_attack_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    for to in [&one, &other] {
        let output = told(to, "330");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mut names: Vec<_> = std::fs::read_dir(one.join("logs"))
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    names.sort();
    assert!(names.len() > 10, "{names:?}");
    for name in &names {
        let bytes = |of: &Path| std::fs::read(of.join("logs").join(name)).unwrap();
        assert_eq!(bytes(&one), bytes(&other), "{name:?}");
    }
    let scenes = std::fs::read(one.join("scenes.json")).unwrap();
    assert_eq!(scenes, std::fs::read(other.join("scenes.json")).unwrap());
    let scenes: Vec<Value> = serde_json::from_slice(&scenes).unwrap();
    let attack = scenes.iter().find(|scene| scene["nature"] == "attack").unwrap();
    let org = attack["org"].as_str().unwrap();
    let log = one.join("logs").join(format!("{org}.jsonl"));
    let found = ward(&["scan", log.to_str().unwrap(), "--format", "jsonl"]);
    let text = String::from_utf8(found.stdout).unwrap();
    let device = attack["devices"][0].as_str().unwrap();
    assert!(text.lines().any(|line| line.contains(device)), "{device} is not in: {text:.2000}");

    // Nothing is added to what is there.
    let again = told(&one, "1");
    let why = String::from_utf8(again.stderr).unwrap();
    assert_eq!(again.status.code(), Some(1), "{why}");
    assert!(why.contains("is there already"), "{why}");
    let none = told(&folder.path().join("none"), "0");
    assert!(String::from_utf8(none.stderr).unwrap().contains("from 1 to 86400"));
}
