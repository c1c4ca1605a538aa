//! A real browser for tests: Debian's Chromium by its driver, and axe, which looks for barriers.

#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

pub mod heard;
pub mod pages;

use std::cell::Cell;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// Longest wait for anything; only a defect waits so long.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A browser, ended with the test.
pub struct Browser {
    driver: Child,
    pub client: Client,
    base: String,
    axe: String,
    clicks: Cell<u32>,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver and the browser that it started are a group of their own.
        let group = format!("-{}", self.driver.id());
        let _ = std::process::Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.driver.wait();
    }
}

/// Whether there is a browser here. Under CI there has to be one.
pub fn is_here() -> bool {
    let driver =
        std::process::Command::new("chromedriver").arg("--version").stdout(Stdio::null()).status();
    let here = driver.is_ok_and(|status| status.success());
    assert!(here || std::env::var("CI").as_deref() != Ok("true"), "no chromedriver under CI");
    if !here {
        eprintln!("skipped: no chromedriver here (Debian: chromium-driver)");
    }
    here
}

impl Browser {
    /// On a server.
    pub async fn open(base: &str) -> Browser {
        let mut driver = std::process::Command::new("chromedriver")
            .arg("--port=0")
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut lines = lines.filter_map(|line| {
            let rest = line.split_once("successfully on port ")?.1.to_owned();
            rest.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = lines.next().expect("the driver tells its port");
        // What it says later is read away, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let options = json!({
            "binary": "/usr/bin/chromium",
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--window-size=1440,900",
            ],
        });
        let capabilities =
            json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        let axe =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../console/web/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).expect("axe is there: run ./dev bundle");
        Browser { driver, client, base: base.to_owned(), axe, clicks: Cell::new(0) }
    }

    /// Goes to a page.
    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.unwrap();
    }

    /// The path that it is at.
    pub async fn path(&self) -> String {
        self.client.current_url().await.unwrap().path().to_owned()
    }

    /// Goes to a person's first page, from where clicks are counted.
    pub async fn home(&self) {
        self.go("/").await;
        self.clicks.set(0);
    }

    /// Clicks what a selector finds first.
    pub async fn click(&self, css: &str) {
        self.wait(css).await;
        self.client.find(Locator::Css(css)).await.unwrap().click().await.unwrap();
        self.clicks.set(self.clicks.get() + 1);
    }

    /// Holds the clicks since the first page to a number.
    pub fn within_clicks(&self, most: u32, task: &str) {
        assert!(self.clicks.get() <= most, "{task}: {} clicks, {most} asked", self.clicks.get());
    }

    /// Waits until a selector finds something.
    pub async fn wait(&self, css: &str) {
        let started = Instant::now();
        while self.client.find(Locator::Css(css)).await.is_err() {
            if started.elapsed() > PATIENCE {
                panic!("'{css}' is not on {}: {}", self.path().await, self.text("body").await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the text of something holds words.
    pub async fn wait_for_text(&self, css: &str, words: &str) {
        let started = Instant::now();
        loop {
            let text = self.text(css).await;
            if text.contains(words) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "'{words}' is not in {css}: {text}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The text of what a selector finds first.
    pub async fn text(&self, css: &str) -> String {
        match self.client.find(Locator::Css(css)).await {
            Ok(found) => found.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Fills in a field.
    pub async fn fill(&self, css: &str, text: &str) {
        self.client.find(Locator::Css(css)).await.unwrap().send_keys(text).await.unwrap();
    }

    /// Empties a field.
    pub async fn clear(&self, css: &str) {
        self.client.find(Locator::Css(css)).await.unwrap().clear().await.unwrap();
    }

    /// Presses keys, wherever the focus is.
    pub async fn press(&self, keys: &str) {
        self.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// Logs in by the form.
    pub async fn log_in(&self, name: &str, password: &str) {
        self.go("/login").await;
        self.fill("#name", name).await;
        self.fill("#password", password).await;
        self.click("main button[type=submit]").await;
        self.wait(".around").await;
    }

    /// Logs in as somebody else.
    pub async fn change_to(&self, name: &str, password: &str) {
        self.leave().await;
        self.log_in(name, password).await;
    }

    /// Logs out.
    pub async fn leave(&self) {
        self.go("/").await;
        self.click("form[action='/logout'] button").await;
        self.wait("#password").await;
    }

    /// What the browser complained of since it was asked last: the page's policy, scripts, what could
    /// not be loaded.
    pub async fn complaints(&self) -> Vec<String> {
        let found = self.client.issue_cmd(Command::Log).await.unwrap();
        let lines = found.as_array().unwrap().iter();
        lines.filter_map(|line| line["message"].as_str().map(str::to_owned)).collect()
    }

    /// What axe finds on the page, and whether it can be pushed sideways. A theme changes nothing but
    /// colours: in the second one only they are looked at.
    pub async fn faults(&self, colours_only: bool) -> Vec<String> {
        let load = format!("if (!window.axe) {{ {} }}", self.axe);
        self.client.execute(&load, vec![]).await.unwrap();
        let run = "const done = arguments[arguments.length - 1];
            const tags = arguments[0] ? ['color-contrast']
                : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
            const runOnly = { type: arguments[0] ? 'rule' : 'tag', values: tags };
            axe.run(document, { runOnly }).then((found) => done(found.violations.map((one) =>
                one.id + ': ' + one.nodes.map((node) => node.html).slice(0, 3).join(' '))));";
        let found = self.client.execute_async(run, vec![json!(colours_only)]).await.unwrap();
        let mut faults: Vec<String> = found
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| fault.as_str().unwrap_or_default().to_owned())
            .collect();
        let over = "return document.documentElement.scrollWidth - window.innerWidth";
        let over = self.client.execute(over, vec![]).await.unwrap();
        if over.as_i64().unwrap_or(0) > 0 {
            faults.push(format!("it is {over} pixels too wide"));
        }
        faults
    }

    /// Chooses a width and a theme for the pages to come.
    pub async fn look(&self, width: u32, theme: &str) {
        self.client.set_window_size(width.max(500), 900).await.unwrap();
        // A window is never as narrow as a phone: the page is told so.
        let device =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", device).await;
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Runs no script of a page from now on.
    pub async fn without_scripts(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    /// Asks Chromium's tools for developers.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.client.issue_cmd(Command::Devtools(body)).await.unwrap()
    }
}

/// Commands of Chromium's own.
#[derive(Debug)]
enum Command {
    /// To its tools for developers.
    Devtools(Value),
    /// What stands in its log since it was asked last.
    Log,
}

impl fantoccini::wd::WebDriverCompatibleCommand for Command {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let what = match self {
            Command::Devtools(_) => "goog/cdp/execute",
            Command::Log => "se/log",
        };
        base.join(&format!("session/{}/{what}", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = match self {
            Command::Devtools(body) => body.to_string(),
            Command::Log => json!({ "type": "browser" }).to_string(),
        };
        (http::Method::POST, Some(body))
    }
}
