//! Versions as advisories write them, against versions of devices.

use super::*;

fn place(text: &str, version: &str) -> Place {
    Versions::parse(text).place(&Version::parse(version).unwrap())
}

#[test]
fn a_table_of_cases() {
    for (text, inside, outside, others, unclear) in [
        ("vers:all/*", &["1", "A.01"][..], &[][..], &[][..], &[][..]),
        ("", &["1"], &[], &[], &[]),
        ("<= 4.2", &["4.2", "4.2.0", "4.1.9", "v3"], &["4.3", "5"], &[], &["4.2.1", "4", "A.01"]),
        ("<4.2", &["4.1"], &["4.2", "4.2.1", "5"], &[], &["4"]),
        (">= 1.0.0  | <= 1.3.1", &["1.0", "1.3.1", "1.2"], &["0.9", "1.4"], &[], &["1.3.1.5"]),
        ("vers:generic/>=1|<2", &["1", "1.9"], &["0.9", "2", "2.0"], &[], &["B.1"]),
        (">=1|<2|>=4|<5", &["1.5", "4.1"], &["3", "5"], &[], &[]),
        (">= 2.0", &["2.0", "3"], &["1.9"], &[], &[]),
        ("> 2.0", &["2.1"], &["2.0", "1"], &[], &["2.0.1"]),
        ("3.0|3.1", &["3.0", "3.1"], &[], &["2.9", "3.2", "3.1.5", "A.01"], &[]),
        ("A.01.07", &["a.01.07", "A.1.7"], &[], &["A.01.08"], &["A.01"]),
        ("6.x", &["6", "6.2"], &[], &["7", "5"], &[]),
        ("5.x.x", &["5.1.2"], &[], &["6.0"], &[]),
        ("<= 12.2.x.x", &["12.2", "12.2.9.1", "11"], &["12.3"], &[], &["12"]),
        ("< 3.x", &["2.9"], &["3.0", "3.5", "4"], &[], &[]),
        ("2.3.6 and  below", &["2.3.6", "2.2"], &["2.4"], &[], &["2.3"]),
        ("<=N", &["K", "N"], &["O"], &[], &["1.0"]),
    ] {
        for (versions, expected) in [
            (inside, Place::In),
            (outside, Place::Out),
            (others, Place::Others),
            (unclear, Place::Unclear),
        ] {
            for version in versions {
                assert_eq!(place(text, version), expected, "{version} in {text:?}");
            }
        }
    }
}

#[test]
fn what_is_not_understood_is_unclear() {
    for text in [
        "< july 1 2017",
        "<8/30/2024",
        "<= 2.01 (end-of-life Nov 2017)",
        "<= 2.01 (integrated into another)",
        "A10 < A11",
        "<= U61 |<= L81",
        ">= 2 | >= 3",
        ">= 3 | <= 2",
        "|",
        "<=",
        "vers:all",
        "!= 3",
        "with wireless option",
        "IGS",
    ] {
        assert_eq!(Versions::parse(text), Versions::Unclear, "{text}");
        assert_eq!(place(text, "1.0"), Place::Unclear, "{text}");
    }
    assert_eq!(Versions::parse(&"1|".repeat(100)), Versions::Unclear);
}

proptest::proptest! {
    #[test]
    fn never_panics(text: String, some in "[<>=|v:x*. 0-9A-C]{0,20}", version in "[0-9a-z.]{1,9}") {
        for text in [text, some] {
            let versions = Versions::parse(&text);
            if let Some(version) = Version::parse(&version) {
                let _ = versions.place(&version);
            }
        }
    }

    #[test]
    fn a_version_is_in_what_names_it(version in "[0-9]{1,3}(\\.[0-9]{1,3}){0,3}") {
        for (text, expected) in [
            (version.clone(), Place::In),
            (format!("<= {version}"), Place::In),
            (format!(">={version}"), Place::In),
            (format!("< {version}"), Place::Out),
            (format!("> {version}"), Place::Out),
        ] {
            proptest::prop_assert_eq!(place(&text, &version), expected, "{}", text);
        }
    }
}
