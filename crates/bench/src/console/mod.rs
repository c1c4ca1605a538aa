//! The console over a sector of more than a million devices and a hundred thousand incidents.
//!
//! In: the program beside this one, `WARD_FEEDS` where it is there. Out: how long the server takes for each
//! page, how heavy it is, and when a reader on a slow line sees it. Never: a figure of a server that
//! has not worked all devices out.

mod fill;
mod slow;

use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use wardwatch_exercise::estate::{Scale, Scenario, Sector, organisations_csv};
use wardwatch_model::Timestamp;

use crate::figures::title;
use crate::server::{Folder, PATIENCE, Server};
use crate::whole::program;
use fill::Filled;

const SEED: u64 = 20_260_101;
/// Times that a page is asked for; the one in the middle counts.
const ASKED: usize = 9;
/// What made sectors are called at their top.
const CENTRE: [&str; 2] = ["--centre", "ZZC0"];

/// Tables of the console at a scale: `S`, `M` or `L` unless given.
///
/// # Errors
/// When the server cannot be started or filled.
pub fn tables(scale: Option<&str>) -> Result<()> {
    let scale: Scale = scale.unwrap_or("L").parse().ok().context("the scale is S, M or L")?;
    let ward = program()?;
    let folder = Folder::new()?;
    title(&format!("the console, may2017, scale {scale}"));
    let filled = fill(&ward, &folder, scale)?;
    let began = Instant::now();
    let server = Server::start(&ward, &folder, &CENTRE)?;
    let session = server.session()?;
    wait_for_verdicts(&server, &session)?;
    let alert = issue(&server, &session)?;
    println!(
        "{} organisations, {} devices, {} of them with a report, {} incidents, {} detections; \
         started after {:.0} s, {:.0} MB",
        filled.organisations,
        filled.devices,
        filled.reports,
        filled.incidents,
        filled.detections,
        began.elapsed().as_secs_f64(),
        server.used()?.rss_mb,
    );
    let pages = pages(&filled, &alert);
    println!("{:<34} {:>10} {:>10} {:>10} {:>9}", "page", "first", "middle", "slowest", "bytes");
    for page in &pages {
        one(&server, &session, page)?;
    }
    slow::tables(server.address(), &session, &pages)
}

/// A server that is filled, and ended again.
fn fill(ward: &Path, folder: &Folder, scale: Scale) -> Result<Filled> {
    let sector = Sector::new(Scenario::May2017, scale, SEED);
    let mut csv = String::new();
    organisations_csv(&sector, &mut csv)?;
    let server = Server::start(ward, folder, &CENTRE)?;
    server.log_in(ward)?;
    server.import(ward, &csv)?;
    let token = server.sender(ward, CENTRE[1])?;
    // One event, so that the log has a beginning that findings can follow.
    ensure!(server.send(&token, &fill::one_event())?, "the server takes nothing");
    let began = Instant::now();
    while server.figure("ward_events_total")? < 1 {
        ensure!(began.elapsed() < PATIENCE, "the server did not work through what it took");
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(server);
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let now = Timestamp::from_seconds(since_1970.as_secs_f64()).context("the clock is wrong")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(fill::fill(&folder.data().join("state.db"), &sector, now))
}

/// Waits until the server answers what devices are open to.
fn wait_for_verdicts(server: &Server<'_>, session: &str) -> Result<()> {
    let began = Instant::now();
    while server.page(session, "/api/v1/exposures?limit=1").is_err() {
        ensure!(began.elapsed() < PATIENCE, "the server did not work its devices out");
        std::thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}

/// Alerts that are running; gives one of them.
fn issue(server: &Server<'_>, session: &str) -> Result<String> {
    let mut last = None;
    for cve in ["CVE-2017-0144", "CVE-2017-0145", "CVE-2017-0146"] {
        let alert = json!({ "org": CENTRE[1], "title": cve, "text": "Close it.", "cves": [cve] });
        last = Some(server.post(session, "/api/v1/alerts", &alert)?);
    }
    let id = last.as_ref().and_then(|alert| alert["id"].as_str()).context("no alert was issued")?;
    Ok(id.to_owned())
}

fn pages(filled: &Filled, alert: &str) -> Vec<String> {
    let (org, device) = &filled.legacy;
    let mut pages: Vec<String> = [
        "/",
        "/incidents?state=open",
        "/incidents",
        "/campaigns",
        "/organisations",
        "/devices",
        "/exposure",
        "/exposure/CVE-2017-0144",
        "/alerts",
        "/lifecycle",
        "/plans",
        "/hunt",
        "/rules",
        "/reports",
        "/settings",
        "/find?q=ward",
    ]
    .map(str::to_owned)
    .to_vec();
    pages.extend([
        format!("/incidents/{}", filled.incident),
        format!("/campaigns/{}", filled.campaign),
        format!("/organisations/{org}"),
        format!("/devices/{org}/{device}"),
        format!("/plans/{org}/{device}"),
        format!("/alerts/{alert}"),
    ]);
    pages
}

fn one(server: &Server<'_>, session: &str, page: &str) -> Result<()> {
    let ask = || -> Result<(f64, usize)> {
        let began = Instant::now();
        let text = server.page(session, page).with_context(|| format!("{page} cannot be read"))?;
        Ok((began.elapsed().as_secs_f64() * 1e3, text.len()))
    };
    let (first, bytes) = ask()?;
    let mut times = (0..ASKED).map(|_| Ok(ask()?.0)).collect::<Result<Vec<f64>>>()?;
    times.sort_by(f64::total_cmp);
    let (middle, slowest) = (times[ASKED / 2], times[ASKED - 1]);
    let name =
        page.rsplit_once('/').filter(|(head, _)| head.len() > 12).map_or(page, |(head, _)| head);
    println!("{name:<34} {first:>7.1} ms {middle:>7.1} ms {slowest:>7.1} ms {bytes:>9}");
    Ok(())
}
