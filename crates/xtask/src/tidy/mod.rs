//! House rules that a machine keeps: each check is a function from text to findings.
//!
//! In: the files of the workspace. Out: every finding, never only the first; exit code 1 when one
//! of them is an error. Never: changes a file.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

mod headers;
mod layers;
mod manifest;
mod map;
mod sizes;
mod sources;
mod words;

/// Whether a finding fails the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Exit code 1.
    Error,
    /// Printed only.
    Warning,
}

/// One place where a house rule is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path from the root of the workspace.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Whether it fails the check.
    pub severity: Severity,
    /// What is wrong and what to do.
    pub message: String,
}

impl Finding {
    /// A finding that fails the check.
    pub fn error(file: &str, line: usize, message: impl Into<String>) -> Self {
        let (file, message) = (file.to_owned(), message.into());
        Finding { file, line, severity: Severity::Error, message }
    }

    /// A finding that is only printed.
    pub fn warning(file: &str, line: usize, message: impl Into<String>) -> Self {
        Finding { severity: Severity::Warning, ..Finding::error(file, line, message) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.severity {
            Severity::Error => "",
            Severity::Warning => "warning: ",
        };
        write!(f, "{}:{}: {kind}{}", self.file, self.line, self.message)
    }
}

/// Runs every check on the workspace at `root` and prints the findings.
///
/// # Errors
/// When a file cannot be read, or `docs/layers.toml` is not valid.
pub fn run(root: &Path) -> anyhow::Result<ExitCode> {
    let findings = check(root)?;
    for finding in &findings {
        println!("{finding}");
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    eprintln!("tidy: {errors} errors, {} warnings", findings.len() - errors);
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn check(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let read = |path: &str| {
        std::fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"))
    };
    let layers = layers::parse(&read("docs/layers.toml")?)?;
    let aliases = manifest::aliases(&read("Cargo.toml")?)?;
    let architecture = read("ARCHITECTURE.md")?;
    let crates = sources::crates(root)?;

    let mut findings = map::check(&architecture, &layers, &crates);
    for name in &crates {
        let path = format!("crates/{name}/Cargo.toml");
        let dependencies = manifest::dependencies(&path, &read(&path)?, &aliases)?;
        findings.extend(layers::check_imports(&layers, name, &dependencies));
        for file in sources::rust_files(root, name)? {
            let text = read(&file)?;
            findings.extend(headers::check(&file, &text));
            findings.extend(sizes::check(&file, &text));
            findings.extend(layers::check_paths(&layers, name, &file, &text));
        }
    }
    for file in sources::tracked_files(root)? {
        if let Some(text) = sources::read_text(root, &file)? {
            findings.extend(words::check(&file, &text));
        }
    }
    findings.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(findings)
}
