//! Processes as trees, with what rules found in them.

use serde::{Deserialize, Serialize};

use crate::level::Level;
use crate::time::Timestamp;

/// The same finding in one process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What the rule is called.
    pub title: String,
    /// How serious it is.
    pub level: Level,
    /// How often.
    pub count: u64,
}

/// A process in its tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessNode {
    /// The program; none when no event names it.
    pub image: Option<String>,
    /// How it was started.
    pub command_line: Option<String>,
    /// As whom it runs.
    pub user: Option<String>,
    /// When it started; none when that was before the time that was looked at.
    pub time: Option<Timestamp>,
    /// Whether its place is told by names alone: no event has the identifier of the one that started it.
    pub guessed: bool,
    /// What rules found in it, the most serious first.
    pub found: Vec<Mark>,
    /// What it started, in order of time.
    pub children: Vec<ProcessNode>,
    /// What else it started, and is not shown.
    pub more: u64,
}
