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
    let (path, query) = whole.split_once('?').unwrap_or((&whole, ""));
    let list = match query {
        "" => list_of(path),
        query => format!("{}?{query}", list_of(path)),
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

/// What the API calls the list of a page.
fn list_of(page: &str) -> String {
    let page = page.trim_start_matches('/');
    match page.strip_prefix("exposure/") {
        Some(cve) => format!("exposures/{cve}/devices"),
        None if page == "exposure" => "exposures".to_owned(),
        None if page == "organisations" => "overview/organisations".to_owned(),
        None => page.to_owned(),
    }
}
