//! What the loops count, for `/metrics`: totals only, nothing of any organisation.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// Totals since the start.
#[derive(Debug, Default)]
pub struct Figures {
    events: AtomicU64,
    unparsed: AtomicU64,
    detections: AtomicU64,
    panics: AtomicU64,
}

impl Figures {
    /// Counts what was published together.
    pub fn published(&self, events: u64, unparsed: u64, detections: u64) {
        self.events.fetch_add(events, Ordering::Relaxed);
        self.unparsed.fetch_add(unparsed, Ordering::Relaxed);
        self.detections.fetch_add(detections, Ordering::Relaxed);
    }

    /// Counts records on which the work panicked.
    pub fn panicked(&self, records: u64) {
        self.panics.fetch_add(records, Ordering::Relaxed);
    }

    /// Events that were published.
    pub fn events(&self) -> u64 {
        self.events.load(Ordering::Relaxed)
    }

    /// Writes them in the text form of Prometheus.
    pub fn write(&self, out: &mut String) {
        for (name, help, count) in [
            ("ward_events_total", "Events in the lake.", &self.events),
            ("ward_unparsed_total", "Records that did not become events.", &self.unparsed),
            ("ward_detections_total", "New detections.", &self.detections),
            ("ward_panics_total", "Records on which the work panicked.", &self.panics),
        ] {
            let count = count.load(Ordering::Relaxed);
            // Writing to a String does not fail.
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {count}");
        }
    }
}
