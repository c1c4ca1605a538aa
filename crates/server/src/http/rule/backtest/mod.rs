//! Endpoints of back-tests: rules tried on stored events.

pub mod cancel;
pub mod get;
pub mod start;

use wardwatch_api::backtest::Backtest;
use wardwatch_store::TenantScope;

use crate::app::App;

/// A back-test as this caller may read it: users' names of other organisations as pseudonyms.
fn seen_by(app: &App, scope: &TenantScope, mut told: Backtest) -> Backtest {
    for sample in &mut told.samples {
        if !scope.home().contains(&sample.org) {
            let key = &app.settings.pseudonym_key;
            *sample = wardwatch_incident::above_sighting(sample, key);
        }
    }
    told
}
