//! Stories of requests: a sector with a centre and two organisations, asked over the router.

mod accounts;
mod care;
mod console;
mod decisions;
mod document;
mod evidence;
mod findings;
mod hunts;
mod indicators;
mod live;
mod management;
mod notifications;
mod oidc;
mod only;
mod overview;
mod plans;
mod posture;
mod processes;
mod rules;
mod secrets;
mod sector;
mod sessions;
mod split;
mod tenancy;
mod upkeep;
