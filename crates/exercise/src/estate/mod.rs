//! The estate of a sector: who there is, what they own, how well it is kept.
//!
//! In: a scenario, a scale and a seed. Out: organisations, the devices of each, a summary, files.
//! Never: a draw that depends on another device, so that any slice can be made alone.

mod device;
pub(crate) mod draw;
mod kind;
mod machine;
mod math;
mod mix;
mod name;
mod network;
mod organisation;
mod parallel;
mod patch;
mod posture;
mod release;
mod render;
mod scenario;
mod sector;
mod size;
mod truth;

pub use device::{Class, Device, to_inventory};
pub use kind::Kind;
pub use machine::COMPATIBILITY;
pub use network::{Link, Segment};
pub use organisation::{Org, Site};
pub use parallel::in_order;
pub use patch::Ms17010;
pub use posture::Posture;
pub use render::{devices_jsonl, organisations_csv, truth_json};
pub use scenario::{Scale, Scenario, UnknownName};
pub use sector::{Sector, SharedSystem};
pub use size::CheckSum;
pub use truth::{Truth, truth};
