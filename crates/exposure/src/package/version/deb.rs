//! Which of two versions of a Debian package is the later one.
//!
//! In: `[epoch:]upstream[-revision]`. Out: their order. Source: Debian Policy, section 5.6.12. Never:
//! a failure: what is no version is compared letter by letter by the same rule.

use std::cmp::Ordering;

/// Compares two versions as `dpkg --compare-versions` does.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    let (one, other) = (parts(one), parts(other));
    number(one.0, other.0).then_with(|| text(one.1, other.1)).then_with(|| text(one.2, other.2))
}

/// Epoch, upstream version, revision. The epoch ends at the first colon, the revision begins behind
/// the last hyphen.
fn parts(version: &str) -> (&str, &str, &str) {
    let version = version.trim();
    let (epoch, rest) = match version.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => (epoch, rest),
        _ => ("", version),
    };
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
    (epoch, upstream, revision)
}

/// Turn by turn what is no digit, then what is; each turn of digits as a number.
fn text(mut one: &str, mut other: &str) -> Ordering {
    while !(one.is_empty() && other.is_empty()) {
        let (left, right) = (words(&mut one), words(&mut other));
        let order = letters(left, right);
        if order.is_ne() {
            return order;
        }
        let (left, right) = (digits(&mut one), digits(&mut other));
        let order = number(left, right);
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

fn words<'a>(text: &mut &'a str) -> &'a str {
    cut(text, |byte| !byte.is_ascii_digit())
}

fn digits<'a>(text: &mut &'a str) -> &'a str {
    cut(text, |byte| byte.is_ascii_digit())
}

fn cut<'a>(text: &mut &'a str, belongs: impl Fn(u8) -> bool) -> &'a str {
    // A digit is one byte, so the cut is between characters.
    let end = text.bytes().position(|byte| !belongs(byte)).unwrap_or(text.len());
    let (head, rest) = text.split_at(end);
    *text = rest;
    head
}

/// Numbers of any length, by their digits.
fn number(one: &str, other: &str) -> Ordering {
    let (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// `~` before the end, the end before letters, letters before all else.
fn letters(one: &str, other: &str) -> Ordering {
    let weight = |byte: Option<&u8>| match byte {
        Some(b'~') => -1,
        None => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    };
    let (one, other) = (one.as_bytes(), other.as_bytes());
    (0..one.len().max(other.len()))
        .map(|place| weight(one.get(place)).cmp(&weight(other.get(place))))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_in_order() {
        let pairs = [
            ("1.0-2~bad1", '<', "1.0-2"),
            ("1.1-1", '<', "1.1-1+deb12u1"),
            ("1.1-1+deb12u1", '<', "1.1-2"),
            ("1.10.1-3", '<', "1.10.1-3+deb12u1"),
            ("3.0.9-1", '<', "3.0.15-1~deb12u1"),
            ("1:0.1", '>', "99.9"),
            ("0:1.0", '=', "1.0"),
            ("1.0-0", '=', "1.0"),
            ("1.0.0", '>', "1.0"),
            ("1.007", '=', "1.7"),
            ("2:3.87.1-1", '<', "2:3.87.1-1+deb12u4"),
            ("5.36.0-7", '<', "5.36.0-7+deb12u1"),
            ("1.0a", '<', "1.0+"),
            ("20230311", '<', "20250419~deb12u2"),
            ("99999999999999999999999", '>', "99999999999999999999998"),
            ("1-2-3", '>', "1-2-2"),
        ];
        super::super::stand(compare, &pairs);
    }

    proptest! {
        #[test]
        fn is_an_order(a in "[0-9a.+~:-]{0,8}", b in "[0-9a.+~:-]{0,8}", c in "[0-9a.+~:-]{0,8}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &a), Ordering::Equal);
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
        }

        #[test]
        fn never_panics(a: String, b: String) {
            let _ = compare(&a, &b);
        }
    }
}
