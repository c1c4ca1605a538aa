//! A list of updates that a system still wants, one title a line.
//!
//! In: lines such as `KB4462930: Update for … (KB4462930)`. Out: an inventory with what is
//! offered, and the system as far as most titles agree on it. Never: an update as installed.

use wardwatch_model::inventory::{Inventory, OfferedUpdate, ReportKind};

use super::error::InventoryError;
use super::limits::{MAX_UPDATES, cut, doubt};
use super::{kb, title};

/// Reads the list; `None` when most lines are none of such a list.
pub(super) fn read(text: &str) -> Option<Result<Vec<Inventory>, InventoryError>> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let offers = lines.iter().filter(|line| offer(line).is_some()).count();
    if offers == 0 || offers * 2 < lines.len() {
        return None;
    }
    let mut inventory = Inventory::new(ReportKind::UpdateList);
    for line in lines.iter().take(MAX_UPDATES + 1) {
        match offer(line) {
            Some(update) => inventory.offered.push(update),
            None => {
                doubt(&mut inventory.doubts, format!("'{}' is no title of an update", cut(line)))
            }
        }
    }
    inventory.system = title::agreed(inventory.offered.iter().map(|offer| offer.title.as_str()));
    Some(Ok(vec![inventory]))
}

fn offer(line: &str) -> Option<OfferedUpdate> {
    let (number, rest) = line.split_once(':')?;
    let number = kb::of_word(number).filter(|_| number.get(..2) == Some("KB"));
    let title = match number {
        Some(_) => rest,
        None => line,
    };
    let number = number.or_else(|| kb::all_of(title).next());
    let titled = title.trim().split(' ').count() > 2;
    number
        .filter(|_| titled && line.starts_with("KB"))
        .map(|kb| OfferedUpdate { kb: Some(kb), title: cut(title) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wardwatch_model::Kb;
    use wardwatch_model::inventory::Architecture;

    #[test]
    fn a_list_of_two_and_a_line_that_is_none() {
        let text = "KB1000001: 2019-02 Update for Windows 10 Version 1803 for x64-based Systems (KB1000001)\r\n\
                    KB1000002: Update for Windows 10 Version 1803 for x64-based Systems (KB1000002)\r\n\
                    that was all\r\n";
        let found = read(text).and_then(Result::ok).unwrap_or_default();
        let [inventory] = found.as_slice() else { panic!("one inventory, not {found:?}") };
        assert_eq!(inventory.report, ReportKind::UpdateList);
        assert_eq!(
            inventory.offered.iter().filter_map(|offer| offer.kb).collect::<Vec<_>>(),
            [Kb(1_000_001), Kb(1_000_002)]
        );
        assert!(inventory.updates.is_empty());
        assert_eq!(inventory.system.name.as_deref(), Some("Windows 10"));
        assert_eq!(inventory.system.release.as_deref(), Some("1803"));
        assert_eq!(inventory.system.architecture, Some(Architecture::X64));
        assert_eq!(inventory.doubts, ["'that was all' is no title of an update"]);
        assert!(read("KB1000001\r\nKB1000002\r\n").is_none());
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
