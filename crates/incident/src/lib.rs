//! Detections to incidents, incidents to campaigns.
//!
//! In: sightings in the order of the log, what people decided, and the time. Out: incidents of one
//! organisation each, with score, story and proposals; campaigns over several organisations.
//! Never: input or output, a clock, an action. Incidents of different organisations share nothing;
//! only indicators and rules are compared across them.

mod campaign;
mod case;
mod common;
mod desk;
pub mod entities;
mod facts;
pub mod handling;
mod hash;
mod index;
mod proposal;
mod pseudonym;
mod score;
mod sector;
mod settings;
mod story;
mod tactic;
pub mod tree;
mod triage;

pub use pseudonym::{above, above_sighting, above_text, pseudonym};
pub use settings::{Limits, Settings};
pub use triage::{Changes, Counts, Folded, Triage};

/// Longest value of an entity in bytes; a longer one joins nothing.
pub const ENTITY_BYTES: usize = 256;
/// How many devices an incident, or one organisation's part in a campaign, counts.
pub const DEVICES_COUNTED: usize = 10_000;
