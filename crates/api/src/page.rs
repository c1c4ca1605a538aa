//! Lists come in pages: some items, and where the next page starts.

use serde::{Deserialize, Serialize};

/// Items of a page when the caller does not say how many.
pub const PAGE: u32 = 50;

/// The most items of one page.
pub const MAX_PAGE: u32 = 500;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paged<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// What to give as `after` for the next page; none on the last. Its inside means nothing to
    /// callers.
    pub next: Option<String>,
}
