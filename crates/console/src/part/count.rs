//! Numbers, and words that go with them.

use maud::{Markup, html};

/// A number with its thousands apart: `1,585,150`.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number and its noun: `1 device`, `2 devices`.
pub fn of(value: u64, one: &str, more: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { more })
}

/// A number that leads to the list of what it counts. Whatever it says is the length of that list:
/// tests hold every such link to it.
pub fn linked(value: u64, to: &str) -> Markup {
    html! { a.count href=(to) { (number(value)) } }
}

/// One of the counts at the top of a page: a number, what it counts, and where to see them.
pub fn tile(class: &str, value: u64, what: &str, to: &str) -> Markup {
    html! {
        li class=(class) {
            a.count href=(to) { b { (number(value)) } (what) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_585_150), "1,585,150");
        assert_eq!(of(1, "device", "devices"), "1 device");
        assert_eq!(of(12_000, "device", "devices"), "12,000 devices");
    }
}
