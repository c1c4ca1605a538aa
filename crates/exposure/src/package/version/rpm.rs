//! Which of two versions of an RPM package is the later one.
//!
//! In: `[epoch:]version[-release]`. Out: their order. Source: RPM's manual on dependencies, "Versioning".
//! Releases are compared only where both have one, as RPM does. Never: a failure: what is no version is
//! compared by the same rule.

use std::cmp::Ordering;

/// Compares two versions as `rpm` does.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    let (one, other) = (parts(one), parts(other));
    let release = || match (one.2, other.2) {
        (Some(one), Some(other)) => text(one, other),
        _ => Ordering::Equal,
    };
    number(one.0, other.0).then_with(|| text(one.1, other.1)).then_with(release)
}

/// Epoch, version, release. An epoch that is not told is nought.
fn parts(version: &str) -> (&str, &str, Option<&str>) {
    let version = version.trim();
    let (epoch, rest) = match version.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => (epoch, rest),
        _ => ("", version),
    };
    match rest.rsplit_once('-') {
        Some((version, release)) => (epoch, version, Some(release)),
        None => (epoch, rest, None),
    }
}

/// Part by part: runs of digits, runs of letters, `~` and `^`; all else only separates.
fn text(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        (one, other) = (skip(one), skip(other));
        match (one.first(), other.first()) {
            // `~` comes before everything, the end too.
            (Some(b'~'), Some(b'~')) | (Some(b'^'), Some(b'^')) => {
                (one, other) = (&one[1..], &other[1..]);
                continue;
            }
            (Some(b'~'), _) => return Ordering::Less,
            (_, Some(b'~')) => return Ordering::Greater,
            (None, None) => return Ordering::Equal,
            // `^` comes after the end and before everything else.
            (Some(b'^'), None) => return Ordering::Greater,
            (None, Some(b'^')) => return Ordering::Less,
            (Some(b'^'), _) => return Ordering::Less,
            (_, Some(b'^')) => return Ordering::Greater,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(first), Some(second)) => {
                match (first.is_ascii_digit(), second.is_ascii_digit()) {
                    // A number is later than a word.
                    (true, false) => return Ordering::Greater,
                    (false, true) => return Ordering::Less,
                    (digits, _) => {
                        let belongs = |byte: &u8| match digits {
                            true => byte.is_ascii_digit(),
                            false => byte.is_ascii_alphabetic(),
                        };
                        let (left, right) = (run(one, belongs), run(other, belongs));
                        (one, other) = (&one[left.len()..], &other[right.len()..]);
                        let order = if digits { digits_of(left, right) } else { left.cmp(right) };
                        if order.is_ne() {
                            return order;
                        }
                    }
                }
            }
        }
    }
}

fn skip(text: &[u8]) -> &[u8] {
    let counts = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'~' | b'^');
    &text[text.iter().position(counts).unwrap_or(text.len())..]
}

fn run(text: &[u8], belongs: impl Fn(&u8) -> bool) -> &[u8] {
    &text[..text.iter().position(|byte| !belongs(byte)).unwrap_or(text.len())]
}

/// Numbers of any length, by their digits.
fn digits_of(one: &[u8], other: &[u8]) -> Ordering {
    let bare = |text: &[u8]| text.iter().position(|byte| *byte != b'0').unwrap_or(text.len());
    let (one, other) = (&one[bare(one)..], &other[bare(other)..]);
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

fn number(one: &str, other: &str) -> Ordering {
    digits_of(one.as_bytes(), other.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Each pair was held against `rpm.vercmp` of RPM 4.18, epochs and releases against its rule.
    #[test]
    fn versions_in_order() {
        let pairs = [
            ("1.0", '=', "1.0"),
            ("1.0", '<', "2.0"),
            ("2.0.1", '>', "2.0"),
            ("2.0.1a", '>', "2.0.1"),
            ("5.5p1", '<', "5.5p2"),
            ("5.5p10", '>', "5.5p1"),
            ("10xyz", '<', "10.1xyz"),
            ("xyz10", '<', "xyz10.1"),
            ("xyz.4", '<', "8"),
            ("5.5p2", '<', "5.6p1"),
            ("6.0.rc1", '>', "6.0"),
            ("10b2", '>', "10a1"),
            ("1.0aa", '>', "1.0a"),
            ("10.0001", '=', "10.1"),
            ("10.0001", '<', "10.0039"),
            ("4.999.9", '<', "5.0"),
            ("20101121", '<', "20101122"),
            ("2_0", '=', "2.0"),
            ("a+", '=', "a_"),
            ("+", '=', "_"),
            ("1.0~rc1", '<', "1.0"),
            ("1.0~rc1", '<', "1.0~rc2"),
            ("1.0~rc1~git123", '<', "1.0~rc1"),
            ("1.0^", '>', "1.0"),
            ("1.0^git1", '<', "1.0^git2"),
            ("1.0^git1", '<', "1.01"),
            ("1.0^20160101", '<', "1.0.1"),
            ("1.0~rc1^git1", '>', "1.0~rc1"),
            ("1.0^git1~pre", '<', "1.0^git1"),
            ("1:1.0-1", '>', "9.0-1"),
            ("0:1.0-1.el9", '=', "1.0-1.el9"),
            ("3.0.7-24.el9", '<', "3.0.7-27.el9"),
            ("3.0.7-27.el9", '<', "3.0.7-27.el9_4"),
            ("3.0.7", '=', "3.0.7-27.el9"),
        ];
        super::super::stand(compare, &pairs);
    }

    proptest! {
        #[test]
        fn turns_around(a in "[0-9a.+~^:-]{0,8}", b in "[0-9a.+~^:-]{0,8}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &a), Ordering::Equal);
        }

        #[test]
        fn never_panics(a: String, b: String) {
            let _ = compare(&a, &b);
        }
    }
}
