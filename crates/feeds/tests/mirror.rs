//! Feeds kept up from a small server in this process, which changes, fails and goes back.

#![allow(clippy::unwrap_used, reason = "helpers of tests state their expectations with unwrap")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use wardwatch_feeds::fetch::Reach;
use wardwatch_feeds::landscape::compile;
use wardwatch_feeds::mirror::{Asking, Cache, Outcome, Place, date, refresh, sources};
use wardwatch_model::Day;

/// What lies at a path: its mark and content. Nothing lies elsewhere.
type Files = Arc<Mutex<HashMap<String, (String, String)>>>;

struct Server {
    host: String,
    files: Files,
    /// Answers with content so far.
    sent: Arc<Mutex<usize>>,
}

impl Server {
    fn new() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let (files, sent) = (Files::default(), Arc::new(Mutex::new(0)));
        let server = Server { host, files: files.clone(), sent: sent.clone() };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let head: Vec<String> =
                    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                let path = head[0].split(' ').nth(1).unwrap().to_owned();
                let file = files.lock().unwrap().get(&path).cloned();
                let answer = match file {
                    None => "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n".to_owned(),
                    Some((mark, _)) if head.contains(&format!("if-none-match: {mark}")) => {
                        "HTTP/1.1 304 Not Modified\r\n".to_owned()
                    }
                    Some((mark, text)) => {
                        *sent.lock().unwrap() += 1;
                        let length = text.len();
                        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\n";
                        format!("{head}etag: {mark}\r\ncontent-length: {length}\r\n\r\n{text}")
                    }
                };
                let end =
                    if answer.contains("\r\n\r\n") { "" } else { "connection: close\r\n\r\n" };
                stream.write_all((answer + end).as_bytes()).unwrap();
            }
        });
        server
    }

    fn put(&self, path: &str, mark: &str, text: String) {
        let file = (format!("\"{mark}\""), text);
        self.files.lock().unwrap().insert(path.to_owned(), file);
    }

    fn remove(&self, path: &str) {
        self.files.lock().unwrap().remove(path);
    }

    fn sent(&self) -> usize {
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    fn place(&self, word: &str, path: &str) -> Place {
        format!("{word} http://{}{path}", self.host).parse().unwrap()
    }
}

/// A catalogue of one known exploited vulnerability, of a day.
fn kev(day: &str, cve: &str) -> String {
    format!(
        r#"{{"catalogVersion":"{day}","dateReleased":"{day}T00:00:00Z","count":1,"vulnerabilities":[
        {{"cveID":"{cve}","vendorProject":"ZZ","product":"ZZ","vulnerabilityName":"x","dateAdded":"{day}",
        "shortDescription":"x","requiredAction":"x","dueDate":"{day}","knownRansomwareCampaignUse":"Known",
        "notes":""}}]}}"#
    )
}

fn epss(day: &str) -> String {
    format!(
        "#model_version:v2025.03.14,score_date:{day}T00:00:00+0000\ncve,epss,percentile\nCVE-2999-0001,0.5,0.9\n"
    )
}

fn why(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Last { why, .. } | Outcome::Nothing { why } => why.clone(),
        good => format!("no trouble: {good:?}"),
    }
}

#[test]
fn what_has_not_changed_is_not_read_and_what_fails_keeps_its_last_good_bytes() {
    let server = Server::new();
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let places = [server.place("kev", "/kev.json"), server.place("epss", "/epss.csv")];
    let asking = |day: i32, force: bool| Asking {
        reach: Reach::allowing([server.host.clone()]),
        today: Day(day),
        force,
    };
    let newest = |day: i32| {
        let (landscape, _) = compile(sources(&places, &cache), Day(day));
        let of = |name: &str| landscape.feeds.iter().find(|feed| feed.feed == name);
        ["kev", "epss"].map(|name| of(name).and_then(|feed| feed.newest).map(|day| day.to_string()))
    };
    let some = |day: &str| Some(day.to_owned());

    // One is there, the other is not: the first is used all the same.
    server.put("/kev.json", "a", kev("2026-03-01", "CVE-2999-0001"));
    let told = refresh(&places, &cache, &asking(1, false));
    assert!(matches!(told[0], Outcome::New(bytes) if bytes > 100), "{told:?}");
    assert!(why(&told[1]).contains("503"), "{told:?}");
    assert_eq!(newest(1), [some("2026-03-01"), None]);

    server.put("/epss.csv", "a", epss("2026-03-02"));
    let told = refresh(&places, &cache, &asking(2, false));
    assert!(matches!(told[..], [Outcome::Same, Outcome::New(_)]), "{told:?}");
    assert_eq!((server.sent(), newest(2)), (2, [some("2026-03-01"), some("2026-03-02")]));

    // Nothing changed; nor when a server has forgotten its marks.
    assert_eq!(refresh(&places, &cache, &asking(3, false)), [Outcome::Same, Outcome::Same]);
    assert_eq!(server.sent(), 0);
    server.put("/kev.json", "other", kev("2026-03-01", "CVE-2999-0001"));
    assert_eq!(refresh(&places, &cache, &asking(3, false)), [Outcome::Same, Outcome::Same]);
    assert_eq!(server.sent(), 1);

    // A page of words, a file that breaks off, another feed, an older one: each keeps the last.
    let broken = kev("2026-04-01", "CVE-2999-0001")[..150].to_owned();
    let older = kev("2026-02-01", "CVE-2999-0001");
    let bad = [
        ("<html>Sorry</html>".to_owned(), "no feed"),
        (broken, "it is no"),
        (epss("2026-04-01"), "not of 'kev'"),
        (older.clone(), "older than"),
    ];
    for (place, (text, said)) in bad.into_iter().enumerate() {
        server.put("/kev.json", &format!("bad{place}"), text);
        let told = refresh(&places, &cache, &asking(4, false));
        assert!(why(&told[0]).contains(said), "{told:?}");
        assert!(matches!(told[0], Outcome::Last { since: Day(3), .. }), "{told:?}");
        assert_eq!(newest(4), [some("2026-03-01"), some("2026-03-02")]);
    }
    server.remove("/kev.json");
    let told = refresh(&places, &cache, &asking(4, false));
    assert!(matches!(told[..], [Outcome::Last { since: Day(3), .. }, Outcome::Same]), "{told:?}");

    // How old that is can be seen.
    let mut feeds = compile(sources(&places, &cache), Day(4)).0.feeds;
    date(&mut feeds, &places, &told, &cache);
    let read = |name: &str| feeds.iter().find(|feed| feed.feed == name).unwrap().read;
    assert_eq!((read("kev"), read("epss")), (Day(3), Day(4)));

    // Somebody may insist; and what is newer is taken as always.
    server.put("/kev.json", "old", older);
    assert!(matches!(refresh(&places, &cache, &asking(5, true))[0], Outcome::New(_)));
    server.put("/kev.json", "new", kev("2026-05-01", "CVE-2999-0001"));
    assert!(matches!(refresh(&places, &cache, &asking(5, false))[0], Outcome::New(_)));
    assert_eq!(newest(5)[0], some("2026-05-01"));

    // Bytes that were changed on the disk are read anew.
    server.sent();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "feed") {
            std::fs::write(path, "changed").unwrap();
        }
    }
    let told = refresh(&places, &cache, &asking(6, false));
    assert!(matches!(told[..], [Outcome::New(_), Outcome::New(_)]), "{told:?}");
    assert_eq!(server.sent(), 2);
}

#[test]
fn an_inner_address_is_not_asked_unless_it_was_allowed() {
    let server = Server::new();
    server.put("/kev.json", "a", kev("2026-03-01", "CVE-2999-0001"));
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let place = [server.place("kev", "/kev.json")];
    let asking = Asking { reach: Reach::default(), today: Day(1), force: false };
    assert!(why(&refresh(&place, &cache, &asking)[0]).contains("not https"));
    assert_eq!(server.sent(), 0);
}
