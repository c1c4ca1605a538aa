//! Sizes of memory and disks as reports write them.
//!
//! In: a text. Out: MiB. Never: a number without a unit taken for a size that no machine has.

/// Units as written, small letters, in KiB.
const UNITS: [(&str, f64); 18] = [
    ("b", 1.0 / 1_024.0),
    ("bytes", 1.0 / 1_024.0),
    ("kb", 1.0),
    ("kib", 1.0),
    ("ko", 1.0),
    ("кб", 1.0),
    ("mb", 1_024.0),
    ("mib", 1_024.0),
    ("mo", 1_024.0),
    ("мб", 1_024.0),
    ("gb", 1_048_576.0),
    ("gib", 1_048_576.0),
    ("go", 1_048_576.0),
    ("гб", 1_048_576.0),
    ("tb", 1_073_741_824.0),
    ("tib", 1_073_741_824.0),
    ("to", 1_073_741_824.0),
    ("тб", 1_073_741_824.0),
];
/// KiB of a MiB.
const KIB: f64 = 1_024.0;
/// The largest size that is believed, MiB: a pebibyte.
const MOST_MIB: f64 = 1_073_741_824.0;
/// What a number without a unit counts: up to the first of these GB, then MB, then KB, then bytes.
pub(super) type Bare = [f64; 3];
/// Of memory: 2 TB at most, and less than 256 MB is none of a system that is still there.
pub(super) const MEMORY: Bare = [255.0, 2e6, 2e9];
/// Of disks: 10 TB at most, 10 GB at least.
pub(super) const DISK: Bare = [9_999.0, 1e7, 1e10];

/// The size in MiB: `8,192 MB`, `7.9 GB`, `8 192 Mo`, `17179869184`.
pub(super) fn mib(text: &str, bare: Bare) -> Option<u32> {
    let text = text.trim().to_lowercase();
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (number, unit) = (text.get(..end)?, text.get(end..)?.trim());
    let number = number_of(number)?;
    let unit = if unit.is_empty() {
        let place = bare.iter().position(|most| number <= *most);
        place.and_then(|place| ["gb", "mb", "kb"].get(place).copied()).unwrap_or("b")
    } else {
        unit
    };
    let (_, kib) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let mib = number * kib / KIB;
    (1.0..=MOST_MIB).contains(&mib).then_some(mib as u32)
}

/// A number with marks between its thousands, or before its fraction: of marks that may be either, three digits
/// behind the last one are thousands.
fn number_of(text: &str) -> Option<f64> {
    let is_mark =
        |c: char| matches!(c, '.' | ',' | '\'' | '\u{a0}' | '\u{202f}' | ' ' | '\u{2019}');
    let parts: Vec<&str> = text.split(is_mark).collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() > 6 || !parts.iter().all(digits) {
        return None;
    }
    let (last, first) = parts.split_last()?;
    let mark = text.chars().rev().find(|c| is_mark(*c));
    let fraction = matches!(mark, Some('.' | ',')) && last.len() != 3;
    let joined = match (first.is_empty(), fraction) {
        (true, _) => (*last).to_owned(),
        (false, true) => format!("{}.{last}", first.concat()),
        (false, false) => format!("{}{last}", first.concat()),
    };
    joined.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_as_written() {
        for (text, size) in [
            ("8,192 MB", Some(8_192)),
            ("8.192 MB", Some(8_192)),
            ("8 192 Mo", Some(8_192)),
            ("8\u{a0}192 Mo", Some(8_192)),
            ("16'384 MB", Some(16_384)),
            ("1 023 МБ", Some(1_023)),
            ("7.9 GB", Some(8_089)),
            ("7,9 GB", Some(8_089)),
            ("238.47GB", Some(244_193)),
            ("16", Some(16_384)),
            ("4096", Some(4_096)),
            ("8388608", Some(8_192)),
            ("17179869184", Some(16_384)),
            ("", None),
            ("n/a", None),
            ("8 GB free", None),
            ("1.2.3.4.5.6.7 GB", None),
            ("-4 GB", None),
            ("0", None),
            ("99999999999 TB", None),
        ] {
            assert_eq!(mib(text, MEMORY), size, "{text}");
        }
        for (text, size) in [
            ("512", Some(524_288)),
            ("244192", Some(244_192)),
            ("250050560", Some(244_190)),
            ("256060514304", Some(244_198)),
        ] {
            assert_eq!(mib(text, DISK), size, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text: String) {
            let _ = (mib(&text, MEMORY), mib(&text, DISK));
        }
    }
}
