//! The frame around every page: head, way around, foot; and pages that say why there is nothing.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::ask::Fault;
use crate::assets;
use crate::part::text::bare;
use crate::visit::Visit;

/// A page of a visitor's: its title and what stands on it.
pub struct Page<'p> {
    visit: &'p Visit,
    title: String,
    body: Markup,
    care: bool,
}

/// Pages of the way around: path, name, and what one must be allowed to see it.
const WAYS: [(&str, &str, &str); 14] = [
    ("/", "Now", "read_findings"),
    ("/incidents", "Incidents", "read_findings"),
    ("/campaigns", "Campaigns", "read_findings"),
    ("/organisations", "Organisations", "read_findings"),
    ("/devices", "Devices", "read_findings"),
    ("/exposure", "Exposure and updates", "read_findings"),
    ("/alerts", "Alerts from the centre", "read_findings"),
    ("/lifecycle", "Lifecycle", "read_findings"),
    ("/plans", "Protection plans", "read_findings"),
    ("/hunt", "Hunt", "read_events"),
    ("/rules", "Rules", "read_findings"),
    ("/intelligence", "Intelligence", "read_findings"),
    ("/reports", "Reports", "read_findings"),
    ("/settings", "Settings", "read_findings"),
];

/// The way around of somebody in a care home.
const CARE_WAYS: [(&str, &str, &str); 3] = [
    ("/care", "Your computers", "read_findings"),
    ("/alerts", "Letters", "read_findings"),
    ("/care/help", "Help", "read_findings"),
];

impl<'p> Page<'p> {
    /// A page.
    pub fn new(visit: &'p Visit, title: impl Into<String>, body: Markup) -> Self {
        Page { visit, title: title.into(), body, care: false }
    }

    /// In large, plain words for a care home.
    pub fn care(self) -> Self {
        Page { care: true, ..self }
    }

    /// As an answer.
    pub fn answer(self) -> Response {
        let Page { visit, title, body, care } = self;
        let ways: &[(&str, &str, &str)] = if visit.only_care_home() { &CARE_WAYS } else { &WAYS };
        // Of a page below another that is named too, only the nearer one is where somebody is.
        let at = ways.iter().map(|(path, ..)| *path).filter(|path| here(path, &visit.address));
        let at = at.max_by_key(|path| path.len());
        let inside = html! {
            (head(visit))
            div.body {
                nav.around aria-label="Pages" {
                    ul {
                        @for (path, name, needed) in ways {
                            @if visit.may(needed) {
                                li { a href=(way(path)) aria-current=[(at == Some(*path)).then_some("page")] { (name) } }
                            }
                        }
                    }
                }
                main #main tabindex="-1" class=[care.then_some("care")] { (body) }
            }
            (keys())
        };
        Html(document(&title, visit.theme, inside).into_string()).into_response()
    }
}

/// Where the way to a page leads: of incidents to those that are open, since others are work that is done.
fn way(path: &str) -> &str {
    if path == "/incidents" { "/incidents?state=open" } else { path }
}

/// Whether an address is a page or lies below it.
fn here(path: &str, address: &str) -> bool {
    let address = address.split('?').next().unwrap_or(address);
    let below = path != "/" && address.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    address == path || below
}

fn head(visit: &Visit) -> Markup {
    html! {
        header.head {
            a.name href="/" { "Wardwatch" }
            @if !visit.only_care_home() {
                form.find action="/find" role="search" {
                    label.hidden-text for="find" { "Find a device, a CVE, an organisation or an incident" }
                    input #find name="q" type="search" placeholder="Find: device, CVE, code" autocomplete="off" spellcheck="false";
                }
            }
            span.space {}
            @if !visit.only_care_home() {
            form method="post" action="/plain" {
                input type="hidden" name="next" value=(visit.address);
                input type="hidden" name="to" value=(if visit.plain { "no" } else { "yes" });
                button.plain type="submit" aria-pressed=(visit.plain) { "Plain English" }
            }
            button.plain #show-keys type="button" hidden { "Keys" }
            }
            button.plain #theme type="button" hidden { "Dark" }
            span.small { (visit.me.name) }
            form method="post" action="/logout" { button.plain type="submit" { "Log out" } }
        }
    }
}

fn keys() -> Markup {
    let list = [
        ("/", "find"),
        ("?", "this list"),
        ("j k", "down, up"),
        ("Enter", "open"),
        ("Space", "look beside the list"),
        ("x", "select"),
        ("a", "take"),
        ("c", "close"),
        ("e", "give back, open again"),
        ("g n", "Now"),
        ("g i", "Incidents"),
        ("g c", "Campaigns"),
        ("g o", "Organisations"),
        ("g d", "Devices"),
        ("g h", "Hunt"),
        ("g e", "Exposure"),
        ("g a", "Alerts"),
        ("g l", "Lifecycle"),
        ("g p", "Protection plans"),
        ("g r", "Rules"),
    ];
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keys" }
            dl.facts {
                @for (key, what) in list { dt { kbd { (key) } } dd { (what) } }
            }
            p { label { input #letters type="checkbox" checked; " Single letters do something" } }
            form method="dialog" { button.button.quiet { "Close" } }
        }
    }
}

/// A whole document.
pub fn document(title: &str, theme: Option<&str>, inside: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" data-theme=[theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="htmx-config" content=r#"{"allowEval":false,"includeIndicatorStyles":false,"selfRequestsOnly":true}"#;
                title { (bare(title)) " – Wardwatch" }
                link rel="icon" href=(ICON);
                link rel="stylesheet" href=(assets::address("style.css"));
                script src=(assets::address("htmx.js")) defer {}
                script src=(assets::address("app.js")) defer {}
            }
            body {
                a.nhsuk-skip-link href="#main" { "Skip to main content" }
                (inside)
            }
        }
    }
}

/// A shield and an eye, drawn here; in the page, so that nothing more is asked for.
const ICON: PreEscaped<&str> = PreEscaped(
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M8 1l6 2v5c0 4-3 6-6 7-3-1-6-3-6-7V3z' fill='%2311293f'/%3E%3Ccircle cx='8' cy='7.5' r='2.5' fill='%23fff'/%3E%3C/svg%3E",
);

/// A page that says why there is none.
pub fn failed(fault: &Fault) -> Response {
    let status = fault.status();
    let (title, detail) = match fault {
        Fault::Problem(problem) if status == StatusCode::NOT_FOUND => {
            ("There is no such page, or it is not yours to see", problem.detail.clone())
        }
        Fault::Problem(problem) if status == StatusCode::FORBIDDEN => {
            ("You may not do this", problem.detail.clone())
        }
        Fault::Problem(problem) if status == StatusCode::SERVICE_UNAVAILABLE => {
            ("Not ready yet", problem.detail.clone())
        }
        Fault::Problem(problem) => ("This could not be done", problem.to_string()),
        Fault::Unreadable(_) => {
            ("Something went wrong here", "It was written into the server's log.".to_owned())
        }
    };
    let inside = html! {
        header.head { a.name href="/" { "Wardwatch" } }
        main.narrow #main tabindex="-1" {
            h1 { (title) }
            p { (detail) }
            @if status == StatusCode::SERVICE_UNAVAILABLE {
                p { "Try again in some seconds." }
            }
            p { a href="/" { "To the first page" } }
        }
    };
    let mut answer = Html(document(title, None, inside).into_string()).into_response();
    *answer.status_mut() = status;
    answer
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self.status() {
            StatusCode::UNAUTHORIZED => axum::response::Redirect::to("/login").into_response(),
            _ => failed(&self),
        }
    }
}
