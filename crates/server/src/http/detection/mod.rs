//! Endpoints of detections.

pub mod get;
pub mod list;

use wardwatch_model::Sighting;
use wardwatch_store::TenantScope;

use crate::app::App;

/// A detection as this caller may read it: users' names of other organisations as pseudonyms.
fn seen_by(app: &App, scope: &TenantScope, sighting: Sighting) -> Sighting {
    match scope.home().contains(&sighting.org) {
        true => sighting,
        false => wardwatch_incident::above_sighting(&sighting, &app.settings.pseudonym_key),
    }
}
