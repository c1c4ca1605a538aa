//! Moments as people in the sector read them: Europe/London, with UTC on hover.

use std::sync::OnceLock;

use jiff::tz::TimeZone;
use maud::{Markup, html};
use wardwatch_model::{Day, Timestamp};

/// British time by its rule since 1996; moments before that are not shown here.
fn london() -> &'static TimeZone {
    static LONDON: OnceLock<TimeZone> = OnceLock::new();
    LONDON.get_or_init(|| TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap_or(TimeZone::UTC))
}

fn zoned(time: Timestamp) -> Option<jiff::Zoned> {
    let stamp = jiff::Timestamp::from_microsecond(time.micros).ok()?;
    Some(stamp.to_zoned(london().clone()))
}

/// The first moment of a day.
pub fn start_of(day: Day) -> Option<Timestamp> {
    let (year, month, number) = day.parts();
    let date = jiff::civil::Date::new(year, month, number).ok()?;
    let zoned = date.to_zoned(london().clone()).ok()?;
    Some(Timestamp { micros: zoned.timestamp().as_microsecond() })
}

/// As text: `12 May 2017 11:30:05`.
pub fn in_words(time: Timestamp) -> String {
    zoned(time)
        .map_or_else(|| time.to_string(), |zoned| zoned.strftime("%-d %b %Y %H:%M:%S").to_string())
}

/// Hours and minutes: `11:30`.
pub fn clock(time: Timestamp) -> String {
    zoned(time).map_or_else(|| time.to_string(), |zoned| zoned.strftime("%H:%M").to_string())
}

/// Hours, minutes and seconds: `11:30:07`.
pub fn second(time: Timestamp) -> String {
    zoned(time).map_or_else(|| time.to_string(), |zoned| zoned.strftime("%H:%M:%S").to_string())
}

/// Day and month: `12 May`.
pub fn date(time: Timestamp) -> String {
    zoned(time).map_or_else(|| time.to_string(), |zoned| zoned.strftime("%-d %b").to_string())
}

/// A moment on a page.
pub fn moment(time: Timestamp) -> Markup {
    let utc = jiff::Timestamp::from_microsecond(time.micros).map_or_else(
        |_| time.to_string(),
        |stamp| stamp.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    );
    html! { time datetime=(time.to_string()) title=(utc) { (in_words(time)) } }
}

/// A moment that may be absent.
pub fn maybe(time: Option<Timestamp>, absent: &str) -> Markup {
    match time {
        Some(time) => moment(time),
        None => html! { span.soft { (absent) } },
    }
}

/// How long something lasted, or is ago: `4 min`, `3 h`, `12 days`.
pub fn span(micros: i64) -> String {
    match micros / 1_000_000 {
        seconds if seconds < 0 => "no time".to_owned(),
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds @ 120..=7_199 => format!("{} min", seconds / 60),
        seconds @ 7_200..=172_799 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

/// How long ago, with the moment on hover.
pub fn ago(time: Timestamp, now: Timestamp) -> Markup {
    let utc = time.to_string();
    html! { time datetime=(utc) title=(in_words(time)) { (span(now.micros - time.micros)) " ago" } }
}

/// This day, in Europe/London.
pub fn today() -> Day {
    Day::of(Timestamp { micros: jiff::Timestamp::now().as_microsecond() })
}

/// A day: `14 Oct 2025`.
pub fn day(day: Day) -> Markup {
    let text = day.to_string();
    let told = text.parse::<jiff::civil::Date>().map(|date| date.strftime("%-d %b %Y").to_string());
    html! { time datetime=(text) { (told.unwrap_or_else(|_| text.clone())) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn summer_is_an_hour_ahead_and_winter_is_not() {
        assert_eq!(in_words(at("2017-05-12T10:30:05Z")), "12 May 2017 11:30:05");
        assert_eq!(in_words(at("2026-11-28T10:30:05Z")), "28 Nov 2026 10:30:05");
        assert_eq!(clock(at("2026-03-29T00:59:59Z")), "00:59");
        assert_eq!(clock(at("2026-03-29T01:00:00Z")), "02:00");
        assert_eq!(clock(at("2026-10-25T00:59:59Z")), "01:59");
        assert_eq!(clock(at("2026-10-25T01:00:00Z")), "01:00");
    }

    #[test]
    fn days_begin_at_midnight_in_london() {
        let start = |year, month, day| start_of(Day::new(year, month, day).unwrap()).unwrap();
        assert_eq!(start(2026, 6, 1), at("2026-05-31T23:00:00Z"));
        assert_eq!(start(2026, 12, 1), at("2026-12-01T00:00:00Z"));
    }

    #[test]
    fn spans_are_told_in_one_unit() {
        let seconds = |seconds: i64| span(seconds * 1_000_000);
        assert_eq!(seconds(119), "119 s");
        assert_eq!(seconds(240), "4 min");
        assert_eq!(seconds(7_200), "2 h");
        assert_eq!(seconds(12 * 86_400), "12 days");
        assert_eq!(seconds(-5), "no time");
    }
}
