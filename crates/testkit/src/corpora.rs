//! The folder with public rules and recorded events.

use std::path::{Path, PathBuf};

use wardwatch_detect::{Documents, Placeholders, RuleSet};

/// The corpora's folder; `None`, and a word about it, when there is none.
pub fn folder() -> Option<PathBuf> {
    let given = std::env::var_os("WARD_CORPORA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let folder = given.unwrap_or(beside);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no corpora (set WARD_CORPORA to the folder that holds them)");
    None
}

/// Every file below a folder that ends so, in order.
///
/// # Panics
/// When the folder cannot be read.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("its entries can be read").path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, ending, &mut found);
    found.sort();
    found
}

/// Documents of all rule files below folders.
///
/// # Panics
/// When a file cannot be read.
pub fn documents(folders: &[PathBuf]) -> Documents {
    let mut documents = Documents::default();
    for folder in folders {
        for file in files(folder, "yml") {
            let text = std::fs::read_to_string(&file).expect("the rule file can be read");
            documents.append(Documents::parse(&file.display().to_string(), &text));
        }
    }
    documents
}

/// SigmaHQ's three folders of rules that need no placeholders.
pub fn rule_folders(corpora: &Path) -> Vec<PathBuf> {
    ["rules", "rules-emerging-threats", "rules-threat-hunting"]
        .map(|name| corpora.join("sigma").join(name))
        .to_vec()
}

/// All rules of [`rule_folders`].
pub fn rules(corpora: &Path) -> RuleSet {
    RuleSet::load(documents(&rule_folders(corpora)), &Placeholders::default())
}
