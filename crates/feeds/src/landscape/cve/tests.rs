//! Stories of files and what becomes of them: text in, records and refusals out.

use super::*;
use wardwatch_model::landscape::{Exploitation, TechnicalImpact};

const RECORD: &str = r#"{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2999-0001",
"state":"PUBLISHED","datePublished":"2024-02-13T18:02:00Z"},"containers":{"cna":{"title":"Lamp",
"metrics":[{"cvssV3_1":{"baseScore":8.8,"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
"affected":[{"vendor":"Microsoft","product":"Windows 10 Version 1809","platforms":["x64-based Systems"],
"versions":[{"version":"10.0.0","lessThan":"10.0.17763..5458","status":"affected"},
{"version":"10.0.0","lessThan":"publication","status":"affected"}]},
{"vendor":"Other","product":"Lamp","versions":[{"lessThan":"1.2.3"}]}]},
"adp":[{"metrics":[{"other":{"type":"ssvc","content":{"options":[{"Exploitation":"Active"},
{"Automatable":"Yes"},{"Technical Impact":"Partial"}]}}}]}]}}"#;

#[test]
fn reads_builds_score_and_inputs() {
    let out = json(RECORD.as_bytes()).unwrap();
    let record = &out.records[0];
    assert_eq!(record.claims.len(), 1);
    assert_eq!(record.claims[0].build.to_string(), "10.0.17763.5458");
    let name = "Windows 10 Version 1809 for x64-based Systems".to_owned();
    assert!(record.claims[0].products.contains(&name));
    let ssvc = record.ssvc.unwrap();
    assert_eq!((ssvc.exploitation, ssvc.automatable), (Exploitation::Active, true));
    assert_eq!((ssvc.impact, ssvc.estimated), (TechnicalImpact::Partial, false));
    assert_eq!(record.cvss.as_ref().unwrap().score, 88);
    assert_eq!(out.newest, Day::new(2024, 2, 13));
}

#[test]
fn inputs_are_estimated_where_nobody_says() {
    let text = RECORD.replace("\"ssvc\"", "\"x\"");
    let ssvc = json(text.as_bytes()).unwrap().records[0].ssvc.unwrap();
    assert!(ssvc.estimated && ssvc.automatable);
    assert_eq!(ssvc.impact, TechnicalImpact::Total);
}

#[test]
fn platforms_stand_where_the_catalogue_has_them() {
    for (product, platform, name) in [
        (
            "Windows Server 2008  Service Pack 2",
            "32-bit Systems",
            "Windows Server 2008 for 32-bit Systems Service Pack 2",
        ),
        ("Windows 10 Version 1507", "x64-based Systems", "Windows 10 for x64-based Systems"),
        (
            "Microsoft SQL Server 2019 (GDR)",
            "x64-based Systems",
            "Microsoft SQL Server 2019 for x64-based Systems (GDR)",
        ),
    ] {
        assert!(product::names(product, &[platform]).contains(&name.to_owned()), "{name}");
    }
}

#[test]
fn one_a_line_and_bad_ones_named() {
    let line = RECORD.replace('\n', "");
    let bad = line.replace("CVE-2999-0001", "CVE-2999");
    let gone = line.replace("PUBLISHED", "REJECTED");
    let out = json(format!("{line}\n{bad}\n{{}}\n{gone}\n{line}\n").as_bytes()).unwrap();
    assert_eq!((out.count, out.dropped, out.refused.count), (2, 1, 2));
    assert_eq!(out.refused.listed[0].0, "record 2");
    assert!(json(format!("{line}\n{{\"cut").as_bytes()).is_err());
}

proptest::proptest! {
    #[test]
    fn never_panics(text: String, name: String) {
        let _ = json(text.as_bytes());
        let _ = score::estimated(&text);
        let _ = product::names(&text, &[&name]);
    }
}
