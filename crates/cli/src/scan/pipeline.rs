//! Reading, working and collecting, on one thread or several, with output in the order of input.
//!
//! In: inputs and shared rules. Out: each block's findings, in order, to a collector. Memory is
//! bounded: blocks on their way are counted, and the reader waits for the collector.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use wardwatch_intake::cut::{Sink, cut};
use wardwatch_intake::open::open;
use wardwatch_normalise::block::Block;
use wardwatch_normalise::sniff::Kind;

use super::walk::Input;
use super::work::{Findings, Shared, Source, Worker};

/// What reaches the collector.
pub enum Item {
    /// A file's reading began.
    Started,
    /// A block's findings.
    Findings(Arc<Source>, Findings),
    /// Something could not be read.
    Problem(String),
    /// A file that is no log of a kind that is read.
    Skipped(String),
}

/// Takes items in the order of the input. `false` ends the scan.
pub type Collect<'c> = dyn FnMut(Item) -> bool + 'c;

/// Runs a scan with so many working threads.
pub fn run(
    inputs: &[Input],
    shared: &Arc<Shared>,
    threads: usize,
    seen: &Arc<AtomicU64>,
    collect: &mut Collect<'_>,
) {
    if threads <= 1 {
        let mut sink = Inline { worker: Worker::new(shared.clone()), collect, go_on: true };
        read_all(inputs, seen, &mut sink);
    } else {
        run_threads(inputs, shared, threads, seen, collect);
    }
}

/// Something that blocks of sources go to.
trait Stage {
    fn block(&mut self, source: &Arc<Source>, block: Block) -> bool;
    fn item(&mut self, item: Item) -> bool;
}

/// Reads every input into a stage.
fn read_all(inputs: &[Input], seen: &Arc<AtomicU64>, stage: &mut dyn Stage) {
    for (input, number) in inputs.iter().zip(0u32..) {
        let name = match input.path.to_str() {
            Some("-") => "stdin".to_owned(),
            _ => input.path.display().to_string(),
        };
        let mut content = match open(&input.path, seen) {
            Ok(content) => content,
            Err(error) => {
                if !stage.item(Item::Problem(format!("{name}: cannot be read: {error}"))) {
                    return;
                }
                continue;
            }
        };
        let known = !matches!(content.kind, Kind::Unknown | Kind::Empty);
        if !known {
            let item = match (content.kind, input.named) {
                (Kind::Unknown, true) => Item::Problem(format!(
                    "{name}: not a log of a kind that is read (a zip archive has to be unpacked first)"
                )),
                (Kind::Unknown, false) => Item::Skipped(name),
                _ => Item::Skipped(format!("{name} (empty)")),
            };
            if !stage.item(item) {
                return;
            }
            continue;
        }
        if !stage.item(Item::Started) {
            return;
        }
        let source = Arc::new(Source { number, name, year: year_of(&input.path) });
        let mut to = ToStage { source: &source, stage, go_on: true };
        let outcome = cut(content.kind, &mut content.stream, &mut to);
        let go_on = to.go_on;
        if let Err(error) = outcome {
            let what = if content.packed { "unpacked" } else { "read" };
            stage
                .item(Item::Problem(format!("{}: cannot be {what} further: {error}", source.name)));
        }
        if !go_on {
            return;
        }
    }
}

struct ToStage<'s> {
    source: &'s Arc<Source>,
    stage: &'s mut dyn Stage,
    go_on: bool,
}

impl Sink for ToStage<'_> {
    fn block(&mut self, block: Block) -> bool {
        self.go_on = self.stage.block(self.source, block);
        self.go_on
    }

    fn problem(&mut self, what: String) {
        let problem = format!("{}: {what}", self.source.name);
        self.go_on &= self.stage.item(Item::Problem(problem));
    }
}

/// Year of a file's last change; this year for a stream.
fn year_of(path: &Path) -> i32 {
    let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified());
    let time = modified.unwrap_or_else(|_| std::time::SystemTime::now());
    let seconds = time.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    // The mean length of a Gregorian year; a stamp near New Year may be off by one, as any guess.
    1970 + i32::try_from(seconds / 31_556_952).unwrap_or(0)
}

/// One thread does all.
struct Inline<'c, 'f> {
    worker: Worker,
    collect: &'c mut Collect<'f>,
    go_on: bool,
}

impl Stage for Inline<'_, '_> {
    fn block(&mut self, source: &Arc<Source>, block: Block) -> bool {
        let findings = self.worker.run(source, &block);
        self.item(Item::Findings(source.clone(), findings))
    }

    fn item(&mut self, item: Item) -> bool {
        self.go_on = self.go_on && (self.collect)(item);
        self.go_on
    }
}

/// Hands blocks to working threads; at most so many as there are tokens are on their way.
struct ToThreads {
    next: u64,
    tokens: Receiver<()>,
    jobs: Sender<(u64, Arc<Source>, Block)>,
    done: Sender<(u64, Item)>,
    stop: Arc<AtomicBool>,
}

impl ToThreads {
    fn number(&mut self) -> Option<u64> {
        self.tokens.recv().ok()?;
        self.next += 1;
        (!self.stop.load(Ordering::Relaxed)).then_some(self.next - 1)
    }
}

impl Stage for ToThreads {
    fn block(&mut self, source: &Arc<Source>, block: Block) -> bool {
        let Some(number) = self.number() else { return false };
        self.jobs.send((number, source.clone(), block)).is_ok()
    }

    fn item(&mut self, item: Item) -> bool {
        let Some(number) = self.number() else { return false };
        self.done.send((number, item)).is_ok()
    }
}

fn run_threads(
    inputs: &[Input],
    shared: &Arc<Shared>,
    threads: usize,
    seen: &Arc<AtomicU64>,
    collect: &mut Collect<'_>,
) {
    let on_their_way = threads * 4 + 4;
    let (token_back, tokens) = bounded(on_their_way);
    for _ in 0..on_their_way {
        let _ = token_back.send(());
    }
    let (jobs, job) = bounded::<(u64, Arc<Source>, Block)>(on_their_way);
    let (done, finished) = unbounded::<(u64, Item)>();
    let stop = Arc::new(AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (job, done, shared) = (job.clone(), done.clone(), shared.clone());
            scope.spawn(move || {
                let mut worker = Worker::new(shared);
                for (number, source, block) in job {
                    let findings = worker.run(&source, &block);
                    if done.send((number, Item::Findings(source, findings))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(job);
        let mut reader = ToThreads { next: 0, tokens, jobs, done, stop: stop.clone() };
        scope.spawn(move || read_all(inputs, seen, &mut reader));
        in_order(&finished, &token_back, &stop, collect);
    });
}

/// Puts items back into order and hands them on.
fn in_order(
    finished: &Receiver<(u64, Item)>,
    token_back: &Sender<()>,
    stop: &AtomicBool,
    collect: &mut Collect<'_>,
) {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (number, item) in finished {
        waiting.insert(number, item);
        while let Some(item) = waiting.remove(&next) {
            next += 1;
            let _ = token_back.try_send(());
            if !stop.load(Ordering::Relaxed) && !collect(item) {
                stop.store(true, Ordering::Relaxed);
            }
        }
    }
}
