//! Who may import whom, and what a crate that decides may never reach for.
//!
//! In: `docs/layers.toml`, a crate's dependencies, its source text. Out: findings.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;

use super::Finding;
use super::manifest::Dependency;
use super::sizes::lines_before_tests;

/// How this workspace's packages are named: this, then the crate's folder.
const PREFIX: &str = "wardwatch-";

/// The plan of the house as `docs/layers.toml` writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layers {
    /// What crates marked `pure` must do without.
    pub pure: Pure,
    /// The crates by their folder's name.
    #[serde(rename = "crate")]
    pub crates: BTreeMap<String, Layer>,
}

/// What pure crates must do without.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pure {
    /// Packages; a trailing `*` stands for anything.
    pub never_import: Vec<String>,
    /// Paths of items, such as `std::fs`; everything below a path is meant too.
    pub never_name: Vec<String>,
}

/// One crate's place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Decides only: no input or output, no clock, no environment.
    #[serde(default)]
    pub pure: bool,
    /// Crates of the workspace that it may import.
    pub may_import: Vec<String>,
}

/// Reads `docs/layers.toml`.
///
/// # Errors
/// When it is not valid.
pub fn parse(text: &str) -> anyhow::Result<Layers> {
    toml::from_str(text).context("cannot read docs/layers.toml")
}

/// Finds imports that the plan does not allow. Crates that the plan does not name are found by
/// the check of the crate map.
pub fn check_imports(layers: &Layers, name: &str, dependencies: &[Dependency]) -> Vec<Finding> {
    let Some(layer) = layers.crates.get(name) else {
        return Vec::new();
    };
    let refusal = |dependency: &Dependency| match dependency.package.strip_prefix(PREFIX) {
        Some(other) if !layer.may_import.iter().any(|allowed| allowed == other) => Some(format!(
            "`{name}` may not import `{other}`: a new edge is a decision, record it in docs/decisions and docs/layers.toml"
        )),
        None if layer.pure && is_listed(&layers.pure.never_import, &dependency.package) => {
            Some(format!("`{name}` is pure and may not import `{}`", dependency.package))
        }
        _ => None,
    };
    let found = |dependency: &Dependency| {
        refusal(dependency)
            .map(|message| Finding::error(&dependency.file, dependency.line, message))
    };
    dependencies.iter().filter_map(found).collect()
}

fn is_listed(patterns: &[String], package: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => package.starts_with(start),
        None => package == pattern,
    })
}

/// Finds paths such as `std::fs` in a pure crate's source, tests and comments left out.
pub fn check_paths(layers: &Layers, name: &str, file: &str, text: &str) -> Vec<Finding> {
    let pure = layers.crates.get(name).is_some_and(|layer| layer.pure);
    if !pure || file.ends_with("/tests.rs") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut import: Option<(usize, String)> = None;
    for (index, line) in text.lines().take(lines_before_tests(text)).enumerate() {
        let code = line.split("//").next().unwrap_or_default().trim();
        let (first_line, code) = match import.take() {
            Some((first_line, start)) => (first_line, start + code),
            None => (index + 1, code.to_owned()),
        };
        if starts_import(&code) && !code.contains(';') {
            import = Some((first_line, code));
            continue;
        }
        let named = match import_tree(&code) {
            Some(tree) => expand(tree),
            None => vec![code],
        };
        let forbidden =
            layers.pure.never_name.iter().filter(|path| named.iter().any(|code| names(code, path)));
        findings.extend(forbidden.map(|path| {
            Finding::error(file, first_line, format!("`{name}` is pure and may not name `{path}`"))
        }));
    }
    findings
}

fn starts_import(code: &str) -> bool {
    import_start(code).is_some()
}

/// What follows `use `, with or without visibility.
fn import_start(code: &str) -> Option<&str> {
    let code = code.strip_prefix("pub(crate) ").or(code.strip_prefix("pub ")).unwrap_or(code);
    code.strip_prefix("use ")
}

fn import_tree(code: &str) -> Option<&str> {
    import_start(code).and_then(|rest| rest.split(';').next())
}

/// `a::{b, c::{d}}` → `a::b`, `a::c::d`.
fn expand(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((prefix, rest)) = tree.split_once('{') else {
        return vec![tree.to_owned()];
    };
    let inner = rest.trim_end().strip_suffix('}').unwrap_or(rest);
    let mut paths = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                let branch = inner.get(start..at).unwrap_or_default();
                let below = expand(branch).into_iter().filter(|path| !path.is_empty());
                paths.extend(below.map(|path| format!("{}{path}", prefix.trim())));
                start = at + 1;
            }
            _ => {}
        }
    }
    paths
}

/// Whether `path` occurs in `code` as whole words.
fn names(code: &str, path: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(path).any(|(at, _)| {
        let after = &code[at + path.len()..];
        !code[..at].ends_with(is_word) && !after.starts_with(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Layers {
        let text = r#"
            [pure]
            never_import = ["tokio*", "sqlx"]
            never_name = ["std::fs", "std::env", "std::time::SystemTime", "Instant::now"]
            [crate.model]
            pure = true
            may_import = []
            [crate.detect]
            pure = true
            may_import = ["model"]
            [crate.cli]
            may_import = ["detect", "model"]
        "#;
        parse(text).unwrap()
    }

    fn dependency(package: &str) -> Dependency {
        Dependency { package: package.to_owned(), file: "Cargo.toml".to_owned(), line: 7 }
    }

    fn imports(name: &str, packages: &[&str]) -> usize {
        let dependencies: Vec<_> = packages.iter().map(|package| dependency(package)).collect();
        check_imports(&plan(), name, &dependencies).len()
    }

    #[test]
    fn imports_go_down_only() {
        assert_eq!(imports("cli", &["wardwatch-detect", "wardwatch-model", "tokio"]), 0);
        assert_eq!(imports("detect", &["wardwatch-model", "regex"]), 0);
        assert_eq!(imports("model", &["wardwatch-detect"]), 1);
        assert_eq!(imports("detect", &["wardwatch-cli", "sqlx", "tokio-util"]), 3);
    }

    fn lines(name: &str, text: &str) -> Vec<usize> {
        check_paths(&plan(), name, "lib.rs", text).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_pure_crate_may_not_name_files_clocks_or_environment() {
        assert_eq!(lines("model", "fn f() {\n    std::fs::read(p);\n}\n"), [2]);
        assert_eq!(lines("model", "let t = Instant::now();\n"), [1]);
        assert_eq!(lines("model", "use std::{fmt, fs::File};\n"), [1]);
        assert_eq!(
            lines("model", "use std::{\n    fmt,\n    time::{Duration, SystemTime},\n};\n"),
            [1]
        );
        assert!(lines("cli", "use std::fs;\n").is_empty());
    }

    #[test]
    fn other_names_comments_and_tests_are_fine() {
        assert!(lines("model", "use std::{fmt, time::Duration};\n").is_empty());
        assert!(lines("model", "use std::fs_like;\n// like std::fs\n").is_empty());
        assert!(lines("model", "#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n").is_empty());
    }

    #[test]
    fn import_trees_are_taken_apart() {
        assert_eq!(
            expand("std::{fmt, io::{self, Read}}"),
            ["std::fmt", "std::io::self", "std::io::Read"]
        );
        assert_eq!(expand("std::fmt"), ["std::fmt"]);
    }
}
