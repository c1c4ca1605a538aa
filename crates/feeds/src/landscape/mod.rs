//! The landscape: what feeds know of vulnerabilities, updates and support, from files to one value.
//!
//! In: files of public feeds as they lie on a disk, packed or not, and what is built in. Out: one
//! [`Landscape`](wardwatch_model::Landscape) and a report of every file, with each row that could
//! not be used named by place and reason; snapshots of it, and signed bundles. Never: a feed that
//! fails half taken; a clock (the day is an argument); memory without bound.

pub mod bundle;
mod compatibility;
mod compile;
mod csaf;
mod cve;
mod dates;
mod debian;
mod epss;
mod error;
mod facts;
mod folder;
mod json;
mod kev;
mod kind;
mod lifecycle;
mod microsoft;
mod osv;
mod report;
pub mod snapshot;
mod source;
mod starter;
mod table;
mod taken;
#[cfg(test)]
mod tests;
mod text;
mod unpack;

pub use compile::{compile, compile_over};
pub use error::FeedError;
pub use folder::{Folder, FolderError, read_folder};
pub use kind::FEEDS;
pub use report::{FileReport, MAX_FILES_LISTED, MAX_ROWS_LISTED, RefusedRow, Report};
pub use source::{Content, Source};
pub use starter::starter;
