//! Whom to ring, so that one press rings them.

use maud::{Markup, html};
use wardwatch_model::Contact;

use super::text::shown;

/// A contact in a line: who, what for, the number.
pub fn line(contact: &Contact) -> Markup {
    html! {
        strong { (shown(&contact.name)) } ": " (number(contact))
        @if !contact.mail.is_empty() { " " a href=(format!("mailto:{}", contact.mail)) { (shown(&contact.mail)) } }
        @if !contact.about.is_empty() { br; span.soft.small { (shown(&contact.about)) } }
    }
}

/// The number alone.
pub fn number(contact: &Contact) -> Markup {
    let plain = |c: &char| c.is_ascii_digit() || *c == '+';
    // What comes behind an `x` is dialled by hand.
    let dialled = contact.phone.split('x').next().unwrap_or_default();
    let dialled: String = dialled.chars().filter(plain).collect();
    html! { a.phone href=(format!("tel:{dialled}")) { (shown(&contact.phone)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_dialled_without_its_spaces_and_its_extension() {
        let contact = Contact {
            org: "ZZ1".parse().unwrap(),
            name: "<b>".into(),
            about: String::new(),
            phone: "+44 (0)1632 960-001 x7".into(),
            mail: String::new(),
            for_below: false,
        };
        let page = line(&contact).into_string();
        assert!(
            page.contains("href=\"tel:+4401632960001\"") && page.contains("&lt;b&gt;"),
            "{page}"
        );
    }
}
