//! In one process, on one core: rules, flat JSON and EVTX.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use rsigma_eval::JsonEvent;
use rsigma_parser::SigmaRule;
use wardwatch_bench::peer;
use wardwatch_detect::{Documents, Engine, Placeholders, RuleNumber, RuleSet, Scratch};
use wardwatch_model::SourceSet;
use wardwatch_normalise::Normaliser;
use wardwatch_normalise::evtx::{CHUNK_BYTES, CHUNK_MAGIC, ChunkReader, FILE_HEADER_BYTES};
use wardwatch_testkit::{corpora, events};

use crate::figures::{best, in_turn, title};

/// How long rules take from text to engine.
pub fn rules(folder: &Path) {
    title("Rules: text to engine (files already in memory)");
    for (name, parts) in [("windows", vec!["rules/windows"]), ("rules", vec!["rules"])] {
        let folders: Vec<_> = parts.iter().map(|part| folder.join("sigma").join(part)).collect();
        let texts: Vec<(String, String)> = folders
            .iter()
            .flat_map(|folder| corpora::files(folder, "yml"))
            .map(|file| {
                let text = std::fs::read_to_string(&file).unwrap_or_default();
                (file.display().to_string(), text)
            })
            .collect();
        let seconds = best(|| {
            black_box(load(&texts));
        });
        println!("{name:<10} {:>6} rules  {seconds:>6.3} s", texts.len());
    }
}

fn load(texts: &[(String, String)]) -> RuleSet {
    let share = texts.len().div_ceil(2).max(1);
    let mut documents = Documents::default();
    let parts: Vec<Documents> = std::thread::scope(|scope| {
        let handles: Vec<_> = texts
            .chunks(share)
            .map(|chunk| {
                scope.spawn(move || {
                    let mut documents = Documents::default();
                    for (name, text) in chunk {
                        documents.append(Documents::parse(name, text));
                    }
                    documents
                })
            })
            .collect();
        handles.into_iter().filter_map(|handle| handle.join().ok()).collect()
    });
    parts.into_iter().for_each(|part| documents.append(part));
    RuleSet::load(documents, &Placeholders::default())
}

/// Our engine over one thread's memory.
struct Ours {
    normaliser: Normaliser,
    engine: Engine,
    arena: Bump,
    scratch: Scratch,
    hits: Vec<RuleNumber>,
}

impl Ours {
    fn new(set: RuleSet) -> Self {
        let normaliser = Normaliser::new(None);
        let engine = Engine::new(Arc::new(set), normaliser.table());
        let scratch = Scratch::default();
        Ours { normaliser, engine, arena: Bump::new(), scratch, hits: Vec::new() }
    }

    fn detect(&mut self, record: &str) -> usize {
        self.arena.reset();
        self.hits.clear();
        if let Ok(event) = self.normaliser.json(&self.arena, record, 0) {
            self.engine.evaluate(&event, &mut self.scratch, &mut self.hits);
        }
        self.hits.len()
    }

    fn parse(&mut self, record: &str) {
        self.arena.reset();
        let _ = black_box(self.normaliser.json(&self.arena, record, 0));
    }
}

fn windows_rules(folder: &Path) -> (RuleSet, Vec<SigmaRule>) {
    let documents = corpora::documents(&[folder.join("sigma/rules/windows")]);
    let parsed = documents.rules.iter().map(|rule| rule.document.clone()).collect();
    (RuleSet::load(documents, &Placeholders::default()), parsed)
}

/// Flat JSON in, rule numbers out.
pub fn flat_json(folder: &Path) {
    title("Flat JSON in, detections out, one core, SigmaHQ rules/windows");
    let (set, parsed) = windows_rules(folder);
    println!(
        "rules: {} ours, {} the peer's (rsigma-eval 0.23, log-source routing)",
        set.len(),
        parsed.len()
    );
    let mut ours = Ours::new(set);
    let theirs = peer::engine(parsed.iter());
    let shipped = events::shipped_json(folder);
    let recorded = flattened(&ours.normaliser, &events::all_evtx_records(folder));
    for (name, text) in [("OTRF as shipped", &shipped), ("EVTX samples, flattened", &recorded)] {
        lane(name, text, &mut ours, &theirs);
    }
}

/// Records as flat JSON lines.
fn flattened(normaliser: &Normaliser, records: &[String]) -> String {
    let mut text = String::new();
    let arena = Bump::new();
    for record in records {
        if let Ok(event) = normaliser.json(&arena, record, 0) {
            text.push_str(&peer::flat(&event).to_string());
            text.push('\n');
        }
    }
    text
}

fn lane(name: &str, text: &str, ours: &mut Ours, theirs: &rsigma_eval::Engine) {
    let lines: Vec<&str> = text.lines().collect();
    let sources: Vec<rsigma_parser::LogSource> =
        lines.iter().map(|line| logsource(&ours.normaliser, line)).collect();
    let (mut our_hits, mut their_hits) = (0, 0);
    let (mine, peers) = in_turn(
        || our_hits = lines.iter().map(|line| ours.detect(line)).sum(),
        || {
            their_hits = 0;
            for (line, source) in lines.iter().zip(&sources) {
                if let Ok(value) = serde_json::from_str::<serde_json::Value>(line) {
                    let event = JsonEvent::borrow(&value);
                    their_hits += theirs.evaluate_with_logsource(&event, source).len();
                }
            }
        },
    );
    let parse = best(|| lines.iter().for_each(|line| ours.parse(line)));
    let parse_peer = best(|| {
        for line in &lines {
            let _ = black_box(serde_json::from_str::<serde_json::Value>(line));
        }
    });
    let each = |seconds: f64| seconds * 1e6 / lines.len() as f64;
    println!(
        "\n{name}: {} events, {:.0} bytes each",
        lines.len(),
        text.len() as f64 / lines.len() as f64
    );
    println!(
        "  ours   {:>7.2} us/event (of it normalise {:.2}), {our_hits} hits",
        each(mine),
        each(parse)
    );
    println!(
        "  rsigma {:>7.2} us/event (of it parse {:.2}), {their_hits} hits",
        each(peers),
        each(parse_peer)
    );
    println!("  ratio  {:>7.2}x", peers / mine);
}

/// The one log source that the peer is told for a record: our first.
fn logsource(normaliser: &Normaliser, line: &str) -> rsigma_parser::LogSource {
    let arena = Bump::new();
    let set = normaliser.json(&arena, line, 0).map_or(SourceSet::UNKNOWN, |event| event.sources);
    let source = normaliser.table().get(set).first().cloned().unwrap_or_default();
    rsigma_parser::LogSource {
        product: source.product,
        category: source.category,
        service: source.service,
        ..rsigma_parser::LogSource::default()
    }
}

/// EVTX chunks in, rule numbers out.
pub fn evtx(folder: &Path) {
    title("EVTX in, detections out, one core, SigmaHQ rules/windows");
    let (set, _) = windows_rules(folder);
    let mut ours = Ours::new(set);
    let reader = ChunkReader::default();
    let files: Vec<Vec<u8>> = corpora::files(&folder.join("evtx"), "evtx")
        .iter()
        .filter_map(|file| std::fs::read(file).ok())
        .collect();
    let (mut count, mut hits) = (0u64, 0);
    let seconds = best(|| {
        (count, hits) = (0, 0);
        for bytes in &files {
            let chunks = bytes.get(FILE_HEADER_BYTES..).unwrap_or_default().chunks(CHUNK_BYTES);
            for chunk in chunks.filter(|chunk| chunk.starts_with(CHUNK_MAGIC)) {
                reader.records(chunk, &mut |record| {
                    if let Ok(record) = record
                        && let Ok(text) = std::str::from_utf8(&record.json)
                    {
                        count += 1;
                        hits += ours.detect(text);
                    }
                });
            }
        }
    });
    println!(
        "{} files, {count} events, {hits} hits: {:.2} us/event",
        files.len(),
        seconds * 1e6 / count.max(1) as f64
    );
}

/// Our lane alone, over and over, for a profiler; only events of log sources whose names hold
/// `part`.
pub fn profile(folder: &Path, part: &str) {
    let (set, _) = windows_rules(folder);
    let mut ours = Ours::new(set);
    let shipped = events::shipped_json(folder);
    let lines: Vec<&str> = shipped
        .lines()
        .filter(|line| source_names(&ours.normaliser, line).contains(part))
        .collect();
    for _ in 0..(400_000 / lines.len().max(1)).max(20) {
        let seconds = crate::figures::seconds(|| {
            black_box(lines.iter().map(|line| ours.detect(line)).sum::<usize>());
        });
        println!("{:.2} us/event", seconds * 1e6 / lines.len().max(1) as f64);
    }
}

/// The names of a record's log sources.
fn source_names(normaliser: &Normaliser, line: &str) -> String {
    let arena = Bump::new();
    let set = normaliser.json(&arena, line, 0).map_or(SourceSet::UNKNOWN, |event| event.sources);
    let names: Vec<String> = normaliser.table().get(set).iter().map(ToString::to_string).collect();
    names.join(" ")
}

/// Where the time goes: microseconds by log source, and the fields looked at in every event.
pub fn by_source(folder: &Path) {
    title("Flat JSON in, detections out: time by log source");
    let (set, _) = windows_rules(folder);
    let mut ours = Ours::new(set);
    let shipped = events::shipped_json(folder);
    sources_of("OTRF as shipped", &shipped, &mut ours);
    let recorded = flattened(&ours.normaliser, &events::all_evtx_records(folder));
    sources_of("EVTX samples, flattened", &recorded, &mut ours);
}

fn sources_of(name: &str, text: &str, ours: &mut Ours) {
    println!("\n{name}");
    let mut groups: BTreeMap<SourceSet, Vec<&str>> = BTreeMap::new();
    for line in text.lines() {
        let arena = Bump::new();
        if let Ok(event) = ours.normaliser.json(&arena, line, 0) {
            groups.entry(event.sources).or_default().push(line);
        }
    }
    let mut rows: Vec<(f64, String)> = groups
        .into_iter()
        .map(|(set, lines)| {
            let whole = best(|| {
                lines.iter().for_each(|line| {
                    black_box(ours.detect(line));
                })
            });
            let parse = best(|| lines.iter().for_each(|line| ours.parse(line)));
            let each = |seconds: f64| seconds * 1e6 / lines.len() as f64;
            let program = ours.engine.program(set);
            let mut fields: Vec<&str> =
                program.iter().flat_map(|program| program.eager_fields()).collect();
            fields.sort_unstable();
            let name: Vec<String> =
                ours.normaliser.table().get(set).iter().map(ToString::to_string).collect();
            let row = format!(
                "{:>7} events {:>6.2} us, of it parse {:>5.2}; {:>5} rules; {}: {}",
                lines.len(),
                each(whole),
                each(parse),
                program.map_or(0, |program| program.len()),
                name.join(" "),
                fields.join(" ")
            );
            (whole, row)
        })
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    rows.iter().for_each(|(_, row)| println!("{row}"));
}
