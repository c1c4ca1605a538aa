//! Records of vulnerabilities (CVE JSON 5): one object, or one a line.
//!
//! In: text. Out: for each record its title, day, score, decision inputs, and the builds from
//! which on Microsoft's products are fixed. Format: CVE Record Format 5.x of the CVE Program;
//! decision inputs from the container of an authorised publisher (ADP), `other.type` `ssvc`.

mod product;
mod score;

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use wardwatch_model::landscape::{Cvss, Ssvc};
use wardwatch_model::{Build, CveId, Day};

use super::error::FeedError;
use super::report::Yield;

/// Records of one file; all that exist in 2026 are some 330,000.
const MAX_RECORDS: u64 = 1_000_000;
/// Bytes of one record; those of the kernel have a megabyte.
const MAX_RECORD_BYTES: u64 = 16 << 20;
/// Versions that are read of one record.
const MAX_VERSIONS: usize = 2_000;
/// Bytes of a product's or platform's name; longer ones name nothing of the catalogue.
const MAX_NAME_BYTES: usize = 300;

/// A product is fixed from a build on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The vulnerability.
    pub cve: CveId,
    /// What the catalogue of updates may call the product.
    pub products: Arc<[String]>,
    /// The build.
    pub build: Build,
}

/// A record.
#[derive(Debug)]
pub struct Record {
    /// Its number.
    pub cve: CveId,
    /// Its title.
    pub title: String,
    /// The day of its publication.
    pub published: Option<Day>,
    /// Whether a reference is marked as a way to exploit it.
    pub exploit: bool,
    /// Whether a product of Microsoft has it.
    pub microsoft: bool,
    /// Its severity.
    pub cvss: Option<Cvss>,
    /// Inputs of decisions, estimated where nobody says.
    pub ssvc: Option<Ssvc>,
    /// Fixed builds.
    pub claims: Vec<Claim>,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "cveMetadata")]
    about: About,
    containers: Containers,
}

#[derive(Deserialize)]
struct About {
    #[serde(rename = "cveId")]
    id: String,
    #[serde(default)]
    state: String,
    #[serde(default, rename = "datePublished")]
    published: String,
}

#[derive(Deserialize)]
struct Containers {
    cna: Value,
    #[serde(default)]
    adp: Vec<Value>,
}

/// Reads records.
///
/// # Errors
/// When the text cannot be read to its end, or nothing in it can be used.
pub fn json(stream: impl Read) -> Result<Yield<Vec<Record>>, FeedError> {
    let mut out = Yield::new(Vec::new());
    let mut place = 0_u64;
    let left = Rc::new(Cell::new(MAX_RECORD_BYTES));
    let stream = PerRecord { inner: BufReader::new(stream), left: Rc::clone(&left) };
    for value in serde_json::Deserializer::from_reader(stream).into_iter::<Value>() {
        place += 1;
        if left.replace(MAX_RECORD_BYTES) == 0 {
            return Err(FeedError::TooMuch {
                limit: MAX_RECORD_BYTES,
                what: "bytes of one record",
            });
        }
        let value = match value {
            Ok(value) => value,
            // What follows a fault cannot be told apart from it.
            Err(error) => {
                let why = format!("record {place}: {error}");
                return Err(FeedError::BadForm { form: "list of CVE records", why });
            }
        };
        match Raw::deserialize(value).map_err(|error| error.to_string()).and_then(record) {
            Ok(_) if out.count >= MAX_RECORDS => {
                return Err(FeedError::TooMuch { limit: MAX_RECORDS, what: "records" });
            }
            Ok(Some(record)) => {
                out.saw(record.published);
                out.count += 1;
                out.records.push(record);
            }
            Ok(None) => out.dropped += 1,
            Err(reason) => out.refused.add(format!("record {place}"), reason),
        }
    }
    match out.count + out.dropped {
        0 => Err(FeedError::NothingUsable(out.refused.count)),
        _ => Ok(out),
    }
}

/// A stream that fails within a record that is too long, before it is in memory as a whole.
struct PerRecord<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for PerRecord<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::other("the record is too long"));
        }
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.inner.read(&mut buffer[..room])?;
        self.left.set(left - read as u64);
        Ok(read)
    }
}

/// A record as it is used; none when it was withdrawn.
fn record(raw: Raw) -> Result<Option<Record>, String> {
    let cve: CveId = raw.about.id.parse().map_err(|error| format!("{error}"))?;
    if raw.about.state.eq_ignore_ascii_case("rejected") {
        return Ok(None);
    }
    let cna = &raw.containers.cna;
    let containers = || std::iter::once(cna).chain(&raw.containers.adp);
    let metrics = || containers().flat_map(|one| list(one, "metrics"));
    let cvss = metrics().find_map(score::cvss);
    let said = metrics().find_map(score::ssvc);
    let mut affected = list(cna, "affected")
        .filter(|one| text(one, "vendor").eq_ignore_ascii_case("microsoft"))
        .peekable();
    let exploit = containers()
        .flat_map(|one| list(one, "references"))
        .flat_map(|reference| list(reference, "tags"))
        .any(|tag| tag.as_str() == Some("exploit"));
    Ok(Some(Record {
        cve,
        title: text(cna, "title").trim().chars().take(300).collect(),
        published: raw.about.published.get(..10).and_then(Day::parse),
        exploit,
        microsoft: affected.peek().is_some(),
        ssvc: said.or_else(|| cvss.as_ref().and_then(|cvss| score::estimated(&cvss.vector))),
        cvss,
        claims: affected.flat_map(|one| claims(cve, one)).take(MAX_VERSIONS).collect(),
    }))
}

/// The fixed builds of one product of a record.
fn claims(cve: CveId, affected: &Value) -> Vec<Claim> {
    let fits = |name: &&str| name.len() <= MAX_NAME_BYTES;
    let platforms: Vec<&str> =
        list(affected, "platforms").filter_map(Value::as_str).filter(fits).collect();
    let Some(name) = Some(text(affected, "product")).filter(fits) else { return Vec::new() };
    let products: Arc<[String]> = product::names(name, &platforms).into();
    list(affected, "versions")
        .take(MAX_VERSIONS)
        .filter(|version| text(version, "status") != "unaffected")
        .filter_map(|version| Build::parse(text(version, "lessThan")))
        .map(|build| Claim { cve, products: Arc::clone(&products), build })
        .collect()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
