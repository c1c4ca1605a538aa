//! Events that hold indicators, and those that do not.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use wardwatch_model::{
    Event, Field, Indicator, IndicatorKind, IndicatorListId, Level, OrgId, RawTime, SourceSet,
    Timestamp, Value,
};

use super::{Builder, Matcher, Scratch};

const HASH: &str = "44d88612fea8a8f36de82e1278abb02f44d88612fea8a8f36de82e1278abb02f";

fn org(code: &str) -> OrgId {
    code.parse().unwrap()
}

fn matcher(lists: &[(&str, &[(IndicatorKind, &str)])]) -> Matcher {
    let mut builder = Builder::default();
    for (at, (code, indicators)) in lists.iter().enumerate() {
        let orgs: BTreeSet<OrgId> = code.split(' ').map(org).collect();
        let list = builder.list(IndicatorListId([at as u8; 16]), "zz list", Arc::new(orgs));
        for (kind, value) in *indicators {
            assert!(builder.add(list, Indicator::bare(*kind, *value)), "{value}");
        }
    }
    builder.build()
}

fn found_by(matcher: &Matcher, code: &str, fields: &[Field<'_>]) -> Vec<String> {
    let event = Event {
        fields,
        sources: SourceSet::UNKNOWN,
        time: RawTime::Missing,
        device: Value::Null,
        record: 0,
    };
    let (mut scratch, mut hits) = (Scratch::default(), Vec::new());
    let time = Timestamp { micros: 10 };
    matcher.look_up(&event, &org(code), time, &mut scratch, &mut hits);
    hits.iter()
        .map(|hit| {
            let entry = matcher.entry(hit.entry).unwrap();
            format!("{} in {}", entry.value(), fields[hit.field].name)
        })
        .collect()
}

#[test]
fn every_kind_is_found_where_events_hold_it() {
    use IndicatorKind::{Address, Domain, Md5, Sha256, Url};
    let md5 = &HASH[..32];
    let matcher = matcher(&[(
        "ZZ1",
        &[
            (Sha256, HASH),
            (Md5, md5),
            (Address, "45.9.148.20"),
            (Address, "45.9.149.0/24"),
            (Address, "2a00:1::/32"),
            (Domain, "zz-evil.net"),
            (Url, "http://zz-evil.org/a?b=C"),
        ],
    )]);
    let upper = HASH.to_uppercase();
    let sysmon = format!("SHA1=00,MD5={},SHA256={upper},IMPHASH={}", "0".repeat(32), &HASH[..32]);
    for (name, value, expected) in [
        ("Hashes", sysmon.as_str(), vec![HASH]),
        ("file.hash.sha256", HASH, vec![HASH]),
        ("fileinfo.md5", md5, vec![md5]),
        ("DestinationIp", "45.9.148.20", vec!["45.9.148.20"]),
        ("SourceIp", "::ffff:45.9.149.7", vec!["45.9.149.0/24"]),
        ("dest_ip", "2a00:1::7", vec!["2a00:1::/32"]),
        ("QueryName", "C2.Zz-Evil.net.", vec!["zz-evil.net"]),
        ("DestinationHostname", "45.9.148.20", vec!["45.9.148.20"]),
        ("url.full", "HTTPS://zz-evil.ORG:443/a?b=C#d", vec!["http://zz-evil.org/a?b=C"]),
        ("url.full", "http://c2.zz-evil.net:8080/", vec!["zz-evil.net"]),
        ("c-uri", "http://45.9.148.20/x", vec!["45.9.148.20"]),
        ("QueryName", "notzz-evil.net", vec![]),
        ("QueryName", "net", vec![]),
        ("DestinationIp", "45.9.150.20", vec![]),
        ("url.full", "http://zz-evil.org/a?b=c", vec![]),
        ("Hashes", "IMPHASH=44d88612fea8a8f36de82e1278abb02f", vec![]),
        ("CommandLine", "ping 45.9.148.20", vec![]),
    ] {
        let found = found_by(&matcher, "ZZ1", &[Field::text(name, value)]);
        let expected: Vec<String> =
            expected.iter().map(|value| format!("{value} in {name}")).collect();
        assert_eq!(found, expected, "{name}={value}");
    }
    let apart = [Field::text("http.hostname", "ZZ-evil.org"), Field::text("http.url", "/a?b=C")];
    assert_eq!(found_by(&matcher, "ZZ1", &apart), ["http://zz-evil.org/a?b=C in http.url"]);
    let escaped = [Field { name: "url", value: Value::Escaped(r"http:\/\/zz-evil.org\/a?b=C") }];
    assert_eq!(found_by(&matcher, "ZZ1", &escaped), ["http://zz-evil.org/a?b=C in url"]);
}

#[test]
fn a_list_goes_for_its_organisations_alone() {
    let value = [(IndicatorKind::Domain, "zz-evil.net")];
    let matcher = matcher(&[("ZZ1 ZZ1S", &value), ("ZZ2", &value), ("ZZ1", &value)]);
    let fields = [Field::text("QueryName", "zz-evil.net")];
    let lists = |code: &str| {
        let event = Event {
            fields: &fields,
            sources: SourceSet::UNKNOWN,
            time: RawTime::Missing,
            device: Value::Null,
            record: 0,
        };
        let mut hits = Vec::new();
        let time = Timestamp { micros: 10 };
        matcher.look_up(&event, &org(code), time, &mut Scratch::default(), &mut hits);
        let mut lists: Vec<u8> = hits
            .iter()
            .map(|hit| matcher.list_of(matcher.entry(hit.entry).unwrap()).unwrap().0[0])
            .collect();
        lists.sort_unstable();
        lists
    };
    assert_eq!(lists("ZZ1"), [0, 2]);
    assert_eq!(lists("ZZ1S"), [0]);
    assert_eq!(lists("ZZ2"), [1]);
    assert_eq!(lists("ZZ3"), [0; 0]);
}

#[test]
fn what_is_over_does_not_count_and_confidence_makes_the_level() {
    let mut builder = Builder::default();
    let list = builder.list(IndicatorListId([7; 16]), "zz", Arc::new([org("ZZ1")].into()));
    let domain = |name: &str, until, confidence| Indicator {
        valid_until: until,
        confidence,
        ..Indicator::bare(IndicatorKind::Domain, name)
    };
    builder.add(list, domain("over.zz.net", Some(Timestamp { micros: 10 }), None));
    builder.add(list, domain("sure.zz.net", Some(Timestamp { micros: 11 }), Some(90)));
    builder.add(list, domain("guess.zz.net", None, Some(5)));
    assert!(!builder.add(list, Indicator::bare(IndicatorKind::Address, "45.9")));
    let matcher = builder.build();
    assert_eq!(matcher.len(), 3);
    let level = |name: &str| {
        let fields = [Field::text("QueryName", name)];
        let event = Event {
            fields: &fields,
            sources: SourceSet::UNKNOWN,
            time: RawTime::Missing,
            device: Value::Null,
            record: 0,
        };
        let mut hits = Vec::new();
        let time = Timestamp { micros: 10 };
        matcher.look_up(&event, &org("ZZ1"), time, &mut Scratch::default(), &mut hits);
        let hit = hits.first()?;
        matcher.rule(matcher.entry(hit.entry)?).map(|rule| (rule.id.0, rule.level))
    };
    assert_eq!(level("over.zz.net"), None);
    let id = format!("indicator:{}:sure.zz.net", "07".repeat(16));
    assert_eq!(level("sure.zz.net"), Some((id, Level::High)));
    assert_eq!(level("guess.zz.net").map(|(_, level)| level), Some(Level::Low));
}

#[test]
fn names_of_fields_stand_once_in_the_table() {
    let names: BTreeSet<&str> = super::observable::NAMES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), super::observable::NAMES.len());
}

proptest! {
    /// The tables find what a plain comparison of networks finds.
    #[test]
    fn ranges_are_found_as_by_plain_comparison(
        nets in prop::collection::vec((any::<u32>(), 8u8..=32), 1..20),
        near in any::<prop::sample::Index>(),
        change in 0u32..1024,
    ) {
        let nets: Vec<ipnet::IpNet> = nets
            .into_iter()
            .map(|(bits, length)| {
                ipnet::IpNet::new(std::net::Ipv4Addr::from_bits(bits).into(), length).unwrap().trunc()
            })
            .collect();
        let std::net::IpAddr::V4(base) = near.get(&nets).addr() else { unreachable!() };
        let address: std::net::IpAddr =
            std::net::Ipv4Addr::from_bits(base.to_bits().wrapping_add(change)).into();
        let texts: Vec<String> = nets.iter().map(ToString::to_string).collect();
        let indicators: Vec<(IndicatorKind, &str)> =
            texts.iter().map(|text| (IndicatorKind::Address, text.as_str())).collect();
        let matcher = matcher(&[("ZZ1", &indicators)]);
        let text = address.to_string();
        let found = found_by(&matcher, "ZZ1", &[Field::text("DestinationIp", &text)]);
        let expected = nets.iter().filter(|net| net.contains(&address)).count();
        prop_assert_eq!(found.len(), expected);
    }

    /// The tables find what a plain comparison of names finds: the name itself and what lies below.
    #[test]
    fn names_are_found_as_by_plain_comparison(
        listed in prop::collection::btree_set("[ab]{1,2}(\\.[ab]{1,2}){1,2}", 1..20),
        asked in "[aAbB]{1,2}(\\.[ab]{1,2}){0,3}\\.?",
    ) {
        let indicators: Vec<(IndicatorKind, &str)> =
            listed.iter().map(|name| (IndicatorKind::Domain, name.as_str())).collect();
        let matcher = matcher(&[("ZZ1", &indicators)]);
        let found: BTreeSet<String> =
            found_by(&matcher, "ZZ1", &[Field::text("QueryName", &asked)]).into_iter().collect();
        let plain = asked.trim_end_matches('.').to_lowercase();
        let expected: BTreeSet<String> = listed
            .iter()
            .filter(|name| plain == **name || plain.ends_with(&format!(".{name}")))
            .map(|name| format!("{name} in QueryName"))
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn never_panics(name in prop::sample::select(super::observable::NAMES), text in any::<String>()) {
        let matcher = matcher(&[("ZZ1", &[
            (IndicatorKind::Url, "http://zz-evil.org/"),
            (IndicatorKind::Domain, "zz-evil.net"),
            (IndicatorKind::Address, "45.9.148.20"),
            (IndicatorKind::Md5, &HASH[..32]),
        ])]);
        let _ = found_by(&matcher, "ZZ1", &[Field { name: name.0, value: Value::Escaped(&text) }]);
        let _ = found_by(&matcher, "ZZ1", &[Field::text(name.0, &text)]);
    }
}
