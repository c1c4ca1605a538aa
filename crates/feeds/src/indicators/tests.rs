//! Lists as they come, and what is made of them.

use proptest::prelude::*;
use wardwatch_model::{Indicator, Timestamp};

use super::{Format, Limits, ListError, Parsed, parse};

const NOW: Timestamp = Timestamp { micros: 1_700_000_000_000_000 };

fn parsed(text: &str) -> Parsed {
    parse(text.as_bytes(), Format::Auto, &Limits::default(), NOW).unwrap()
}

fn values(parsed: &Parsed) -> Vec<String> {
    parsed.indicators.iter().map(|one| format!("{} {}", one.kind, one.value)).collect()
}

fn problems(parsed: &Parsed) -> Vec<String> {
    assert_eq!(parsed.problems.len() as u64, parsed.problem_count);
    parsed.problems.iter().map(|one| format!("{}: {}", one.place, one.reason)).collect()
}

fn only(parsed: &Parsed) -> &Indicator {
    assert_eq!(parsed.indicators.len(), 1, "{parsed:?}");
    &parsed.indicators[0]
}

const HASH: &str = "44d88612fea8a8f36de82e1278abb02f44d88612fea8a8f36de82e1278abb02f";

#[test]
fn a_plain_list_is_read_line_by_line() {
    let list = parsed(&format!(
        "# a list\n\n45.9.148[.]20\n{}\nhxxps://C2.zz-evil[.]net/a?b#c   # the gate\n\
         *.zz-evil.org\n45.9.148.0/24\n45.9.148.21:8080\n0.0.0.0 ads.zz-evil.com\n\
         no value\n10.0.0.1\n45.9.148.20\n",
        HASH.to_uppercase()
    ));
    assert_eq!(list.format, Format::Text);
    assert_eq!(
        values(&list),
        [
            "address 45.9.148.20",
            &format!("sha256 {HASH}"),
            "url https://c2.zz-evil.net/a?b",
            "domain zz-evil.org",
            "address 45.9.148.0/24",
            "address 45.9.148.21",
            "domain ads.zz-evil.com",
        ]
    );
    assert_eq!(list.repeated, 1);
    assert_eq!(
        problems(&list),
        [
            "line 10: 'no value' is more than one value",
            "line 11: '10.0.0.1': the address is kept for a private network",
        ]
    );
}

#[test]
fn what_healthy_computers_do_all_day_is_refused() {
    let refused = [
        "127.0.0.1",
        "192.0.2.7",
        "203.0.113.0/24",
        "169.254.1.1",
        "100.64.0.1",
        "224.0.0.1",
        "0.0.0.0/0",
        "45.0.0.0/8",
        "::1",
        "2001:db8::5",
        "fd00::1",
        "fe80::1",
        "::ffff:10.0.0.1",
        "8.8.8.8",
        "localhost.localdomain",
        "printer.local",
        "co.uk",
        "nhs.uk",
        "microsoft.com",
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "00000000000000000000000000000000",
        "http://192.168.1.1/x",
        "http://intranet/x",
    ];
    let list = parsed(&refused.join("\n"));
    assert_eq!(values(&list), [""; 0]);
    assert_eq!(list.problem_count, refused.len() as u64);
    let typed = parsed("type,value\ndomain,com\ndomain,localhost\nip,300.1.1.1\n");
    assert_eq!(
        problems(&typed),
        [
            "line 2: 'com': it is a name without a dot, such as a whole top-level domain",
            "line 3: 'localhost': it is this machine itself",
            "line 4: '300.1.1.1' is no address and no range of addresses",
        ]
    );
}

#[test]
fn columns_are_found_by_name_in_a_comment_and_by_content() {
    let named = parsed(
        "Indicator;Type;Confidence;Valid until;Tags;Comment\n\
         c2.zz-evil.net;domain;90;2030-01-01T00:00:00Z;bot,c2;the gate\n\
         c3.zz-evil.net;domain;low;2020-01-01T00:00:00Z;;over\n;domain;;;;\n",
    );
    assert_eq!(named.format, Format::Csv);
    let gate = only(&named);
    assert_eq!((gate.confidence, gate.note.as_str()), (Some(90), "the gate"));
    assert_eq!(gate.labels, ["bot", "c2"]);
    assert!(gate.valid_until.is_some());
    assert_eq!(
        problems(&named),
        [
            "line 3: expired: it was valid until 2020-01-01T00:00:00Z",
            "line 4: the row holds no value where the others hold theirs",
        ]
    );

    let in_comment = parsed(
        "################\n# \"first_seen\",\"dst_ip\",\"dst_port\",\"malware\"\n\
         \"2023-01-01 00:00:00\",\"45.9.148.20\",\"443\",\"ZZBot\"\n# ends\n",
    );
    assert_eq!(values(&in_comment), ["address 45.9.148.20"]);
    assert_eq!(only(&in_comment).note, "ZZBot");

    let by_content = parsed(&format!(
        "1,invoice.exe,{HASH},45.9.148.20\n2,a.dll,{HASH},45.9.148.21\n3,b.dll,none,45.9.148.22\n"
    ));
    assert_eq!(values(&by_content).len(), 4, "{by_content:?}");
    assert_eq!(problems(&by_content).len(), 1);
    assert!(problems(&by_content)[0].starts_with("line 3: 'none' is no hash"));

    let hosts = parsed("host,port\nc2.zz-evil.net,1\n45.9.148.20,2\n");
    assert_eq!(values(&hosts), ["domain c2.zz-evil.net", "address 45.9.148.20"]);
}

#[test]
fn a_bundle_gives_the_values_of_its_patterns() {
    let bundle = format!(
        r#"{{"type":"bundle","id":"bundle--1","objects":[
        {{"type":"identity","id":"identity--1","name":"ZZ"}},
        {{"type":"indicator","id":"indicator--1","pattern_type":"stix","confidence":80,
          "name":"dropper","indicator_types":["malicious-activity"],"created_by_ref":"identity--1",
          "valid_from":"2020-01-01T00:00:00Z",
          "pattern":"[file:hashes.'SHA-256' = '{HASH}' OR domain-name:value = 'C2.zz-evil.net']"}},
        {{"type":"indicator","id":"indicator--2","pattern_type":"stix",
          "pattern":"[ipv4-addr:value = '45.9.1.1' AND url:value = 'http://a.net/']"}},
        {{"type":"indicator","id":"indicator--3","pattern_type":"sigma","pattern":"x"}},
        {{"type":"indicator","id":"indicator--4","pattern_type":"stix","revoked":true,
          "pattern":"[ipv4-addr:value = '45.9.1.2']"}},
        {{"type":"indicator","id":"indicator--5","pattern_type":"stix",
          "valid_until":"2020-01-01T00:00:00Z","pattern":"[ipv4-addr:value = '45.9.1.3']"}},
        {{"type":"indicator","id":"indicator--6","pattern_type":"stix","pattern":"[x"}},
        {{"type":"indicator","id":"indicator--7","pattern":7}},
        {{"type":"indicator","id":"indicator--8","pattern_type":"stix",
          "modified":"2021-01-01T00:00:00Z","pattern":"[ipv4-addr:value = '45.9.1.5']"}},
        {{"type":"indicator","id":"indicator--8","pattern_type":"stix",
          "modified":"2020-01-01T00:00:00Z","pattern":"[ipv4-addr:value = '45.9.1.4']"}},
        5]}}"#
    );
    let list = parsed(&bundle);
    assert_eq!(list.format, Format::Stix);
    assert_eq!(
        values(&list),
        [&format!("sha256 {HASH}"), "domain c2.zz-evil.net", "address 45.9.1.5"]
    );
    let first = &list.indicators[0];
    assert_eq!((first.confidence, first.id.as_str()), (Some(80), "indicator--1"));
    assert_eq!((first.note.as_str(), first.source.as_str()), ("dropper", "identity--1"));
    let gone: Vec<&str> = list.withdrawn.iter().map(|id| &id["indicator--".len()..]).collect();
    assert_eq!(gone, ["2", "3", "4", "5", "6", "7"]);
    assert_eq!(list.others, 1);
    let said = problems(&list);
    for (place, word) in [
        ("indicator--2: ", "AND"),
        ("indicator--3: ", "type 'sigma'"),
        ("indicator--4: ", "took it back"),
        ("indicator--5: ", "expired"),
        ("indicator--6: ", "cannot be read"),
        ("indicator--7: ", "no pattern"),
        ("objects: ", "no object"),
    ] {
        let found = said.iter().filter(|one| one.starts_with(place) && one.contains(word)).count();
        assert_eq!(found, 1, "{place} {word}: {said:#?}");
    }
    assert_eq!(said.len(), 7);
}

#[test]
fn an_event_of_misp_gives_what_is_meant_for_detection() {
    let event = format!(
        r#"{{"Event":{{"info":"ZZBot","Tag":[{{"name":"tlp:white"}}],"Attribute":[
        {{"uuid":"u1","type":"filename|sha256","value":"a.exe|{HASH}","to_ids":true,
          "comment":"the dropper"}},
        {{"uuid":"u2","type":"ip-dst|port","value":"45.9.148.20|443","to_ids":true}},
        {{"uuid":"u3","type":"domain|ip","value":"c2.zz-evil.net|45.9.148.21","to_ids":"1"}},
        {{"uuid":"u4","type":"url","value":"http://zz-evil.net/x","to_ids":false}},
        {{"uuid":"u5","type":"mutex","value":"m","to_ids":true}},
        {{"uuid":"u6","type":"ip-dst","value":"10.0.0.1","to_ids":true}},
        {{"uuid":"u7","type":"md5","value":"{}","to_ids":true,"deleted":true}},
        {{"uuid":"u8","type":"domain|ip","value":"zz-evil.net","to_ids":true}}],
        "Object":[{{"name":"file","Attribute":[
        {{"uuid":"u9","type":"md5","value":"{}","to_ids":true}}]}}],
        "RelatedEvent":[{{"Event":{{"Attribute":[{{"type":"md5"}}]}}}}]}}}}"#,
        &HASH[..32],
        &HASH[..32],
    );
    let list = parsed(&event);
    assert_eq!(list.format, Format::Misp);
    assert_eq!(
        values(&list),
        [
            &format!("sha256 {HASH}"),
            "address 45.9.148.20",
            "domain c2.zz-evil.net",
            "address 45.9.148.21",
            &format!("md5 {}", &HASH[..32]),
        ]
    );
    assert_eq!(list.indicators[0].note, "the dropper");
    assert_eq!((list.indicators[1].note.as_str(), list.others), ("ZZBot", 1));
    assert_eq!(list.indicators[1].labels, ["tlp:white"]);
    let places: Vec<&str> = list.problems.iter().map(|one| one.place.as_str()).collect();
    assert_eq!(places, ["u5", "u6", "u7", "u8"]);
    let many = parsed(&format!(r#"{{"response":[{event},{event}]}}"#));
    assert_eq!((many.indicators.len(), many.repeated), (5, 5));
}

#[test]
fn a_manifest_names_events_and_no_other_files() {
    let one = "5a1c7b3e-0001-4000-8000-000000000001";
    let two = "5a1c7b3e-0002-4000-8000-000000000002";
    let manifest = format!(r#"{{"{one}":{{"timestamp":"10"}},"{two}":{{"timestamp":20}}}}"#);
    assert_eq!(super::event_names(&manifest).unwrap(), [two, one]);
    assert!(super::event_names(r#"{"../../etc/passwd":{}}"#).is_err());
}

#[test]
fn what_is_too_large_or_broken_off_is_refused_whole() {
    let limits = Limits { bytes: 60, indicators: 2, problems: 1 };
    let read = |text: &str| parse(text.as_bytes(), Format::Auto, &limits, NOW);
    let long = "a.zz-evil.net\n".repeat(5);
    assert_eq!(read(&long), Err(ListError::TooLarge { bytes: 70, limit: 60 }));
    let three = "a.zz-evil.net\nb.zz-evil.net\nc.zz-evil.net\n";
    assert_eq!(read(three), Err(ListError::TooMany(2)));
    let problems = read("x\ny\nz\n").unwrap();
    assert_eq!((problems.problems.len(), problems.problem_count), (1, 3));
    assert!(matches!(read(r#"{"type":"bundle","objects":[{"#), Err(ListError::NotJson(_))));
    assert!(matches!(read(r#"{"a":1}"#), Err(ListError::NotAList(_))));
    let bytes = parse(b"a\xff", Format::Auto, &limits, NOW);
    assert_eq!(bytes, Err(ListError::NotText(1)));
    let deep = format!(r#"{{"objects":{}"#, "[".repeat(5_000));
    assert!(matches!(
        parse(deep.as_bytes(), Format::Stix, &Limits::default(), NOW),
        Err(ListError::NotJson(_))
    ));
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>(), format in prop::sample::select(&Format::ALL[..])) {
        let _ = parse(text.as_bytes(), format, &Limits::default(), NOW);
    }

    #[test]
    fn nearly_right_lists_do_not_panic(
        parts in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ":", ",", "\"objects\"", "\"Event\"", "\"Attribute\"", "\"value\"",
            "\"type\"", "\"indicator\"", "\"pattern\"", "\"[url:value = 'a']\"", "true", "1", "null",
            "\n", "#", ";", "a.b.net", "45.9.1.1", "é", "\"to_ids\"", "\"response\"",
        ]), 0..40),
        format in prop::sample::select(&Format::ALL[..]),
    ) {
        let _ = parse(parts.concat().as_bytes(), format, &Limits::default(), NOW);
    }

    #[test]
    fn what_was_taken_is_taken_again_unchanged(text in "[a-z0-9.:/\\[\\]-]{1,40}") {
        let once = parse(text.as_bytes(), Format::Text, &Limits::default(), NOW).unwrap();
        for indicator in &once.indicators {
            let again =
                parse(indicator.value.as_bytes(), Format::Text, &Limits::default(), NOW).unwrap();
            prop_assert_eq!(again.indicators.first(), Some(indicator));
        }
    }
}
