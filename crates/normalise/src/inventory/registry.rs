//! Values of Windows' registry: exports (`.reg`) and output of `reg query`, also behind each other.
//!
//! In: text with keys below `HKEY_…`. Out: one inventory. Never: a value that belongs to one user,
//! to a control set that is not in use, or to a file that takes keys away.

mod settings;
mod source;
mod system;
mod updates;

use wardwatch_model::inventory::{Inventory, ReportKind, Software};

use self::source::Key;
use super::error::InventoryError;
use super::limits::{MAX_PACKAGES, some};

/// The first key stands within so many lines: behind a title, a prompt, a command.
const HEAD_LINES: usize = 12;
/// The control set in use, as paths have it.
const IN_USE: &str = r"system\currentcontrolset\";

/// Reads the report; `None` when no key stands near its start.
pub(super) fn read(text: &str) -> Option<Result<Vec<Inventory>, InventoryError>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.take(HEAD_LINES).find(|line| source::is_key(line))?;
    let keys = in_use(source::keys(text));
    let mut inventory = Inventory::new(ReportKind::Registry);
    system::read(&keys, &mut inventory);
    settings::read(&keys, &mut inventory);
    updates::read(&keys, &mut inventory);
    programs(&keys, &mut inventory);
    Some(match inventory == Inventory::new(ReportKind::Registry) {
        true => Err(InventoryError::Nothing("an export of the registry")),
        false => Ok(vec![inventory]),
    })
}

/// Keys with the control set in use under its one name, the others left out.
fn in_use(mut keys: Vec<Key>) -> Vec<Key> {
    let set = if keys.iter().any(|key| key.path.starts_with(IN_USE)) {
        None
    } else {
        let select = keys.iter().find(|key| key.path == r"system\select");
        let number = select.and_then(|key| key.number("Current")).unwrap_or(1);
        Some(format!(r"system\controlset{number:03}\"))
    };
    for key in &mut keys {
        if let Some(rest) = set.as_ref().and_then(|set| key.path.strip_prefix(set)) {
            key.path = format!("{IN_USE}{rest}");
        }
    }
    // 32-bit programs see copies of keys that do not set anything, their own programs aside.
    let copy = |path: &str| path.contains(r"\wow6432node\") && !path.contains(r"\uninstall\");
    keys.retain(|key| !key.path.starts_with(r"system\controlset") && !copy(&key.path));
    keys
}

/// Programs that the system lists for removal.
fn programs(keys: &[Key], inventory: &mut Inventory) {
    let listed = |key: &&Key| {
        let above = key.path.rsplit_once('\\').map_or("", |(above, _)| above);
        above.ends_with(r"\microsoft\windows\currentversion\uninstall")
    };
    let program = |key: &Key| {
        let text = |name: &str| key.text(name).and_then(|text| some(&text));
        let (vendor, version) = (text("Publisher"), text("DisplayVersion"));
        text("DisplayName").map(|name| Software { vendor, name, version })
    };
    let found = keys.iter().filter(listed).filter_map(program);
    inventory.software.extend(found.take(MAX_PACKAGES + 1));
}

#[cfg(test)]
mod tests;
