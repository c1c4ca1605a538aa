//! `ward incident processes`: who started what, and what rules found in it.

use std::io::{self, Write};

use wardwatch_api::incident::ProcessTrees;
use wardwatch_model::process::ProcessNode;

use super::show::{moment, shown};
use crate::output::words::number;

/// Letters of a command line.
const COMMAND: usize = 160;

/// Writes the trees, each step down by two places.
pub fn write(found: &ProcessTrees, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{} of {}, {} to {}: {} processes started.",
        shown(&found.device),
        found.org,
        moment(found.from),
        moment(found.until),
        number(found.starts)
    )?;
    if found.trees.is_empty() {
        writeln!(out, "No event tells of the processes in which something was found.")?;
    }
    for tree in &found.trees {
        node(tree, 0, out)?;
    }
    if found.unplaced > 0 {
        writeln!(out, "{} findings stand in no tree.", number(found.unplaced))?;
    }
    if found.cut {
        writeln!(out, "There was more than is read at once.")?;
    }
    Ok(())
}

fn node(process: &ProcessNode, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    let time = process.time.map_or_else(|| "before".to_owned(), moment);
    let image = process.image.as_deref().unwrap_or("a process that no event names");
    let place = "  ".repeat(depth);
    let guessed = if process.guessed { " (by name)" } else { "" };
    writeln!(out, "{place}{time}  {}{guessed}", shown(image))?;
    for mark in &process.found {
        let times = number(mark.count);
        writeln!(out, "{place}  ! {} {} ({times})", mark.level, shown(&mark.title))?;
    }
    if let Some(command) = &process.command_line {
        let command: String = command.chars().take(COMMAND).collect();
        writeln!(out, "{place}  {}", shown(&command))?;
    }
    for child in &process.children {
        node(child, depth + 1, out)?;
    }
    if process.more > 0 {
        writeln!(out, "{place}  and {} others", number(process.more))?;
    }
    Ok(())
}
