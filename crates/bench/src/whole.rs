//! The whole command: threads and memory.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use wardwatch_testkit::events;

use crate::figures::title;

/// Bytes of the large input.
const LARGE_BYTES: u64 = 1 << 30;

/// `ward scan` over a large input: one thread against two, and its memory.
pub fn threads_and_memory(folder: &Path) -> Result<()> {
    title("ward scan, whole command, 1 GiB of flat JSON, SigmaHQ rules/windows");
    let ward = program()?;
    let large = std::env::temp_dir().join(format!("ward-bench-{}.jsonl", std::process::id()));
    let outcome = measure(&ward, &large, folder);
    let _ = std::fs::remove_file(&large);
    outcome
}

fn measure(ward: &Path, large: &Path, folder: &Path) -> Result<()> {
    let text = events::shipped_json(folder);
    let mut file = std::fs::File::create(large).context("the large input cannot be written")?;
    let mut written = 0;
    while written < LARGE_BYTES {
        file.write_all(text.as_bytes())?;
        written += text.len() as u64;
    }
    drop(text);
    file.sync_all()?;
    let rules = folder.join("sigma/rules/windows");
    let one = scan(ward, large, &rules, 1)?;
    let two = scan(ward, large, &rules, 2)?;
    for (threads, stats) in [(1, &one), (2, &two)] {
        println!(
            "{threads} thread(s): {:>8.2} s wall, {:>7.2} s CPU, {:>9.0} events/s, {:>5.0} MB peak",
            number(stats, "elapsed_s"),
            number(stats, "cpu_s"),
            number(stats, "events_per_s"),
            number(stats, "peak_rss_bytes") / 1e6,
        );
    }
    println!("scaling on two cores: {:.2}x", number(&one, "elapsed_s") / number(&two, "elapsed_s"));
    Ok(())
}

/// The release program that stands beside this one.
pub fn program() -> Result<PathBuf> {
    let ward = std::env::current_exe()?.with_file_name("ward");
    ensure!(ward.exists(), "{} is not built: run it by ./dev bench", ward.display());
    Ok(ward)
}

fn scan(ward: &Path, input: &Path, rules: &Path, threads: u32) -> Result<Value> {
    let stats = input.with_extension("stats.json");
    let status = Command::new(ward)
        .arg("scan")
        .arg(input)
        .args(["--format", "jsonl", "--output", "/dev/null", "--threads", &threads.to_string()])
        .arg("--rules")
        .arg(rules)
        .arg("--stats-json")
        .arg(&stats)
        .status()
        .context("ward cannot be started")?;
    ensure!(status.success(), "ward scan ended with {status}");
    let text = std::fs::read_to_string(&stats)?;
    let _ = std::fs::remove_file(&stats);
    Ok(serde_json::from_str(&text)?)
}

fn number(stats: &Value, name: &str) -> f64 {
    stats[name].as_f64().unwrap_or(f64::NAN)
}
