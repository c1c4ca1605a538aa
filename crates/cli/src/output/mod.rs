//! How detections are written: one writer for each format.
//!
//! In: detections one by one, in the order of the input, then a summary. Out: text on the given
//! stream. Memory is bounded whatever the number of detections.

pub mod csv;
pub mod html;
pub mod jsonl;
pub mod table;
mod tally;
pub mod visible;
pub mod words;

use std::io;

use wardwatch_model::Detection;

use crate::summary::Summary;

/// A format's writer.
pub trait Writer {
    /// Writes, or keeps for later, one detection.
    ///
    /// # Errors
    /// When the stream cannot be written.
    fn detection(&mut self, detection: &Detection) -> io::Result<()>;

    /// Writes what can only be known at the end. Called once, last.
    ///
    /// # Errors
    /// When the stream cannot be written.
    fn finish(&mut self, summary: &Summary) -> io::Result<()>;
}
