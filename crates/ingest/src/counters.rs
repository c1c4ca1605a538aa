//! What went through each door, counted.
//!
//! In: additions from any thread. Out: numbers, and all of them as Prometheus text.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! doors {
    ($($(#[$doc:meta])* $name:ident = $word:literal)*) => {
        /// A way in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Door { $($(#[$doc])* $name),* }

        impl Door {
            /// All of them.
            pub const ALL: &'static [Door] = &[$(Door::$name),*];

            /// Its word in metrics and in the source of batches.
            pub fn word(self) -> &'static str {
                match self { $(Door::$name => $word),* }
            }
        }
    };
}

doors! {
    /// Frames of agents.
    Wire = "wire"
    /// Elastic `_bulk`.
    Elastic = "elastic"
    /// Splunk HTTP Event Collector.
    Hec = "hec"
    /// OTLP logs over HTTP.
    Otlp = "otlp"
    /// Files over HTTP.
    Upload = "upload"
    /// Crash reports over HTTP.
    Wer = "wer"
    /// Inventories over HTTP.
    Inventory = "inventory"
    /// One-time codes.
    Enrol = "enrol"
    /// Syslog datagrams.
    SyslogUdp = "syslog_udp"
    /// Syslog streams.
    SyslogTcp = "syslog_tcp"
    /// Lumberjack streams.
    Lumberjack = "lumberjack"
    /// A watched folder.
    Folder = "folder"
    /// A watched share of crash reports.
    Reports = "reports"
    /// A watched folder of inventories.
    Inventories = "inventories"
}

/// The numbers of one door.
#[derive(Debug, Default)]
pub struct DoorCounters {
    /// Requests, connections, datagrams or files.
    pub requests: AtomicU64,
    /// Records that became durable.
    pub records: AtomicU64,
    /// Bytes of batches that became durable.
    pub bytes: AtomicU64,
    /// Times that something was turned away whole: no or a wrong secret, busy, too large.
    pub refused: AtomicU64,
    /// Records and requests that could not be read.
    pub invalid: AtomicU64,
}

/// The numbers of all doors.
#[derive(Debug, Default)]
pub struct Counters {
    doors: [DoorCounters; Door::ALL.len()],
    /// Gaps in senders' numbering that were reported.
    gaps: AtomicU64,
    /// Records that were missing in them.
    missing: AtomicU64,
}

impl Counters {
    /// The numbers of a door.
    pub fn of(&self, door: Door) -> &DoorCounters {
        &self.doors[door as usize]
    }

    /// One request, connection, datagram or file more.
    pub(crate) fn request(&self, door: Door) {
        self.of(door).requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Records that became durable.
    pub(crate) fn kept(&self, door: Door, records: u64, bytes: u64) {
        self.of(door).records.fetch_add(records, Ordering::Relaxed);
        self.of(door).bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Something was turned away.
    pub(crate) fn refused(&self, door: Door) {
        self.of(door).refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Records that could not be read.
    pub(crate) fn invalid(&self, door: Door, records: u64) {
        self.of(door).invalid.fetch_add(records, Ordering::Relaxed);
    }

    /// A gap of so many records was reported.
    pub(crate) fn gap(&self, records: u64) {
        self.gaps.fetch_add(1, Ordering::Relaxed);
        self.missing.fetch_add(records, Ordering::Relaxed);
    }

    /// All numbers in Prometheus' text format 0.0.4.
    pub fn prometheus(&self) -> String {
        type Part = fn(&DoorCounters) -> &AtomicU64;
        let parts: [(&str, &str, Part); 5] = [
            ("requests", "Requests, connections, datagrams or files", |door| &door.requests),
            ("records", "Records that became durable", |door| &door.records),
            ("bytes", "Bytes of batches that became durable", |door| &door.bytes),
            ("refused", "Times that something was turned away whole", |door| &door.refused),
            ("invalid", "Records and requests that could not be read", |door| &door.invalid),
        ];
        let mut out = String::new();
        for (name, help, part) in parts {
            let name = format!("wardwatch_door_{name}_total");
            // Writing to a string cannot fail.
            let _ = writeln!(out, "# HELP {name} {help}.\n# TYPE {name} counter");
            for door in Door::ALL {
                let value = part(self.of(*door)).load(Ordering::Relaxed);
                let _ = writeln!(out, "{name}{{door=\"{}\"}} {value}", door.word());
            }
        }
        for (name, help, value) in [
            ("gaps", "Gaps in senders' numbering that were reported", &self.gaps),
            ("missing_records", "Records that were missing in reported gaps", &self.missing),
        ] {
            let name = format!("wardwatch_wire_{name}_total");
            let value = value.load(Ordering::Relaxed);
            let _ = writeln!(out, "# HELP {name} {help}.\n# TYPE {name} counter\n{name} {value}");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_by_door() {
        let counters = Counters::default();
        counters.request(Door::Hec);
        counters.kept(Door::Hec, 3, 120);
        counters.invalid(Door::SyslogUdp, 2);
        let text = counters.prometheus();
        assert!(text.contains("# TYPE wardwatch_door_records_total counter\n"));
        for line in [
            "wardwatch_door_requests_total{door=\"hec\"} 1\n",
            "wardwatch_door_records_total{door=\"hec\"} 3\n",
            "wardwatch_door_bytes_total{door=\"hec\"} 120\n",
            "wardwatch_door_invalid_total{door=\"syslog_udp\"} 2\n",
            "wardwatch_door_refused_total{door=\"folder\"} 0\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
