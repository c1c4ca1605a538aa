//! The atoms of rules: a field, an operator and a literal; and what each means, plainly.
//!
//! In: a predicate and an event. Out: true or false. This is the meaning that the compiled
//! program is held to; it takes no short cuts.

use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use regex::Regex;
use wardwatch_model::{Event, Timestamp, Value};

use crate::fold::fold_literal;
use crate::glob::Glob;

/// What a predicate looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// The values of one field.
    Field(Arc<str>),
    /// Every text value of the event (field-less keywords).
    Keyword,
}

/// Where a literal must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The whole value.
    Whole,
    /// At its start.
    Start,
    /// At its end.
    End,
    /// Anywhere.
    Anywhere,
}

/// A comparison of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compare {
    /// Equal.
    Equal,
    /// Less than.
    Less,
    /// Less than or equal.
    LessOrEqual,
    /// Greater than.
    Greater,
    /// Greater than or equal.
    GreaterOrEqual,
}

/// A part of a time, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimePart {
    /// Minute of the hour, 0 to 59.
    Minute,
    /// Hour of the day, 0 to 23.
    Hour,
    /// Day of the month, 1 to 31.
    Day,
    /// ISO week, 1 to 53.
    Week,
    /// Month, 1 to 12.
    Month,
    /// Year.
    Year,
}

/// A number that can be hashed: predicates are numbered once each.
#[derive(Debug, Clone, Copy)]
pub struct Number(pub f64);

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}
impl Eq for Number {}
impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// A regular expression, identified by its text with flags.
#[derive(Debug, Clone)]
pub struct Pattern(pub Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}
impl Eq for Pattern {}
impl Hash for Pattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_str().hash(state);
    }
}

/// What must hold of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Operator {
    /// The literal stands at this place. Folded unless `cased`.
    Text {
        /// The literal, folded unless `cased`.
        literal: String,
        /// Where it must stand.
        place: Place,
        /// Case matters.
        cased: bool,
    },
    /// The wildcard pattern matches. Its literals are folded unless `cased`.
    Glob {
        /// The pattern.
        glob: Glob,
        /// Case matters.
        cased: bool,
    },
    /// The regular expression is found in the value.
    Regex(Pattern),
    /// The value is an address in this network.
    Cidr(IpNet),
    /// The value is a number that compares so.
    Number(Compare, Number),
    /// The value is this truth value: `true`, `1`, `yes` or `false`, `0`, `no`.
    Bool(bool),
    /// The field is there and not null, or is not.
    Exists(bool),
    /// The field is not there, or is null.
    Null,
    /// The value stands so to that of another field.
    FieldRef {
        /// The other field.
        other: Arc<str>,
        /// How they compare.
        place: Place,
        /// Case matters.
        cased: bool,
    },
    /// A part of the time in the value equals this number.
    TimePart(TimePart, i64),
    /// A placeholder that nobody gave values for: never true. Lowering takes it out.
    Unresolved(Arc<str>),
}

/// One atom of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Predicate {
    /// What it looks at.
    pub subject: Subject,
    /// What must hold of it.
    pub operator: Operator,
}

impl Predicate {
    /// Whether the predicate holds of the event: for a field with several values, whether it
    /// holds of any.
    pub fn holds(&self, event: &Event<'_>) -> bool {
        match &self.subject {
            Subject::Field(name) => match self.operator {
                Operator::Exists(expected) => event.get(name).is_some() == expected,
                Operator::Null => event.get(name).is_none(),
                _ => event.values(name).any(|value| self.holds_of(value, event)),
            },
            Subject::Keyword => event
                .fields
                .iter()
                .filter(|field| field.value.is_string())
                .any(|field| self.holds_of(field.value, event)),
        }
    }

    /// Whether the predicate holds of one value.
    pub fn holds_of(&self, value: Value<'_>, event: &Event<'_>) -> bool {
        if value.is_null() {
            return false;
        }
        let text = value.text();
        match &self.operator {
            Operator::Text { literal, place, cased: true } => place.holds(&text, literal),
            Operator::Text { literal, place, cased: false } => {
                place.holds(&fold_literal(&text), literal)
            }
            Operator::Glob { glob, cased: true } => glob.is_match(&text),
            Operator::Glob { glob, cased: false } => glob.is_match(&fold_literal(&text)),
            Operator::Regex(pattern) => pattern.0.is_match(&text),
            Operator::Cidr(network) => {
                text.trim().parse::<IpAddr>().is_ok_and(|address| contains(network, address))
            }
            Operator::Number(compare, number) => {
                parse_number(value, &text).is_some_and(|found| compare.holds(found, number.0))
            }
            Operator::Bool(expected) => parse_bool(value, &text) == Some(*expected),
            Operator::Exists(expected) => *expected,
            Operator::Null | Operator::Unresolved(_) => false,
            Operator::FieldRef { other, place, cased } => event.values(other).any(|other| {
                !other.is_null()
                    && if *cased {
                        place.holds(&text, &other.text())
                    } else {
                        place.holds(&fold_literal(&text), &fold_literal(&other.text()))
                    }
            }),
            Operator::TimePart(part, expected) => {
                Timestamp::parse(&text).is_some_and(|time| part.of(time) == Some(*expected))
            }
        }
    }
}

/// A network also contains the IPv4 addresses that are written as IPv6.
fn contains(network: &IpNet, address: IpAddr) -> bool {
    network.contains(&address) || network.contains(&address.to_canonical())
}

/// The number in a value; truth values are none.
pub fn parse_number(value: Value<'_>, text: &str) -> Option<f64> {
    match value {
        Value::Bool(_) | Value::Null => None,
        _ => text.parse::<f64>().ok(),
    }
}

/// The truth value in a value; the number 1 is none, the text `1` is.
fn parse_bool(value: Value<'_>, text: &str) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(truth),
        Value::Number(_) | Value::Null => None,
        _ => match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Some(true),
            "false" | "0" | "no" => Some(false),
            _ => None,
        },
    }
}

impl Place {
    /// Whether `literal` stands at this place in `text`.
    pub fn holds(self, text: &str, literal: &str) -> bool {
        match self {
            Place::Whole => text == literal,
            Place::Start => text.starts_with(literal),
            Place::End => text.ends_with(literal),
            Place::Anywhere => text.contains(literal),
        }
    }
}

impl Compare {
    /// Whether `found` compares so to `expected`.
    pub fn holds(self, found: f64, expected: f64) -> bool {
        match self {
            Compare::Equal => found == expected,
            Compare::Less => found < expected,
            Compare::LessOrEqual => found <= expected,
            Compare::Greater => found > expected,
            Compare::GreaterOrEqual => found >= expected,
        }
    }
}

impl TimePart {
    /// This part of a time in UTC.
    pub fn of(self, time: Timestamp) -> Option<i64> {
        let (year, month, day, hour, minute) = civil(time.micros.div_euclid(60_000_000));
        Some(match self {
            TimePart::Minute => minute,
            TimePart::Hour => hour,
            TimePart::Day => day,
            TimePart::Week => iso_week(time.micros.div_euclid(86_400_000_000)),
            TimePart::Month => month,
            TimePart::Year => year,
        })
    }
}

/// Calendar date and time of a number of minutes since 1970, by Howard Hinnant's
/// `civil_from_days` (public-domain algorithm).
fn civil(minutes: i64) -> (i64, i64, i64, i64, i64) {
    let (days, minute_of_day) = (minutes.div_euclid(1440), minutes.rem_euclid(1440));
    let (year, month, day) = date(days);
    (year, month, day, minute_of_day / 60, minute_of_day % 60)
}

fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// ISO 8601 week of a day since 1970: the week of the year of that week's Thursday.
fn iso_week(days: i64) -> i64 {
    let thursday = days - (days + 3).rem_euclid(7) + 3;
    let (year, _, _) = date(thursday);
    let mut new_year = thursday;
    while date(new_year - 1).0 == year {
        new_year -= 1;
    }
    (thursday - new_year) / 7 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_parts_are_utc_and_weeks_iso() {
        for (text, parts) in [
            ("2017-05-12T10:07:00Z", [7, 10, 12, 19, 5, 2017]),
            ("2021-01-03T23:59:59Z", [59, 23, 3, 53, 1, 2021]),
            ("1969-12-29T00:00:00Z", [0, 0, 29, 1, 12, 1969]),
        ] {
            let time = Timestamp::parse(text).unwrap();
            let found = [
                TimePart::Minute,
                TimePart::Hour,
                TimePart::Day,
                TimePart::Week,
                TimePart::Month,
                TimePart::Year,
            ]
            .map(|part| part.of(time).unwrap());
            assert_eq!(found, parts, "{text}");
        }
    }

    #[test]
    fn mapped_addresses_are_in_their_network() {
        let network: IpNet = "10.0.0.0/8".parse().unwrap();
        assert!(contains(&network, "::ffff:10.1.2.3".parse().unwrap()));
        assert!(!contains(&network, "::10.1.2.3".parse().unwrap()));
    }
}
