//! A sector for tests: a real `ward serve` on a fresh folder, with two organisations in it.
//!
//! In: rules, and options for doors. Out: the address, a sender's and a reader's token of each
//! organisation, and what was detected. Never: a wait of fixed length; what is waited for has a
//! deadline, and the first look that shows it ends the wait.

// Each test program uses its part of this.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

pub mod client;
pub mod disk;
pub mod documents;
pub mod line;
pub mod load;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use wardwatch_model::Timestamp;

/// Longest wait for anything; only a defect waits so long.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Time between two looks at what is waited for.
const PAUSE: Duration = Duration::from_millis(40);

/// What shows that everything before it has been worked through: the log is read in order.
const LAST_RULE: &str = "title: Last\nid: last\nlevel: low\nlogsource: {product: windows}\n\
                         detection: {s: {Image|endswith: '\\last.exe'}, condition: s}\n";

/// The command under test.
pub fn ward() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ward"))
}

/// An organisation with a sender's and a reader's token.
#[derive(Debug, Clone)]
pub struct Organisation {
    pub code: &'static str,
    pub sender: String,
    pub reader: String,
}

/// A server process.
pub struct Server {
    pub child: Child,
    /// Such as `http://127.0.0.1:8765`.
    pub address: String,
    said: Arc<Mutex<String>>,
}

/// Two organisations, a server, and the folder that all of it lives in.
pub struct Sector {
    folder: TempDir,
    /// The server's folder.
    pub data: PathBuf,
    /// Programs and variables around `ward`, such as a library that moves the clock.
    pub around: Vec<(String, String)>,
    pub server: Option<Server>,
    pub administrator: String,
    pub one: Organisation,
    pub two: Organisation,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// What it has said so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        self.address.strip_prefix("http://").unwrap_or(&self.address)
    }

    /// Its port.
    pub fn port(&self) -> &str {
        self.address.rsplit(':').next().unwrap()
    }
}

impl Sector {
    /// A server with these rules, and two organisations in it.
    pub fn new(rules: &str) -> Self {
        let mut sector = Sector::unopened(rules);
        sector.open(&[]);
        sector.set_up();
        sector
    }

    /// The same before the server is started.
    pub fn unopened(rules: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("rules")).unwrap();
        fs::write(folder.path().join("rules/test.yml"), rules).unwrap();
        fs::write(folder.path().join("rules/last.yml"), LAST_RULE).unwrap();
        let nobody = |code| Organisation { code, sender: String::new(), reader: String::new() };
        Sector {
            data: folder.path().join("data"),
            folder,
            around: Vec::new(),
            server: None,
            administrator: String::new(),
            one: nobody("ZZ1"),
            two: nobody("ZZ2"),
        }
    }

    /// A path in the sector's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The server, which runs.
    pub fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    /// Where it listens, such as `http://127.0.0.1:8765`.
    pub fn address(&self) -> &str {
        &self.server().address
    }

    /// Starts the server, or starts it again with other options. Gives up on a defect only.
    pub fn open(&mut self, options: &[&str]) {
        if let Err(said) = self.try_open(options) {
            panic!("the server did not start: {said}");
        }
    }

    /// Starts the server, or starts it again; what it said when it does not start.
    pub fn try_open(&mut self, options: &[&str]) -> Result<(), String> {
        self.server = None;
        let mut child = ward()
            .envs(self.around.iter().map(|(name, value)| (name, value)))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&self.data)
            .arg("--rules")
            .arg(self.path("rules"))
            .arg("--password-file")
            .arg(self.path("password"))
            .args(options)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let Some(Ok(line)) = lines.next() else {
                let _ = child.wait();
                return Err(said.lock().unwrap().clone());
            };
            if let Some(rest) = line.split("serving at ").nth(1) {
                break rest.split(' ').next().unwrap().to_owned();
            }
            let mut said = said.lock().unwrap();
            said.push_str(&line);
            said.push('\n');
        };
        let to = said.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut to = to.lock().unwrap();
                to.push_str(&line);
                to.push('\n');
            }
        });
        self.server = Some(Server { child, address, said });
        Ok(())
    }

    /// Asks the server to end, and waits until it has.
    pub fn end(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        let id = server.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let deadline = Instant::now() + PATIENCE;
        while server.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "the server does not end");
            std::thread::sleep(PAUSE);
        }
    }

    /// Two organisations below the centre, each with a sender and a reader.
    pub fn set_up(&mut self) {
        let password = fs::read_to_string(self.path("password")).unwrap();
        let login = json!({
            "name": "administrator", "password": password.trim(), "bearer": true,
        });
        let session = self.post("/api/v1/session", "", &login);
        self.administrator = session["secret"].as_str().unwrap().to_owned();
        let organisation =
            |code, name| json!({ "code": code, "parent": "ZZ0", "name": name, "kind": "trust" });
        let all = [organisation("ZZ1", "Northmoor Trust"), organisation("ZZ2", "Southmoor Trust")];
        let administrator = self.administrator.clone();
        self.post("/api/v1/organisations/import", &administrator, &json!(all));
        for code in ["ZZ1", "ZZ2"] {
            let sender = json!({ "name": "logs", "org": code });
            let sender = self.post("/api/v1/senders", &administrator, &sender);
            let reader = json!({ "name": "reader", "org": code, "role": "analyst" });
            let reader = self.post("/api/v1/tokens", &administrator, &reader);
            let secret = |made: Value| made["secret"].as_str().unwrap().to_owned();
            let made = Organisation { code, sender: secret(sender), reader: secret(reader) };
            if code == "ZZ1" { self.one = made } else { self.two = made }
        }
    }

    /// What the API answers to a question with a body.
    pub fn post(&self, path: &str, token: &str, body: &Value) -> Value {
        let mut request = agent().post(format!("{}{path}", self.address()));
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut answer =
            request.header("content-type", "application/json").send(body.to_string()).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        assert!(answer.status().is_success(), "{path}: {} {text}", answer.status());
        serde_json::from_str(&text).unwrap()
    }

    /// What the API answers to a question.
    pub fn get(&self, path: &str, token: &str) -> Value {
        let mut answer = agent()
            .get(format!("{}{path}", self.address()))
            .header("authorization", format!("Bearer {token}"))
            .call()
            .unwrap();
        let text = answer.body_mut().with_config().limit(1 << 30).read_to_string().unwrap();
        assert!(answer.status().is_success(), "{path}: {} {text}", answer.status());
        serde_json::from_str(&text).unwrap()
    }

    /// A figure of the server's own.
    pub fn figure(&self, name: &str) -> u64 {
        let mut answer = agent().get(format!("{}/metrics", self.address())).call().unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
    }

    /// Every detection that a reader of this organisation sees.
    pub fn detections(&self, organisation: &Organisation) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("/api/v1/detections?limit=500{after}");
            let mut page = self.get(&path, &organisation.reader);
            if let Value::Array(items) = page["items"].take() {
                all.extend(items);
            }
            match page["next"].as_str() {
                None => return all,
                Some(next) => after = format!("&after={next}"),
            }
        }
    }

    /// The detections of an organisation, once they are enough.
    pub fn wait(
        &self,
        organisation: &Organisation,
        enough: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        let mut deadline = Instant::now() + PATIENCE;
        let mut most = 0;
        loop {
            let found = self.detections(organisation);
            // As long as more and more is found, nothing hangs.
            if found.len() > most {
                (most, deadline) = (found.len(), Instant::now() + PATIENCE);
            }
            if enough(&found) {
                return found;
            }
            assert!(
                Instant::now() < deadline,
                "not found in time; found {} such as {:#?}; the server said: {}",
                found.len(),
                found.first(),
                self.server().said()
            );
            std::thread::sleep(PAUSE);
        }
    }

    /// The first `count` detections of the first organisation, after which it is proved that the
    /// other has none, and that there are no more.
    pub fn only_in_one(&self, count: usize) -> Vec<Value> {
        self.wait(&self.one, |found| found.len() >= count);
        // What was taken before these two is worked through when they are found.
        for organisation in [&self.one, &self.two] {
            self.send_last(organisation);
        }
        let without_last = |found: Vec<Value>| -> Vec<Value> {
            let (last, rest): (Vec<Value>, Vec<Value>) =
                found.into_iter().partition(|found| found["rule_id"] == "last");
            assert!(last.len() == 1, "{last:#?}");
            rest
        };
        let is_last = |found: &[Value]| found.iter().any(|found| found["rule_id"] == "last");
        let theirs = without_last(self.wait(&self.two, is_last));
        assert!(theirs.is_empty(), "in the wrong organisation: {theirs:#?}");
        let found = without_last(self.wait(&self.one, is_last));
        assert!(found.len() == count, "{count} were sent, but found: {found:#?}");
        assert!(found.iter().all(|found| found["org"] == self.one.code), "{found:#?}");
        found
    }

    /// Sends the event that ends what was sent before.
    pub fn send_last(&self, organisation: &Organisation) {
        let event = json!({
            "EventID": 1,
            "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Computer": "ZZ-LAST",
            "Image": "C:\\last.exe",
            "TimeCreated": "2026-03-02T09:14:05Z",
        });
        let answer = self.bulk(&organisation.sender, &format!("{{\"create\":{{}}}}\n{event}\n"));
        assert_eq!(answer["errors"], false, "{answer}");
    }

    /// Sends a body; the status, whether the answer says when to try again, and the answer.
    pub fn send(&self, path: &str, authorization: &str, body: &str) -> (u16, bool, Value) {
        let mut answer = agent()
            .post(format!("{}{path}", self.address()))
            .header("authorization", authorization)
            .header("content-type", "application/json")
            .send(body)
            .unwrap();
        let again = answer.headers().contains_key("retry-after");
        let text = answer.body_mut().read_to_string().unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        (answer.status().as_u16(), again, body)
    }

    /// What `_bulk` answers.
    pub fn bulk(&self, token: &str, body: &str) -> Value {
        let mut answer = agent()
            .post(format!("{}/_bulk", self.address()))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/x-ndjson")
            .send(body)
            .unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }
}

/// An HTTP client that gives every answer, whatever its status.
pub fn agent() -> ureq::Agent {
    patient_agent(PATIENCE)
}

/// The same, which waits so long for an answer.
pub fn patient_agent(patience: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .build()
        .into()
}

/// A port that is free for datagrams and streams at this moment.
pub fn free_port() -> u16 {
    loop {
        let stream = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = stream.local_addr().unwrap().port();
        if std::net::UdpSocket::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// What made the rule true, by name.
pub fn matched(detection: &Value) -> BTreeMap<String, String> {
    let pairs = detection["matched"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    pairs.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

/// Seconds since 1970.
pub fn seconds(time: Timestamp) -> i64 {
    time.micros.div_euclid(1_000_000)
}

/// Now, as seconds since 1970.
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// Checks that something happened between `since` and now.
pub fn assert_recent(detection: &Value, since: i64) {
    let time = Timestamp::parse(detection["time"].as_str().unwrap()).unwrap();
    // Some shippers cut off parts of seconds.
    let between = since - 1..=now() + 1;
    assert!(between.contains(&seconds(time)), "{} is not in {between:?}", detection["time"]);
}
