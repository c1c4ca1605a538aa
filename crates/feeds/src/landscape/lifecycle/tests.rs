//! Stories of files and what becomes of them: text in, records and refusals out.

use super::*;
use wardwatch_model::landscape::Channel;
use wardwatch_model::{Build, Day};

const PAGE: &str = r#"---
title: Lamps
permalink: /windows
releaseLabel: "Lamp __RELEASE_CYCLE__ (__CODENAME__)"
releases:
  - releaseCycle: "10-1809-e-lts"
    releaseLabel: "10 1809 (E)"
    releaseDate: 2018-11-13
    lts: true
    eoas: 2024-01-09
    eol: 2029-01-09
    latest: 10.0.17763

  # a note
  - releaseCycle: 12
    codename: Bulb
    releaseDate: 2023-06-10
    eol: false
  - releaseCycle: "bad"
    eol: 2023-13-10
  - releaseDate: 2023-06-10
---

> Words with `releases:` in them.
"#;

#[test]
fn reads_a_page() {
    let out = page("x.md", PAGE).unwrap();
    assert_eq!(out.records.name, "windows");
    let [long, open] = &out.records.releases[..] else { panic!("{:?}", out.records) };
    assert_eq!(long.label, "10 1809 (E)");
    assert_eq!((long.channel, long.long_term), (Channel::LongTerm, true));
    assert_eq!(long.supported_until, Day::new(2029, 1, 9));
    assert_eq!(long.build, Some(Build([10, 0, 17763, 0])));
    assert_eq!((open.label.as_str(), open.cycle.as_str()), ("Lamp 12 (Bulb)", "12"));
    assert!(open.open_ended && open.supported_until.is_none());
    let refused: Vec<_> =
        out.refused.listed.iter().map(|(place, why)| (&place[..], &why[..])).collect();
    assert_eq!(refused[0].0, "releases[2]");
    assert!(refused[0].1.contains("'2023-13-10' is no day"), "{refused:?}");
    assert_eq!(refused[1].0, "releases[3]");
}

#[test]
fn reads_both_versions_of_the_api() {
    let old = r#"[{"cycle":"2012-r2","releaseDate":"2013-11-25","support":"2018-10-09",
        "eol":"2023-10-10","extendedSupport":"2026-10-13","latest":"6.3.9600","lts":true}]"#;
    let new = r#"{"schema_version":"1.0.0","result":{"name":"windows-server","releases":[
        {"name":"2012-r2","label":"2012-r2","releaseDate":"2013-11-25","isLts":true,
        "eoasFrom":"2018-10-09","eolFrom":"2023-10-10","eoesFrom":"2026-10-13",
        "latest":{"name":"6.3.9600","date":null}}]}}"#;
    let old = json("feeds/windows-server.json", old).unwrap().records;
    let new = json("x.json", new).unwrap().records;
    assert_eq!(old.releases, new.releases);
    assert_eq!(old.releases[0].extended_until, Day::new(2026, 10, 13));
}

#[test]
fn channels_are_told_by_endings() {
    let text = |cycle: &str| format!(r#"[{{"cycle":"{cycle}","eol":true}}]"#);
    for (cycle, channel) in [
        ("11-24h2-e", Channel::EnterpriseEducation),
        ("11-24h2-w", Channel::HomePro),
        ("11-24h2-iot-lts", Channel::IotLongTerm),
        ("10-21h2-e-lts", Channel::LongTerm),
        ("7-sp1", Channel::All),
    ] {
        let out = json("windows.json", &text(cycle)).unwrap().records;
        assert_eq!(out.releases[0].channel, channel, "{cycle}");
        assert!(!out.releases[0].open_ended);
    }
}

#[test]
fn what_is_no_page_says_so() {
    for text in ["---\nreleases: 1\n---", "---\n\tx", "---\nreleases: []\n---"] {
        assert!(page("x.md", text).is_err(), "{text}");
    }
    assert!(json("x.json", "{}").unwrap_err().to_string().contains("no list of releases"));
}

proptest::proptest! {
    #[test]
    fn never_panics(text: String) {
        let _ = page("x.md", &text);
        let _ = page("x.md", &format!("{PAGE}{text}"));
        let _ = page("x.md", &format!("---\nreleases:\n  - {text}"));
        let _ = json("x.json", &text);
    }
}

#[test]
fn an_end_that_is_not_set_is_open_in_both_forms_of_the_api() {
    for text in [
        r#"{"result":{"name":"zz","releases":[{"name":"4.8","isEol":false,"eolFrom":null}]}}"#,
        r#"{"result":{"name":"zz","releases":[{"name":"4.8","isEol":true,"eolFrom":null}]}}"#,
        r#"{"result":{"name":"zz","releases":[{"name":"4.8","isEol":false,"eolFrom":"2030-01-01"}]}}"#,
    ] {
        let rows = json("zz.json", text).expect("it is a list").records.releases;
        let open = text.contains("false") && text.contains("null");
        assert_eq!(rows[0].open_ended, open, "{text}");
        assert_eq!(rows[0].ended, text.contains("true"), "{text}");
    }
    let text = r#"[{"cycle":"1","eol":true},{"cycle":"2","eol":false},{"cycle":"3"}]"#;
    let rows = json("zz.json", text).expect("it is a list").records.releases;
    assert_eq!(rows.iter().map(|row| row.ended).collect::<Vec<_>>(), [true, false, false]);
}
