//! `ward serve --demo` for tests: started, spoken to, ended.

#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

pub mod numbers;

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::sector::{agent, ward};

/// Longest wait for anything; only a defect waits so long.
pub const PATIENCE: Duration = Duration::from_secs(240);
/// A server that demonstrates, ended with the test.
pub struct Demo {
    server: Child,
    pub address: String,
    pub password: String,
    told: std::sync::mpsc::Receiver<String>,
    folder: tempfile::TempDir,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Demo {
    pub fn start(speed: &str) -> Demo {
        let folder = tempfile::tempdir().unwrap();
        let mut server = ward()
            .args(["serve", "--demo", "--demo-speed", speed, "--demo-rate", "20"])
            .args(["--listen", "127.0.0.1:0", "--keep-free", "0"])
            .arg("--data")
            .arg(folder.path().join("data"))
            .arg("--password-file")
            .arg(folder.path().join("password"))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(server.stderr.take().unwrap()).lines();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            lines.map_while(Result::ok).try_for_each(|line| tell.send(line))
        });
        let mut demo =
            Demo { server, address: String::new(), password: String::new(), told, folder };
        let line = demo.wait_for("serving at ");
        demo.address =
            line.split_whitespace().find(|word| word.starts_with("http")).unwrap().into();
        let line = demo.wait_for("all with the password ");
        demo.password = line.rsplit(' ').next().unwrap().to_owned();
        demo
    }

    /// The next line with these words.
    pub fn wait_for(&self, words: &str) -> String {
        let started = Instant::now();
        let mut heard = Vec::new();
        loop {
            let left = PATIENCE.checked_sub(started.elapsed());
            let Some(Ok(line)) = left.map(|left| self.told.recv_timeout(left)) else {
                panic!("'{words}' was not told: {heard:#?}");
            };
            assert!(!line.contains("the demonstration ended"), "{line}");
            if line.contains(words) {
                return line;
            }
            heard.push(line);
        }
    }

    /// A session of one of the demonstration's people.
    pub fn session(&self, name: &str) -> String {
        self.log_in(name, &self.password)
    }

    /// A session of the administrator.
    pub fn administrator(&self) -> String {
        self.log_in("administrator", &self.administrator_password())
    }

    /// The administrator's password.
    pub fn administrator_password(&self) -> String {
        let password = std::fs::read_to_string(self.folder.path().join("password")).unwrap();
        password.trim().to_owned()
    }

    fn log_in(&self, name: &str, password: &str) -> String {
        let login = json!({ "name": name, "password": password, "bearer": true });
        let mut answer = agent()
            .post(format!("{}/api/v1/session", self.address))
            .header("content-type", "application/json")
            .send(&serde_json::to_vec(&login).unwrap()[..])
            .unwrap();
        let opened: Value =
            serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
        opened["secret"].as_str().unwrap().to_owned()
    }

    pub fn get(&self, session: &str, path: &str) -> Value {
        let mut answer = agent()
            .get(format!("{}{path}", self.address))
            .header("authorization", format!("Bearer {session}"))
            .call()
            .unwrap();
        let text = answer.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
        assert!(answer.status().is_success(), "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub fn post(&self, session: &str, path: &str, body: &Value) -> Value {
        let mut answer = agent()
            .post(format!("{}{path}", self.address))
            .header("authorization", format!("Bearer {session}"))
            .header("content-type", "application/json")
            .send(&serde_json::to_vec(body).unwrap()[..])
            .unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        assert!(answer.status().is_success(), "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Loads a list of indicators of an organisation.
    pub fn load_list(&self, session: &str, org: &str, list: &str) -> Value {
        let mut answer = agent()
            .post(format!("{}/api/v1/indicator-lists?org={org}&name=list", self.address))
            .header("authorization", format!("Bearer {session}"))
            .header("content-type", "application/octet-stream")
            .send(list.as_bytes())
            .unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        assert!(answer.status().is_success(), "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Sends documents as Elastic's clients do.
    pub fn bulk(&self, token: &str, body: &str) {
        let answer = agent()
            .post(format!("{}/_bulk", self.address))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/x-ndjson")
            .send(body.as_bytes())
            .unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}
