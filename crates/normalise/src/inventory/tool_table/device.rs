//! Tables of medical devices: a row names who makes a device, what it is called and its software.
//!
//! In: text with a heading that names makers and models, and no operating system. Out: one inventory
//! a row, with the device as its only software; a row that cannot be read is a doubt of the first.
//! Never: an error for one row; a guess at a system.

use wardwatch_model::inventory::{Inventory, ReportKind, Software};

use super::super::error::InventoryError;
use super::super::limits::{MAX_COLUMNS, MAX_ROWS, doubt, some};
use super::row::said;
use super::{Table, column, find};

/// Headings of makers, the surest first; written as [`column::plain`] makes them.
const VENDOR: [&str; 10] = [
    "manufacturer",
    "devicemanufacturer",
    "vendor",
    "make",
    "supplier",
    "hersteller",
    "fabricant",
    "fabricante",
    "produttore",
    "maker",
];
/// Headings of models and products.
const PRODUCT: [&str; 13] = [
    "product",
    "productname",
    "model",
    "modelname",
    "devicemodel",
    "devicetype",
    "equipmentmodel",
    "modell",
    "produkt",
    "modèle",
    "modello",
    "modelo",
    "producto",
];
/// Headings of the software's version.
const VERSION: [&str; 14] = [
    "softwareversion",
    "swversion",
    "firmwareversion",
    "fwversion",
    "softwarerevision",
    "firmwarerevision",
    "softwarestand",
    "firmwarestand",
    "versionlogicielle",
    "versionesoftware",
    "versióndesoftware",
    "firmware",
    "version",
    "release",
];
/// Headings of what tells a device from others.
const NAME: [&str; 15] = [
    "devicename",
    "hostname",
    "assetname",
    "assettag",
    "assetnumber",
    "assetid",
    "inventorynumber",
    "inventarnummer",
    "gerätename",
    "device",
    "name",
    "tag",
    "id",
    "serialnumber",
    "seriennummer",
];

/// Places of a row.
struct Layout {
    vendor: usize,
    product: usize,
    version: Option<usize>,
    name: Option<usize>,
}

impl Layout {
    fn of(headings: &[String]) -> Option<Layout> {
        let plain: Vec<String> =
            headings.iter().take(MAX_COLUMNS).map(|heading| column::plain(heading)).collect();
        let place = |names: &[&str]| {
            names.iter().find_map(|name| plain.iter().position(|heading| heading == name))
        };
        let (version, name) = (place(&VERSION), place(&NAME));
        // Two columns alone may be a list of anything.
        version.or(name)?;
        Some(Layout { vendor: place(&VENDOR)?, product: place(&PRODUCT)?, version, name })
    }
}

/// Reads the table; `None` when no line is a heading of such a table.
pub fn read(text: &str) -> Option<Result<Vec<Inventory>, InventoryError>> {
    let table = find(text, |headings| Layout::of(headings).is_some())?;
    let layout = Layout::of(&table.headings)?;
    Some(inventories(&table, &layout))
}

fn inventories(table: &Table, layout: &Layout) -> Result<Vec<Inventory>, InventoryError> {
    if table.rows.len() > MAX_ROWS {
        return Err(InventoryError::TooManyRows);
    }
    let (mut found, mut doubts) = (Vec::new(), Vec::new());
    for (number, row) in (1..).zip(&table.rows) {
        match device(layout, &row.cells, table.headings.len()) {
            Ok(inventory) => found.push(inventory),
            Err(why) => {
                let line = row.line + table.above;
                doubt(&mut doubts, format!("row {number} (line {line}) is left out: {why}"));
            }
        }
    }
    let first: &mut Inventory =
        found.first_mut().ok_or(InventoryError::Nothing("a table of medical devices"))?;
    first.doubts = doubts;
    Ok(found)
}

fn device(layout: &Layout, cells: &[String], width: usize) -> Result<Inventory, &'static str> {
    if cells.is_empty() {
        return Err("a quote in it does not close");
    }
    if cells.iter().skip(width).any(|cell| !cell.is_empty()) {
        return Err("it has more cells than the table has headings");
    }
    let cell = |place: usize| cells.get(place).and_then(|cell| said(cell)).and_then(some);
    let vendor = cell(layout.vendor).ok_or("it names no manufacturer")?;
    let name = cell(layout.product).ok_or("it names no product")?;
    let version = layout.version.and_then(cell);
    let mut inventory = Inventory::new(ReportKind::Table);
    inventory.host = layout.name.and_then(cell);
    inventory.software.push(Software { vendor: Some(vendor), name, version });
    Ok(inventory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_device() {
        let text = "sep=;\nAsset tag;Manufacturer;Model;Software version\n\
                    ZZ-1;Lamps, Inc.;Pump;4.2\nZZ-2;Lamps;Pump;n/a\nZZ-3;;Pump;1\n";
        let found = read(text).unwrap().unwrap();
        let told = |one: &Inventory| {
            let Software { vendor, name, version } = one.software[0].clone();
            (one.host.clone().unwrap(), vendor.unwrap(), name, version)
        };
        let expected = |host: &str, vendor: &str, version: Option<&str>| {
            (host.to_owned(), vendor.to_owned(), "Pump".to_owned(), version.map(str::to_owned))
        };
        assert_eq!(told(&found[0]), expected("ZZ-1", "Lamps, Inc.", Some("4.2")));
        assert_eq!(told(&found[1]), expected("ZZ-2", "Lamps", None));
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].doubts, ["row 3 (line 5) is left out: it names no manufacturer"]);
    }

    #[test]
    fn other_tables_are_none() {
        for heading in [
            "Name,Vendor,Version",
            "vendorProject,product,dateAdded",
            "Manufacturer,Model",
            "Host,OS,Version",
            "",
        ] {
            assert!(read(&format!("{heading}\na,b,c\n")).is_none(), "{heading}");
        }
        let empty = read("Vendor,Product,Version\n");
        assert!(matches!(empty, Some(Err(InventoryError::Nothing(_)))));
    }

    #[test]
    fn headings_are_written_as_they_are_looked_up() {
        let all = [&VENDOR[..], &PRODUCT, &VERSION, &NAME].concat();
        assert!(all.iter().all(|name| column::plain(name) == *name));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text: String) {
            let _ = read(&format!("vendor,product,version\n{text}"));
            let _ = read(&text);
        }
    }
}
