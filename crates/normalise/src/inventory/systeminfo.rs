//! Output of Windows' `systeminfo` in any language, as table, list or CSV.
//!
//! In: text. Out: one inventory (of CSV: one a row). Fields are known by position and shape, never
//! by label: the version is the first value like `6.1.7601 … 7601`, the name stands before it, the
//! host before that. Never: a network card's address or a disk as an update.

use wardwatch_model::Build;
use wardwatch_model::inventory::{Architecture, InstalledUpdate, Inventory, ReportKind};

use super::error::InventoryError;
use super::limits::{MAX_ROWS, doubt, some};
use super::{csv, kb, size, system_name};

/// A row of `systeminfo /fo csv` has so many cells at least.
const LEAST_CELLS: usize = 20;
/// Characters of the narrowest line that a console wraps.
const WRAPPED_CHARS: usize = 78;

/// A label's value and the indented lines below it.
#[derive(Debug, Default)]
struct Entry {
    value: String,
    items: Vec<String>,
}

/// Reads the report; `None` when nothing in it is shaped like a version of Windows.
pub(super) fn read(text: &str) -> Option<Result<Vec<Inventory>, InventoryError>> {
    if let Some(found) = rows(text) {
        return Some(Ok(found));
    }
    inventory(&entries(text)).map(|inventory| Ok(vec![inventory]))
}

fn inventory(entries: &[Entry]) -> Option<Inventory> {
    let (place, (version, pack)) = entries
        .iter()
        .enumerate()
        .find_map(|(place, entry)| version_of(&entry.value).map(|found| (place, found)))?;
    let mut inventory = Inventory::new(ReportKind::SystemInfo);
    let value = |back: usize| place.checked_sub(back).and_then(|place| entries.get(place));
    let one_word = |text: &String| !text.contains(char::is_whitespace);
    inventory.host = value(2).and_then(|entry| some(&entry.value)).filter(one_word);
    let system = &mut inventory.system;
    system.name = value(1).and_then(|entry| some(&entry.value));
    system.version = Some(version);
    system.service_pack = Some(pack);
    system.architecture = entries[place..].iter().find_map(|entry| architecture(&entry.value));
    system_name::describe(system);
    if system.architecture.is_none() {
        doubt(&mut inventory.doubts, "the report does not tell the kind of processor");
    }
    let below = &entries[place + 1..];
    inventory.hardware.memory_mib = below.iter().find_map(|entry| memory(&entry.value));
    updates(below, &mut inventory);
    Some(inventory)
}

/// `6.1.7601 Service Pack 1 Build 7601`: the version, and the service pack between its two ends.
fn version_of(value: &str) -> Option<(Build, u8)> {
    let mut words = value.split_whitespace();
    let version = Build::parse(words.next()?)?;
    let [major, minor, build] = version.branch();
    let known = matches!((major, minor), (5, 0..=2) | (6, 0..=3) | (10, 0));
    if !(known && (2000..100_000).contains(&build)) {
        return None;
    }
    let number = |word: &str| {
        let word = word.trim_start_matches("SP").trim_matches([',', '.', ':', '(', ')']);
        word.parse::<u8>().ok().filter(|number| (1..=9).contains(number))
    };
    Some((version, words.find_map(number).unwrap_or(0)))
}

/// `8,192 MB`, `8 192 Mo`: the first size below the version is that of the whole memory.
fn memory(value: &str) -> Option<u32> {
    let has_unit = value.trim_end().ends_with(char::is_alphabetic);
    let short = value.chars().count() < 20;
    (has_unit && short).then(|| size::mib(value, size::MEMORY)).flatten()
}

/// `x64-based PC`, `X86-based PC`, `ARM64-basierter PC`, `Itanium (TM)-based System`.
fn architecture(value: &str) -> Option<Architecture> {
    let value = value.to_ascii_lowercase();
    let short = value.chars().count() < 60 && !value.contains("family");
    let word = |marks: &[&str]| {
        let words = || value.split([' ', '-', '(', '\u{a0}', '/']);
        words().any(|word| marks.contains(&word))
    };
    let shaped = ["-", "pc"].iter().any(|part| value.contains(part));
    match () {
        () if !(short && shaped) => None,
        () if word(&["x64", "amd64", "x86_64"]) => Some(Architecture::X64),
        () if word(&["arm64"]) => Some(Architecture::Arm64),
        () if word(&["itanium", "ia64"]) => Some(Architecture::Ia64),
        () if word(&["x86", "i386"]) => Some(Architecture::X86),
        () => None,
    }
}

/// Numbers from the list whose items are updates.
fn updates(entries: &[Entry], inventory: &mut Inventory) {
    let is_list = |entry: &&Entry| {
        entry.items.iter().any(|item| {
            numbered(item).is_some_and(|rest| {
                rest.starts_with("File ") || (kb::of_word(first(rest)).is_some() && !is_bare(rest))
            })
        })
    };
    let list = entries.iter().find(is_list).or_else(|| {
        let bare =
            |item: &String| numbered(item).is_some_and(|rest| kb::of_word(first(rest)).is_some());
        entries.iter().find(|entry| !entry.items.is_empty() && entry.items.iter().all(bare))
    });
    let Some(list) = list else {
        doubt(&mut inventory.doubts, "the report lists no installed update at all");
        return;
    };
    let items: Vec<&str> = list.items.iter().filter_map(|item| numbered(item)).collect();
    let numbers = items.iter().filter_map(|item| kb::of_word(first(item)));
    inventory.updates.extend(numbers.map(|kb| InstalledUpdate { kb, installed: None }));
    let told = list.value.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty());
    if let Some(told) = told.and_then(|told| told.parse::<usize>().ok())
        && told > items.len()
    {
        let text = format!("the report speaks of {told} updates and lists {}", items.len());
        doubt(&mut inventory.doubts, text);
    }
}

fn first(item: &str) -> &str {
    item.split([' ', '\u{a0}']).next().unwrap_or_default()
}

fn is_bare(item: &str) -> bool {
    first(item).bytes().all(|byte| byte.is_ascii_digit())
}

/// What follows `[01]:`, or `[01] :`.
fn numbered(item: &str) -> Option<&str> {
    let (number, rest) = item.strip_prefix('[')?.split_once(']')?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let rest = rest.trim_start().trim_start_matches([':', '：']).trim_start();
    digits.then_some(rest)
}

/// Labels' values in order. Lines of a table that is indented as a whole count as if it were not;
/// what a console wrapped is joined.
fn entries(text: &str) -> Vec<Entry> {
    let lines: Vec<&str> =
        text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let indent = |line: &str| line.chars().take_while(|c| c.is_whitespace()).count();
    let margin = lines.iter().map(|line| indent(line)).min().unwrap_or(0);
    let mut found: Vec<Entry> = Vec::new();
    let mut wrapped = false;
    for line in lines {
        let below = indent(line) > margin;
        let last = found.last_mut();
        match (below, label(line.trim_start()), last) {
            (true, _, Some(entry)) => entry.items.push(line.trim().to_owned()),
            (false, None, Some(entry)) if wrapped => {
                entry.items.last_mut().unwrap_or(&mut entry.value).push_str(line);
            }
            (_, Some(value), _) => {
                found.push(Entry { value: value.to_owned(), items: Vec::new() });
            }
            _ => {}
        }
        wrapped = line.chars().count() >= WRAPPED_CHARS;
    }
    found
}

/// The value behind a label's colon.
fn label(line: &str) -> Option<&str> {
    let ends = line.char_indices().filter(|&(_, c)| matches!(c, ':' | '：'));
    ends.map(|(place, c)| &line[place + c.len_utf8()..])
        .find(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
        .map(str::trim)
}

/// `systeminfo /fo csv`, one host a row.
fn rows(text: &str) -> Option<Vec<Inventory>> {
    let heading = text.lines().find(|line| line.trim_start().starts_with('"'))?;
    let start = text.find(heading)?;
    let rows = csv::rows(&text[start..], csv::mark(heading), MAX_ROWS);
    let is_host = |row: &&csv::Row| row.cells.len() >= LEAST_CELLS;
    let found: Vec<Inventory> = rows
        .iter()
        .filter(is_host)
        .filter_map(|row| {
            inventory(&row.cells.iter().map(|cell| cell_entry(cell)).collect::<Vec<_>>())
        })
        .collect();
    (!found.is_empty()).then_some(found)
}

/// `2 Hotfix(s) Installed.,[01]: KB1,[02]: KB2` as a label's value and its lines.
fn cell_entry(cell: &str) -> Entry {
    let mut parts = cell.split(",[");
    let value = parts.next().unwrap_or_default().to_owned();
    Entry { value, items: parts.map(|part| format!("[{part}")).collect() }
}

#[cfg(test)]
mod tests;
