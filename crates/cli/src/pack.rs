//! The rules that come with the program.

use include_dir::{Dir, include_dir};
use wardwatch_detect::Documents;

static PACK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../rules");

/// Every document of the built-in pack, files named `built-in/…`.
pub fn documents() -> Documents {
    let mut files = Vec::new();
    collect(&PACK, &mut files);
    files.sort();
    let mut documents = Documents::default();
    for (name, text) in files {
        documents.append(Documents::parse(&format!("built-in/{name}"), text));
    }
    documents
}

fn collect<'d>(folder: &'d Dir<'d>, files: &mut Vec<(String, &'d str)>) {
    for file in folder.files() {
        if file.path().extension().is_some_and(|ending| ending == "yml")
            && let Some(text) = file.contents_utf8()
        {
            files.push((file.path().display().to_string(), text));
        }
    }
    folder.dirs().for_each(|folder| collect(folder, files));
}
