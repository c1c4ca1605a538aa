//! What a table would be read as, to look at before it is sent.
//!
//! In: bytes. Out: what each heading is taken for, the first rows as read, how many there are.
//! Never: an error for a table that lacks a column: its headings show which.

use wardwatch_model::inventory::Inventory;

use super::super::error::InventoryError;
use super::super::limits::cut;
use super::super::{settle, text_of};
use super::{Column, column, find};

/// So many rows are shown.
const ROWS_SHOWN: usize = 5;

/// A heading and what it is taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The heading as written.
    pub text: String,
    /// What its column is taken for; `None` when it is not used.
    pub column: Option<Column>,
}

/// What a table would be read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Its headings in order.
    pub headings: Vec<Heading>,
    /// Its first five readable rows; the first has the doubts of the whole table.
    pub first: Vec<Inventory>,
    /// How many rows it has, those that cannot be read with them.
    pub rows: usize,
}

/// Reads a table as [`read`](super::super::read) would, and tells how.
///
/// Without a column for hosts or for their systems `first` is empty.
///
/// # Errors
/// When the content is no table, or is over a limit.
pub fn preview(content: &[u8]) -> Result<Preview, InventoryError> {
    let text = text_of(content)?;
    let told = find(&text, column::tells);
    let usable = told.is_some();
    let table = told.or_else(|| find(&text, |cells| cells.len() > 1)).ok_or_else(|| {
        InventoryError::Unknown(
            text.trim().lines().next().unwrap_or_default().chars().take(60).collect(),
        )
    })?;
    let mut first = match usable {
        true => table.inventories().or_else(|error| match error {
            InventoryError::Nothing(_) => Ok(Vec::new()),
            other => Err(other),
        })?,
        false => Vec::new(),
    };
    first.truncate(ROWS_SHOWN);
    first.iter_mut().for_each(settle);
    let heading = |text: &String| Heading {
        text: cut(text),
        column: column::meaning(text).map(|(column, _)| column),
    };
    Ok(Preview {
        headings: table.headings.iter().map(heading).collect(),
        first,
        rows: table.rows.len(),
    })
}
