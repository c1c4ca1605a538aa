//! Files with a list to be imported: JSON or CSV, told apart by their first letter; and what came
//! of it.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use wardwatch_api::service::{ImportQuery, ImportedList};

use super::client::Client;
use super::show::{Show, shown};
use crate::exit::Exit;

/// The file's content with its media type; `-` is standard input.
///
/// # Errors
/// When it cannot be read.
pub fn read(file: &Path) -> Result<(Vec<u8>, &'static str)> {
    let text = if file == Path::new("-") {
        let mut text = Vec::new();
        io::Read::read_to_end(&mut io::stdin().lock(), &mut text)
            .context("standard input cannot be read")?;
        text
    } else {
        std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?
    };
    let media = if looks_like_json(&text) { "application/json" } else { "text/csv" };
    Ok((text, media))
}

/// Has a list imported, and tells what came of it.
///
/// # Errors
/// When the file cannot be read, or the server refuses or cannot be reached.
pub fn import(
    path: &str,
    file: &Path,
    dry_run: bool,
    client: &Client,
    show: &Show,
) -> Result<Exit> {
    let (text, media) = read(file)?;
    let report: ImportedList = client.post_bytes(path, &ImportQuery { dry_run }, media, &text)?;
    let exit = if report.problems.is_empty() { Exit::Done } else { Exit::Failed };
    show.answer(&report, tell)?;
    Ok(exit)
}

fn looks_like_json(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    text.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| *byte == b'[')
}

fn tell(report: &ImportedList, out: &mut dyn Write) -> io::Result<()> {
    if !report.problems.is_empty() {
        for problem in &report.problems {
            writeln!(out, "{}", shown(problem))?;
        }
        return writeln!(out, "Nothing was imported.");
    }
    for (word, names) in [("new", &report.added), ("changed", &report.changed)] {
        for name in names {
            writeln!(out, "{}: {word}", shown(name))?;
        }
    }
    let would = if report.dry_run { " Nothing was changed: this was a dry run." } else { "" };
    writeln!(
        out,
        "{} new, {} changed, {} as before.{would}",
        report.added.len(),
        report.changed.len(),
        report.unchanged.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_csv_by_its_first_letter() {
        assert!(looks_like_json(b" \n[{}]"));
        assert!(looks_like_json("\u{feff}[]".as_bytes()));
        assert!(!looks_like_json(b"code,parent,name,kind\n"));
        assert!(!looks_like_json(b""));
    }
}
