//! What a hit means and what to do, in plain English.

use wardwatch_model::{Advice, IndicatorKind};

/// The kind as the start of a sentence.
pub fn noun(kind: IndicatorKind) -> &'static str {
    match kind {
        IndicatorKind::Sha256 | IndicatorKind::Sha1 | IndicatorKind::Md5 => "A file",
        IndicatorKind::Address => "An address",
        IndicatorKind::Domain => "A domain",
        IndicatorKind::Url => "A web address",
    }
}

/// Advice for a hit.
pub fn of(kind: IndicatorKind, value: &str, note: &str) -> Advice {
    let is_file = matches!(kind, IndicatorKind::Sha256 | IndicatorKind::Sha1 | IndicatorKind::Md5);
    let title = match is_file {
        true => "A file that is known to be harmful was on this device".to_owned(),
        false => format!("This device was in touch with {value}, which is known to be harmful"),
    };
    let note = if note.is_empty() { String::new() } else { format!(" The list says: {note}.") };
    let why = match is_file {
        true => format!("Others who were attacked found the same file.{note}"),
        false => format!(
            "Others who were attacked saw the same. An attacker may be giving this device orders \
             or taking data out.{note}"
        ),
    };
    let what_to_do = match is_file {
        true => {
            "Find out how the file came here and whether it ran. If it ran, take the device off \
             the network, unless somebody's care depends on it, and have it looked at."
        }
        false => {
            "Find the program that did it. If nobody can explain it, take the device off the \
             network, unless somebody's care depends on it, and block the address at the firewall."
        }
    };
    Advice { title, why, r#do: what_to_do.to_owned() }
}
