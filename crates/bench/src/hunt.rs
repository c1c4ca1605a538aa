//! Hunts over many events, ours and DuckDB's on the same files.
//!
//! In: the corpora, the program beside this one, Python with `duckdb` where it is (`WARD_DUCKDB` names it).
//! Out: a table of times. Never: a hunt over files that the server still rewrites.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use wardwatch_model::{Column, EventId, Permission, Timestamp};
use wardwatch_store::{Commit, Lake, LakeRow, State};
use wardwatch_testkit::events;

use crate::figures::title;
use crate::serve::{Door, of_one_day, parcels};
use crate::server::{Folder, PATIENCE, Server};
use crate::whole::program;

/// Millions of events unless the command line says otherwise.
const MILLIONS: u64 = 100;
/// Rows of one file.
const FILE_ROWS: usize = 1_500_000;
/// The day on which all of it happens, in microseconds since 1970: 2026-03-02.
const DAY: i64 = 1_772_409_600_000_000;
const DAY_MICROS: i64 = 86_400_000_000;
/// Times that each question is asked; the fastest counts.
const ASKED: usize = 3;
/// A hash that two events have.
const NEEDLE: &str = "5eed0000000000000000000000000000000000000000000000000000000000aa";

/// What is asked for, and in which words.
const QUESTIONS: [(&str, &str); 5] = [
    (
        "a hash that two events have, over all of it",
        "SELECT time, device, image FROM events WHERE sha256 = '5eed0000000000000000000000000000000000000000000000000000000000aa'",
    ),
    (
        "devices on which shadow copies were deleted",
        "SELECT device, count(*) AS n FROM events WHERE command_line LIKE '%vssadmin%delete%' GROUP BY device ORDER BY n DESC, device LIMIT 50",
    ),
    (
        "what starts PowerShell",
        "SELECT parent_image, count(*) AS n FROM events WHERE image LIKE '%powershell.exe' GROUP BY parent_image ORDER BY n DESC, parent_image LIMIT 50",
    ),
    (
        "all of one device in one hour",
        "SELECT class, count(*) AS n FROM events WHERE device = 'PC-00042' AND time >= TIMESTAMP '2026-03-02T10:00:00Z' AND time < TIMESTAMP '2026-03-02T11:00:00Z' GROUP BY class ORDER BY n DESC, class LIMIT 50",
    ),
    (
        "a word anywhere in the event's body",
        "SELECT count(*) AS n FROM events WHERE body LIKE '%mimikatz%'",
    ),
];

/// The table of hunts, over so many millions of events.
///
/// # Errors
/// When the server cannot be started or filled.
pub fn tables(corpora: &Path, millions: Option<u64>) -> Result<()> {
    let rows = millions.unwrap_or(MILLIONS) * 1_000_000;
    let ward = program()?;
    let folder = Folder::new()?;
    title(&format!("hunts over {rows} events, ours and DuckDB's on the same files, two cores"));
    let began = Instant::now();
    let reader = seed(&ward, &folder, corpora)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let bytes = runtime.block_on(multiply(&folder, rows))?;
    drop(runtime);
    println!(
        "{:.1} GB of Parquet, written in {:.0} s",
        bytes as f64 / 1e9,
        began.elapsed().as_secs_f64()
    );
    let server = Server::start(&ward, &folder, &["--centre", "ZZ0"])?;
    std::thread::sleep(std::time::Duration::from_secs(3));
    println!("{:<46} {:>10} {:>10} {:>7} {:>9}", "hunt", "ours", "DuckDB", "ratio", "rows");
    for (what, sql) in QUESTIONS {
        let (mut ours, mut theirs, mut found) = (f64::MAX, None::<f64>, 0);
        for _ in 0..ASKED {
            let (seconds, rows) = ask(&server, &reader, sql)?;
            (ours, found) = (ours.min(seconds), rows);
            if let Some((seconds, rows)) = duck(&folder, sql)? {
                ensure!(rows == found, "{what}: we find {found} rows, DuckDB {rows}");
                theirs = Some(theirs.map_or(seconds, |best| best.min(seconds)));
            }
        }
        let theirs_said = theirs.map_or("–".to_owned(), |seconds| format!("{seconds:.2} s"));
        let ratio = theirs.map_or("–".to_owned(), |seconds| format!("{:.1}", seconds / ours));
        println!("{what:<46} {ours:>8.2} s {theirs_said:>10} {ratio:>7} {found:>9}");
    }
    println!("server: {:.0} MB peak", server.used()?.peak_mb);
    Ok(())
}

/// A server that took the corpora once, and ended; gives the token of a reader.
fn seed(ward: &Path, folder: &Folder, corpora: &Path) -> Result<String> {
    let server = Server::start(ward, folder, &["--centre", "ZZ0"])?;
    server.log_in(ward)?;
    server.import(ward, "code,parent,name,kind\nZZ1,ZZ0,One,trust\n")?;
    let session = server.session()?;
    let reader = json!({ "name": "reader", "org": "ZZ1", "role": "analyst" });
    let reader = server.post(&session, "/api/v1/tokens", &reader)?;
    let person = json!({ "name": "bench", "org": "ZZ1", "role": "analyst", "password": "correct horse battery" });
    server.post(&session, "/api/v1/people", &person)?;
    let sender = server.sender(ward, "ZZ1")?;
    let text = of_one_day(&events::shipped_json(corpora));
    let all = parcels(Door::Bulk, &text, text.lines().count() as u64, "base")?;
    let records: u64 = all.iter().map(|parcel| parcel.records).sum();
    for parcel in &all {
        while !server.send(&sender, parcel)? {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }
    let began = Instant::now();
    while server.figure("ward_events_total")? < records {
        ensure!(began.elapsed() < PATIENCE, "the server did not work through what it took");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    Ok(reader["secret"].as_str().context("no token")?.to_owned())
}

/// Writes what the server took again and again, each time of other devices and moments.
async fn multiply(folder: &Folder, wanted: u64) -> Result<u64> {
    let (state, system) = State::open(&folder.data().join("state.db")).await?;
    let lake = Lake::open(&folder.data().join("lake"))?;
    // The reader was made a moment ago, by the machine's clock.
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed()?;
    let now = Timestamp { micros: i64::try_from(since.as_micros())? };
    let known = state.credentials("bench").await?.context("no reader")?;
    let principal = state.principal(known.person, now).await?.context("no reader")?;
    let scope = principal.scope(Permission::ReadEvents).context("the reader may not read")?;
    let position = state.position(&system).await?.context("the log has no beginning")?;
    let mut base: Vec<LakeRow> = Vec::new();
    for file in state.lake_files(&system, None, None).await? {
        base.extend(lake.read(&scope, &file).await?);
    }
    ensure!(!base.is_empty(), "the server kept nothing");
    let (mut written, mut bytes) = (0u64, 0u64);
    while written < wanted {
        let count = FILE_ROWS.min((wanted - written) as usize);
        let rows = (0..count as u64).map(|n| copied(&base, written + n, wanted)).collect();
        let files = lake.write(&system, rows).await?;
        bytes += files.iter().map(|file| file.bytes).sum::<u64>();
        state.commit(&system, Commit { files, ..Commit::empty(position) }).await?;
        written += count as u64;
    }
    state.close().await;
    Ok(bytes)
}

/// The `n`th of so many events: one of the base at another moment, of another device.
fn copied(base: &[LakeRow], n: u64, of: u64) -> LakeRow {
    let mut row = base[(n % base.len() as u64) as usize].clone();
    let micros = DAY + (n as i128 * i128::from(DAY_MICROS) / i128::from(of)) as i64;
    (row.time, row.received) = (Timestamp { micros }, Timestamp { micros });
    row.device = format!("PC-{:05}", n.wrapping_mul(2_654_435_761) % 20_000);
    row.record = n;
    let mut id = row.event.0;
    id[..8].copy_from_slice(&n.to_be_bytes());
    row.event = EventId(id);
    if n == of / 3 || n == of / 2 {
        row.columns.set(Column::Sha256, NEEDLE);
    }
    row
}

/// How long a hunt takes, from the question to its answer, and how many rows it finds.
fn ask(server: &Server<'_>, reader: &str, sql: &str) -> Result<(f64, u64)> {
    let asked = json!({
        "sql": sql, "from": "2026-03-02T00:00:00Z", "until": "2026-03-03T00:00:00Z", "wait": true,
    });
    let began = Instant::now();
    let mut hunt = server.post(reader, "/api/v1/hunts", &asked)?;
    while hunt["state"] == "running" {
        std::thread::sleep(std::time::Duration::from_millis(10));
        let id = hunt["id"].as_str().context("a hunt without a number")?.to_owned();
        hunt = serde_json::from_str(&server.page(reader, &format!("/api/v1/hunts/{id}"))?)?;
    }
    ensure!(hunt["state"] == "done", "the hunt ended so: {hunt}");
    Ok((began.elapsed().as_secs_f64(), hunt["rows"].as_u64().context("no rows")?))
}

/// The same by DuckDB with two threads; none where it is not installed.
fn duck(folder: &Folder, sql: &str) -> Result<Option<(f64, u64)>> {
    let python = std::env::var("WARD_DUCKDB").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(python)
        .arg("-c")
        .arg(DUCK)
        .arg(folder.data().join("lake/day=2026-03-02/*.parquet"))
        .arg(sql)
        .output();
    let Ok(output) = output else { return Ok(None) };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(said.contains("No module named 'duckdb'"), "DuckDB: {said}");
        return Ok(None);
    }
    let said: Value = serde_json::from_slice(&output.stdout)?;
    let figure = |at: usize| said[at].as_f64().context("DuckDB told no figure");
    Ok(Some((figure(0)?, figure(1)? as u64)))
}

/// Start and import are not counted.
const DUCK: &str = "
import sys, time, json, duckdb
c = duckdb.connect()
c.execute('SET threads = 2; SET TimeZone = \\'UTC\\'; SET enable_progress_bar = false')
c.execute(f\"CREATE VIEW events AS SELECT * FROM read_parquet('{sys.argv[1]}') \"
          \"WHERE org = 'ZZ1' AND time >= TIMESTAMPTZ '2026-03-02 00:00:00Z' AND time < TIMESTAMPTZ '2026-03-03 00:00:00Z'\")
began = time.perf_counter()
rows = len(c.execute(sys.argv[2].replace(\"TIMESTAMP '\", \"TIMESTAMPTZ '\")).fetchall())
print(json.dumps([time.perf_counter() - began, rows]))
";
