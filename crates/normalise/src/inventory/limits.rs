//! The limits of a report, and how what is over them is cut.

/// Bytes of one report.
pub const MAX_REPORT_BYTES: usize = 64 << 20;
/// Bytes of one line of text, JSON aside.
pub const MAX_LINE_BYTES: usize = 1 << 20;
/// Rows of a table.
pub const MAX_ROWS: usize = 100_000;
/// Updates, installed or offered, of one host.
pub const MAX_UPDATES: usize = 20_000;
/// Packages or programs of one host.
pub const MAX_PACKAGES: usize = 50_000;
/// Doubts kept for one host; more are counted only.
pub const MAX_DOUBTS: usize = 100;
/// Characters of one text; the rest is cut.
pub const MAX_TEXT_CHARS: usize = 512;

/// A text without blanks around it, cut to the limit.
pub(super) fn cut(text: &str) -> String {
    text.trim().chars().take(MAX_TEXT_CHARS).collect()
}

/// A text, cut; `None` when nothing is left of it.
pub(super) fn some(text: &str) -> Option<String> {
    Some(cut(text)).filter(|text| !text.is_empty())
}

/// Adds a doubt unless there are too many.
pub(super) fn doubt(doubts: &mut Vec<String>, text: impl Into<String>) {
    match doubts.len() {
        count if count < MAX_DOUBTS => doubts.push(cut(&text.into())),
        MAX_DOUBTS => doubts.push("there are more doubts than are listed".to_owned()),
        _ => {}
    }
}
/// Columns of a table; a heading with more is none.
pub const MAX_COLUMNS: usize = 512;
