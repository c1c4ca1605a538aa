//! The stamps that syslog lines and CEF records start with.
//!
//! In: text that starts with a stamp. Out: the stamp and what follows it. Never: a clock or a
//! time zone other than UTC, as these stamps name none.

use wardwatch_model::Timestamp;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const MICROS_PER_SECOND: i64 = 1_000_000;

/// Least length of `2026-11-24T03:05:01`.
const ISO_LENGTH: usize = 19;

/// An ISO 8601 stamp as written, up to the first blank, and what follows it.
pub(crate) fn iso(text: &str) -> Option<(&str, &str)> {
    let (stamp, rest) = text.split_once(' ').unwrap_or((text, ""));
    let shaped = stamp.len() >= ISO_LENGTH
        && stamp.bytes().zip(b"dddd-dd-ddTdd:dd:dd").all(|(byte, shape)| match shape {
            b'd' => byte.is_ascii_digit(),
            _ => byte == *shape,
        });
    shaped.then_some((stamp, rest))
}

/// `Nov 24 03:05:01`, with or without a year behind the day and a fraction behind the seconds,
/// and what follows it. Without a year in it, it is of `year_hint`.
pub(crate) fn rfc3164(text: &str, year_hint: Option<i32>) -> Option<(Timestamp, &str)> {
    let (month, rest) = text.split_at_checked(3)?;
    let month = 1 + MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?;
    let (day, rest) = word(rest)?;
    let (next, after) = word(rest)?;
    let (year, clock) = match next.parse::<i32>() {
        Ok(year) if next.len() == 4 => (year, after.trim_start()),
        _ => (year_hint?, rest.trim_start()),
    };
    let (seconds, rest) = clock_seconds(clock)?;
    let (fraction, rest) = fraction_micros(rest);
    let days = days_since_1970(year, month as i64, day.parse().ok()?)?;
    let micros = (days * 86_400 + seconds) * MICROS_PER_SECOND + fraction;
    Some((Timestamp { micros }, rest))
}

/// The next word, behind at least one blank.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix(' ')?.trim_start();
    text.split_at_checked(text.find(' ').unwrap_or(text.len()))
}

/// `hh:mm:ss` at the front, in seconds since midnight.
fn clock_seconds(text: &str) -> Option<(i64, &str)> {
    let (clock, rest) = text.split_at_checked(8)?;
    let mut parts = clock.split(':').map(|part| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i64>().ok().filter(|_| digits)
    });
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let real = hours < 24 && minutes < 60 && seconds <= 60;
    real.then_some((hours * 3_600 + minutes * 60 + seconds, rest))
}

/// `.123` at the front in microseconds; 0 where there is none.
fn fraction_micros(text: &str) -> (i64, &str) {
    let Some(digits) = text.strip_prefix('.') else { return (0, text) };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at_checked(end).unwrap_or((digits, ""));
    let micros = digits.bytes().chain(std::iter::repeat(b'0')).take(6);
    (micros.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')), rest)
}

/// Days from 1970-01-01 to a day of the Gregorian calendar; `None` when there is no such day.
///
/// Years are counted from March, so that the leap day comes last (Howard Hinnant,
/// "chrono-compatible low-level date algorithms", `days_from_civil`).
fn days_since_1970(year: i32, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=9999).contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    let shifted = i64::from(year) - i64::from(month <= 2);
    let (era, year_of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_syslog_are_read_with_and_without_a_year() {
        let told = |text, year| {
            rfc3164(text, year).map(|(time, rest)| format!("{time}|{rest}")).unwrap_or_default()
        };
        assert_eq!(told("Nov 24 03:05:01 host", Some(2026)), "2026-11-24T03:05:01Z| host");
        assert_eq!(told("Feb  1 23:59:60 x", Some(2024)), "2024-02-02T00:00:00Z| x");
        assert_eq!(told("Feb 29 2024 00:00:00: x", None), "2024-02-29T00:00:00Z|: x");
        assert_eq!(told("Mar  1 1970 00:00:01.25", None), "1970-03-01T00:00:01.25Z|");
        assert_eq!(told("Nov 24 03:05:01 host", None), "");
        assert_eq!(told("Feb 30 03:05:01 host", Some(2026)), "");
        assert_eq!(told("Nov 24 24:05:01 host", Some(2026)), "");
    }
}
