//! A reader on a slow line with a slow machine: 400 kbit/s, 400 ms, a quarter of this processor.
//!
//! In: a server, a session, pages. Out: when the first words of each page stand on the screen, with nothing
//! kept from earlier visits. Speaks WebDriver to Debian's Chromium; says so when it is not there.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::figures::title;

/// Bytes a second of 400 kbit/s.
const LINE: u32 = 400_000 / 8;
/// Milliseconds until an answer begins.
const LATENCY_MS: u32 = 400;
/// So many times slower than this processor.
const SLOWER: u32 = 4;
/// Longest that a page may take here.
const PATIENCE: Duration = Duration::from_secs(120);

struct Driver {
    child: Child,
    base: String,
    agent: ureq::Agent,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked to, it ends the browser too.
        let _ = self.agent.delete(&self.base).call();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Driver {
    fn start() -> Result<Driver> {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("no chromedriver here (Debian: chromium-driver)")?;
        let said = child.stdout.take().context("its words cannot be read")?;
        let mut lines = BufReader::new(said).lines().map_while(Result::ok);
        let port = lines.by_ref().find_map(|line| {
            let (_, port) = line.split_once("successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = port.context("chromedriver told no port")?;
        std::thread::spawn(move || lines.for_each(drop));
        let agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
        let mut driver = Driver { child, base: format!("http://127.0.0.1:{port}/session"), agent };
        let options = json!({
            "binary": "/usr/bin/chromium",
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--disable-background-networking", "--no-first-run", "--window-size=1440,900"],
        });
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let made = driver.post("", &wanted)?;
        let session = made["sessionId"].as_str().context("no session of the browser")?;
        driver.base = format!("{}/{session}", driver.base);
        Ok(driver)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let mut answer = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/json")
            .send(&serde_json::to_vec(body)?[..])?;
        let text = answer.body_mut().read_to_string()?;
        Ok(serde_json::from_str::<Value>(&text)?["value"].take())
    }

    fn tools(&self, command: &str, parameters: Value) -> Result<Value> {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }
}

/// When the words of each page are there.
pub fn tables(address: &str, session: &str, pages: &[String]) -> Result<()> {
    title(
        "time to content: 400 kbit/s, 400 ms, 4 times slower processor, nothing kept, 1440 pixels",
    );
    let driver = match Driver::start() {
        Ok(driver) => driver,
        Err(error) => {
            println!("not measured: {error:#}");
            return Ok(());
        }
    };
    driver.post("/url", &json!({ "url": format!("{address}/login") }))?;
    let cookie = json!({ "name": "ward_session", "value": session, "path": "/" });
    driver.post("/cookie", &json!({ "cookie": cookie }))?;
    driver.tools("Network.enable", json!({}))?;
    driver.tools("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER }))?;
    let line = json!({
        "offline": false, "latency": LATENCY_MS, "downloadThroughput": LINE, "uploadThroughput": LINE,
    });
    driver.tools("Network.emulateNetworkConditions", line)?;
    println!("{:<34} {:>12} {:>14} {:>12}", "page", "first words", "largest part", "bytes");
    for page in pages {
        driver.tools("Network.clearBrowserCache", json!({}))?;
        driver.post("/url", &json!({ "url": format!("{address}{page}") }))?;
        let found = driver.post("/execute/async", &json!({ "script": SEEN, "args": [] }))?;
        let figure = |name: &str| found[name].as_f64().unwrap_or(f64::NAN);
        let name = page.rsplit_once('/').filter(|(head, _)| head.len() > 12);
        println!(
            "{:<34} {:>9.0} ms {:>11.0} ms {:>12.0}",
            name.map_or(page.as_str(), |(head, _)| head),
            figure("first"),
            figure("largest"),
            figure("bytes")
        );
    }
    Ok(())
}

/// Asked of the page: when its first words and its largest part were painted, and what it weighed.
const SEEN: &str = "
    const done = arguments[arguments.length - 1];
    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    const bytes = all.reduce((sum, one) => sum + (one.transferSize || 0), 0);
    let largest = 0;
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) largest = Math.max(largest, one.startTime);
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    // A paint is told some time after it: sometimes after the page is there.
    const look = (left) => {
        const first = performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
        if (first === undefined && left > 0) setTimeout(() => look(left - 1), 100);
        else setTimeout(() => done({ first, largest: Math.max(largest, first), bytes }), 300);
    };
    look(50);
";
