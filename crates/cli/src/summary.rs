//! What a scan did, in figures: the content of `--stats-json` and of every report's foot.

use std::collections::BTreeMap;

use serde::Serialize;

/// Figures of one scan. Field names are a stable contract.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Rules.
    pub rules: RuleFigures,
    /// Events.
    pub events: EventFigures,
    /// Detections.
    pub detections: DetectionFigures,
    /// Files that were read, in whole or in part.
    pub files: u64,
    /// Inputs, or parts of inputs, that could not be read, each in one line (first 1,000).
    pub problems: Vec<String>,
    /// Files that are no log of a kind that is read (first 1,000).
    pub skipped: Vec<String>,
    /// Wall time in seconds.
    pub elapsed_s: f64,
    /// Processor time of all threads in seconds.
    pub cpu_s: f64,
    /// Events read for each second of wall time.
    pub events_per_s: f64,
    /// Largest resident memory in bytes.
    pub peak_rss_bytes: u64,
}

/// Rules of a scan.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RuleFigures {
    /// Loaded.
    pub loaded: u64,
    /// Not loaded because of an error.
    pub failed: u64,
}

/// Events of a scan.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EventFigures {
    /// Records that became events.
    pub read: u64,
    /// Records that did not.
    pub unparsed: u64,
    /// Events by file or stream.
    pub by_source: BTreeMap<String, u64>,
    /// Events by log source, `product/category/service`.
    pub by_logsource: BTreeMap<String, u64>,
}

/// Detections of a scan.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DetectionFigures {
    /// All.
    pub total: u64,
    /// By level.
    pub by_level: BTreeMap<String, u64>,
    /// By rule id.
    pub by_rule: BTreeMap<String, u64>,
}
