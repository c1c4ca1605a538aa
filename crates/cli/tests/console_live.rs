//! The console in a real browser while the world is not kind: a line that is cut, a browser without
//! scripts, minutes of attacks.

#![allow(clippy::unwrap_used, clippy::panic)]

mod browser;
mod sector;

use std::time::{Duration, Instant};

use browser::Browser;
use sector::Sector;
use sector::line::Line;
use serde_json::{Value, json};

const RULES: &str = "title: A tool of attackers\nid: tool\nlevel: high\nlogsource: {product: windows}\n\
                     detection: {s: {Image|endswith: '\\tool.exe'}, condition: s}\n";
const PASSWORD: &str = "correct horse battery";
/// Events of one second of attack.
const RATE: usize = 200;
/// Devices that they come from.
const DEVICES: usize = 40;
/// Rows of a list whose rows may change in place.
const FIRST_ROW: &str = "[data-live] tbody tr:first-child td a";

fn sector_with_ana() -> Sector {
    let sector = Sector::new(RULES);
    let ana = json!({ "name": "ana", "org": "ZZ0", "role": "analyst", "password": PASSWORD });
    sector.post("/api/v1/people", &sector.administrator, &ana);
    sector
}

/// Events of so many devices, from a number on, that a rule finds.
fn attacks(sector: &Sector, from: usize, count: usize) {
    let lines: String = (from..from + count)
        .map(|n| {
            let now = wardwatch_model::Timestamp { micros: sector::now() * 1_000_000 };
            let event = json!({
                "EventTime": now.to_string(), "Computer": format!("PC-{}", n % DEVICES), "EventID": 1,
                "Channel": "Microsoft-Windows-Sysmon/Operational", "Image": "C:\\tool.exe",
                "CommandLine": format!("tool.exe {n}"), "User": format!("ZZ1\\user{}", n % DEVICES),
            });
            format!("{{\"create\":{{}}}}\n{event}\n")
        })
        .collect();
    let answer = sector.bulk(&sector.one.sender, &lines);
    assert_eq!(answer["errors"], false, "{answer}");
}

fn open_incidents(sector: &Sector) -> usize {
    let found = sector.get("/api/v1/incidents?state=open&limit=500", &sector.administrator);
    found["items"].as_array().unwrap().len()
}

fn wait_for_incidents(sector: &Sector, count: usize) {
    let started = Instant::now();
    while open_incidents(sector) < count {
        assert!(started.elapsed() < browser::PATIENCE, "{count} incidents were not found");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_was_cut_loses_nothing() {
    if !browser::is_here() {
        return;
    }
    let sector = sector_with_ana();
    let line = Line::to(sector.server().authority());
    attacks(&sector, 0, 1);
    wait_for_incidents(&sector, 1);
    let browser = Browser::open(line.address()).await;
    browser.log_in("ana", PASSWORD).await;
    browser.go("/incidents?state=open").await;
    browser.wait_for_text("#connection", "Live").await;

    line.cut();
    browser.wait_for_text("#connection", "Connection lost").await;
    // Attacks while nobody could be told of them.
    attacks(&sector, 1, 2);
    wait_for_incidents(&sector, 3);
    assert_eq!(browser.text("#waiting").await, "");
    line.mend();
    browser.wait_for_text("#connection", "Live").await;
    browser.wait_for_text("#waiting", "Show 2 new rows").await;
    browser.click("#waiting button").await;
    browser.wait("[data-live] tbody tr:nth-child(3)").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incident_is_worked_on_without_scripts() {
    if !browser::is_here() {
        return;
    }
    let sector = sector_with_ana();
    attacks(&sector, 0, 3);
    wait_for_incidents(&sector, 3);
    let browser = Browser::open(sector.address()).await;
    browser.without_scripts().await;
    browser.log_in("ana", PASSWORD).await;
    browser.go("/incidents").await;
    browser.wait("[data-live] tbody tr:nth-child(3)").await;
    assert_eq!(browser.text("#connection").await, "", "no script runs");
    browser.click(FIRST_ROW).await;
    browser.click("form[action$='/take'] button").await;
    browser.wait_for_text("main", "ana works on it").await;
    browser.click("a[href*='tab=notes']").await;
    browser.fill("textarea[name=text]", "looked at the machine").await;
    browser.click("form[action$='/note'] button").await;
    browser.wait_for_text("main", "looked at the machine").await;
    for page in
        ["/", "/devices?name=PC-1", "/exposure", "/lifecycle", "/hunt", "/rules", "/reports"]
    {
        browser.go(page).await;
        browser.wait("main h1").await;
    }
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

/// How the browser and the server stand.
#[derive(Debug)]
struct Weight {
    script_bytes: f64,
    nodes: f64,
    server_kilobytes: f64,
}

async fn weight(browser: &Browser, sector: &Sector) -> Weight {
    browser.devtools("HeapProfiler.collectGarbage", json!({})).await;
    let found = browser.devtools("Performance.getMetrics", json!({})).await;
    let metric = |name: &str| {
        let all = found["metrics"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name).unwrap()["value"].as_f64().unwrap()
    };
    let status = format!("/proc/{}/status", sector.server().child.id());
    let status = std::fs::read_to_string(status).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let server_kilobytes = line.split_whitespace().next().unwrap().parse().unwrap();
    Weight { script_bytes: metric("JSHeapUsedSize"), nodes: metric("Nodes"), server_kilobytes }
}

/// Two hundred events a second, each of them an attack. `WARD_SOAK_SECONDS` says how long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_of_attacks_move_and_grow_nothing() {
    if !browser::is_here() {
        return;
    }
    let seconds: u64 =
        std::env::var("WARD_SOAK_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let sector = sector_with_ana();
    attacks(&sector, 0, DEVICES);
    wait_for_incidents(&sector, DEVICES);
    let browser = Browser::open(sector.address()).await;
    browser.log_in("ana", PASSWORD).await;
    browser.go("/incidents?state=open").await;
    browser.wait_for_text("#connection", "Live").await;
    browser.devtools("Performance.enable", json!({})).await;
    browser.client.execute(WATCH_JUMPS, vec![]).await.unwrap();
    let first = browser.text(FIRST_ROW).await;
    let started = Instant::now();
    let (mut sent, mut early) = (DEVICES, None);
    while started.elapsed() < Duration::from_secs(seconds) {
        attacks(&sector, sent, RATE);
        sent += RATE;
        let due = Duration::from_secs((sent / RATE) as u64);
        if early.is_none() && started.elapsed() > Duration::from_secs(seconds / 3) {
            early = Some(weight(&browser, &sector).await);
        }
        tokio::time::sleep(due.saturating_sub(started.elapsed())).await;
    }
    let (early, late) = (early.unwrap(), weight(&browser, &sector).await);
    eprintln!("{sent} events in {seconds} s: {early:?}, then {late:?}");
    let jumps: Value = browser.client.execute("return window.jumps", vec![]).await.unwrap();
    assert_eq!(jumps, json!([]), "what stands on the page moved");
    assert_eq!(browser.text(FIRST_ROW).await, first);
    assert_eq!(browser.text("#connection").await, "Live");
    // What is collected late, and what one more look at the list makes.
    assert!(late.script_bytes < early.script_bytes + 3e6, "scripts: {early:?}, {late:?}");
    assert!(late.nodes < early.nodes * 1.5 + 3_000.0, "nodes: {early:?}, {late:?}");
    assert!(late.server_kilobytes < early.server_kilobytes * 1.3 + 50e3, "{early:?}, {late:?}");
    // Every event was found, and all of them stand in the incidents that are open.
    let total = || {
        let found = sector.get("/api/v1/incidents?state=open&limit=500", &sector.administrator);
        let items = found["items"].as_array().unwrap().clone();
        items.iter().filter_map(|one| one["count"].as_u64()).sum::<u64>()
    };
    let waited = Instant::now();
    while total() < sent as u64 {
        assert!(waited.elapsed() < browser::PATIENCE, "{} of {sent}", total());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Notes everything that moves without having been touched.
const WATCH_JUMPS: &str = "
    window.jumps = [];
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) {
            const what = one.sources.map((source) => source.node?.nodeName + ' ' + source.node?.className
                + ' ' + JSON.stringify([source.previousRect, source.currentRect]));
            if (!one.hadRecentInput) window.jumps.push(one.value + ': ' + what.join(', '));
        }
    }).observe({ type: 'layout-shift' });
";
