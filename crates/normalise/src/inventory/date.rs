//! Days as hotfix lists write them; the order of day and month is told by the whole list.
//!
//! In: the texts of one list. Out: a day where it is not in doubt. Never: a guess between
//! the third of February and the second of March.

use wardwatch_model::Day;

/// Days between 1601-01-01, where FILETIME begins, and 1970-01-01.
const FILETIME_OFFSET_DAYS: i64 = 134_774;
/// Units of FILETIME (100 ns) in a day.
const FILETIME_A_DAY: u64 = 864_000_000_000;

/// Which of the two numbers before the year is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// `5/22/2015`.
    MonthFirst,
    /// `22/5/2015`.
    DayFirst,
}

/// The order that a list's days show; `None` when none tells or they contradict each other.
pub(super) fn order<'a>(texts: impl Iterator<Item = &'a str>) -> Option<Order> {
    let (mut month_first, mut day_first) = (false, false);
    for [first, second, _] in texts.filter_map(|text| numbers(text, &['/'])) {
        month_first |= second > 12 && first <= 12;
        day_first |= first > 12 && first <= 31 && second <= 12;
    }
    match (month_first, day_first) {
        (true, false) => Some(Order::MonthFirst),
        (false, true) => Some(Order::DayFirst),
        _ => None,
    }
}

/// The day of one text.
pub(super) fn day(text: &str, order: Option<Order>) -> Option<Day> {
    let text = text.trim();
    if text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return u64::from_str_radix(text, 16).ok().and_then(filetime);
    }
    let start = text.split([' ', 'T', ',']).next().unwrap_or_default().trim_end_matches('.');
    if let Some(day) = Day::parse(start) {
        return plausible(day);
    }
    if let Some([day, month, year]) = numbers(start, &['.']) {
        return match day > 31 {
            true => date(day, month, year),
            false => date(year, month, day),
        };
    }
    let [first, second, third] = numbers(start, &['/', '-'])?;
    if first > 1900 {
        return date(first, second, third);
    }
    match order {
        Some(Order::MonthFirst) => date(third, first, second),
        Some(Order::DayFirst) => date(third, second, first),
        None if first == second || second > 12 => date(third, first, second),
        None if first > 12 => date(third, second, first),
        None => None,
    }
}

/// The day of a moment as FILETIME; Vista's hotfix list writes it in hexadecimal.
pub(super) fn filetime(units: u64) -> Option<Day> {
    let days = i64::try_from(units / FILETIME_A_DAY).ok()? - FILETIME_OFFSET_DAYS;
    i32::try_from(days).ok().map(Day).and_then(plausible)
}

fn numbers(text: &str, marks: &[char]) -> Option<[u32; 3]> {
    let start = text.trim().split(' ').next().unwrap_or_default();
    let mut parts = start.split(marks).map(|part| part.parse::<u32>().ok());
    let found = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(found)
}

fn date(year: u32, month: u32, day: u32) -> Option<Day> {
    let year = i16::try_from(year).ok()?;
    let day = Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)?;
    plausible(day)
}

/// Nothing was installed before Windows NT, nor after this century.
fn plausible(day: Day) -> Option<Day> {
    let (year, _, _) = day.parts();
    (1993..2100).contains(&year).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_in_every_form() {
        let read = |text, order| day(text, order).map(|day| day.to_string());
        for (text, order, told) in [
            ("5/22/2015", None, Some("2015-05-22")),
            ("22/05/2015", None, Some("2015-05-22")),
            ("3/2/2019", None, None),
            ("3/2/2019", Some(Order::MonthFirst), Some("2019-03-02")),
            ("3/2/2019", Some(Order::DayFirst), Some("2019-02-03")),
            ("4/4/2019", None, Some("2019-04-04")),
            ("20190321", None, Some("2019-03-21")),
            ("2019-03-21T00:00:00", None, Some("2019-03-21")),
            ("2019/3/21", None, Some("2019-03-21")),
            ("02.03.2019", None, Some("2019-03-02")),
            ("02.03.2019 10:00", None, Some("2019-03-02")),
            ("3/7/2019 12:00:00 AM", Some(Order::MonthFirst), Some("2019-03-07")),
            ("01d4dfd0fb4eb361", None, Some("2019-03-21")),
            ("31/31/2019", None, None),
            ("", None, None),
            ("never", None, None),
        ] {
            assert_eq!(read(text, order).as_deref(), told, "{text}");
        }
        assert_eq!(order(["3/2/2019", "3/22/2019"].into_iter()), Some(Order::MonthFirst));
        assert_eq!(order(["3/22/2019", "22/3/2019"].into_iter()), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = (day(&text, None), order([text.as_str()].into_iter()));
        }
    }
}
