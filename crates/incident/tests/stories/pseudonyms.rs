//! Users' names above their organisation.

use wardwatch_incident::{above, above_sighting, handling, pseudonym};
use wardwatch_model::EntityKind;

use super::made::*;

const KEY: [u8; 32] = [7; 32];

#[test]
fn a_pseudonym_is_stable_keyed_and_of_one_organisation() {
    let one = pseudonym(&KEY, &org("ZZ1"), r"zztrust\ngrant");
    assert_eq!(one, pseudonym(&KEY, &org("ZZ1"), r"ZZTRUST\NGrant"));
    assert_ne!(one, pseudonym(&KEY, &org("ZZ2"), r"zztrust\ngrant"));
    assert_ne!(one, pseudonym(&[8; 32], &org("ZZ1"), r"zztrust\ngrant"));
    assert_ne!(one, pseudonym(&KEY, &org("ZZ1"), r"zztrust\ngranta"));
    assert!(one.starts_with("user-") && one.len() == 21 && !one.contains("ngrant"));
}

#[test]
fn an_incident_leaves_without_names() {
    let seen = sighting(1, "ZZPC01").with(EntityKind::User, r"zztrust\ngrant");
    let incident = folded(&[seen]).remove(0);
    let text = r"Phoned NGrant (ZZTRUST\ngrant); ngranta was not there.";
    let incident = handling::note(incident, text, "amara", at(0)).unwrap();
    let told = above(&incident, &KEY);
    let alias = pseudonym(&KEY, &org("ZZ1"), r"zztrust\ngrant");
    assert_eq!(told.entities[1].value, alias);
    assert_eq!(told.notes[0].text, format!("Phoned {alias} ({alias}); ngranta was not there."));
    assert_eq!(told.entities[0], incident.entities[0], "devices keep their names");
    for word in [&told.title, &told.story] {
        assert!(!word.to_lowercase().contains("ngrant"));
    }
}

#[test]
fn a_sighting_leaves_without_names_folders_included() {
    let mut seen = sighting(1, "ZZPC01").with(EntityKind::User, r"zztrust\ngrant");
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    seen.matched = vec![
        field("User", r"ZZTRUST\NGrant"),
        field("SubjectUserName", "ngrant"),
        field("TargetUserName", "kofi"),
        field(
            "CommandLine",
            r#"type "C:\Users\Other Name\a.txt" C:\Users\ngrant\b C:\Users\Public\c"#,
        ),
        field("exe", "/home/kofi/run"),
        field("Image", r"C:\Windows\System32\cmd.exe"),
    ];
    let told = above_sighting(&seen, &KEY);
    let alias = pseudonym(&KEY, &org("ZZ1"), r"zztrust\ngrant");
    let other = pseudonym(&KEY, &org("ZZ1"), "Other Name");
    let kofi = pseudonym(&KEY, &org("ZZ1"), "kofi");
    let values: Vec<_> = told.matched.iter().map(|(_, value)| value.as_str()).collect();
    let expected = [
        alias.clone(),
        alias.clone(),
        kofi.clone(),
        format!(r#"type "C:\Users\{other}\a.txt" C:\Users\{alias}\b C:\Users\Public\c"#),
        format!("/home/{kofi}/run"),
        r"C:\Windows\System32\cmd.exe".to_owned(),
    ];
    assert_eq!(values, expected);
}
