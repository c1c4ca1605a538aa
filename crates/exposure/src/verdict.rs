//! A verdict about one vulnerability on one host, with the evidence that it rests on.

use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;
use wardwatch_model::{Build, ExposureStatus, Kb};

/// Why a verdict is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The host's full build is at or above the fixed one.
    BuildReached {
        /// The host's.
        have: Build,
        /// The fixed one.
        fixed: Build,
    },
    /// The host's full build is below the fixed one.
    BuildBelow {
        /// The host's.
        have: Build,
        /// The fixed one.
        fixed: Build,
    },
    /// An update that fixes it is installed.
    Installed(Kb),
    /// An installed update replaces one that fixes it.
    Replaced {
        /// The one that fixes it.
        fix: Kb,
        /// The installed one.
        by: Kb,
    },
    /// A later cumulative update is installed than the one that fixes it.
    LaterCumulative {
        /// The one that fixes it.
        fix: Kb,
        /// The installed one.
        by: Kb,
    },
    /// None of the updates that fix it is installed, nor one that replaces them.
    NotInstalled {
        /// Updates that would fix it, the newest first.
        any_of: SmallVec<[Kb; 4]>,
        /// The part of the system that has the hole; empty when the catalogue does not say.
        component: Arc<str>,
    },
    /// The system itself says that it still wants an update that fixes it.
    Offered(Kb),
    /// The system itself says that it still wants a cumulative update that came out before the one
    /// that fixes it: it would not, had it a later one.
    Behind {
        /// The one that fixes it.
        fix: Kb,
        /// The one that the system wants.
        wanted: Kb,
    },
    /// What fixes it is installed and waits for a restart.
    RestartPending {
        /// The installed one.
        fix: Kb,
    },
    /// It sits in a part that only some hosts have; the report does not tell.
    ComponentUnknown {
        /// The part.
        component: Arc<str>,
    },
    /// A setting closes the way in.
    Setting {
        /// What is set, as a sentence.
        what: &'static str,
        /// Where the report says so.
        evidence: String,
    },
    /// The report lists no updates and no full build.
    NothingToGoBy,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::BuildReached { have, fixed } => {
                write!(f, "build {have} is at or above the fixed build {fixed}")
            }
            Reason::BuildBelow { have, fixed } => {
                write!(f, "build {have} is below the fixed build {fixed}")
            }
            Reason::Installed(kb) => write!(f, "{kb} is installed"),
            Reason::Replaced { fix, by } => write!(f, "{by} is installed, which replaces {fix}"),
            Reason::LaterCumulative { fix, by } => {
                write!(f, "{by} is installed, a later cumulative update than {fix}")
            }
            Reason::NotInstalled { any_of, component } => {
                let names: Vec<String> = any_of.iter().take(4).map(Kb::to_string).collect();
                let more = any_of.len().saturating_sub(4);
                match names.as_slice() {
                    [one] => write!(f, "{one} is not installed, nor what replaces it")?,
                    _ => write!(f, "none of {} is installed", names.join(", "))?,
                }
                if more > 0 {
                    write!(f, " (nor of {more} others)")?;
                }
                match &**component {
                    "" => Ok(()),
                    component => write!(f, ", for {component}"),
                }
            }
            Reason::Offered(kb) => write!(f, "the system itself still wants {kb}"),
            Reason::Behind { fix, wanted } => {
                write!(f, "the system itself still wants {wanted}, so it has not the later {fix}")
            }
            Reason::RestartPending { fix } => {
                write!(f, "{fix} is installed and waits for a restart")
            }
            Reason::ComponentUnknown { component } => {
                write!(f, "the report does not tell whether {component} is installed")
            }
            Reason::Setting { what, evidence } => write!(f, "{what} ({evidence})"),
            Reason::NothingToGoBy => {
                f.write_str("the report lists no updates and has no full build")
            }
        }
    }
}

/// The answer for one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Place in the landscape's vulnerabilities.
    pub vulnerability: u32,
    /// The answer.
    pub status: ExposureStatus,
    /// What it rests on, the deciding one first.
    pub reasons: SmallVec<[Reason; 1]>,
}
