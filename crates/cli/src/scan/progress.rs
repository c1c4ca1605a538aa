//! How far a scan is, on a terminal only, and what it cost.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar on standard error, or nothing when that is no terminal.
pub struct Bar {
    bar: ProgressBar,
    seen: Arc<AtomicU64>,
}

impl Bar {
    /// Starts a bar over so many bytes, of which `seen` counts those read.
    pub fn start(total: u64, seen: Arc<AtomicU64>) -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr_with_hz(5)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template =
            "{bar:30} {bytes} of {total_bytes}, {binary_bytes_per_sec}, {eta} left, {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        Bar { bar, seen }
    }

    /// Shows how many events were read so far.
    pub fn events(&self, count: u64) {
        if !self.bar.is_hidden() {
            self.bar.set_position(self.seen.load(Ordering::Relaxed));
            self.bar.set_message(format!("{count} events"));
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// What this process has used so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Processor seconds of all threads, user and system.
    pub cpu_s: f64,
    /// Largest resident memory in bytes.
    pub peak_rss_bytes: u64,
}

/// Asks the operating system; zeros where it cannot tell.
#[cfg(unix)]
pub fn usage() -> Usage {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    getrusage(UsageWho::RUSAGE_SELF).map_or_else(
        |_| Usage::default(),
        |used| {
            let micros =
                used.user_time().num_microseconds() + used.system_time().num_microseconds();
            // Linux counts kibibytes, macOS bytes.
            let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
            let peak = u64::try_from(used.max_rss()).unwrap_or(0) * unit;
            Usage { cpu_s: micros as f64 / 1e6, peak_rss_bytes: high_water_mark().unwrap_or(peak) }
        },
    )
}

/// Largest resident memory of this program alone: what `getrusage` says may still be that of the
/// program that started it.
#[cfg(unix)]
fn high_water_mark() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Asks the operating system; zeros where it cannot tell.
#[cfg(not(unix))]
pub fn usage() -> Usage {
    Usage::default()
}
