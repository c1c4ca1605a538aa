//! Looks whether the console's bundle is there, and says how to make it when it is not.
//!
//! In: `bundle/list`, which `web/bundle.mjs` writes. Out: a table of the bundle's files for
//! `src/assets.rs`. Never: a page without its styles because somebody forgot a step.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let bundle = Path::new(&root).join("bundle");
    let list = bundle.join("list");
    println!("cargo::rerun-if-changed={}", list.display());
    let Ok(text) = std::fs::read_to_string(&list) else {
        println!(
            "cargo::error=the console's bundle is missing: run `./dev bundle` once (it needs \
             Node.js 18 or newer with npm), then build again"
        );
        return ExitCode::FAILURE;
    };
    let mut table = String::from("[\n");
    for (name, file) in text.lines().filter_map(|line| line.split_once(' ')) {
        let path = bundle.join(file);
        let (plain, packed) = (path.display().to_string(), format!("{}.br", path.display()));
        let _ = writeln!(
            table,
            "    Asset {{ name: {name:?}, file: {file:?}, plain: include_bytes!({plain:?}), \
             packed: include_bytes!({packed:?}) }},"
        );
    }
    table.push(']');
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    match std::fs::write(Path::new(&out).join("assets.in"), table) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error=the table of the bundle cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}
