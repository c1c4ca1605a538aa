//! A day of the calendar, as feeds and support dates write it: no time, no zone.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A day as days since 1970-01-01; days before are negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// The days that can be written with a year of four digits: 0001-01-01 to 9999-12-31.
const RANGE: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

impl Day {
    /// The first day that can be written.
    pub const MIN: Day = Day(*RANGE.start());
    /// The last day that can be written; stands for "no end".
    pub const MAX: Day = Day(*RANGE.end());

    /// The day of a year, month (1 to 12) and day (1 to 31); `None` when there is none such.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Day> {
        Date::new(year, month, day).ok().and_then(Day::from_date)
    }

    /// Reads `2017-05-12` and `20170512`.
    pub fn parse(text: &str) -> Option<Day> {
        let text = text.trim();
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let (year, month, day) = match text.len() {
            10 if text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-' => {
                (text.get(..4)?, text.get(5..7)?, text.get(8..)?)
            }
            8 => (text.get(..4)?, text.get(4..6)?, text.get(6..)?),
            _ => return None,
        };
        if !(digits(year) && digits(month) && digits(day)) {
            return None;
        }
        Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The day on which a moment falls in UTC.
    pub fn of(moment: crate::Timestamp) -> Day {
        let days = moment.micros.div_euclid(86_400_000_000);
        Day(i32::try_from(days).unwrap_or(Day::MAX.0).clamp(Day::MIN.0, Day::MAX.0))
    }

    /// So many days later, or earlier when negative; stays in range.
    #[must_use]
    pub fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(days).clamp(Day::MIN.0, Day::MAX.0))
    }

    /// Days from `earlier` to this one.
    pub fn since(self, earlier: Day) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Year, month (1 to 12) and day of the month (1 to 31).
    pub fn parts(self) -> (i16, i8, i8) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    /// So many calendar months later; the day is the month's last when the month is shorter.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Day {
        let span = jiff::Span::new().try_months(months);
        span.and_then(|span| self.date().checked_add(span))
            .ok()
            .and_then(Day::from_date)
            .unwrap_or(if months < 0 { Day::MIN } else { Day::MAX })
    }

    fn date(self) -> Date {
        let days = self.0.clamp(Day::MIN.0, Day::MAX.0);
        Date::constant(1970, 1, 1)
            .checked_add(jiff::Span::new().days(i64::from(days)))
            .unwrap_or(Date::MIN)
    }

    fn from_date(date: Date) -> Option<Day> {
        let days = date.since((jiff::Unit::Day, Date::constant(1970, 1, 1))).ok()?.get_days();
        RANGE.contains(&days).then_some(Day(days))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        f.pad(&format!("{year:04}-{month:02}-{day:02}"))
    }
}

/// The text is no day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotADay(pub String);

impl fmt::Display for NotADay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no day: write it like 2017-05-12", self.0)
    }
}

impl std::error::Error for NotADay {}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        Day::parse(text).ok_or_else(|| NotADay(text.chars().take(64).collect()))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i32(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            text.parse().map_err(serde::de::Error::custom)
        } else {
            let days = i32::deserialize(deserializer)?;
            Ok(Day(days.clamp(Day::MIN.0, Day::MAX.0)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_days_and_refuses_what_is_none() {
        assert_eq!(Day::parse("1970-01-01"), Some(Day(0)));
        assert_eq!(Day::parse("20170512").unwrap().to_string(), "2017-05-12");
        assert_eq!(Day::parse("2024-02-29").unwrap().plus_months(12).to_string(), "2025-02-28");
        for text in ["2023-02-29", "2017-5-12", "17-05-2012", "", "2017-05-12T00", "+017-05-12"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(Day::MAX.plus(1), Day::MAX);
        assert_eq!(Day::MAX.to_string(), "9999-12-31");
        assert_eq!(Day::MIN.to_string(), "0001-01-01");
    }

    proptest! {
        #[test]
        fn prints_and_parses_back(days in RANGE) {
            prop_assert_eq!(Day::parse(&Day(days).to_string()), Some(Day(days)));
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Day::parse(&text);
        }
    }
}
