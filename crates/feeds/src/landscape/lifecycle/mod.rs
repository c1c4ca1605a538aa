//! Support dates of releases (endoflife.date), as the YAML before a page and as JSON.
//!
//! In: text. Out: the releases of one product. Formats: the front matter of endoflife.date's
//! `products/*.md`; its API, version 0 (a list of cycles) and version 1 (`result.releases`).

mod cycle;

pub use cycle::channel;

use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use wardwatch_model::Day;
use wardwatch_model::landscape::Lifecycle;

use super::error::FeedError;
use super::json::{Bounds, within};
use super::report::Yield;
use cycle::Cycle;

/// Releases of one product.
const MAX_RELEASES: usize = 5_000;
/// One page or list of one product.
pub const BOUNDS: Bounds = Bounds { bytes: 4 << 20, values: 200_000 };

/// The releases of one product.
#[derive(Debug)]
pub struct Product {
    /// Its name: `windows-server`.
    pub name: String,
    /// Its releases.
    pub releases: Vec<Lifecycle>,
    /// The newest day on which it says that something of it changed.
    pub changed: Option<Day>,
}

/// How new a list is, by its own days: that of its newest release, then that of its newest change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age {
    /// The day of the newest release.
    pub newest: Option<Day>,
    /// The newest day of a change, where the list names such days.
    pub changed: Option<Day>,
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.newest, self.changed) {
            (Some(newest), Some(changed)) => write!(f, "{newest}, changed {changed}"),
            (Some(day), None) | (None, Some(day)) => write!(f, "{day}"),
            (None, None) => f.write_str("no day"),
        }
    }
}

impl Product {
    /// How new the list is.
    pub fn age(&self) -> Age {
        let newest = self.releases.iter().filter_map(|release| release.released).max();
        Age { newest, changed: self.changed }
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    permalink: String,
    #[serde(default, rename = "releaseLabel")]
    label: String,
    releases: Vec<yaml_serde::Value>,
}

/// Reads the YAML before a page.
///
/// # Errors
/// When it is none of this form.
pub fn page(file: &str, text: &str) -> Result<Yield<Product>, FeedError> {
    let bad = |why: String| FeedError::BadForm { form: "page of support dates", why };
    if text.len() as u64 > BOUNDS.bytes {
        return Err(FeedError::TooMuch { limit: BOUNDS.bytes, what: "bytes" });
    }
    let inner = text.trim_start().trim_start_matches('-');
    let inner = inner.split("\n---").next().unwrap_or(inner);
    let page: Page = yaml_serde::from_str(inner).map_err(|error| bad(error.to_string()))?;
    let name = page.permalink.trim_matches('/');
    let name = if name.is_empty() { stem(file) } else { name.to_owned() };
    let cycles = page
        .releases
        .into_iter()
        .map(|value| yaml_serde::from_value::<Cycle>(value).map_err(|error| error.to_string()));
    gather(name, &page.label, None, cycles)
}

/// Reads an answer of the API. The product's name is in version 1, else it is the file's.
///
/// # Errors
/// When it is none of this form.
pub fn json(file: &str, text: &str) -> Result<Yield<Product>, FeedError> {
    let bad = |why: String| FeedError::BadForm { form: "list of support dates", why };
    within(text, BOUNDS)?;
    let value: Value = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
    let name = value.pointer("/result/name").and_then(Value::as_str).map(str::to_owned);
    let list = value.pointer("/result/releases").unwrap_or(&value).as_array();
    let list = list.ok_or_else(|| bad("it holds no list of releases".to_owned()))?;
    let cycles =
        list.iter().map(|value| Cycle::deserialize(value).map_err(|error| error.to_string()));
    let changed = value.get("last_modified").and_then(Value::as_str);
    let changed = changed.and_then(|at| at.get(..10)).and_then(Day::parse);
    gather(name.unwrap_or_else(|| stem(file)), "", changed, cycles)
}

fn gather(
    name: String,
    label: &str,
    changed: Option<Day>,
    cycles: impl Iterator<Item = Result<Cycle, String>>,
) -> Result<Yield<Product>, FeedError> {
    let mut out = Yield::new(Product { name, releases: Vec::new(), changed });
    for (place, cycle) in cycles.enumerate() {
        if place >= MAX_RELEASES {
            return Err(FeedError::TooMuch { limit: MAX_RELEASES as u64, what: "releases" });
        }
        if let Ok(cycle) = &cycle {
            out.records.changed = out.records.changed.max(cycle.changed());
        }
        match cycle.and_then(|cycle| cycle.lifecycle(&out.records.name, label)) {
            Ok(release) => {
                out.saw(release.released);
                out.count += 1;
                out.records.releases.push(release);
            }
            Err(reason) => out.refused.add(format!("releases[{place}]"), reason),
        }
    }
    match out.count {
        0 => Err(FeedError::NothingUsable(out.refused.count)),
        _ => Ok(out),
    }
}

/// A file's name without folder and endings.
fn stem(file: &str) -> String {
    let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
    base.split('.').next().unwrap_or(base).to_owned()
}

#[cfg(test)]
mod tests;
