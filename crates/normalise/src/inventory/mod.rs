//! A host's report becomes an inventory, whatever tool, language and encoding it came from.
//!
//! In: the bytes of one report. Out: one [`Inventory`] of each host in it, with doubts for what
//! could only partly be read. Never: which product of a catalogue that is (`estate` decides), a
//! file's name, a label in one language where position and shape tell the same.

mod banner;
mod codepage;
mod csv;
mod date;
mod decode;
mod error;
mod hotfix;
mod kb;
mod limits;
mod offered;
mod os_release;
mod own;
mod packages;
mod registry;
mod size;
mod system_name;
mod systeminfo;
mod title;
mod tool_table;

use wardwatch_model::inventory::Inventory;

pub use error::InventoryError;
pub use limits::{
    MAX_DOUBTS, MAX_LINE_BYTES, MAX_PACKAGES, MAX_REPORT_BYTES, MAX_ROWS, MAX_TEXT_CHARS,
    MAX_UPDATES,
};
pub use tool_table::{Column, Heading, Preview, preview};

/// Reads a report, telling by its content alone what kind it is.
///
/// A table of a management tool gives one inventory a row, a list of several hosts one a host, all
/// others one.
///
/// # Errors
/// When the content is no report that is known, is over a limit, or holds nothing usable.
pub fn read(content: &[u8]) -> Result<Vec<Inventory>, InventoryError> {
    let text = text_of(content)?;
    let mut found = read_text(&text)?;
    if let [single] = found.as_mut_slice() {
        banner::add(&text, single);
    }
    for inventory in &mut found {
        settle(inventory);
    }
    Ok(found)
}

fn text_of(content: &[u8]) -> Result<String, InventoryError> {
    if content.len() > MAX_REPORT_BYTES {
        return Err(InventoryError::TooLarge(content.len()));
    }
    decode::text(content)
}

/// Reads one kind; `None` when the text is of another.
type Reader = fn(&str) -> Option<Result<Vec<Inventory>, InventoryError>>;

/// The kinds, the surest signs first.
fn read_text(text: &str) -> Result<Vec<Inventory>, InventoryError> {
    if let Some(found) = own::read(text) {
        return found;
    }
    if let Some(line) = text.lines().position(|line| line.len() > MAX_LINE_BYTES) {
        return Err(InventoryError::LongLine(line + 1));
    }
    let readers: [Reader; 11] = [
        registry::read,
        packages::status,
        tool_table::read,
        tool_table::read_devices,
        hotfix::read,
        offered::read,
        packages::list,
        packages::rpm,
        os_release::read,
        systeminfo::read,
        banner::read,
    ];
    readers.iter().find_map(|reader| reader(text)).unwrap_or_else(|| {
        let first = text.lines().map(str::trim).find(|line| !line.is_empty());
        Err(InventoryError::Unknown(first.unwrap_or_default().chars().take(60).collect()))
    })
}

/// Each update once, with its day when one of its lines has one; lists within the limits.
fn settle(inventory: &mut Inventory) {
    let updates = std::mem::take(&mut inventory.updates);
    let mut places = rustc_hash::FxHashMap::default();
    for update in updates {
        let place = *places.entry(update.kb).or_insert(inventory.updates.len());
        match inventory.updates.get_mut(place) {
            Some(known) => known.installed = known.installed.or(update.installed),
            None => inventory.updates.push(update),
        }
    }
    let over = inventory.updates.len() > MAX_UPDATES
        || inventory.offered.len() > MAX_UPDATES
        || inventory.packages.len() > MAX_PACKAGES
        || inventory.software.len() > MAX_PACKAGES;
    if over {
        let doubts = &mut inventory.doubts;
        limits::doubt(doubts, "the report lists more than the limit: what is over it is left out");
    }
    inventory.updates.truncate(MAX_UPDATES);
    inventory.offered.truncate(MAX_UPDATES);
    inventory.packages.truncate(MAX_PACKAGES);
    inventory.software.truncate(MAX_PACKAGES);
}
