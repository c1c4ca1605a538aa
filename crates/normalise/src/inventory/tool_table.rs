//! Tables of hosts from management tools: exports of Active Directory, WSUS, Intune, SCCM and
//! their like, as CSV.
//!
//! In: text with a heading that names hosts and their systems. Out: one inventory a row; a row
//! that cannot be read is a doubt of the first. Never: an error for one row; a table without a
//! column for hosts or for their systems.

mod column;
mod device;
mod preview;
mod row;

use wardwatch_model::inventory::Inventory;

pub use self::column::Column;
pub use self::preview::{Heading, Preview, preview};
use self::row::Layout;
use super::error::InventoryError;
use super::limits::{MAX_ROWS, doubt};
use super::{csv, date};

/// Lines above the heading that a tool may write: a title, `sep=;`, `#TYPE …`.
const TITLE_LINES: usize = 10;
/// So many rows that do not close their quotes are passed over; each costs another reading.
const MOST_BROKEN: usize = 16;
/// What only the CSV of `systeminfo` has in its cells.
const SYSTEMINFO_MARK: &str = "[01]:";

/// A table found in text.
struct Table {
    headings: Vec<String>,
    rows: Vec<csv::Row>,
    /// Lines above the heading.
    above: usize,
}

/// Reads a table of medical devices; `None` when it is none.
pub(super) fn read_devices(text: &str) -> Option<Result<Vec<Inventory>, InventoryError>> {
    device::read(text)
}

/// Reads the table; `None` when no line is a heading of such a table.
pub(super) fn read(text: &str) -> Option<Result<Vec<Inventory>, InventoryError>> {
    let table = find(text, column::tells)?;
    let first = table.rows.first();
    if first.is_some_and(|row| row.cells.iter().any(|cell| cell.contains(SYSTEMINFO_MARK))) {
        return None;
    }
    Some(table.inventories())
}

/// The table below the first line whose cells are headings.
fn find(text: &str, is_heading: fn(&[String]) -> bool) -> Option<Table> {
    let mut start = 0;
    for (above, line) in text.split_inclusive('\n').take(TITLE_LINES).enumerate() {
        let mark = csv::mark(line);
        let headings = csv::rows(line, mark, 1).pop().map(|row| row.cells).unwrap_or_default();
        if is_heading(&headings) {
            let first = start + line.len();
            let rows = rows(&text[first..], mark, headings.len());
            return Some(Table { headings, rows, above: above + 1 });
        }
        start += line.len();
    }
    None
}

/// Rows; one whose quote does not close is left without cells, and the next line begins anew.
fn rows(text: &str, mark: char, width: usize) -> Vec<csv::Row> {
    let mut found: Vec<csv::Row> = Vec::new();
    let (mut rest, mut above) = (text, 0);
    for turn in 0..=MOST_BROKEN {
        let most = (MAX_ROWS + 1).saturating_sub(found.len());
        let mut rows = csv::rows(rest, mark, most);
        // A cell of several lines is one, unless a line in it looks like a row itself.
        let whole_row = |line: &str| line.matches(mark).count() + 1 >= width;
        let runs_on = |row: &csv::Row| {
            let mut long = row.cells.iter().filter(|cell| cell.contains('\n')).peekable();
            let wide = long.peek().is_some() && row.cells.len() != width;
            wide || long.any(|cell| cell.lines().skip(1).any(whole_row))
        };
        let broken = rows.iter().position(runs_on).filter(|_| turn < MOST_BROKEN);
        let line = broken.map(|place| rows[place].line);
        rows.truncate(broken.unwrap_or(rows.len()));
        found.extend(rows.into_iter().map(|row| csv::Row { line: row.line + above, ..row }));
        let Some(line) = line else { break };
        found.push(csv::Row { line: line + above, cells: Vec::new() });
        rest = &rest[rest.split_inclusive('\n').take(line).map(str::len).sum::<usize>()..];
        above += line;
    }
    found
}

impl Table {
    fn inventories(&self) -> Result<Vec<Inventory>, InventoryError> {
        if self.rows.len() > MAX_ROWS {
            return Err(InventoryError::TooManyRows);
        }
        let layout = Layout::of(&self.headings);
        let days = || self.rows.iter().filter_map(|row| layout.cell(Column::LastSeen, &row.cells));
        let order = date::order(days());
        let (mut found, mut doubts) = (Vec::new(), Vec::new());
        for (number, row) in (1..).zip(&self.rows) {
            match row::read(&layout, &row.cells, order) {
                Ok(inventory) => found.push(inventory),
                Err(why) => {
                    let line = row.line + self.above;
                    doubt(&mut doubts, format!("row {number} (line {line}) is left out: {why}"));
                }
            }
        }
        let undated = days().filter(|day| row::seen(day, order).is_none()).count();
        if undated > 0 {
            let text = format!("rows whose day of last contact is in doubt: {undated}");
            doubt(&mut doubts, text);
        }
        let first: &mut Inventory =
            found.first_mut().ok_or(InventoryError::Nothing("a table of hosts"))?;
        first.doubts = doubts;
        Ok(found)
    }
}

#[cfg(test)]
mod tests;
