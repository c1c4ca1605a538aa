//! Lists of installed hotfixes: `wmic qfe` and `Get-HotFix`, each as table, list or CSV.
//!
//! In: text with a heading or key `HotFixID`, whatever stands before it. Out: one inventory of each
//! host in it. What the titles of updates and the service packs they belong to agree on goes into
//! the system. Never: a day whose month is in doubt; `File 1` as an update.

use wardwatch_model::inventory::{InstalledUpdate, Inventory, ReportKind};

use super::error::InventoryError;
use super::limits::{MAX_COLUMNS, MAX_ROWS, doubt, some};
use super::{csv, date, kb, title};

/// The heading that tells such a list.
const KEY: &str = "hotfixid";
/// So many updates at least must name the same next service pack before it is believed.
const LEAST_PACKS: usize = 5;

/// One line of the list; fields that it has not are empty.
#[derive(Debug, Default, Clone)]
struct Fix {
    number: String,
    host: String,
    day: String,
    description: String,
    pack: String,
}

/// Reads the list; `None` when there is no such heading.
pub(super) fn read(text: &str) -> Option<Result<Vec<Inventory>, InventoryError>> {
    let lines: Vec<&str> = text.lines().collect();
    let place = lines.iter().position(|line| line.to_ascii_lowercase().contains(KEY))?;
    let heading = lines[place].trim_end();
    let lower = heading.to_ascii_lowercase();
    let key = lower.find(KEY)?;
    let behind = lower[key + KEY.len()..].trim_start_matches('"').trim_start();
    let fixes = match behind.chars().next() {
        Some('=' | ':') => pairs(&lines),
        Some(',' | ';' | '\t') => cells(&lines[place..]),
        None if lower[..key].trim_end_matches('"').ends_with([',', ';', '\t']) => {
            cells(&lines[place..])
        }
        _ => columns(heading, &lines[place + 1..]),
    };
    let found = hosts(&fixes);
    Some(match found.is_empty() {
        true => Err(InventoryError::Nothing("a list of hotfixes")),
        false => Ok(found),
    })
}

/// A table: a field begins where its heading does.
fn columns(heading: &str, lines: &[&str]) -> Vec<Fix> {
    let letters: Vec<char> = heading.chars().collect();
    let is_start =
        |at: usize| !letters[at].is_whitespace() && (at == 0 || letters[at - 1].is_whitespace());
    let mut starts: Vec<usize> = (0..letters.len()).filter(|&at| is_start(at)).collect();
    if starts.len() > MAX_COLUMNS {
        return Vec::new();
    }
    let word = |at: usize| -> String {
        letters[at..].iter().take_while(|c| !c.is_whitespace()).collect::<String>()
    };
    let names: Vec<String> = starts.iter().map(|&at| word(at).to_ascii_lowercase()).collect();
    // What a tool printed without a line's end stands before the first heading; rows are not moved.
    let known = names.iter().position(|name| heading_start(name).is_some()).unwrap_or(0);
    let inside = names.get(known).and_then(|name| heading_start(name)).unwrap_or(0);
    let shift = match heading.starts_with(char::is_whitespace) {
        true => 0,
        false => starts.get(known).map_or(0, |start| start + inside),
    };
    for start in &mut starts {
        *start = start.saturating_sub(shift);
    }
    let field = |line: &[char], column: usize| -> String {
        let start = starts[column].min(line.len());
        let end = starts.get(column + 1).copied().unwrap_or(line.len()).clamp(start, line.len());
        line[start..end].iter().collect::<String>().trim().to_owned()
    };
    let rule = |line: &&&str| !line.trim().is_empty() && !line.trim_start().starts_with("---");
    lines
        .iter()
        .filter(rule)
        .take(MAX_ROWS)
        .map(|line| {
            let letters: Vec<char> = line.trim_end().chars().collect();
            let mut fix = Fix::default();
            for (column, name) in names.iter().enumerate().skip(known) {
                fix.set(name, &field(&letters, column));
            }
            if kb::of_word(&fix.number).is_none() {
                // Characters of double width move a table's columns.
                let moved = line.split_whitespace().find(|word| word.starts_with("KB"));
                let moved = moved.filter(|_| !fix.number.starts_with("File"));
                fix.number = moved.map(str::to_owned).unwrap_or(fix.number);
            }
            fix
        })
        .collect()
}

/// Where a heading begins in a word that a tool's message may run into (`installed.Caption`).
fn heading_start(word: &str) -> Option<usize> {
    [
        "caption",
        "source",
        "csname",
        "description",
        KEY,
        "pscomputername",
        "fixcomments",
        "installedby",
        "installedon",
        "servicepackineffect",
    ]
    .iter()
    .find_map(|name| word.ends_with(name).then(|| word.len() - name.len()))
    .filter(|&start| word.is_char_boundary(start))
    .map(|start| word[..start].chars().count())
}

/// CSV with a heading.
fn cells(lines: &[&str]) -> Vec<Fix> {
    let text = lines.join("\n");
    let rows = csv::rows(&text, csv::mark(lines[0]), MAX_ROWS);
    let Some((heading, rows)) = rows.split_first() else { return Vec::new() };
    let names: Vec<String> = heading.cells.iter().map(|name| name.to_ascii_lowercase()).collect();
    let fix = |row: &csv::Row| {
        let mut fix = Fix::default();
        for (name, cell) in names.iter().zip(&row.cells) {
            fix.set(name, cell);
        }
        fix
    };
    rows.iter().map(fix).collect()
}

/// `HotFixID=KB4012598` or `HotFixID : KB4012598`, blocks with a key that comes again.
fn pairs(lines: &[&str]) -> Vec<Fix> {
    let mut fixes = vec![Fix::default()];
    let mut seen: Vec<&str> = Vec::new();
    for line in lines {
        let Some((name, value)) = line.split_once('=').or_else(|| line.split_once(':')) else {
            continue;
        };
        let name = name.trim().to_ascii_lowercase();
        // Other keys say nothing, and there may be millions of them.
        let Some(&name) = KEYS.iter().find(|known| **known == name) else { continue };
        if seen.contains(&name) && fixes.len() < MAX_ROWS {
            fixes.push(Fix::default());
            seen.clear();
        }
        if let Some(fix) = fixes.last_mut() {
            fix.set(name, value.trim());
        }
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    fixes
}

/// What is read of a fix.
const KEYS: [&str; 9] = [
    KEY,
    "csname",
    "pscomputername",
    "__server",
    "source",
    "node",
    "installedon",
    "description",
    "servicepackineffect",
];

impl Fix {
    fn set(&mut self, name: &str, value: &str) {
        let field = match name {
            KEY => &mut self.number,
            "csname" | "pscomputername" | "__server" | "source" | "node" => &mut self.host,
            "installedon" => &mut self.day,
            "description" => &mut self.description,
            "servicepackineffect" => &mut self.pack,
            _ => return,
        };
        if field.is_empty() || name == "csname" {
            *field = value.to_owned();
        }
    }

    /// The update's number; of a `File 1` it stands in the service pack's field.
    fn kb(&self) -> Option<wardwatch_model::Kb> {
        kb::of_word(&self.number)
            .or_else(|| kb::of_word(&self.pack).filter(|_| self.number.starts_with("File ")))
    }
}

/// Lines by host, in their order.
fn hosts(fixes: &[Fix]) -> Vec<Inventory> {
    let mut groups: Vec<(&str, Vec<&Fix>)> = Vec::new();
    let mut places = rustc_hash::FxHashMap::default();
    for fix in fixes.iter().filter(|fix| fix.kb().is_some()) {
        let place = *places.entry(fix.host.to_ascii_lowercase()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, group)) => group.push(fix),
            None => groups.push((fix.host.as_str(), vec![fix])),
        }
    }
    groups.iter().map(|(host, fixes)| inventory(host, fixes)).collect()
}

fn inventory(host: &str, fixes: &[&Fix]) -> Inventory {
    let mut inventory = Inventory::new(ReportKind::HotfixList);
    inventory.host = some(host);
    let order = date::order(fixes.iter().map(|fix| fix.day.as_str()));
    inventory.updates = fixes
        .iter()
        .filter_map(|fix| fix.kb().map(|kb| (kb, date::day(&fix.day, order))))
        .map(|(kb, installed)| InstalledUpdate { kb, installed })
        .collect();
    inventory.system = title::agreed(fixes.iter().map(|fix| fix.description.as_str()));
    inventory.system.service_pack = inventory.system.service_pack.or_else(|| before_next(fixes));
    let undated = |fix: &&&Fix| !fix.day.is_empty() && date::day(&fix.day, order).is_none();
    let undated = fixes.iter().filter(undated).count();
    if undated > 0 {
        let text = format!("the day of installation of {undated} updates is in doubt");
        doubt(&mut inventory.doubts, text);
    }
    inventory
}

/// Updates of Windows XP and 2003 name the service pack that will contain them: the next one.
fn before_next(fixes: &[&Fix]) -> Option<u8> {
    let mut counts = [0; 10];
    let packs = fixes.iter().filter_map(|fix| fix.pack.strip_prefix("SP")?.parse::<usize>().ok());
    for pack in packs.filter(|pack| (1..10).contains(pack)) {
        counts[pack] += 1;
    }
    // What waits for the fourth goes on a system with the third only; older ones stay from before.
    let place = counts.iter().rposition(|&count| count >= LEAST_PACKS)?;
    u8::try_from(place - 1).ok()
}

#[cfg(test)]
mod tests;
