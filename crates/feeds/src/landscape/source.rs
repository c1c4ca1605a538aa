//! A file on its way in.

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Its bytes, as they lie on the disk: packed (`.zst`, `.gz`, `.zip`) or not.
    Bytes(Vec<u8>),
    /// Why they could not be read.
    Unreadable(String),
}

/// A file on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name, for reports and to tell what it is: `known_exploited_vulnerabilities.json`.
    pub name: String,
    /// What it holds.
    pub content: Content,
}

impl Source {
    /// A file by its name and bytes.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Source { name: name.into(), content: Content::Bytes(bytes.into()) }
    }
}
