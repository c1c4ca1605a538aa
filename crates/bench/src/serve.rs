//! The whole server: records in over HTTP, until they are durable, detected on and in the lake.
//!
//! In: the corpora, the release program beside this one. Out: a table. The sender and the server
//! share the machine, so the CPU time of each is printed too.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use wardwatch_testkit::events;

use crate::figures::title;
use crate::whole::program;

/// Records that are sent unless the command line says otherwise.
const RECORDS: u64 = 2_000_000;
/// Records of one request.
const AT_ONCE: usize = 1_000;
/// Requests that are on their way at the same time.
const SENDERS: usize = 8;
/// Longest wait for the server to have worked through what it took.
const PATIENCE: Duration = Duration::from_secs(600);

/// A server in a fresh folder.
struct Server {
    child: Child,
    folder: PathBuf,
    address: String,
    agent: ureq::Agent,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What a process has used.
struct Used {
    cpu_s: f64,
    rss_mb: f64,
    peak_mb: f64,
}

impl Server {
    fn start(ward: &Path, rules: &Path) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("ward-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut child = Command::new(ward)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("data"))
            .arg("--rules")
            .arg(rules)
            .arg("--password-file")
            .arg(folder.join("password"))
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

    fn ask(&self, ward: &Path, args: &[&str], input: &str) -> Result<Value> {
        let mut child = Command::new(ward)
            .args(args)
            .env("XDG_CONFIG_HOME", self.folder.join("settings"))
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
    fn senders(&self, ward: &Path) -> Result<Vec<String>> {
        let password = std::fs::read_to_string(self.folder.join("password"))?;
        self.ask(ward, &["login", "--name", "administrator"], &password)?;
        let list = self.folder.join("organisations.csv");
        std::fs::write(&list, "code,parent,name,kind\nZZ1,ZZ0,One,trust\nZZ2,ZZ0,Two,trust\n")?;
        self.ask(ward, &["org", "import", "--json", &list.display().to_string()], "")?;
        ["ZZ1", "ZZ2"]
            .iter()
            .map(|org| {
                let made =
                    self.ask(ward, &["sender", "create", "bench", "--org", org, "--json"], "")?;
                Ok(made["secret"].as_str().context("no token")?.to_owned())
            })
            .collect()
    }

    /// Sends a body; true when it was acknowledged, false when the server asked to wait.
    fn send(&self, token: &str, body: &str) -> Result<bool> {
        let sent = self
            .agent
            .post(format!("{}/_bulk?filter_path=errors", self.address))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/x-ndjson")
            .send(body);
        match sent {
            Ok(mut answer) => {
                answer.body_mut().read_to_string()?;
                Ok(true)
            }
            Err(ureq::Error::StatusCode(429)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// A total of its figures.
    fn figure(&self, name: &str) -> Result<u64> {
        let text = self.agent.get(format!("{}/metrics", self.address)).call()?;
        let text = text.into_body().read_to_string()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        line.with_context(|| format!("no figure {name}"))
    }

    fn used(&self) -> Result<Used> {
        let id = self.child.id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(f64::NAN)
        };
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let ticks: f64 = after_name
            .split(' ')
            .skip(11)
            .take(2)
            .filter_map(|tick| tick.parse::<f64>().ok())
            .sum();
        // The kernel counts in hundredths of a second on every Linux that this runs on.
        Ok(Used {
            cpu_s: ticks / 100.0,
            rss_mb: kilobytes("VmRSS:") / 1e3,
            peak_mb: kilobytes("VmHWM:") / 1e3,
        })
    }
}

/// Bodies of `_bulk` requests, and how many records each holds.
fn bodies(corpora: &Path) -> Vec<(String, u64)> {
    let text = events::shipped_json(corpora);
    let lines: Vec<&str> = text.lines().collect();
    lines
        .chunks(AT_ONCE)
        .map(|part| {
            let body = part.iter().map(|line| format!("{{\"index\":{{}}}}\n{line}\n")).collect();
            (body, part.len() as u64)
        })
        .collect()
}

/// Records in, in the lake: so many as the command line says.
pub fn records_in(corpora: &Path, records: Option<u64>) -> Result<()> {
    title(
        "ward serve: records in over _bulk, durable, detected, in the lake; SigmaHQ rules/windows",
    );
    let ward = program()?;
    let server = Server::start(&ward, &corpora.join("sigma/rules/windows"))?;
    let tokens = server.senders(&ward)?;
    std::thread::sleep(Duration::from_secs(2));
    println!("idle: {:>5.0} MB", server.used()?.rss_mb);
    let bodies = bodies(corpora);
    let wanted = records.unwrap_or(RECORDS);
    let (taken, next, waits) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let before = server.used()?;
    let own_before = own_cpu();
    let start = Instant::now();
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..SENDERS)
            .map(|nth| {
                let (server, bodies, tokens) = (&server, &bodies, &tokens);
                let (taken, next, waits) = (&taken, &next, &waits);
                scope.spawn(move || -> Result<()> {
                    while taken.load(Ordering::Relaxed) < wanted {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let (body, count) = &bodies[usize::try_from(at)? % bodies.len()];
                        let token = &tokens[nth % tokens.len()];
                        while !server.send(token, body)? {
                            waits.fetch_add(1, Ordering::Relaxed);
                            std::thread::sleep(Duration::from_millis(50));
                        }
                        taken.fetch_add(*count, Ordering::Relaxed);
                    }
                    Ok(())
                })
            })
            .collect();
        handles.into_iter().try_for_each(|handle| match handle.join() {
            Ok(result) => result,
            Err(_) => anyhow::bail!("a sender panicked"),
        })
    })?;
    let acknowledged = start.elapsed();
    let taken = taken.load(Ordering::Relaxed);
    while server.figure("ward_events_total")? < taken {
        ensure!(start.elapsed() < PATIENCE, "the server did not work through what it took");
        std::thread::sleep(Duration::from_millis(20));
    }
    let seconds = start.elapsed().as_secs_f64();
    let used = server.used()?;
    println!(
        "{taken} records: acknowledged after {:.1} s, in the lake after {seconds:.1} s: {:.0} events/s\n\
         server {:.2} us of CPU an event, sender {:.2}; told to wait {} times; {:.0} MB peak; \
         {} detections",
        acknowledged.as_secs_f64(),
        taken as f64 / seconds,
        (used.cpu_s - before.cpu_s) * 1e6 / taken as f64,
        (own_cpu() - own_before) * 1e6 / taken as f64,
        waits.load(Ordering::Relaxed),
        used.peak_mb,
        server.figure("ward_detections_total")?,
    );
    Ok(())
}

/// CPU time of this process in seconds.
fn own_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    after_name.split(' ').skip(11).take(2).filter_map(|tick| tick.parse::<f64>().ok()).sum::<f64>()
        / 100.0
}
