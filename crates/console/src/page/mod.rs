//! Pages, one noun a file, and the addresses where they are.

mod alert_devices;
mod alerts;
mod backtest;
mod campaign;
mod care;
mod csv;
mod decisions;
mod device;
mod device_decided;
mod devices;
mod exposed;
mod exposure;
mod find;
mod hunt;
mod incident;
mod incidents;
mod intelligence;
mod lifecycle;
mod login;
pub mod now;
mod organisation;
mod organisations;
mod own;
mod people;
mod plain;
mod plan;
mod plans;
mod reports;
mod request;
mod rule;
mod rules;
mod settings;

use axum::Router;
use axum::routing::{get, post};

use crate::ask::Ask;

/// All pages but the first, which shares its path with others.
pub fn routes() -> Router<Ask> {
    Router::new()
        .route("/login", get(login::show).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/plain", post(plain::switch))
        .route("/find", get(find::show))
        .route("/csv/{*list}", get(csv::show))
        .route("/incidents", get(incidents::show).post(incidents::change))
        .route("/incidents/{id}", get(incident::show))
        .route("/incidents/{id}/{verb}", post(incident::change))
        .route("/campaigns", get(campaign::list))
        .route("/campaigns/{id}", get(campaign::show))
        .route("/organisations", get(organisations::show))
        .route("/organisations/{org}", get(organisation::show))
        .route("/organisations/{org}/contacts", post(organisation::change))
        .route("/devices", get(devices::show))
        .route("/devices/{org}/{name}", get(device::show).post(device::classify))
        .route("/devices/{org}/{name}/{verb}", post(device_decided::change))
        .route("/exposure", get(exposure::show))
        .route("/exposure/{cve}", get(exposed::show))
        .route("/alerts", get(alerts::list).post(alerts::issue))
        .route("/alerts/{id}", get(alerts::show))
        .route("/alerts/{id}/devices", get(alert_devices::show))
        .route("/alerts/{id}/{verb}", post(alerts::change))
        .route("/lifecycle", get(lifecycle::show))
        .route("/decisions", get(decisions::show).post(decisions::make))
        .route("/plans", get(plans::show))
        .route("/plans/{org}/{name}", get(plan::show))
        .route("/plans/{org}/{name}/{verb}", post(plan::change))
        .route("/hunt", get(hunt::show).post(hunt::start))
        .route("/hunt/{id}", get(hunt::one))
        .route("/hunt/{id}/{verb}", post(hunt::change))
        .route("/rules", get(rules::show))
        .route("/rules/{id}", get(rule::show))
        .route("/rules/{id}/{verb}", post(rule::change))
        .route("/backtests/{id}", get(backtest::show))
        .route("/backtests/{id}/{verb}", post(backtest::change))
        .route("/intelligence", get(intelligence::show).post(intelligence::load))
        .route("/intelligence/{id}", get(intelligence::problems))
        .route("/intelligence/{id}/{verb}", post(intelligence::change))
        .route("/reports", get(reports::show))
        .route("/settings", get(settings::show))
        .route("/settings/password", get(own::password).post(own::choose))
        .route("/settings/authenticator", get(own::authenticator).post(own::make))
        .route("/settings/authenticator/confirm", post(own::confirm))
        .route("/settings/people", get(people::show).post(people::add))
        .route("/settings/people/{id}/{verb}", post(people::change))
        .route("/care", get(care::show))
        .route("/care/help", get(care::help))
}
