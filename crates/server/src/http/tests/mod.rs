//! Stories of requests: a sector with a centre and two organisations, asked over the router.

mod document;
mod findings;
mod hunts;
mod indicators;
mod live;
mod management;
mod rules;
mod sector;
mod sessions;
mod tenancy;
