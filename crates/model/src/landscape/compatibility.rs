//! What is known not to run on a newer release: programs and machines.

use serde::{Deserialize, Serialize};

use crate::Day;

/// What sort of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncompatibleKind {
    /// A program.
    Application,
    /// A machine whose parts have no drivers.
    Machine,
}

/// One thing that does not run on a release.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Incompatible {
    /// The release that it does not run on: `Windows 11`, `Windows Server 2025`.
    pub target: String,
    /// What sort of thing it is.
    pub kind: IncompatibleKind,
    /// Its name, as programs and machines are called that begin with it.
    pub name: String,
    /// The first version that does run on it; none when no version does.
    pub below: Option<String>,
    /// Who can change that, where known.
    pub supplier: Option<String>,
    /// The day on which somebody last knew it.
    pub day: Day,
}
