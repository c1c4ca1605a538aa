//! How two versions of a device's software stand to each other.
//!
//! In: versions as people and advisories write them: `4.2`, `v1.10`, `A.01.07`, `012U000061`. Out: which
//! is later, or that one is only a part of the other, or that nobody can say. Pure. Never: an order made
//! up between two ways of counting.

use std::cmp::Ordering;

/// Characters of a version; what is longer is a sentence.
const MAX_CHARS: usize = 48;
/// Where numbers that stand for a year begin and end.
const YEARS: std::ops::Range<u64> = 1990..2100;
/// From here on a first number that is no year is the number of a part or a model.
const CODES: u64 = 1_000;

/// A part of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// A number.
    Number(u64),
    /// Letters that stand alone between dots, or close a number: `A` in `A.01`, `b` in `5.05b`.
    Letters(String),
    /// Letters that belong to the number behind them: `BT` in `BT06`.
    Mark(String),
    /// A number to which letters and another number belong: `012` in `012U000061`.
    Code(u64),
}

/// A version that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    parts: Vec<Part>,
    /// What stands behind the first hyphen, underscore or plus.
    tail: String,
}

/// How one version stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// It is the earlier one.
    Before,
    /// They are the same.
    Same,
    /// It is the later one.
    After,
    /// It is the other with more behind it: `4.2.1` to `4.2`.
    Within,
    /// It is only the beginning of the other: `4` to `4.2`.
    Around,
    /// Nobody can say.
    Apart,
}

impl Stand {
    /// How the other stands to this one.
    pub fn reversed(self) -> Stand {
        match self {
            Stand::Before => Stand::After,
            Stand::After => Stand::Before,
            Stand::Within => Stand::Around,
            Stand::Around => Stand::Within,
            same => same,
        }
    }

    fn of(order: Ordering) -> Stand {
        match order {
            Ordering::Less => Stand::Before,
            Ordering::Equal => Stand::Same,
            Ordering::Greater => Stand::After,
        }
    }
}

impl Version {
    /// A version from its text; none when it is no version.
    pub fn parse(text: &str) -> Option<Version> {
        let text = text.trim().to_ascii_lowercase();
        let bare =
            text.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let text = bare.unwrap_or(&text);
        if text.is_empty() || text.len() > MAX_CHARS {
            return None;
        }
        let cut = text.find(['-', '_', '+']).unwrap_or(text.len());
        let (main, tail) = text.split_at(cut);
        let fits = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
        let mut parts = Vec::new();
        for piece in main.split('.') {
            parts.extend(pieces(piece)?);
        }
        let letter = |part: &Part| matches!(part, Part::Letters(text) if text.len() > 1);
        let counts = parts.iter().any(|part| !matches!(part, Part::Letters(_)));
        let told = counts || parts.len() == 1 && !letter(&parts[0]);
        (told && tail.chars().all(fits)).then(|| Version { parts, tail: tail.to_owned() })
    }

    /// How this one stands to another.
    pub fn stand(&self, other: &Version) -> Stand {
        let (one, two) = (&self.parts, &other.parts);
        if let (Some(one), Some(two)) = (one.first(), two.first())
            && !same_scale(one, two)
        {
            return Stand::Apart;
        }
        for (one, two) in one.iter().zip(two) {
            match part(one, two) {
                Stand::Same => {}
                decided => return decided,
            }
        }
        let more = |longer: &[Part], from: usize, stand: Stand| {
            let rest = longer.get(from..).unwrap_or_default();
            if rest.iter().all(|part| *part == Part::Number(0)) {
                Stand::Same
            } else if rest.iter().all(|part| matches!(part, Part::Number(_))) {
                stand
            } else {
                Stand::Apart
            }
        };
        let stand = match one.len().cmp(&two.len()) {
            Ordering::Less => more(two, one.len(), Stand::Around),
            Ordering::Equal => Stand::Same,
            Ordering::Greater => more(one, two.len(), Stand::Within),
        };
        if stand == Stand::Same { tails(&self.tail, &other.tail) } else { stand }
    }
}

/// What stands between two dots, taken apart; none when it holds anything but letters and digits.
fn pieces(text: &str) -> Option<Vec<Part>> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let same = |a: &u8, b: &u8| a.is_ascii_digit() == b.is_ascii_digit();
    let runs: Vec<&[u8]> = text.as_bytes().chunk_by(same).collect();
    let mut parts = Vec::with_capacity(runs.len());
    for (place, run) in runs.iter().enumerate() {
        let run = std::str::from_utf8(run).ok()?;
        let behind = runs.len() - place - 1;
        parts.push(match run.parse::<u64>() {
            Ok(number) if behind >= 2 => Part::Code(number),
            Ok(number) => Part::Number(number),
            Err(_) if run.starts_with(|c: char| c.is_ascii_digit()) => return None,
            Err(_) if behind >= 1 => Part::Mark(run.to_owned()),
            Err(_) => Part::Letters(run.to_owned()),
        });
    }
    Some(parts)
}

/// Whether first parts are counted alike: both by years, both by small numbers, both by codes.
fn same_scale(one: &Part, two: &Part) -> bool {
    let scale = |part: &Part| match part {
        Part::Number(number) if YEARS.contains(number) => 1,
        Part::Number(number) if *number >= CODES => 2,
        _ => 0,
    };
    scale(one) == scale(two)
}

fn part(one: &Part, two: &Part) -> Stand {
    match (one, two) {
        (Part::Number(one), Part::Number(two)) => Stand::of(one.cmp(two)),
        (Part::Letters(one), Part::Letters(two)) if one.len() == 1 && two.len() == 1 => {
            Stand::of(one.cmp(two))
        }
        (one, two) if one == two => Stand::Same,
        _ => Stand::Apart,
    }
}

/// What stands behind a hyphen counts only when both have it and it is a number.
fn tails(one: &str, two: &str) -> Stand {
    let number = |tail: &str| tail.get(1..).and_then(|tail| tail.parse::<u64>().ok());
    match (number(one), number(two)) {
        _ if one == two => Stand::Same,
        (Some(left), Some(right)) if one.as_bytes()[0] == two.as_bytes()[0] => {
            Stand::of(left.cmp(&right))
        }
        _ => Stand::Apart,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stand(one: &str, two: &str) -> Stand {
        Version::parse(one).unwrap().stand(&Version::parse(two).unwrap())
    }

    #[test]
    fn a_table_of_cases() {
        for (one, two, expected) in [
            ("4.2", "4.10", Stand::Before),
            ("v4.2", "V4.2", Stand::Same),
            ("1.11", "1.11.00", Stand::Same),
            ("5", "5.0.0", Stand::Same),
            ("1.003", "1.3", Stand::Same),
            ("4.2.1", "4.2", Stand::Within),
            ("4", "4.2", Stand::Around),
            ("A.01.07", "A.01.08", Stand::Before),
            ("B.12", "C.00.04", Stand::Before),
            ("K", "N", Stand::Before),
            ("BT03", "BT06", Stand::Before),
            ("U61", "L81", Stand::Apart),
            ("R8.0.3", "R8.0.10", Stand::Before),
            ("R8.0.3", "VM5.0", Stand::Apart),
            ("R8.0.3", "8.0.3", Stand::Apart),
            ("012U000040", "012U000061", Stand::Before),
            ("012U000040", "028U000061", Stand::Apart),
            ("5.89.05b", "5.89.05c", Stand::Before),
            ("2.4A", "2.6A", Stand::Before),
            ("2.4A", "2.4", Stand::Apart),
            ("1.0beta", "1.0", Stand::Apart),
            ("2018-1", "2021-1", Stand::Before),
            ("2018-1", "2018-3", Stand::Before),
            ("2018-1", "2018", Stand::Apart),
            ("1.4.2.0-9d9eff4", "1.4.2.0-9d9eff4", Stand::Same),
            ("1.4.2.0-9d9eff4", "1.4.2.0-1d9eff4", Stand::Apart),
            ("1.4.2.0-9d9eff4", "1.4.3", Stand::Before),
            ("7.6", "2024.2", Stand::Apart),
            ("2.0", "4107600010.23", Stand::Apart),
        ] {
            assert_eq!(stand(one, two), expected, "{one} to {two}");
            assert_eq!(stand(two, one), expected.reversed(), "{two} to {one}");
        }
    }

    #[test]
    fn what_is_no_version_is_none() {
        for text in
            ["", " ", "IGS", "8/30/2024", "july 1 2017", "4..2", "4.2.", "A.B", "4.2 (EOL)", "4,2"]
        {
            assert_eq!(Version::parse(text), None, "{text}");
        }
        assert_eq!(Version::parse(&"1".repeat(49)), None);
        assert_eq!(Version::parse("99999999999999999999999"), None);
    }

    proptest! {
        #[test]
        fn antisymmetric(one in "[v]?[0-9a-cAR.]{1,8}[-_]?[0-9a]{0,3}", two in "[0-9a-cAR.]{1,8}[-_]?[0-9a]{0,3}") {
            if let (Some(one), Some(two)) = (Version::parse(&one), Version::parse(&two)) {
                prop_assert_eq!(one.stand(&two), two.stand(&one).reversed());
                prop_assert_eq!(one.stand(&one), Stand::Same);
            }
        }

        #[test]
        fn numbers_compare_as_numbers(one in prop::collection::vec(0..50_u64, 1..5),
                                      two in prop::collection::vec(0..50_u64, 1..5)) {
            let written = |all: &[u64]| all.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
            let filled = |all: &[u64]| (0..5).map(|n| all.get(n).copied().unwrap_or(0)).collect::<Vec<_>>();
            let order = filled(&one).cmp(&filled(&two));
            match stand(&written(&one), &written(&two)) {
                Stand::Before | Stand::Around => prop_assert_eq!(order, Ordering::Less),
                Stand::After | Stand::Within => prop_assert_eq!(order, Ordering::Greater),
                Stand::Same => prop_assert_eq!(order, Ordering::Equal),
                Stand::Apart => prop_assert!(false),
            }
        }

        #[test]
        fn never_panics(one: String, two: String) {
            if let (Some(one), Some(two)) = (Version::parse(&one), Version::parse(&two)) {
                let _ = one.stand(&two);
            }
        }
    }
}
