//! Event time: kept as written until somebody needs it, then microseconds since 1970 in UTC.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::Value;

/// A moment in UTC with microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub micros: i64,
}

impl Timestamp {
    /// From seconds since 1970, fractions kept to the microsecond; `None` when out of range.
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        let micros = seconds * 1e6;
        (micros.is_finite() && micros.abs() < 2.5e17)
            .then_some(Timestamp { micros: micros.round() as i64 })
    }

    /// Reads RFC 3339 and its usual variants: a space for the `T`, no offset (then UTC), any
    /// number of fractional digits; also plain seconds or milliseconds since 1970.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(number) = text.parse::<f64>() {
            return Timestamp::from_epoch_number(number);
        }
        if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
            return Some(Timestamp { micros: stamp.as_microsecond() });
        }
        // An offset without its colon, as strptime's %z and Suricata write it.
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        let offset = trailing_offset_seconds(text).unwrap_or(0);
        let stamp = jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()?;
        Some(Timestamp { micros: stamp.as_microsecond() - offset * 1_000_000 })
    }

    /// From a number that is seconds, or milliseconds or microseconds when too large for seconds.
    pub fn from_epoch_number(number: f64) -> Option<Self> {
        let seconds = match number.abs() {
            size if size >= 1e14 => number / 1e6,
            size if size >= 1e11 => number / 1e3,
            _ => number,
        };
        Timestamp::from_seconds(seconds)
    }
}

/// Seconds east of UTC of a trailing `+hhmm` or `-hhmm`.
fn trailing_offset_seconds(text: &str) -> Option<i64> {
    let at = text.len().checked_sub(5)?;
    let tail = text.get(at..)?;
    let sign = match tail.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    if !tail[1..].bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = tail[1..3].parse().ok()?;
    let minutes: i64 = tail[3..].parse().ok()?;
    Some(sign * (hours * 3600 + minutes * 60))
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, with as many fractional digits as are needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.micros) {
            Ok(stamp) => write!(f, "{stamp}"),
            Err(_) => f.write_str("1970-01-01T00:00:00Z"),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The text is no time in any form that [`Timestamp::parse`] reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTime(pub String);

impl fmt::Display for UnknownTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not a time: write it like 2017-05-12T10:00:00Z", self.0)
    }
}

impl std::error::Error for UnknownTime {}

impl FromStr for Timestamp {
    type Err = UnknownTime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Timestamp::parse(text).ok_or_else(|| UnknownTime(text.to_owned()))
    }
}

/// An event's time as its record has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RawTime<'a> {
    /// As written, to be parsed on demand.
    Written(Value<'a>),
    /// Already known.
    Known(Timestamp),
    /// The record does not say.
    Missing,
}

impl RawTime<'_> {
    /// The moment, if the record names one that can be read.
    pub fn timestamp(self) -> Option<Timestamp> {
        match self {
            RawTime::Written(value) => Timestamp::parse(&value.text()),
            RawTime::Known(stamp) => Some(stamp),
            RawTime::Missing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_the_usual_forms() {
        let expected = Timestamp { micros: 1_494_583_200_250_000 };
        for text in [
            "2017-05-12T10:00:00.250Z",
            "2017-05-12 10:00:00.25",
            "2017-05-12T11:00:00.250+01:00",
            "2017-05-12T11:00:00.250+0100",
            "1494583200.25",
            "1494583200250",
        ] {
            assert_eq!(Timestamp::parse(text), Some(expected), "{text}");
        }
        assert_eq!(expected.to_string(), "2017-05-12T10:00:00.25Z");
        assert_eq!(Timestamp::parse("yesterday"), None);
        assert_eq!(Timestamp::parse("1e300"), None);
    }

    proptest! {
        #[test]
        fn prints_and_parses_back(micros in -60_000_000_000_000_000i64..250_000_000_000_000_000) {
            let stamp = Timestamp { micros };
            prop_assert_eq!(Timestamp::parse(&stamp.to_string()), Some(stamp));
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Timestamp::parse(&text);
        }
    }
}
