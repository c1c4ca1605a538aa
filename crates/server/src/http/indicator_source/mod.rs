//! Endpoints of places from which lists of indicators are pulled.

pub mod create;
pub mod delete;
pub mod list;
pub mod pull;

use wardwatch_api::indicator::IndicatorSource;

/// A source as the API has it.
fn shaped(source: wardwatch_store::IndicatorSource) -> IndicatorSource {
    IndicatorSource {
        id: source.id,
        org: source.org,
        name: source.name,
        kind: source.kind,
        address: source.address,
        collection: source.collection,
        interval_seconds: source.interval_seconds,
        created: source.created,
        next_pull: source.next_pull,
        last_pull: source.last_pull,
        last_success: source.last_success,
        failures: source.failures,
        error: source.error,
    }
}
