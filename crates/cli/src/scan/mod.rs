//! `ward scan`: logs in, detections out, without a server.
//!
//! Walks the paths, reads and works through them ([`pipeline`]), feeds correlations
//! ([`correlate`]), and writes what was found ([`crate::output`]).

mod correlate;
pub mod events;
mod pipeline;
mod progress;
mod walk;
mod work;

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use anyhow::{Context, Result};
use wardwatch_detect::Engine;
use wardwatch_model::{Detection, Level, LogSource};
use wardwatch_normalise::Normaliser;

use crate::exit::Exit;
use crate::load::Loaded;
use crate::output::Writer;
use crate::summary::Summary;
use correlate::Correlator;
use pipeline::Item;
use work::{Findings, Shared, Source};

/// Problems and skipped files that a summary lists word for word.
const MAX_LISTED: usize = 1_000;
/// Sources that a summary counts each on its own.
const MAX_SOURCES: usize = 10_000;

/// What to scan, and how.
pub struct Request {
    /// Files, folders, or `-`.
    pub paths: Vec<PathBuf>,
    /// Rules.
    pub rules: Loaded,
    /// Log source of records that do not tell their own.
    pub logsource: Option<LogSource>,
    /// Working threads.
    pub threads: usize,
    /// Detections below it are left out.
    pub min_level: Level,
}

/// Runs a scan, writing detections as they are found.
///
/// # Errors
/// When the output cannot be written.
pub fn run(request: Request, writer: &mut dyn Writer) -> Result<(Summary, Exit)> {
    let started = Instant::now();
    let normaliser = Normaliser::new(request.logsource);
    let set = Arc::new(request.rules.set);
    let engine = Engine::new(set.clone(), normaliser.table());
    let suppressed = (0u32..)
        .zip(&set.rules)
        .map(|(number, _)| {
            set.correlations.is_suppressed(wardwatch_detect::correlation::RuleRef(number))
        })
        .collect();
    let shared = Arc::new(Shared { engine, normaliser, min_level: request.min_level, suppressed });
    let found = walk::walk(&request.paths);
    let mut scan = Scan::new(&shared, writer);
    scan.summary.rules.loaded = set.len() as u64;
    scan.summary.rules.failed = set.failed as u64;
    for problem in found.problems {
        scan.problem(problem);
    }
    let seen = Arc::new(AtomicU64::new(0));
    let total = found.inputs.iter().map(|input| input.bytes).sum();
    let bar = progress::Bar::start(total, seen.clone());
    pipeline::run(&found.inputs, &shared, request.threads, &seen, &mut |item| {
        let go_on = scan.take(item);
        bar.events(scan.summary.events.read);
        go_on
    });
    scan.correlate();
    bar.finish();
    scan.finish(started)
}

struct Scan<'s> {
    shared: &'s Arc<Shared>,
    writer: &'s mut dyn Writer,
    summary: Summary,
    correlator: Correlator,
    failed: Option<io::Error>,
    partly: bool,
}

impl<'s> Scan<'s> {
    fn new(shared: &'s Arc<Shared>, writer: &'s mut dyn Writer) -> Self {
        Scan {
            shared,
            writer,
            summary: Summary::default(),
            correlator: Correlator::default(),
            failed: None,
            partly: false,
        }
    }

    fn take(&mut self, item: Item) -> bool {
        match item {
            Item::Started => self.summary.files += 1,
            Item::Problem(problem) => self.problem(problem),
            Item::Skipped(name) => {
                if self.summary.skipped.len() < MAX_LISTED {
                    self.summary.skipped.push(name);
                }
            }
            Item::Findings(source, findings) => self.findings(&source, findings),
        }
        self.failed.is_none()
    }

    fn problem(&mut self, problem: String) {
        self.partly = true;
        if self.summary.problems.len() < MAX_LISTED {
            self.summary.problems.push(problem);
        }
    }

    fn findings(&mut self, source: &Source, findings: Findings) {
        let table = self.shared.normaliser.table();
        let events = &mut self.summary.events;
        let read: u64 = findings.events.values().sum();
        for (set, count) in &findings.events {
            let name = table.get(*set).first().map_or("unknown".to_owned(), ToString::to_string);
            *events.by_logsource.entry(name).or_default() += count;
        }
        events.read += read;
        events.unparsed += findings.unparsed;
        let listed =
            events.by_source.len() < MAX_SOURCES || events.by_source.contains_key(&source.name);
        let name = if listed { source.name.clone() } else { "other sources".to_owned() };
        *events.by_source.entry(name).or_default() += read;
        for problem in findings.problems {
            self.problem(format!("{}: {problem}", source.name));
        }
        self.partly |= findings.unparsed > 0;
        for detection in &findings.detections {
            self.detection(detection);
        }
        if !findings.observations.is_empty() {
            self.correlator.name(source.number, &source.name);
            let mut due = Vec::new();
            self.correlator.add(self.shared, findings.observations, &mut |found| due.push(found));
            due.iter().for_each(|found| self.detection(found));
        }
    }

    fn correlate(&mut self) {
        let mut due = Vec::new();
        self.correlator.finish(self.shared, &mut |found| due.push(found));
        due.iter().for_each(|found| self.detection(found));
    }

    fn detection(&mut self, detection: &Detection) {
        let figures = &mut self.summary.detections;
        figures.total += 1;
        *figures.by_level.entry(detection.level.to_string()).or_default() += 1;
        *figures.by_rule.entry(detection.rule_id.0.clone()).or_default() += 1;
        if self.failed.is_none()
            && let Err(error) = self.writer.detection(detection)
        {
            self.failed = Some(error);
        }
    }

    fn finish(mut self, started: Instant) -> Result<(Summary, Exit)> {
        let usage = progress::usage();
        self.summary.elapsed_s = started.elapsed().as_secs_f64();
        self.summary.cpu_s = usage.cpu_s;
        self.summary.peak_rss_bytes = usage.peak_rss_bytes;
        self.summary.events_per_s =
            self.summary.events.read as f64 / self.summary.elapsed_s.max(1e-9);
        if let Some(error) = self.failed {
            return Err(error).context("the output cannot be written");
        }
        self.writer.finish(&self.summary).context("the output cannot be written")?;
        let exit = if self.partly { Exit::Partly } else { Exit::Done };
        Ok((self.summary, exit))
    }
}

/// Says on standard error what could not be read: one line each, the first twenty.
///
/// # Errors
/// When standard error cannot be written.
pub fn tell_problems(summary: &Summary, to: &mut dyn Write) -> io::Result<()> {
    for problem in summary.problems.iter().take(20) {
        writeln!(to, "ward: {}", crate::output::visible::visible(problem))?;
    }
    if summary.problems.len() > 20 {
        writeln!(to, "ward: and {} more: see --stats-json", summary.problems.len() - 20)?;
    }
    if summary.events.unparsed > 0 {
        writeln!(to, "ward: {} records could not be read", summary.events.unparsed)?;
    }
    Ok(())
}
