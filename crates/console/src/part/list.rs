//! What lists have in common: nothing in them, and the next page.

use maud::{Markup, html};

use super::address::Address;

/// Nothing to show, and why: nothing happened, nothing matches, or nothing reports.
pub fn empty(why: &str, next: Markup) -> Markup {
    html! { div.empty { p { (why) } (next) } }
}

/// The way to the next page, when there is one, and the list for other programs.
pub fn next(address: &Address, after: Option<&str>) -> Markup {
    let whole = address.text();
    let list = match whole.strip_prefix("/exposure") {
        Some(rest) => format!("exposures{rest}"),
        None => whole.trim_start_matches('/').to_owned(),
    };
    let list = match list.split_once('?') {
        Some((path, query)) => format!("{}?{query}", devices_of(path)),
        None => devices_of(&list),
    };
    html! {
        @if let Some(after) = after {
            nav.pages aria-label="More of this list" {
                a.button.quiet href=(address.clone().with("after", after).text()) { "Next page" }
            }
        }
        p.small { "This list as " a href=(format!("/csv/{list}")) { "CSV" } " or " a href=(format!("/api/v1/{list}")) { "JSON" } }
    }
}

/// A vulnerability's page is the list of its devices.
fn devices_of(path: &str) -> String {
    match path.strip_prefix("exposures/") {
        Some(cve) => format!("exposures/{cve}/devices"),
        None => path.to_owned(),
    }
}
