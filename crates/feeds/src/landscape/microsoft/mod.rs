//! Microsoft's catalogue of updates: vulnerability × update × product × what it supersedes.
//!
//! In: CSV with the heads `DatePosted,CVE,BulletinKB,Title,AffectedProduct,AffectedComponent,
//! Severity,Impact,Supersedes,Exploits` in any order; lines that begin with `#` are comments. Out:
//! rows with names as numbers, and what is known of each update and vulnerability. Format: the
//! definitions of the Windows Exploit Suggester (next generation). Streams: the file is large.

mod field;
pub mod name;
pub mod track;

use std::collections::BTreeSet;
use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};
use rustc_hash::FxHashMap;
use wardwatch_model::landscape::{Severity, Track};
use wardwatch_model::{CveId, Day, Kb};

use super::error::FeedError;
use super::report::Yield;
use name::Names;

/// Rows of one file; that of June 2026 has 608,740.
const MAX_ROWS: u64 = 5_000_000;
/// Different names of products or components of one file.
const MAX_NAMES: usize = 60_000;
/// Bytes of the name of a product or component.
const MAX_NAME_BYTES: usize = 300;
/// Updates that supersede themselves which are kept by number; more are counted.
pub const MAX_SELF_LOOPS: usize = 20;
/// Bytes of one field.
const MAX_FIELD_BYTES: usize = 16 << 10;

/// A row after cleaning. Without a vulnerability it still tells of an update; without an update it
/// still tells of a vulnerability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// Place in [`Rows::products`].
    pub product: u32,
    /// The vulnerability.
    pub cve: Option<CveId>,
    /// The update.
    pub kb: Option<Kb>,
    /// Place in [`Rows::components`].
    pub component: u32,
    /// How bad.
    pub severity: Severity,
    /// The day of the row.
    pub day: Day,
    /// The line that the row's words name, when they do.
    pub hint: Option<Track>,
}

/// What rows tell of an update.
#[derive(Debug, Clone, Default)]
pub struct UpdateFacts {
    /// Its title in the first row that has one.
    pub title: String,
    /// The first day on which a row names it.
    pub published: Option<Day>,
    /// What it supersedes, never itself.
    pub supersedes: BTreeSet<Kb>,
}

/// What rows tell of a vulnerability.
#[derive(Debug, Clone, Default)]
pub struct VulnerabilityFacts {
    /// Its title in the first row that has one.
    pub title: String,
    /// The first day on which a row names it.
    pub published: Option<Day>,
    /// Whether a row links to a way to exploit it.
    pub exploit: bool,
}

/// What a file tells.
#[derive(Debug, Default)]
pub struct Rows {
    /// The rows.
    pub rows: Vec<Row>,
    /// Names of products.
    pub products: Names,
    /// Names of components.
    pub components: Names,
    /// Updates.
    pub updates: FxHashMap<Kb, UpdateFacts>,
    /// Vulnerabilities.
    pub vulnerabilities: FxHashMap<CveId, VulnerabilityFacts>,
    /// Updates that a row says supersede themselves, the first of them.
    pub self_loops: BTreeSet<Kb>,
    /// How many more rows say so of others.
    pub more_self_loops: u64,
}

/// Reads a file.
///
/// # Errors
/// When it lacks columns, cannot be read to its end, or nothing in it can be used.
pub fn csv(stream: impl Read) -> Result<Yield<Rows>, FeedError> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(stream);
    let mut out = Yield::new(Rows::default());
    let mut columns: Option<Columns> = None;
    let mut record = ByteRecord::new();
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| FeedError::Unreadable(error.to_string()))?
    {
        let Some(columns) = &columns else {
            columns = Some(Columns::find(&record)?);
            continue;
        };
        if out.count >= MAX_ROWS {
            return Err(FeedError::TooMuch { limit: MAX_ROWS, what: "rows" });
        }
        match out.records.take(&record, columns) {
            Ok(Taken::Used(day)) => {
                out.count += 1;
                out.saw(Some(day));
            }
            Ok(Taken::Junk) => out.dropped += 1,
            Err(reason) => {
                let line = record.position().map_or(0, csv::Position::line);
                out.refused.add(format!("line {line}"), reason);
            }
        }
    }
    match (out.count, columns) {
        (_, None) => Err(FeedError::NoColumn("CVE: it is empty".to_owned())),
        (0, _) => Err(FeedError::NothingUsable(out.refused.count + out.dropped)),
        _ => Ok(out),
    }
}

enum Taken {
    Used(Day),
    Junk,
}

/// Where each column stands.
struct Columns {
    day: usize,
    cve: usize,
    kb: usize,
    product: usize,
    title: Option<usize>,
    component: Option<usize>,
    severity: Option<usize>,
    supersedes: Option<usize>,
    exploits: Option<usize>,
}

impl Columns {
    fn find(heads: &ByteRecord) -> Result<Self, FeedError> {
        let find = |name: &str| {
            heads.iter().position(|head| head.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
        };
        let need = |name: &str| find(name).ok_or_else(|| FeedError::NoColumn(name.to_owned()));
        Ok(Columns {
            day: need("DatePosted")?,
            cve: need("CVE")?,
            kb: need("BulletinKB")?,
            product: need("AffectedProduct")?,
            title: find("Title"),
            component: find("AffectedComponent"),
            severity: find("Severity"),
            supersedes: find("Supersedes"),
            exploits: find("Exploits"),
        })
    }
}

impl Rows {
    fn take(&mut self, record: &ByteRecord, columns: &Columns) -> Result<Taken, String> {
        if record.iter().any(|field| field.len() > MAX_FIELD_BYTES) {
            return Err(format!("a field is longer than {MAX_FIELD_BYTES} bytes"));
        }
        let field = |place: usize| {
            let bytes = record.get(place).ok_or("the row is too short")?;
            std::str::from_utf8(bytes).map_err(|_| "the row is no UTF-8: save the file as UTF-8")
        };
        let optional = |place: Option<usize>| match place {
            Some(place) if place < record.len() => field(place),
            _ => Ok(""),
        };
        let day: Day = field(columns.day)?.parse().map_err(|error| format!("{error}"))?;
        let named = field(columns.cve)?.trim();
        let cve = field::vulnerability(named)?;
        let kb = field(columns.kb)?.parse::<Kb>().ok();
        let product = field(columns.product)?;
        let title = optional(columns.title)?.trim();
        let component = optional(columns.component)?;
        if product.trim().is_empty() {
            return Err("the row names no product".to_owned());
        }
        if product.len().max(component.len()) > MAX_NAME_BYTES {
            return Err(format!("a name is longer than {MAX_NAME_BYTES} bytes"));
        }
        // Before anything of the row is kept.
        let full = |names: &Names, name| names.len() >= MAX_NAMES && names.find(name).is_none();
        if full(&self.products, product) || full(&self.components, component) {
            return Err(format!("the file names more than {MAX_NAMES} products or components"));
        }
        let severity = field::severity(optional(columns.severity)?);
        let supersedes = optional(columns.supersedes)?;
        let exploit = !optional(columns.exploits)?.trim().is_empty();
        if let Some(cve) = cve {
            let facts = self.vulnerabilities.entry(cve).or_default();
            facts.exploit |= exploit;
            facts.published = Some(facts.published.map_or(day, |known| known.min(day)));
            if facts.title.is_empty() {
                title.clone_into(&mut facts.title);
            }
        }
        if let Some(kb) = kb {
            let facts = self.updates.entry(kb).or_default();
            facts.published = Some(facts.published.map_or(day, |known| known.min(day)));
            if facts.title.is_empty() {
                title.clone_into(&mut facts.title);
            }
            for old in field::updates(supersedes) {
                if old == kb && self.self_loops.len() < MAX_SELF_LOOPS {
                    self.self_loops.insert(kb);
                } else if old == kb {
                    self.more_self_loops += u64::from(!self.self_loops.contains(&kb));
                } else {
                    facts.supersedes.insert(old);
                }
            }
        }
        if cve.is_none() && kb.is_none() {
            return Ok(Taken::Junk);
        }
        let product = self.products.add(product);
        let component = self.components.add(component);
        let hint =
            field::hint(named, self.products.get(product), self.components.get(component), title);
        self.rows.push(Row { product, cve, kb, component, severity, day, hint });
        Ok(Taken::Used(day))
    }
}

#[cfg(test)]
mod tests;
