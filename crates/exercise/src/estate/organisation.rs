//! One body of the sector.

use serde::{Deserialize, Serialize};
use wardwatch_model::OrgId;

use super::kind::Kind;
use super::posture::Posture;

/// A place where devices of a body stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its code: the body's, `S` and a number.
    pub code: OrgId,
    /// Its name.
    pub name: String,
}

/// A body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Org {
    /// Its code, in the unused prefix `ZZ`.
    pub code: OrgId,
    /// What it belongs to; none for the centre.
    pub parent: Option<OrgId>,
    /// Its name, invented.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// How many devices it has.
    pub devices: u32,
    /// Where they stand, at least one place.
    pub sites: Vec<Site>,
    /// How it keeps them.
    pub posture: Posture,
}
