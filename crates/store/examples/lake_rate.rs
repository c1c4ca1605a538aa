//! Measures how fast rows become a file of the lake, and how large it is.
//!
//! In: how many rows (default 500000). Out: one line of figures. The rows are made from a seed and
//! look like Sysmon's processes and connections; one thread does all the work.

#![allow(clippy::unwrap_used, reason = "a measurement, not a program")]

use nix::sys::resource::{UsageWho, getrusage};
use wardwatch_model::{Column, Columns, EventId, Timestamp};
use wardwatch_store::{Lake, LakeRow, State};

/// A generator of numbers from a seed ("xorshift64", George Marsaglia, 2003).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

fn row(at: u64, seed: &mut Seeded) -> LakeRow {
    let org = format!("ZZ{:02}", seed.next(40));
    let user = format!(r"ZZ\user{}", seed.next(500));
    let program = format!(r"C:\Windows\System32\program{}.exe", seed.next(300));
    let line = format!("{program} /run {} /for {user} --flag={}", seed.next(1000), seed.next(50));
    let hash = format!("{:064x}", seed.next(3000).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut columns = Columns::default();
    for (column, value) in [
        (Column::Channel, "Microsoft-Windows-Sysmon/Operational"),
        (Column::EventId, "1"),
        (Column::Provider, "Microsoft-Windows-Sysmon"),
        (Column::Image, &program),
        (Column::CommandLine, &line),
        (Column::ParentImage, r"C:\Windows\explorer.exe"),
        (Column::User, &user),
        (Column::Hashes, &format!("SHA256={hash}")),
        (Column::Sha256, &hash),
    ] {
        columns.set(column, value);
    }
    let body = format!(
        r#"{{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":{program:?},"CommandLine":{line:?},"User":{user:?},"Hashes":"SHA256={hash}","ProcessGuid":"{{{:032x}}}","ProcessId":{}}}"#,
        u128::from(seed.next(u64::MAX)),
        seed.next(65536)
    );
    let mut event = [0; 16];
    event[..8].copy_from_slice(&seed.next(u64::MAX).to_le_bytes());
    event[8..].copy_from_slice(&at.to_le_bytes());
    LakeRow {
        org: org.parse().unwrap(),
        class: ["windows/process_creation/sysmon", "windows/-/security"][(at % 2) as usize].into(),
        time: Timestamp { micros: 1_790_000_000_000_000 + at as i64 * 1_000 },
        received: Timestamp { micros: 1_790_000_001_000_000 + at as i64 * 1_000 },
        device: format!("{org}-PC{}", seed.next(200)),
        event: EventId(event),
        source: "bulk winlogbeat".into(),
        record: at,
        columns,
        body,
    }
}

/// Seconds that this process has computed for.
fn computed() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    [usage.user_time(), usage.system_time()]
        .map(|time| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6)
        .iter()
        .sum()
}

fn main() {
    let count: u64 = std::env::args().nth(1).map_or(500_000, |text| text.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (_, system) = State::open(&dir.path().join("state.db")).await.unwrap();
        let lake = Lake::open(&dir.path().join("lake")).unwrap();
        let mut seed = Seeded(7);
        let rows: Vec<LakeRow> = (0..count).map(|at| row(at, &mut seed)).collect();
        let raw: usize = rows.iter().map(|row| row.body.len()).sum();
        let start = computed();
        let files = lake.write(&system, rows).await.unwrap();
        let seconds = computed() - start;
        let bytes: u64 = files.iter().map(|file| file.bytes).sum();
        println!(
            "{count} rows in {seconds:.2} CPU s: {:.0} rows/s, {:.1} B/event of {:.0} B bodies",
            count as f64 / seconds,
            bytes as f64 / count as f64,
            raw as f64 / count as f64
        );
    });
}
