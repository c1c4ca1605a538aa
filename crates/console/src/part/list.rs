//! What lists have in common: nothing in them, and the next page.

use maud::{Markup, html};

use super::address::Address;

/// Nothing to show, and why: nothing happened, nothing matches, or nothing reports.
pub fn empty(why: &str, next: Markup) -> Markup {
    html! { div.empty { p { (why) } (next) } }
}

/// The way to the next page, when there is one.
pub fn next(address: &Address, after: Option<&str>) -> Markup {
    html! {
        @if let Some(after) = after {
            nav.pages aria-label="More of this list" {
                a.button.quiet href=(address.clone().with("after", after).text()) { "Next page" }
            }
        }
    }
}
