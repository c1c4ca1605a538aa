//! Service packs: which is the last of a system, and what is not there before which.
//!
//! In: what is known of a device. Out: the pack that it lacks. Never: a pack taken for present that
//! nobody named. Windows XP for x64 and Server 2003 for x64 came out with the first pack in them.

use super::{Family, Subject};

/// The pack that a system's name ends in: `Service Pack 3`, `SP3`.
pub fn named(system: &str) -> Option<u8> {
    let system = system.to_lowercase();
    let words: Vec<&str> = system.split_whitespace().collect();
    let long = words.windows(3).find_map(|words| match words {
        ["service", "pack", number] => number.parse().ok(),
        _ => None,
    });
    long.or_else(|| words.iter().find_map(|word| word.strip_prefix("sp")?.parse().ok()))
}

/// The last pack of the system when it is not known to be there. What came out after the end of
/// support installs on nothing less.
pub fn missing(subject: &Subject) -> Option<u8> {
    let name = subject.system.to_lowercase();
    let last = match subject.family {
        Family::Xp if name.contains("x64") => 2,
        Family::Xp => 3,
        Family::Server2003 | Family::Vista => 2,
        Family::Server2008 if name.contains("r2") => 1,
        Family::Server2008 => 2,
        Family::Seven => 1,
        Family::Eight | Family::Embedded | Family::LockedTen => return None,
    };
    below(subject, last)
}

/// The pack without which the system has no firewall that a command can set.
pub fn before_firewall(subject: &Subject) -> Option<u8> {
    let born_with_it = subject.system.to_lowercase().contains("x64");
    match subject.family {
        _ if born_with_it => None,
        Family::Xp => below(subject, 2),
        Family::Server2003 => below(subject, 1),
        _ => None,
    }
}

fn below(subject: &Subject, pack: u8) -> Option<u8> {
    subject.service_pack.is_none_or(|known| known < pack).then_some(pack)
}
