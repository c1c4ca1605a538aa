//! Real reports of public collections, each beside the product that its file's name tells.
//!
//! Reads `WARD_FEEDS`, or `shared/feeds` beside the project; without them it only says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wardwatch_estate::product::{Hints, resolve};
use wardwatch_model::inventory::{Architecture, Inventory, ReportKind};
use wardwatch_model::{Build, Kb};

/// The product, service pack and architecture that each file's name says.
const TOLD: &str = include_str!("product/inventories.tsv");

fn feeds() -> Option<PathBuf> {
    let given = std::env::var_os("WARD_FEEDS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/feeds");
    let folder = given.unwrap_or(beside);
    if folder.join("inventories").is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no feeds (set WARD_FEEDS to the folder that holds them)");
    None
}

/// Products by update, of both lists of the catalogue.
fn catalogue(feeds: &Path) -> BTreeMap<u32, Vec<String>> {
    let packed = std::fs::read(feeds.join("microsoft/CVEs_20260628.csv.zst")).expect("the list");
    let packed = zstd::decode_all(&packed[..]).expect("it can be unpacked");
    let mut text = String::from_utf8_lossy(&packed).into_owned();
    let custom = std::fs::read(feeds.join("microsoft/Custom_20190321.csv")).expect("the list");
    text.push_str(&String::from_utf8_lossy(&custom));
    let mut found: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split("\",\"").collect();
        let (Some(kb), Some(product)) = (cells.get(2), cells.get(4)) else { continue };
        let Ok(kb) = kb.parse() else { continue };
        let products = found.entry(kb).or_default();
        if !products.iter().any(|known| known == product) {
            products.push((*product).to_owned());
        }
    }
    found
}

#[test]
fn each_report_leads_to_the_product_of_its_name() {
    let Some(feeds) = feeds() else { return };
    let catalogue = catalogue(&feeds);
    let products = |kb: Kb| -> Vec<&str> {
        catalogue.get(&kb.0).into_iter().flatten().map(String::as_str).collect()
    };
    let mut wrong = Vec::new();
    for line in TOLD.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, product, pack, architecture] = cells[..] else { panic!("four cells: {line}") };
        let content = std::fs::read(feeds.join("inventories").join(file)).expect("the report");
        let found = wardwatch_normalise::inventory::read(&content).expect(file);
        let hints =
            Hints { file_name: Some(file), products_of_kb: Some(&products), ..Hints::default() };
        let resolution = resolve(&found[0], &hints);
        let told = (
            resolution.product.as_deref().unwrap_or("-"),
            resolution.service_pack.unwrap_or(0).to_string(),
            resolution.architecture.map_or("-", Architecture::as_str),
        );
        println!("{file}\n    {told:?} {:?}\n    {:?}", resolution.lifecycle, resolution.evidence);
        if told != (product, pack.to_owned(), architecture) {
            let (evidence, others) = (&resolution.evidence, &resolution.candidates);
            wrong.push(format!("{file}: {told:?}, {evidence:?} {others:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_half_yearly_server_of_1809_has_dates_of_its_own() {
    let core = "Windows Server 2019 (Server Core installation)";
    for (name, release, cycle, alias) in [
        ("Microsoft Windows Server 2019 Standard", "1809", "2019", None),
        ("Microsoft Hyper-V Server", "1809", "2019", None),
        ("Windows Server, version 1809", "1809", "1809-sac", Some(core)),
        ("Microsoft Windows Server Datacenter", "1809", "1809-sac", Some(core)),
        ("Microsoft Windows Server Standard", "", "1809-sac", Some(core)),
    ] {
        let mut inventory = Inventory::new(ReportKind::SystemInfo);
        inventory.system.name = Some(name.to_owned());
        inventory.system.version = Some(Build([10, 0, 17763, 0]));
        inventory.system.release = Some(release.to_owned()).filter(|release| !release.is_empty());
        inventory.system.server = Some(true);
        let found = resolve(&inventory, &Hints::default());
        let cycles = found.lifecycle.as_ref().map(|dates| dates.cycles.join(" "));
        assert_eq!(cycles.as_deref(), Some(cycle), "{name}: {found:?}");
        assert_eq!(found.aliases.first().map(String::as_str), alias, "{name}: {found:?}");
    }
}
