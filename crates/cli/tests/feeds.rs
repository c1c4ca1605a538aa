//! `ward feeds`: feeds kept up from a small server in this process, and bundles that are carried.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use serde_json::Value;

fn ward(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ward")).current_dir(folder).args(args).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs a command that must end with this code.
fn ends(folder: &Path, code: i32, args: &[&str]) -> Output {
    let output = ward(folder, args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", said(&output));
    output
}

/// The newest day of a feed in a snapshot.
fn newest(folder: &Path, snapshot: &str, feed: &str) -> Option<String> {
    let output = ends(folder, 0, &["feeds", "status", snapshot, "--json"]);
    let feeds: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let one = feeds.iter().find(|one| one["feed"] == feed)?;
    one["newest"].as_str().map(str::to_owned)
}

/// A catalogue of one known exploited vulnerability, of a day.
fn kev(day: &str) -> String {
    format!(
        r#"{{"catalogVersion":"{day}","dateReleased":"{day}T00:00:00Z","count":1,"vulnerabilities":[
        {{"cveID":"CVE-2999-0001","vendorProject":"ZZ","product":"ZZ","vulnerabilityName":"x",
        "dateAdded":"{day}","shortDescription":"x","requiredAction":"x","dueDate":"{day}",
        "knownRansomwareCampaignUse":"Known","notes":""}}]}}"#
    )
}

fn epss(day: &str) -> String {
    likely(day, "0.5")
}

/// Probabilities of a day, of one vulnerability.
fn likely(day: &str, probability: &str) -> String {
    let head = format!("#model_version:v2025.03.14,score_date:{day}T00:00:00+0000\n");
    head + &format!("cve,epss,percentile\nCVE-2999-0001,{probability},0.9\n")
}

/// A server of files with marks; what is not there is refused.
struct Server {
    host: String,
    files: Arc<Mutex<HashMap<String, String>>>,
    /// How often content was sent.
    sent: Arc<Mutex<usize>>,
}

impl Server {
    fn new() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let (files, sent) = (Arc::<Mutex<HashMap<String, String>>>::default(), Arc::default());
        let server = Server { host, files: files.clone(), sent: Arc::clone(&sent) };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let head: Vec<String> =
                    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                let path = head[0].split(' ').nth(1).unwrap().to_owned();
                let found = files.lock().unwrap().get(&path).cloned();
                let mark =
                    found.as_ref().map(|text| format!("\"{}\"", blake3::hash(text.as_bytes())));
                let known = |mark: &String| head.contains(&format!("if-none-match: {mark}"));
                let answer = match (found, mark) {
                    (Some(_), Some(mark)) if known(&mark) => {
                        "304 Not Modified\r\nconnection: close\r\n\r\n".to_owned()
                    }
                    (Some(text), Some(mark)) => {
                        *sent.lock().unwrap() += 1;
                        let length = text.len();
                        format!(
                            "200 OK\r\nconnection: close\r\netag: {mark}\r\n\
                             content-length: {length}\r\n\r\n{text}"
                        )
                    }
                    _ => "503 Busy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned(),
                };
                stream.write_all(format!("HTTP/1.1 {answer}").as_bytes()).unwrap();
            }
        });
        server
    }

    fn put(&self, path: &str, text: String) {
        self.files.lock().unwrap().insert(path.to_owned(), text);
    }

    fn sent(&self) -> usize {
        std::mem::take(&mut self.sent.lock().unwrap())
    }
}

#[test]
fn feeds_are_kept_up_from_their_addresses() {
    let server = Server::new();
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let list = format!("# feeds\nkev http://{0}/kev.json\nepss http://{0}/epss.csv\n", server.host);
    std::fs::write(here.join("list"), list).unwrap();
    let refresh = |code: i32| {
        let host = server.host.as_str();
        let args =
            ["feeds", "refresh", "--list", "list", "--private-source", host, "-o", "feeds.ward"];
        said(&ends(here, code, &args))
    };
    server.put("/kev.json", kev("2026-03-01"));
    server.put("/epss.csv", epss("2026-03-02"));
    refresh(0);
    assert_eq!(newest(here, "feeds.ward", "kev").as_deref(), Some("2026-03-01"));
    assert_eq!(newest(here, "feeds.ward", "epss").as_deref(), Some("2026-03-02"));
    assert_eq!(server.sent(), 2);

    let told = refresh(0);
    assert!(told.contains("kev.json: has not changed"), "{told}");
    assert_eq!(server.sent(), 0);

    // One fails, the other is newer: what was known of the first stays, and that is said.
    server.put("/kev.json", "<html>Sorry</html>".to_owned());
    server.put("/epss.csv", epss("2026-03-09"));
    let told = refresh(6);
    assert!(told.contains("kev.json: what lies there is no feed; what was known on"), "{told}");
    assert_eq!(newest(here, "feeds.ward", "kev").as_deref(), Some("2026-03-01"));
    assert_eq!(newest(here, "feeds.ward", "epss").as_deref(), Some("2026-03-09"));
    server.put("/kev.json", kev("2026-02-01"));
    assert!(refresh(6).contains("older than what was read before"));
    assert_eq!(newest(here, "feeds.ward", "kev").as_deref(), Some("2026-03-01"));

    // Without what was read before, an older feed does not take the snapshot's place.
    let before = std::fs::read(here.join("feeds.ward")).unwrap();
    let address = format!("kev=http://{}/kev.json", server.host);
    let args = ["feeds", "refresh", &address, "-o", "feeds.ward", "--cache", "other"];
    let args = [&args[..], &["--private-source", &server.host]].concat();
    let told = said(&ends(here, 1, &args));
    assert!(told.contains("knows more of"), "{told}");
    assert_eq!(std::fs::read(here.join("feeds.ward")).unwrap(), before);
}

#[test]
fn what_cannot_be_asked_is_told_before_anything_is() {
    let server = Server::new();
    server.put("/kev.json", kev("2026-03-01"));
    let folder = tempfile::tempdir().unwrap();
    let address = format!("http://{}/kev.json", server.host);
    let refresh = |args: &[&str], code: i32| {
        let args = [&["feeds", "refresh", "-o", "feeds.ward"], args].concat();
        said(&ends(folder.path(), code, &args))
    };
    let told = refresh(&[&address], 1);
    assert!(told.contains("--private-source"), "{told}");
    assert_eq!(server.sent(), 0);
    assert!(refresh(&[], 2).contains("ADDRESS"));
    assert!(refresh(&["nonsense"], 1).contains("names no address"));
    std::fs::write(folder.path().join("list"), "kev https://zz.example/k\nnonsense\nx y\n")
        .unwrap();
    let told = refresh(&["--list", "list"], 1);
    assert!(told.contains("line 2") && told.contains("line 3") && told.contains("2 of its lines"));
    // Nothing was ever read: no snapshot is made.
    let nowhere = format!("http://{}/nothing", server.host);
    let told = refresh(&[&nowhere, "--private-source", &server.host], 1);
    assert!(told.contains("503") && told.contains("no feed could be read"), "{told}");
    assert!(!folder.path().join("feeds.ward").exists());
}

#[test]
fn a_probability_counts_over_the_snapshot_that_stood_there() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("kev.json", kev("2026-06-01"));
    for (day, probability, ranked) in [
        ("2026-06-01", "0.5", 500_000),
        ("2026-06-02", "0.45", 500_000),
        ("2026-06-03", "0.3", 300_000),
    ] {
        write("epss.csv", likely(day, probability));
        ends(folder.path(), 0, &["feeds", "import", "kev.json", "epss.csv", "--output", "f.ward"]);
        let bytes = std::fs::read(folder.path().join("f.ward")).unwrap();
        let landscape = wardwatch_feeds::landscape::snapshot::read(&bytes).unwrap();
        let epss = landscape.vulnerabilities.iter().rev().find_map(|one| one.epss).unwrap();
        assert_eq!(epss.ranked, ranked, "{day}");
    }
}

/// A folder with a key, its public half, and bundles of an older and a newer day.
fn sealed() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let made = ends(here, 0, &["feeds", "keygen", "--output", "key"]);
    let public = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    for (name, day) in [("old", "2026-02-01"), ("new", "2026-03-01")] {
        let feed = format!("{name}.json");
        std::fs::write(here.join(&feed), kev(day)).unwrap();
        ends(here, 0, &["feeds", "import", &feed, "-o", name]);
        let bundle = format!("{name}.bundle");
        ends(here, 0, &["feeds", "seal", name, "--key", "key", "-o", &bundle]);
    }
    (folder, public)
}

#[test]
fn a_bundle_is_carried_and_opened() {
    let (folder, public) = sealed();
    let here = folder.path();
    assert_eq!(public.len(), 64);
    let mode = std::fs::metadata(here.join("key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let told = said(&ends(here, 1, &["feeds", "keygen", "--output", "key"]));
    assert!(told.contains("never written over"), "{told}");

    ends(here, 0, &["feeds", "status", "new.bundle", "--trust", &public]);
    ends(here, 0, &["feeds", "import", "old.bundle", "--trust", &public, "-o", "feeds.ward"]);
    assert_eq!(newest(here, "feeds.ward", "kev").as_deref(), Some("2026-02-01"));
    ends(here, 0, &["feeds", "import", "new.bundle", "--trust", &public, "-o", "feeds.ward"]);
    assert_eq!(newest(here, "feeds.ward", "kev").as_deref(), Some("2026-03-01"));
}

#[test]
fn a_bundle_that_is_wrong_leaves_the_old_snapshot() {
    let (folder, public) = sealed();
    let here = folder.path();
    ends(here, 0, &["feeds", "import", "new.bundle", "--trust", &public, "-o", "feeds.ward"]);
    let before = std::fs::read(here.join("feeds.ward")).unwrap();
    let good = std::fs::read(here.join("new.bundle")).unwrap();
    let written = |name: &str, change: &dyn Fn(&mut Vec<u8>)| -> PathBuf {
        let mut bytes = good.clone();
        change(&mut bytes);
        std::fs::write(here.join(name), bytes).unwrap();
        here.join(name)
    };
    written("changed", &|bytes| bytes[120] ^= 1);
    written("short", &|bytes| bytes.truncate(200));
    let other = "0".repeat(64);
    let none = "12".to_owned();
    for (file, key, why) in [
        ("changed", &public, "signature is wrong"),
        ("short", &public, "breaks off"),
        ("new.bundle", &other, "not trusted here"),
        ("new.bundle", &none, "64 hexadecimal digits"),
        ("old.bundle", &public, "knows more of 'kev'"),
        ("new", &public, "no signed bundle"),
        ("nothing", &public, "cannot be read"),
    ] {
        let args = ["feeds", "import", file, "--trust", key, "-o", "feeds.ward"];
        let told = said(&ends(here, 1, &args));
        assert!(told.contains(why), "{file}: {told}");
        assert_eq!(std::fs::read(here.join("feeds.ward")).unwrap(), before, "{file}");
    }
}

#[test]
fn a_bundle_is_never_read_without_a_key() {
    let (folder, _) = sealed();
    let here = folder.path();
    std::fs::write(here.join("host.txt"), "HotFixID\r\nKB9999991\r\n").unwrap();
    for args in [
        &["feeds", "import", "new.bundle", "-o", "feeds.ward"][..],
        &["feeds", "import", "old.json", "new.bundle", "-o", "feeds.ward"],
        &["feeds", "status", "new.bundle"],
        &["assess", "host.txt", "--feeds", "new.bundle"],
    ] {
        let told = said(&ends(here, 1, args));
        assert!(told.contains("signed bundle") && told.contains("--trust"), "{told}");
    }
    assert!(!here.join("feeds.ward").exists());
}

#[test]
fn only_a_key_that_is_kept_secret_signs() {
    let (folder, _) = sealed();
    let here = folder.path();
    let seal = |key: &str| {
        said(&ends(here, 1, &["feeds", "seal", "new", "--key", key, "-o", "more.bundle"]))
    };
    std::fs::set_permissions(here.join("key"), std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(seal("key").contains("set its mode to 600"));
    std::fs::write(here.join("junk"), "junk").unwrap();
    std::fs::set_permissions(here.join("junk"), std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(seal("junk").contains("cannot sign"));
    assert!(!here.join("more.bundle").exists());
}
