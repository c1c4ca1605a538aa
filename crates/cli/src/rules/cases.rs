//! `ward rules test`: the cases that stand beside rules.
//!
//! `NAME.in` holds raw records; `NAME.out` has one line for each event in them: `hit TITLE | TITLE`
//! names the rules of `NAME.yml` that fire on it, `quiet` says that none does; text after `  #` is
//! a remark. A correlation counts as firing on the event that completes it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::tell;
use crate::args::RulesArgs;
use crate::exit::Exit;
use crate::load::Loaded;
use crate::scan::events::hits_by_event;

/// Runs every case below the given paths.
///
/// # Errors
/// When rules cannot be read at all, or the output cannot be written.
pub fn run(args: &RulesArgs) -> Result<Exit> {
    let mut cases = Vec::new();
    for path in &args.paths {
        find(path, &mut cases)?;
    }
    cases.sort();
    let (mut passed, mut failed) = (0u64, 0u64);
    let mut out = io::stdout().lock();
    for rule in &cases {
        let problems = run_case(rule, args)?;
        if problems.is_empty() {
            passed += 1;
        } else {
            failed += 1;
            for problem in problems {
                writeln!(out, "{}: {problem}", rule.display())?;
            }
        }
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    anyhow::ensure!(passed + failed > 0, "no rule with a case (.in and .out) was found there");
    Ok(if failed > 0 { Exit::Failed } else { Exit::Done })
}

/// Rule files that have a case, and those of which half a case is there.
fn find(path: &Path, cases: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = || format!("{} cannot be read", path.display());
    if fs::metadata(path).with_context(unreadable)?.is_dir() {
        for entry in fs::read_dir(path).with_context(unreadable)? {
            find(&entry?.path(), cases)?;
        }
    } else if path.extension().is_some_and(|ending| ending == "yml")
        && (path.with_extension("in").exists() || path.with_extension("out").exists())
    {
        cases.push(path.to_owned());
    }
    Ok(())
}

fn run_case(rule: &Path, args: &RulesArgs) -> Result<Vec<String>> {
    let loaded = Loaded::load(&[rule.to_owned()], args.placeholders.as_deref())?;
    tell(&loaded.set.diagnostics, &mut io::stderr())?;
    if loaded.set.failed > 0 {
        return Ok(vec!["the rule does not load".to_owned()]);
    }
    let read = |ending| {
        let file = rule.with_extension(ending);
        fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))
    };
    let (records, expected) = (read("in")?, read("out")?);
    let expected = String::from_utf8_lossy(&expected);
    let expected: Vec<&str> = expected.lines().filter(|line| !line.trim().is_empty()).collect();
    let found = match hits_by_event(loaded.set, &records) {
        Ok(found) => found,
        Err(error) => return Ok(vec![format!("the records cannot be read: {error}")]),
    };
    let mut problems = Vec::new();
    if found.len() != expected.len() {
        problems.push(format!("{} events, but {} lines expected", found.len(), expected.len()));
    }
    for ((hits, line), number) in found.iter().zip(&expected).zip(1..) {
        let line = line.split("  #").next().unwrap_or(line).trim();
        let mut wanted: Vec<&str> = line
            .strip_prefix("hit")
            .map(|titles| {
                titles.split('|').map(str::trim).filter(|title| !title.is_empty()).collect()
            })
            .unwrap_or_default();
        let mut hits: Vec<&str> = hits.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        hits.sort_unstable();
        if wanted != hits {
            problems.push(format!("event {number}: expected {wanted:?}, found {hits:?}"));
        }
    }
    let fires = expected.iter().any(|line| line.starts_with("hit"));
    let quiet = expected.iter().any(|line| line.starts_with("quiet"));
    if !(fires && quiet) {
        problems.push("a case needs an event that fires and one that does not".to_owned());
    }
    Ok(problems)
}
