//! The line with which Windows' command prompt begins, and which `ver` prints: it has the
//! revision (UBR) that `systeminfo` leaves out.
//!
//! In: a report's text. Out: the version in it, added to the inventory unless the two differ.

use wardwatch_model::Build;
use wardwatch_model::inventory::{Inventory, ReportKind, SystemClaim};

use super::error::InventoryError;
use super::limits::doubt;

/// Reads text that has no more than that line.
pub(super) fn read(text: &str) -> Option<Result<Vec<Inventory>, InventoryError>> {
    version(text)?;
    Some(Ok(vec![Inventory::new(ReportKind::SystemInfo)]))
}

/// Adds the version, with its revision, to what another part of the report told.
pub(super) fn add(text: &str, inventory: &mut Inventory) {
    let Some(found) = version(text) else { return };
    let system: &mut SystemClaim = &mut inventory.system;
    match system.version {
        Some(told) if told.branch() != found.branch() => doubt(
            &mut inventory.doubts,
            format!("the prompt's version {found} is not the report's {told}: not used"),
        ),
        Some(told) if told.revision().is_some() => {}
        _ => system.version = Some(found),
    }
}

/// The version in `Microsoft Windows [Version 10.0.19045.3803]`, in any language.
fn version(text: &str) -> Option<Build> {
    text.lines().filter(|line| line.contains("Windows")).find_map(|line| {
        let (before, rest) = line.split_once('[')?;
        let (inside, _) = rest.split_once(']')?;
        let last = inside.split_whitespace().next_back()?;
        let parts = last.split('.').count();
        Build::parse(last).filter(|_| parts >= 3 && before.contains("Windows"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_line_in_three_languages() {
        for line in [
            "Microsoft Windows [Version 10.0.19045.3803]",
            "Microsoft Windows [Версия 10.0.19045.3803]",
            "Microsoft Windows [版本 10.0.19045.3803]\r\n(c) Microsoft",
        ] {
            assert_eq!(version(line), Some(Build([10, 0, 19045, 3803])), "{line}");
        }
        let old = "Microsoft Windows XP [Version 5.1.2600]";
        assert_eq!(version(old), Some(Build([5, 1, 2600, 0])));
        assert_eq!(version("Windows [01]: KB4012598"), None);
    }

    #[test]
    fn two_versions_that_differ_are_a_doubt() {
        let mut inventory = Inventory::new(ReportKind::SystemInfo);
        inventory.system.version = Some(Build([10, 0, 17763, 0]));
        add("Microsoft Windows [Version 10.0.17763.5329]", &mut inventory);
        assert_eq!(inventory.system.version, Some(Build([10, 0, 17763, 5329])));
        add("Microsoft Windows [Version 10.0.19045.3803]", &mut inventory);
        assert_eq!(inventory.system.version, Some(Build([10, 0, 17763, 5329])));
        assert_eq!(inventory.doubts.len(), 1);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
