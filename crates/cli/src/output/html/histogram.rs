//! Detections counted by time and level, for a chart.
//!
//! In: times and levels, in any order. Out: bars of equal width, one that a person would choose.
//! Memory is bounded: bars get wider when there are too many. Never loses a detection: those that
//! a chart would be stretched by are counted as before or after it.

use std::collections::BTreeMap;

use wardwatch_model::{Level, Timestamp};

use crate::output::tally::ByLevel;

/// Widths of a bar, in seconds and in words. Each is a multiple of the one before.
const WIDTHS: [(i64, &str); 15] = [
    (1, "second"),
    (5, "5 seconds"),
    (15, "15 seconds"),
    (60, "minute"),
    (300, "5 minutes"),
    (900, "15 minutes"),
    (3_600, "hour"),
    (10_800, "3 hours"),
    (21_600, "6 hours"),
    (43_200, "12 hours"),
    (86_400, "day"),
    (604_800, "week"),
    (2_419_200, "4 weeks"),
    (31_449_600, "52 weeks"),
    (314_496_000, "520 weeks"),
];

/// Bars that are kept while counting.
const MAX_KEPT: usize = 1_000;
/// Bars that are drawn.
const MAX_DRAWN: i64 = 60;

/// Counts by time.
#[derive(Default)]
pub struct Histogram {
    width: usize,
    counts: BTreeMap<i64, ByLevel>,
}

/// A stretch of time in bars, from the first that is not empty to the last.
#[derive(Debug)]
pub struct Bars {
    /// Start of the first bar.
    pub start: Timestamp,
    /// Seconds that a bar stands for.
    pub width_s: i64,
    /// The same in words: `5 minutes`.
    pub width_name: &'static str,
    /// Counts, one a bar, empty ones included.
    pub counts: Vec<ByLevel>,
    /// Detections too far before the first bar to be drawn.
    pub before: u64,
    /// Detections too far after the last.
    pub after: u64,
}

impl Bars {
    /// When bar `number` starts; one past the last is the end.
    pub fn start_of(&self, number: usize) -> Timestamp {
        let seconds = (number as i64).saturating_mul(self.width_s);
        Timestamp { micros: self.start.micros.saturating_add(seconds.saturating_mul(1_000_000)) }
    }
}

impl Histogram {
    /// Counts one detection; one without a time is not counted.
    pub fn add(&mut self, time: Option<Timestamp>, level: Level) {
        let Some(time) = time else { return };
        let bar = time.micros.div_euclid(width_us(self.width));
        self.counts.entry(bar).or_default()[level as usize] += 1;
        while self.counts.len() > MAX_KEPT && self.width + 1 < WIDTHS.len() {
            self.widen();
        }
    }

    fn widen(&mut self) {
        let factor = WIDTHS[self.width + 1].0 / WIDTHS[self.width].0;
        self.width += 1;
        for (bar, counts) in std::mem::take(&mut self.counts) {
            let wide = self.counts.entry(bar.div_euclid(factor)).or_default();
            add(wide, &counts);
        }
    }

    /// The bars to draw; nothing when no detection has a time.
    pub fn bars(&mut self) -> Option<Bars> {
        let (first, last) = self.window()?;
        let (first_us, last_us) = (first * width_us(self.width), last * width_us(self.width));
        let range = |width| {
            let width = width_us(width);
            (first_us.div_euclid(width), last_us.div_euclid(width))
        };
        while self.width + 1 < WIDTHS.len()
            && range(self.width).1 - range(self.width).0 >= MAX_DRAWN
        {
            self.widen();
        }
        let (first, last) = range(self.width);
        let (width_s, width_name) = WIDTHS[self.width];
        let mut bars = Bars {
            start: Timestamp { micros: first * width_us(self.width) },
            width_s,
            width_name,
            counts: vec![ByLevel::default(); usize::try_from(last - first + 1).ok()?],
            before: 0,
            after: 0,
        };
        for (bar, counts) in &self.counts {
            match usize::try_from(bar - first).ok() {
                None => bars.before += counts.iter().sum::<u64>(),
                Some(at) => match bars.counts.get_mut(at) {
                    Some(drawn) => add(drawn, counts),
                    None => bars.after += counts.iter().sum::<u64>(),
                },
            }
        }
        Some(bars)
    }

    /// The first and the last bar to draw. A device whose clock stands at 1970 must not squeeze
    /// everything else into one bar: when the middle takes less than a twentieth of the whole,
    /// the middle alone is drawn.
    fn window(&self) -> Option<(i64, i64)> {
        let (first, last) = (*self.counts.keys().next()?, *self.counts.keys().next_back()?);
        let total: u64 = self.counts.values().flatten().sum();
        let cut = (total / 100).max(u64::from(total >= 10));
        let middle_first = after(cut, self.counts.iter())?;
        let middle_last = after(cut, self.counts.iter().rev())?;
        let stretched = last - first >= MAX_DRAWN;
        let is_small = (middle_last - middle_first + 1) < (last - first) / 20;
        Some(if stretched && is_small { (middle_first, middle_last) } else { (first, last) })
    }
}

/// The bar at which more than `cut` detections have passed.
fn after<'c>(cut: u64, counts: impl Iterator<Item = (&'c i64, &'c ByLevel)>) -> Option<i64> {
    let mut passed = 0;
    for (bar, counts) in counts {
        passed += counts.iter().sum::<u64>();
        if passed > cut {
            return Some(*bar);
        }
    }
    None
}

fn width_us(width: usize) -> i64 {
    WIDTHS[width].0 * 1_000_000
}

fn add(to: &mut ByLevel, counts: &ByLevel) {
    for (sum, count) in to.iter_mut().zip(counts) {
        *sum += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENTH_OF_MAY: i64 = 1_494_374_400;

    fn at(second: i64) -> Option<Timestamp> {
        Some(Timestamp { micros: second * 1_000_000 })
    }

    #[test]
    fn widths_are_multiples() {
        for pair in WIDTHS.windows(2) {
            assert_eq!(pair[1].0 % pair[0].0, 0, "{pair:?}");
        }
    }

    #[test]
    fn bars_get_wide_enough_to_be_few() {
        let mut histogram = Histogram::default();
        for minute in 0..200 {
            histogram.add(at(TENTH_OF_MAY + minute * 60), Level::Low);
        }
        let bars = histogram.bars().unwrap();
        assert_eq!((bars.width_name, bars.counts.len()), ("5 minutes", 40));
        assert!(bars.counts.iter().all(|counts| counts.iter().sum::<u64>() == 5));
        assert_eq!(bars.start.to_string(), "2017-05-10T00:00:00Z");
        assert_eq!(bars.start_of(40).to_string(), "2017-05-10T03:20:00Z");
    }

    #[test]
    fn memory_is_bounded_and_nothing_is_lost() {
        let mut histogram = Histogram::default();
        for n in 0..50_000 {
            histogram.add(at(n * 7_919), Level::ALL[n as usize % 5]);
            assert!(histogram.counts.len() <= MAX_KEPT);
        }
        let bars = histogram.bars().unwrap();
        let drawn: u64 = bars.counts.iter().flatten().sum();
        assert_eq!(drawn + bars.before + bars.after, 50_000);
        assert!(bars.counts.len() as i64 <= MAX_DRAWN);
    }

    #[test]
    fn a_clock_at_1970_does_not_squeeze_the_chart() {
        let mut histogram = Histogram::default();
        histogram.add(at(0), Level::Low);
        for n in 0..100 {
            histogram.add(at(TENTH_OF_MAY + n), Level::High);
        }
        let bars = histogram.bars().unwrap();
        assert_eq!((bars.width_name, bars.before, bars.after), ("5 seconds", 1, 0));
    }

    #[test]
    fn one_moment_is_one_bar_and_no_time_is_none() {
        let mut histogram = Histogram::default();
        histogram.add(None, Level::High);
        assert!(histogram.bars().is_none());
        histogram.add(at(-1), Level::High);
        assert_eq!(histogram.bars().unwrap().counts, [[0, 0, 0, 1, 0]]);
    }
}
