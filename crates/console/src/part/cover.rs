//! What a page's numbers rest on: of how many devices they speak, and how old that is.
//!
//! Unknown is never shown as clean, so this sentence stands beside every count.

use maud::{Markup, html};
use wardwatch_api::exposure::{Reporting, STALE_DAYS};
use wardwatch_api::landscape::LandscapeInUse;

use super::count::{number, of};
use super::moment;

/// The sentence about devices.
pub fn devices(coverage: &Reporting) -> Markup {
    let silent = coverage.heard.saturating_sub(coverage.reported);
    html! {
        p.cover {
            @if coverage.heard == 0 {
                strong { "No device has been heard from, so nothing is known." }
            } @else {
                "Of " (of(coverage.heard, "device", "devices")) " heard from, "
                (number(coverage.reported)) " reported what they run"
                @if silent > 0 { "; " strong { (number(silent)) " did not, and are unknown" } }
                @if coverage.unresolved > 0 { "; of " (number(coverage.unresolved)) " the product could not be told" }
                @if coverage.stale > 0 {
                    "; " (number(coverage.stale)) " last reported more than " (STALE_DAYS) " days ago"
                }
                "."
            }
        }
    }
}

/// The sentence about knowledge of vulnerabilities.
pub fn landscape(landscape: &LandscapeInUse) -> Markup {
    html! {
        p.cover {
            @match (landscape.version, landscape.loaded) {
                (Some(version), Some(loaded)) => {
                    "Knowledge: version " (version) ", loaded " (moment::moment(loaded))
                },
                _ => { "Knowledge: only what is built in; load feeds for the rest" },
            }
            @if let Some(newest) = landscape.newest { ", newest entry " (moment::day(newest)) }
            "."
        }
    }
}
