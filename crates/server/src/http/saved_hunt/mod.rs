//! Endpoints of saved hunts.

pub mod forget;
pub mod list;
pub mod save;

use wardwatch_api::hunt::SavedHunt;

/// A saved hunt as callers read it.
fn shaped(saved: wardwatch_store::SavedHunt) -> SavedHunt {
    let wardwatch_store::SavedHunt { id, org, name, sql, actor, created } = saved;
    SavedHunt { id, org, name, sql, by: actor, created }
}
