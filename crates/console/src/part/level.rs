//! How serious: a word, a colour and a shape, never colour alone.

use maud::{Markup, html};
use wardwatch_model::Level;

/// The name of a level's colours.
pub fn class(level: Level) -> &'static str {
    match level {
        Level::Critical => "critical",
        Level::High => "high",
        Level::Medium => "medium",
        Level::Low => "low",
        Level::Informational => "info",
    }
}

/// A level.
pub fn tag(level: Level) -> Markup {
    let shape = match level {
        Level::Critical => "▲▲",
        Level::High => "▲",
        Level::Medium => "◆",
        Level::Low => "▽",
        Level::Informational => "○",
    };
    html! { span class={ "tag " (class(level)) } { span aria-hidden="true" { (shape) " " } (level.as_str()) } }
}

/// Any word with colours of a name: `good`, `unknown`, `critical`, ….
pub fn word(class: &str, text: &str) -> Markup {
    html! { span class={ "tag " (class) } { (text) } }
}
