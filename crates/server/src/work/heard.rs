//! How much a device was heard of.

use wardwatch_model::plan::CrashReports;
use wardwatch_model::{Day, Timestamp};

/// Days before the receipt of a crash report that the device's clock is believed: an empty battery puts it back
/// by years, and a crash that counts long ago would leave a plan's step standing.
const BELIEVED_DAYS: i32 = 90;

/// What events of a device tell of the device itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// How many events.
    pub events: u64,
    /// When the latest was received.
    pub last: Timestamp,
    /// Whether it runs a system out of support; none when these events do not say.
    pub legacy: Option<bool>,
    /// Crash reports among them.
    pub crashes: Option<CrashReports>,
}

impl Heard {
    /// No event, received at a moment.
    pub fn nothing(last: Timestamp) -> Self {
        Heard { events: 0, last, legacy: None, crashes: None }
    }

    /// Adds what else was heard.
    pub fn join(&mut self, other: Heard) {
        self.events += other.events;
        self.last = self.last.max(other.last);
        self.legacy = other.legacy.or(self.legacy);
        self.crashes = match (self.crashes, other.crashes) {
            (Some(one), Some(more)) => Some(one.join(more)),
            (one, more) => one.or(more),
        };
    }

    /// Adds a crash report.
    pub fn crashed(&mut self, received: Timestamp, crashed: Timestamp) {
        let (received, told) = (Day::of(received), Day::of(crashed));
        let crashed = if told < received.plus(-BELIEVED_DAYS) { received } else { told };
        let one = CrashReports::one(received, crashed);
        self.crashes = Some(self.crashes.map_or(one, |known| known.join(one)));
    }
}
