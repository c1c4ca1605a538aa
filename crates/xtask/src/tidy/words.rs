//! Words that must not reach a commit: unfinished work, debugging left over, paths of one machine.

use super::Finding;

/// Unfinished or left over. Written in two parts so that this list does not find itself.
const UNFINISHED: [&str; 4] = [
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("FIX", "ME"),
    concat!("db", "g!("),
];

/// Folders of a machine that someone worked on: wrong in any file.
const MACHINE_PATHS: [&str; 4] = [
    concat!("/wo", "rk/"),
    concat!("/root", "/.cargo"),
    concat!("/root", "/.cache"),
    concat!("/root", "/.rustup"),
];

/// Home folders: wrong in documents and settings, but part of the data in rules, tests and samples.
const HOME_PATHS: [&str; 2] = [concat!("/ho", "me/"), concat!("/ro", "ot/")];

/// Finds the words in a tracked file; the generated lock file is left alone.
pub fn check(file: &str, text: &str) -> Vec<Finding> {
    if file.ends_with("Cargo.lock") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let found = UNFINISHED.iter().filter(|word| line.contains(**word));
        findings.extend(found.map(|word| {
            Finding::error(file, index + 1, format!("`{word}` does not belong in a commit"))
        }));
        let homes: &[&str] = if holds_event_data(file) { &[] } else { &HOME_PATHS };
        let path = MACHINE_PATHS.iter().chain(homes).find(|path| names_path(line, path));
        findings.extend(path.map(|path| {
            Finding::error(file, index + 1, format!("`{path}` is a path of one machine"))
        }));
    }
    findings
}

/// Rules, sources and test data speak of other machines' folders; everything else has no reason to.
fn holds_event_data(file: &str) -> bool {
    let code = file.starts_with("crates/") && !file.ends_with(".toml") && !file.ends_with(".md");
    code || file.starts_with("rules/") || file.starts_with("fuzz/")
}

/// Whether `path` occurs in `line` as the start of an absolute path, not within an address, a
/// longer path or after a variable.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || ".-_~}*/".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of the findings, for words put together here so that this test does not find itself.
    fn lines(file: &str, text: &str) -> Vec<usize> {
        check(file, text).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn unfinished_work_is_found_everywhere_but_in_the_lock_file() {
        let text = format!("fine\n    {}\"later\")\n// {}: why\n", UNFINISHED[0], UNFINISHED[2]);
        assert_eq!(lines("crates/model/src/lib.rs", &text), [2, 3]);
        assert_eq!(lines("docs/glossary.md", &text), [2, 3]);
        assert!(lines("Cargo.lock", &text).is_empty());
    }

    #[test]
    fn home_folders_are_data_in_rules_and_code_but_not_in_documents() {
        let text = format!("see {}amara/notes\n", HOME_PATHS[0]);
        assert_eq!(lines("docs/glossary.md", &text), [1]);
        assert!(lines("rules/linux/keys.yml", &text).is_empty());
        assert!(lines("crates/normalise/src/auditd.rs", &text).is_empty());
        assert_eq!(lines("crates/normalise/Cargo.toml", &text), [1]);
    }

    #[test]
    fn machine_paths_are_found_in_any_file_but_not_inside_longer_paths() {
        let path = MACHINE_PATHS[0];
        assert_eq!(lines("rules/linux/keys.yml", &format!("cd {path}main\n")), [1]);
        for fine in ["https://zz1.example", "..", "${folder}", "home"] {
            assert!(lines("README.md", &format!("{fine}{path}main\n")).is_empty(), "{fine}");
        }
    }
}
