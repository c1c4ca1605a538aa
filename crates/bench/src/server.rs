//! A server in a fresh folder, and what it says of itself.
//!
//! In: the program, its words on the command line. Out: tokens, a session, figures of `/metrics`, CPU
//! time and memory. Never: a server or a folder left behind.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::serve::Parcel;

/// Longest wait for the server to have worked through what it took.
pub const PATIENCE: Duration = Duration::from_secs(1_200);
/// Bytes of a page that are read.
const PAGE_BYTES: u64 = 64 << 20;

/// A folder of its own, removed when it is done with.
pub struct Folder(PathBuf);

impl Folder {
    /// A fresh one.
    pub fn new() -> Result<Folder> {
        let path = std::env::temp_dir().join(format!("ward-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }

    /// Where the server keeps its data.
    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// A file beside it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server over a folder.
pub struct Server<'f> {
    child: Child,
    folder: &'f Folder,
    address: String,
    agent: ureq::Agent,
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process has used.
pub struct Used {
    /// CPU time, of the program and of the kernel for it.
    pub cpu_s: f64,
    /// Memory now.
    pub rss_mb: f64,
    /// Memory at most.
    pub peak_mb: f64,
}

impl<'f> Server<'f> {
    /// Starts it, and waits until it serves.
    pub fn start(ward: &Path, folder: &'f Folder, words: &[&str]) -> Result<Self> {
        let mut child = Command::new(ward)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.data())
            .arg("--password-file")
            .arg(folder.file("password"))
            .args(words)
            .stderr(Stdio::piped())
            .spawn()
            .context("ward cannot be started")?;
        let said = child.stderr.take().context("its words cannot be read")?;
        let mut lines = BufReader::new(said).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("serving at ")?.1.split(' ').next()?.to_owned()))
            .context("the server did not start")?;
        std::thread::spawn(move || lines.for_each(drop));
        let agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
        Ok(Server { child, folder, address, agent })
    }

    /// Where it serves.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Logs the administrator in, for the words that follow.
    pub fn log_in(&self, ward: &Path) -> Result<()> {
        let password = std::fs::read_to_string(self.folder.file("password"))?;
        self.ask(ward, &["login", "--name", "administrator"], &password)?;
        Ok(())
    }

    /// A session of the administrator.
    pub fn session(&self) -> Result<String> {
        let password = std::fs::read_to_string(self.folder.file("password"))?;
        let login = json!({ "name": "administrator", "password": password.trim(), "bearer": true });
        let sent = self
            .agent
            .post(format!("{}/api/v1/session", self.address))
            .header("content-type", "application/json")
            .send(&serde_json::to_vec(&login)?[..]);
        let opened: Value = serde_json::from_str(&sent?.body_mut().read_to_string()?)?;
        Ok(opened["secret"].as_str().context("no session")?.to_owned())
    }

    /// Imports organisations.
    pub fn import(&self, ward: &Path, csv: &str) -> Result<()> {
        let list = self.folder.file("organisations.csv");
        std::fs::write(&list, csv)?;
        self.ask(ward, &["org", "import", "--json", &list.display().to_string()], "")?;
        Ok(())
    }

    /// A token of a sender of an organisation.
    pub fn sender(&self, ward: &Path, org: &str) -> Result<String> {
        let made = self.ask(ward, &["sender", "create", "bench", "--org", org, "--json"], "")?;
        Ok(made["secret"].as_str().context("no token")?.to_owned())
    }

    /// Sends something to the API, and reads what came of it.
    pub fn post(&self, session: &str, path: &str, body: &Value) -> Result<Value> {
        let mut answer = self
            .agent
            .post(format!("{}{path}", self.address))
            .header("authorization", format!("Bearer {session}"))
            .header("content-type", "application/json")
            .send(&serde_json::to_vec(body)?[..])?;
        Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
    }

    /// Reads a page as a browser does, or an answer of the API.
    pub fn page(&self, session: &str, path: &str) -> Result<String> {
        let mut answer = self
            .agent
            .get(format!("{}{path}", self.address))
            .header("authorization", format!("Bearer {session}"))
            .header(
                "accept",
                if path.starts_with("/api/") { "application/json" } else { "text/html" },
            )
            .call()?;
        Ok(answer.body_mut().with_config().limit(PAGE_BYTES).read_to_string()?)
    }

    fn ask(&self, ward: &Path, args: &[&str], input: &str) -> Result<Value> {
        let mut child = Command::new(ward)
            .args(args)
            .env("XDG_CONFIG_HOME", self.folder.file("settings"))
            .env("WARD_SERVER", &self.address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        child.stdin.take().context("no input")?.write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "ward {} failed", args.join(" "));
        Ok(serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
    }

    /// Tokens of two organisations' senders.
    pub fn senders(&self, ward: &Path) -> Result<Vec<String>> {
        self.log_in(ward)?;
        self.import(ward, "code,parent,name,kind\nZZ1,ZZ0,One,trust\nZZ2,ZZ0,Two,trust\n")?;
        ["ZZ1", "ZZ2"].iter().map(|org| self.sender(ward, org)).collect()
    }

    /// Sends a parcel; true when it was acknowledged, false when the server asked to wait.
    pub fn send(&self, token: &str, parcel: &Parcel) -> Result<bool> {
        let sent = self
            .agent
            .post(format!("{}{}", self.address, parcel.path))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", parcel.media_type)
            .send(&parcel.bytes[..]);
        match sent {
            Ok(mut answer) => {
                answer.body_mut().read_to_vec()?;
                Ok(true)
            }
            Err(ureq::Error::StatusCode(429)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// A total of its figures.
    pub fn figure(&self, name: &str) -> Result<u64> {
        let line = self.figures(name)?.into_iter().find(|(rest, _)| rest.is_empty());
        line.map(|(_, count)| count).with_context(|| format!("no figure {name}"))
    }

    /// All of its figures with this name: what stands behind the name, and the count.
    pub fn figures(&self, name: &str) -> Result<Vec<(String, u64)>> {
        let text = self.agent.get(format!("{}/metrics", self.address)).call()?;
        let text = text.into_body().read_to_string()?;
        let of_line = |line: &str| {
            let (labels, count) = line.strip_prefix(name)?.rsplit_once(' ')?;
            Some((labels.to_owned(), count.parse().ok()?))
        };
        Ok(text.lines().filter_map(of_line).collect())
    }

    /// What it has used so far.
    pub fn used(&self) -> Result<Used> {
        let id = self.child.id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(f64::NAN)
        };
        Ok(Used {
            cpu_s: cpu_of(&id.to_string()),
            rss_mb: kilobytes("VmRSS:") / 1e3,
            peak_mb: kilobytes("VmHWM:") / 1e3,
        })
    }
}

/// CPU time of a process in seconds, `self` for this one.
pub fn cpu_of(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    // The kernel counts in hundredths of a second on every Linux that this runs on.
    after_name.split(' ').skip(11).take(2).filter_map(|tick| tick.parse::<f64>().ok()).sum::<f64>()
        / 100.0
}
