//! The project's own sample logs: one bad afternoon at a fictional hospital trust, code `ZZ1`.
//!
//! In: a seed. Out: the files, with their paths. The same seed gives the same bytes. Never: a real
//! name or address; people and devices are invented, outside addresses come from the ranges kept
//! for documentation, inside ones from 10.0.0.0/8.

mod audit_log;
mod auth_log;
mod cast;
mod crash_report;
mod firewall_log;
mod json;
mod moment;
mod random;
mod story;
mod suricata;
mod timeline;
mod windows_controller;
mod windows_pc;
mod zeek;

use random::Random;

/// One file of the sample.
pub struct Sample {
    /// Where it belongs below the sample folder.
    pub path: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// All files of the sample, in a fixed order.
pub fn all(seed: u64) -> Vec<Sample> {
    // Each writer has a stream of its own, so that a change to one leaves the others as they are.
    let random = |writer: u64| Random::new(seed).fork(writer);
    let mut samples = vec![
        text("windows/pc-017.jsonl", windows_pc::write(random(1))),
        text("windows/dc-01.jsonl", windows_controller::write(random(2))),
        text("network/eve.json", suricata::write(random(3))),
        text("network/firewall.log", firewall_log::write(random(4))),
        text("linux/auth.log", auth_log::write(random(5))),
        text("linux/audit.log", audit_log::write(random(6))),
        text("zeek/conn.log", zeek::write(random(7))),
    ];
    samples.extend(crash_report::write_all(random(8)));
    samples
}

fn text(path: &'static str, text: String) -> Sample {
    Sample { path, bytes: text.into_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_files() {
        let bytes = |seed| all(seed).into_iter().map(|sample| sample.bytes).collect::<Vec<_>>();
        assert_eq!(bytes(1), bytes(1));
        assert_ne!(bytes(1), bytes(2));
    }

    #[test]
    fn paths_differ_and_stay_below_the_folder() {
        let mut paths: Vec<_> = all(1).iter().map(|sample| sample.path).collect();
        let count = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), count);
        assert!(paths.iter().all(|path| !path.starts_with('/') && !path.contains("..")));
    }

    #[test]
    fn there_are_about_two_thousand_events() {
        let events = |sample: &Sample| match sample.path {
            path if path.starts_with("crash/") => 1,
            // Audit events take several lines each, one of them of this type.
            "linux/audit.log" => count(sample, "type=SYSCALL"),
            _ => count(sample, "\n"),
        };
        let total: usize = all(1).iter().map(events).sum();
        assert!((1_900..2_300).contains(&total), "{total}");
    }

    fn count(sample: &Sample, what: &str) -> usize {
        String::from_utf8_lossy(&sample.bytes).matches(what).count()
    }
}
