//! What a crate imports, read from its manifest.

use std::collections::BTreeMap;

use anyhow::Context;
use toml::{Table, Value};

/// A dependency of a crate that its users get too: normal or build, on any platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Name of the package, whatever the crate calls it.
    pub package: String,
    /// Path of the manifest, from the root.
    pub file: String,
    /// Line of the manifest, counted from 1.
    pub line: usize,
}

/// Names that the root manifest gives to packages: the workspace's key → the package's name.
///
/// # Errors
/// When the text is not TOML.
pub fn aliases(root_manifest: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let table: Table = toml::from_str(root_manifest).context("cannot read Cargo.toml")?;
    let shared = table.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let shared = shared.and_then(Value::as_table).cloned().unwrap_or_default();
    Ok(shared.iter().map(|(key, value)| (key.clone(), package(key, value))).collect())
}

/// The dependencies of one crate, dev-dependencies left out.
///
/// # Errors
/// When the text is not TOML.
pub fn dependencies(
    file: &str,
    text: &str,
    aliases: &BTreeMap<String, String>,
) -> anyhow::Result<Vec<Dependency>> {
    let table: Table = toml::from_str(text).with_context(|| format!("cannot read {file}"))?;
    let mut places = vec![&table];
    if let Some(targets) = table.get("target").and_then(Value::as_table) {
        places.extend(targets.values().filter_map(Value::as_table));
    }
    let mut found = Vec::new();
    for place in places {
        for kind in ["dependencies", "build-dependencies"] {
            for (key, value) in place.get(kind).and_then(Value::as_table).into_iter().flatten() {
                let shared = value.get("workspace").and_then(Value::as_bool) == Some(true);
                let alias = if shared { aliases.get(key).cloned() } else { None };
                let package = alias.unwrap_or_else(|| package(key, value));
                let line = line_of(text, key);
                found.push(Dependency { package, file: file.to_owned(), line });
            }
        }
    }
    Ok(found)
}

fn package(key: &str, value: &Value) -> String {
    value.get("package").and_then(Value::as_str).unwrap_or(key).to_owned()
}

/// First line that starts with the key; 1 when it is written in some other way.
fn line_of(text: &str, key: &str) -> usize {
    let names_key = |line: &str| {
        let rest = line.trim_start().strip_prefix(key);
        rest.is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    };
    text.lines().position(names_key).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_dev_dependencies_count_under_their_real_names() {
        let root = "[workspace.dependencies]\nruntime = { package = \"tokio\", version = \"1\" }\n";
        let text = "\
[dependencies]
runtime.workspace = true
web = { package = \"hyper\", version = \"1\" }
[build-dependencies]
cc = \"1\"
[dev-dependencies]
insta = \"1\"
[target.'cfg(unix)'.dependencies]
libc = \"0.2\"
";
        let found = dependencies("Cargo.toml", text, &aliases(root).unwrap()).unwrap();
        let found: Vec<_> = found.iter().map(|one| (one.package.as_str(), one.line)).collect();
        assert_eq!(found, [("tokio", 2), ("hyper", 3), ("cc", 5), ("libc", 9)]);
    }
}
