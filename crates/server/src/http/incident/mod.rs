//! Endpoints of incidents.

pub mod assign;
mod change;
pub mod close;
pub mod get;
pub mod list;
pub mod merge;
pub mod note;
pub mod processes;
pub mod reopen;
pub mod split;

use wardwatch_model::Incident;
use wardwatch_store::TenantScope;

use crate::app::App;

/// An incident as this caller may read it: users' names of other organisations as pseudonyms.
fn seen_by(app: &App, scope: &TenantScope, incident: Incident) -> Incident {
    match scope.home().contains(&incident.org) {
        true => incident,
        false => wardwatch_incident::above(&incident, &app.settings.pseudonym_key),
    }
}
