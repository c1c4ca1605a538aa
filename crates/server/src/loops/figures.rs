//! What the loops count, for `/metrics`: totals only, nothing of any organisation.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bounds of the delays that are told apart, in milliseconds.
const DELAYS_MS: [u64; 18] = [
    100, 250, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000, 2_500, 3_000, 4_000, 5_000, 7_500,
    10_000, 15_000, 30_000, 60_000,
];

/// Totals since the start.
#[derive(Debug, Default)]
pub struct Figures {
    events: AtomicU64,
    unparsed: AtomicU64,
    detections: AtomicU64,
    panics: AtomicU64,
    /// Events by the first bound that their delay does not exceed; the last: beyond all.
    delays: [AtomicU64; DELAYS_MS.len() + 1],
    delay_ms: AtomicU64,
}

impl Figures {
    /// Counts what was published together.
    pub fn published(&self, events: u64, unparsed: u64, detections: u64) {
        self.events.fetch_add(events, Ordering::Relaxed);
        self.unparsed.fetch_add(unparsed, Ordering::Relaxed);
        self.detections.fetch_add(detections, Ordering::Relaxed);
    }

    /// Counts events that were published so long after they were received. A clock that was put back
    /// gives no delay.
    pub fn delayed(&self, micros: i64, events: u64) {
        let ms = u64::try_from(micros / 1_000).unwrap_or(0);
        let place = DELAYS_MS.partition_point(|bound| *bound < ms);
        self.delays[place].fetch_add(events, Ordering::Relaxed);
        self.delay_ms.fetch_add(ms.saturating_mul(events), Ordering::Relaxed);
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
        self.write_delays(out);
    }

    fn write_delays(&self, out: &mut String) {
        let name = "ward_publish_delay_seconds";
        let help = "From an event's receipt until its detections are published.";
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} histogram");
        let mut sum = 0;
        for (place, count) in self.delays.iter().enumerate() {
            sum += count.load(Ordering::Relaxed);
            let bound = DELAYS_MS.get(place).map(|bound| (*bound as f64 / 1e3).to_string());
            let bound = bound.as_deref().unwrap_or("+Inf");
            let _ = writeln!(out, "{name}_bucket{{le=\"{bound}\"}} {sum}");
        }
        let seconds = self.delay_ms.load(Ordering::Relaxed) as f64 / 1e3;
        let _ = writeln!(out, "{name}_sum {seconds}\n{name}_count {sum}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_counted_up_to_each_bound() {
        let figures = Figures::default();
        figures.delayed(-5, 1);
        figures.delayed(100_000, 2);
        figures.delayed(101_000, 4);
        figures.delayed(70_000_000, 8);
        let mut out = String::new();
        figures.write(&mut out);
        for line in [
            "bucket{le=\"0.1\"} 3",
            "bucket{le=\"0.25\"} 7",
            "bucket{le=\"60\"} 7",
            "bucket{le=\"+Inf\"} 15",
            "sum 560.604",
            "count 15",
        ] {
            assert!(out.contains(&format!("ward_publish_delay_seconds_{line}\n")), "{line}: {out}");
        }
    }
}
