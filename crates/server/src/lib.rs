//! The server: endpoints and loops over storage, doors and decisions.
//!
//! In: requests, and what doors made durable. Out: detections, incidents and campaigns, to whom
//! they belong. Never: a rule of the business in an endpoint; a tenant from a payload.

pub mod app;
pub mod backtest;
pub mod care;
pub mod clock;
pub mod erase;
mod front;
pub mod gate;
pub mod http;
pub mod hunts;
pub mod indicators;
pub mod loops;
pub mod notify;
pub mod oidc;
pub mod outward;
pub mod passwords;
pub mod rules;
pub mod serve;
pub mod tls;
pub mod work;

pub use wardwatch_store::backup;
