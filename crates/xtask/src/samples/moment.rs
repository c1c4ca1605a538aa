//! A time on the day of the story, in the ways that logs write it. All clocks show UTC.

/// Start of the day, Friday 13 November 2026, in seconds of the Unix epoch.
const DAY_EPOCH_S: u64 = 1_794_528_000;
/// The day as ISO 8601 writes it.
const DAY: &str = "2026-11-13";
/// From the epoch of Windows file times (1601) to that of Unix (1970), in seconds.
const FILE_TIME_OFFSET_S: u64 = 11_644_473_600;

/// Milliseconds after midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// The moment at `hour:minute:second`.
    pub const fn at(hour: u64, minute: u64, second: u64) -> Self {
        Moment(((hour * 60 + minute) * 60 + second) * 1_000)
    }

    /// This much later.
    pub const fn plus_ms(self, ms: u64) -> Self {
        Moment(self.0 + ms)
    }

    fn clock(self) -> String {
        let seconds = self.0 / 1_000;
        format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }

    /// `2026-11-13T14:05:07.123Z`
    pub fn iso(self) -> String {
        format!("{DAY}T{}.{:03}Z", self.clock(), self.0 % 1_000)
    }

    /// `2026-11-13T14:05:07.123000+0000`, as Suricata writes it.
    pub fn iso_offset(self) -> String {
        format!("{DAY}T{}.{:03}000+0000", self.clock(), self.0 % 1_000)
    }

    /// `2026-11-13 14:05:07`
    pub fn plain(self) -> String {
        format!("{DAY} {}", self.clock())
    }

    /// `2026-11-13 14:05:07.123`, as Sysmon writes it.
    pub fn plain_ms(self) -> String {
        format!("{DAY} {}.{:03}", self.clock(), self.0 % 1_000)
    }

    /// `Nov 13 14:05:07`, as syslog (RFC 3164) writes it.
    pub fn syslog(self) -> String {
        format!("Nov 13 {}", self.clock())
    }

    /// `1794578707.123`: seconds of the Unix epoch.
    pub fn epoch(self) -> String {
        format!("{}.{:03}", DAY_EPOCH_S + self.0 / 1_000, self.0 % 1_000)
    }

    /// Milliseconds of the Unix epoch.
    pub fn epoch_ms(self) -> u64 {
        DAY_EPOCH_S * 1_000 + self.0
    }

    /// Windows file time: steps of 100 ns since 1601.
    pub fn file_time(self) -> u64 {
        (self.epoch_ms() + FILE_TIME_OFFSET_S * 1_000) * 10_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_in_every_dress() {
        let moment = Moment::at(14, 5, 7).plus_ms(123);
        assert_eq!(moment.iso(), "2026-11-13T14:05:07.123Z");
        assert_eq!(moment.iso_offset(), "2026-11-13T14:05:07.123000+0000");
        assert_eq!(moment.plain(), "2026-11-13 14:05:07");
        assert_eq!(moment.plain_ms(), "2026-11-13 14:05:07.123");
        assert_eq!(moment.syslog(), "Nov 13 14:05:07");
        assert_eq!(moment.epoch(), "1794578707.123");
        assert_eq!(moment.epoch_ms(), 1_794_578_707_123);
        assert_eq!(moment.file_time(), 134_390_523_071_230_000);
    }
}
