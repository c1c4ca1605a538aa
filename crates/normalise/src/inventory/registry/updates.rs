//! Installed updates in the registry, and whether a restart is pending.
//!
//! In: keys. Out: updates whose state is "installed", the day where it is told. Never: an update
//! of any other state; the revision of a rollup's package as the system's, which is only a doubt.

use wardwatch_model::Kb;
use wardwatch_model::inventory::{InstalledUpdate, Inventory};

use super::super::limits::doubt;
use super::super::{date, kb};
use super::source::Key;

/// A package's `CurrentState`: installed.
const INSTALLED: u64 = 0x70;
/// A package's `CurrentState`: installation waits for a restart.
const PENDING: u64 = 0x60;
/// The store of packages of Windows Vista and later.
const STORE: &str = r"\windows\currentversion\component based servicing";
const AUTO_UPDATE: &str = r"\windows\currentversion\windowsupdate\auto update";
const SESSIONS: &str = r"\control\session manager";

/// Adds updates and whether a restart is pending.
pub(super) fn read(keys: &[Key], inventory: &mut Inventory) {
    hotfixes(keys, inventory);
    packages(keys, inventory);
    inventory.restart_pending = restart(keys, inventory);
}

/// `HotFix\KB835732`, and of Windows XP and 2003 `Updates\Windows XP\SP4\KB958644`.
fn hotfixes(keys: &[Key], inventory: &mut Inventory) {
    let number = |key: &Key| {
        let parts: Vec<&str> = key.path.rsplit('\\').collect();
        let in_place = match parts.as_slice() {
            [_, "hotfix", "currentversion", "windows nt", ..] => true,
            [_, pack, product, "updates", "microsoft", ..] => {
                pack.starts_with("sp") && product.starts_with("windows")
            }
            _ => false,
        };
        let installed = in_place && key.number("Installed") != Some(0);
        marked(key.name()).filter(|_| installed)
    };
    let found: Vec<(Kb, String)> = keys
        .iter()
        .filter_map(|key| Some((number(key)?, key.text("InstalledDate").unwrap_or_default())))
        .collect();
    let order = date::order(found.iter().map(|(_, day)| day.as_str()));
    let update =
        |(kb, day): (Kb, String)| InstalledUpdate { kb, installed: date::day(&day, order) };
    inventory.updates.extend(found.into_iter().map(update));
}

/// A number with its mark; a key of plain digits is none.
fn marked(word: &str) -> Option<Kb> {
    kb::of_word(word).filter(|_| word.starts_with(['K', 'k', 'Q', 'q']))
}

/// `Package_for_KB5015684~31bf3856ad364e35~amd64~~19041.1799.1.2`.
fn packages(keys: &[Key], inventory: &mut Inventory) {
    let above = format!(r"{STORE}\packages\package_for_");
    let mut waiting = 0;
    let mut rollup: Option<(u32, u32)> = None;
    for key in keys.iter().filter(|key| key.path.contains(&above)) {
        let Some(name) = key.name().get("Package_for_".len()..) else { continue };
        let state = key.number("CurrentState");
        let number = name.split('~').next().and_then(marked);
        let rolled = name.starts_with("RollupFix~").then(|| revision(name)).flatten();
        match (state, number) {
            (Some(INSTALLED), Some(kb)) => {
                inventory.updates.push(InstalledUpdate { kb, installed: None });
            }
            (Some(INSTALLED), None) => rollup = rollup.max(rolled),
            (Some(PENDING), _) => waiting += usize::from(number.is_some() || rolled.is_some()),
            _ => {}
        }
    }
    if waiting > 0 {
        let text = format!("packages that wait for a restart, not counted as installed: {waiting}");
        doubt(&mut inventory.doubts, text);
    }
    let known = inventory.system.version.and_then(|version| version.revision());
    if let Some((build, revision)) = rollup.filter(|&(_, revision)| known != Some(revision)) {
        let known = known.map_or("names no revision".to_owned(), |known| format!("has {known}"));
        let text = format!("package RollupFix {build}.{revision} is installed, the system {known}");
        doubt(&mut inventory.doubts, text);
    }
}

/// `19041.5247` of a package's name.
fn revision(name: &str) -> Option<(u32, u32)> {
    let mut numbers = name.rsplit('~').next()?.split('.').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// Pending when one sign is there; not pending only when all places of signs were listed.
fn restart(keys: &[Key], inventory: &Inventory) -> Option<bool> {
    let there = |path: &str| keys.iter().any(|key| key.path.ends_with(path));
    let sessions = keys.iter().find(|key| key.path.ends_with(SESSIONS));
    let renames = |name: &str| sessions.is_some_and(|key| key.holds(name));
    if there(&format!(r"{STORE}\rebootpending"))
        || there(&format!(r"{AUTO_UPDATE}\rebootrequired"))
        || renames("PendingFileRenameOperations")
        || renames("PendingFileRenameOperations2")
    {
        return Some(true);
    }
    let old = inventory.system.version.is_some_and(|version| version.0[0] < 6);
    let listed = sessions.is_some() && there(AUTO_UPDATE) && (old || there(STORE));
    listed.then_some(false)
}
