//! Answers on standard output: JSON as it came, or tables and sentences for people.
//!
//! Text in answers comes from logs in the end, so nothing of it may steer the terminal.

use std::io::{self, IsTerminal, Write};

use anyhow::Result;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Cell, ContentArrangement, Table};
use serde::Serialize;
use wardwatch_model::Timestamp;

use crate::exit::Exit;
use crate::output::visible::{shorten, visible};

/// Characters of a cell.
const MAX_CELL_CHARS: usize = 120;

/// How answers are shown.
pub struct Show {
    json: bool,
}

impl Show {
    /// JSON, or something for people.
    pub fn new(json: bool) -> Self {
        Show { json }
    }

    /// Shows an answer: as JSON, or as `plain` writes it.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn answer<T: Serialize>(
        &self,
        answer: &T,
        plain: impl FnOnce(&T, &mut dyn Write) -> io::Result<()>,
    ) -> Result<Exit> {
        let mut out = io::stdout().lock();
        if self.json {
            serde_json::to_writer(&mut out, answer)?;
            writeln!(out)?;
        } else {
            plain(answer, &mut out)?;
        }
        out.flush()?;
        Ok(Exit::Done)
    }
}

/// Writes a table; `none` when it has no rows.
///
/// # Errors
/// When the stream cannot be written.
pub fn table<const N: usize>(
    to: &mut dyn Write,
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    none: &str,
) -> io::Result<()> {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    if !io::stdout().is_terminal() {
        table.force_no_tty();
    }
    table.set_header(head);
    for row in rows {
        table.add_row(row.iter().map(|text| Cell::new(shown(text))).collect::<Vec<_>>());
    }
    if table.row_count() == 0 {
        return writeln!(to, "{none}");
    }
    for line in table.lines() {
        writeln!(to, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Writes that there is more, when there is.
///
/// # Errors
/// When the stream cannot be written.
pub fn more(to: &mut dyn Write, next: Option<&String>, count: usize) -> io::Result<()> {
    match next {
        Some(_) => writeln!(to, "The first {count} are shown; ask for more with --limit."),
        None => Ok(()),
    }
}

/// Text of any origin, short and harmless.
pub fn shown(text: &str) -> String {
    visible(&shorten(text, MAX_CELL_CHARS)).into_owned()
}

/// Text of any origin, whole and harmless.
pub fn whole(text: &str) -> String {
    visible(text).into_owned()
}

/// A moment to the second, in UTC.
pub fn moment(time: Timestamp) -> String {
    crate::output::words::moment(Some(time))
}
