//! Lists pulled over HTTP from a small server in this process, which also misbehaves.

#![allow(clippy::unwrap_used, reason = "helpers of tests state their expectations with unwrap")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use wardwatch_feeds::fetch::{Credentials, Reach};
use wardwatch_feeds::indicators::Limits;
use wardwatch_feeds::pull::{Pulled, Source, pull};
use wardwatch_model::{SourceKind, Timestamp};

const NOW: Timestamp = Timestamp { micros: 1_700_000_000_000_000 };
const ONE: &str = "5a1c7b3e-0001-4000-8000-000000000001";
const TWO: &str = "5a1c7b3e-0002-4000-8000-000000000002";

/// A server of fixed answers, each whole with its head; it keeps what it was asked.
struct Server {
    host: String,
    asked: Arc<Mutex<Vec<String>>>,
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

impl Server {
    fn with(answers: impl Fn(&str) -> HashMap<String, String>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let (answers, asked) = (answers(&host), Arc::new(Mutex::new(Vec::new())));
        let kept = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &answers, &kept);
            }
        });
        Server { host, asked }
    }

    fn pull(&self, kind: SourceKind, path: &str) -> Result<Pulled, String> {
        self.pull_from(kind, path, None)
    }

    fn pull_from(
        &self,
        kind: SourceKind,
        path: &str,
        read_up_to: Option<&str>,
    ) -> Result<Pulled, String> {
        let source = Source {
            kind,
            address: format!("http://{}{path}", self.host),
            collection: "c2".to_owned(),
            credentials: Credentials::Bearer("hidden".to_owned()),
            read_up_to: read_up_to.map(str::to_owned),
        };
        let limits = Limits { bytes: 1_000, ..Limits::default() };
        let reach = Reach::allowing([self.host.clone()]);
        pull(&source, &reach, &limits, NOW).map_err(|error| error.to_string())
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, answers: &HashMap<String, String>, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let path = lines.next().unwrap().unwrap().split(' ').nth(1).unwrap().to_owned();
    let head: Vec<String> =
        lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let knows = head.iter().any(|line| line.eq_ignore_ascii_case("authorization: Bearer hidden"));
    asked.lock().unwrap().push(format!("{path}{}", if knows { "" } else { " unknown" }));
    let none = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned();
    let text = answers.get(&path).unwrap_or(&none);
    let text = text.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    stream.write_all(text.as_bytes()).unwrap();
}

fn values(pulled: &Pulled) -> Vec<String> {
    pulled.parsed.indicators.iter().map(|one| one.value.clone()).collect()
}

#[test]
fn a_feed_of_misp_is_read_event_by_event() {
    let event = |value: &str| {
        ok(&format!(
            r#"{{"Event":{{"info":"ZZ","Attribute":[{{"uuid":"u","type":"ip-dst","value":"{value}","to_ids":true}}]}}}}"#
        ))
    };
    let manifest = format!(r#"{{"{ONE}":{{"timestamp":"1"}},"{TWO}":{{"timestamp":"2"}}}}"#);
    let server = Server::with(|_| {
        HashMap::from([
            ("/feed/manifest.json".to_owned(), ok(&manifest)),
            (format!("/feed/{ONE}.json"), event("45.9.148.1")),
            (format!("/feed/{TWO}.json"), event("45.9.148.2")),
            ("/half/manifest.json".to_owned(), ok(&manifest)),
            (format!("/half/{TWO}.json"), event("45.9.148.2")),
        ])
    });
    let pulled = server.pull(SourceKind::Misp, "/feed/").unwrap();
    assert_eq!(values(&pulled), ["45.9.148.2", "45.9.148.1"], "what changed last comes first");
    assert_eq!(pulled.parsed.indicators[0].source, TWO);
    assert!(pulled.whole);
    let half = server.pull(SourceKind::Misp, "/half/manifest.json").unwrap_err();
    assert!(half.contains("404"), "half a feed is none: {half}");
}

#[test]
fn a_file_is_read_and_redirects_stay_on_the_host() {
    let moved =
        |to: &str| format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
    let server = Server::with(|host| {
        HashMap::from([
            ("/list".to_owned(), ok("45.9.148.1\n")),
            ("/moved".to_owned(), moved("/list")),
            ("/whole".to_owned(), moved(&format!("http://{host}/list"))),
            ("/away".to_owned(), moved("https://zz-evil.net/list?key=1")),
            ("/double".to_owned(), moved("//zz-evil.net/list")),
            ("/circle".to_owned(), moved("/circle")),
            ("/large".to_owned(), ok(&"45.9.148.1\n".repeat(200))),
            ("/json".to_owned(), ok("{\"a\":1}")),
            (
                "/no".to_owned(),
                "HTTP/1.1 403 Forbidden\r\ncontent-length: 17\r\n\r\n{\"title\":\"never\"}"
                    .to_owned(),
            ),
        ])
    });
    for path in ["/list", "/moved", "/whole"] {
        assert_eq!(values(&server.pull(SourceKind::File, path).unwrap()), ["45.9.148.1"], "{path}");
    }
    for (path, words) in [
        ("/away", "leads to 'https://zz-evil.net/list'"),
        ("/double", "leads to '//zz-evil.net/list'"),
        ("/circle", "in a circle"),
        ("/large", "more than 1000 bytes"),
        ("/json", "neither a bundle"),
        ("/no", "answered 403: never"),
    ] {
        let error = server.pull(SourceKind::File, path).unwrap_err();
        assert!(error.contains(words), "{path}: {error}");
        assert!(!error.contains("hidden") && !error.contains("key=1"), "{error}");
    }
    assert!(server.asked().iter().all(|asked| !asked.ends_with("unknown")));
}

#[test]
fn a_collection_is_read_page_by_page_and_from_where_it_was() {
    let page = |value: &str, rest: &str| {
        let body = format!(
            r#"{{"objects":[{{"type":"indicator","id":"indicator--{value}","pattern_type":"stix","pattern":"[ipv4-addr:value = '{value}']"}}]{rest}}}"#
        );
        let length = body.len();
        format!(
            "HTTP/1.1 200 OK\r\nX-TAXII-Date-Added-Last: {value}\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    };
    let objects = "/api1/collections/id1/objects/?match%5Btype%5D=indicator&limit=1000";
    let server = Server::with(|host| {
        let discovery = format!(
            r#"{{"title":"ZZ","api_roots":["https://other.net/api1/","http://{host}/closed/","http://{host}/api1/"]}}"#
        );
        let collections = r#"{"collections":[{"id":"id0","title":"hidden one","can_read":false},
            {"id":"id1","title":"C2","alias":"c2","can_read":true}]}"#;
        HashMap::from([
            ("/taxii2/".to_owned(), ok(&discovery)),
            ("/api1/collections/".to_owned(), ok(collections)),
            (objects.to_owned(), page("45.9.148.1", r#","more":true,"next":"n""#)),
            // The same name for every page that follows, as some servers have it.
            (format!("{objects}&next=n"), page("45.9.148.2", r#","more":false,"next":"n""#)),
            (format!("{objects}&added_after=45.9.148.2"), ok("{}")),
        ])
    });
    let pulled = server.pull(SourceKind::Taxii, "/taxii2/").unwrap();
    assert_eq!(values(&pulled), ["45.9.148.1", "45.9.148.2"]);
    assert_eq!((pulled.whole, pulled.read_up_to.as_deref()), (true, Some("45.9.148.2")));
    let later = server.pull_from(SourceKind::Taxii, "/taxii2/", Some("45.9.148.2")).unwrap();
    assert_eq!((values(&later).len(), later.whole), (0, false));
    assert_eq!(later.read_up_to.as_deref(), Some("45.9.148.2"));
    let none = server.pull(SourceKind::Taxii, "/list").unwrap_err();
    assert!(none.contains("404"), "{none}");
    let asked = server.asked();
    assert!(asked.iter().any(|path| path.starts_with("/closed/")), "the other root was tried");
}
