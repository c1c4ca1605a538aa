//! Fields of forms, each with its label.

use maud::{Markup, html};

/// A choice among words; the empty word stands for any.
pub fn choice(
    name: &str,
    label: &str,
    any: &str,
    words: &[(&str, &str)],
    chosen: Option<&str>,
) -> Markup {
    html! {
        div {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                @if !any.is_empty() { option value="" selected[chosen.is_none()] { (any) } }
                @for (word, text) in words {
                    option value=(word) selected[chosen == Some(word)] { (text) }
                }
            }
        }
    }
}

/// A line of text.
pub fn line(name: &str, label: &str, value: &str) -> Markup {
    html! {
        div {
            label for=(name) { (label) }
            input id=(name) name=(name) value=(value) autocomplete="off" spellcheck="false";
        }
    }
}

/// A button that sends a form of its own, with nothing else in it.
pub fn press(action: &str, text: &str, class: &str, key: Option<&str>) -> Markup {
    html! {
        form.inline method="post" action=(action) {
            button class=(class) type="submit" data-key=[key] { (text) }
        }
    }
}
