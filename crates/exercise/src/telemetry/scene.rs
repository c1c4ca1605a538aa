//! What is true of a story, for whoever wants to hold findings against it.

use serde::Serialize;
use wardwatch_model::OrgId;

/// Whether something is an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// It is.
    Attack,
    /// It only looks like one.
    LooksLikeOne,
}

/// Something that happens in a story beside ordinary days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scene {
    /// What it is.
    pub name: &'static str,
    /// Whether it is an attack.
    pub nature: Nature,
    /// Where.
    pub org: OrgId,
    /// When it begins, in seconds of the story.
    pub from_second: u64,
    /// Devices that it touches, in the order in which it does.
    pub devices: Vec<String>,
}
