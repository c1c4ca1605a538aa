//! What sort a step is: the key that stays with it.
//!
//! A plan made anew may have more steps or fewer, so their numbers shift. What people signed, and
//! what held once, goes by the kind; a plan has one step of a kind at most.

use serde::{Deserialize, Serialize};

/// What sort a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Everything but care is cut.
    Wall,
    /// Care is seen to go on.
    Care,
    /// File sharing is cut, or narrowed.
    FileSharing,
    /// Who comes from afar comes through one door.
    Remote,
    /// The device's own firewall.
    Firewall,
    /// The last service pack.
    ServicePack,
    /// Late updates.
    Updates,
    /// What is not needed is taken away.
    Strip,
    /// Attempts are listened for.
    Listen,
    /// A copy to put back.
    Restore,
    /// The day on which it goes.
    Leave,
}
