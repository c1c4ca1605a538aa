//! Whether a device is open to a vulnerability, why, and by when it is to be closed.
//!
//! In: the landscape, a device's product and inventory, what protects it. Out: verdicts with their
//! reasons, missing updates, rank and clock. Never: a clock of its own, input or output; a device
//! that is not known counted as clean.

pub mod absent;
pub mod answer;
pub mod assess;
mod bulletin;
pub mod catalogue;
pub mod component;
pub mod decide;
pub mod fleet;
pub mod medical;
pub mod missing;
pub mod mitigation;
pub mod package;
mod part;
pub mod patches;
pub mod posture;
mod program;
pub mod rank;
mod reasons;
pub mod supersedence;
pub mod survey;
pub mod told;
pub mod verdict;

pub use assess::{Assessment, Subject, assess};
pub use catalogue::Catalogue;
pub use decide::{Host, decide, decide_one};
pub use missing::{Missing, missing};
pub use reasons::Reasons;
pub use verdict::{Reason, Verdict};
