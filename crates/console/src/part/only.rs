//! A value of a list: only rows with it, or rows without it; and what was chosen so, each with a way back.

use maud::{Markup, html};

use super::address::Address;
use super::text::{bare, short};

/// Words of which several values may be left out, apart by commas.
const SEVERAL: &str = "not_org";
/// Choosing the one makes no sense with the other.
const CONTRADICTS: [(&str, &str); 1] = [("owner", "unowned")];

/// A list as it is filtered now.
#[derive(Debug, Clone, Copy)]
pub struct Only<'a> {
    /// Its address, with every filter.
    pub list: &'a Address,
    /// Filters that its form has fields for.
    pub fields: &'a [&'a str],
}

impl Only<'_> {
    /// The same list with a value alone, or without it.
    pub fn menu(&self, word: &str, value: &str) -> Markup {
        let (only, without) = (self.only(word, value), self.without(word, value));
        menu(value, &only, &without)
    }

    /// The same for what is so or is not.
    pub fn flag(&self, word: &str, is: bool, told: &str) -> Markup {
        let to = |value: bool| {
            self.list.clone().set(word, Some(if value { "true" } else { "false" })).text()
        };
        menu(told, &to(is), &to(!is))
    }

    fn only(&self, word: &str, value: &str) -> String {
        let list = self.list.clone().set(&format!("not_{word}"), None).set(word, Some(value));
        let others = CONTRADICTS.iter().filter(|(one, _)| *one == word);
        others.fold(list, |list, (_, other)| list.set(other, None)).text()
    }

    fn without(&self, word: &str, value: &str) -> String {
        let not = format!("not_{word}");
        let before = self.list.get(&not).filter(|_| not == SEVERAL);
        let out = before.map_or_else(|| value.to_owned(), |before| format!("{before},{value}"));
        let list = self.list.clone().set(&not, Some(&out));
        // Rows with this value alone and without it would be none.
        if self.list.get(word) == Some(value) { list.set(word, None).text() } else { list.text() }
    }

    /// What was chosen or left out and has no field of its own, each with a way to take that back.
    pub fn chosen(&self) -> Markup {
        let (out, only): (Vec<_>, Vec<_>) =
            self.apart().partition(|(word, _)| word.starts_with("not_"));
        html! {
            @if !only.is_empty() { p { "Only: " @for (word, value) in &only { (self.chip(word, value, None)) " " } } }
            @if !out.is_empty() { p { "Left out: " @for (word, value) in &out {
                @for one in value.split(',').filter(|_| *word == SEVERAL) { (self.chip(word, one, Some(value))) " " }
                @if *word != SEVERAL { (self.chip(word, value, None)) " " }
            } } }
        }
    }

    /// One of them; `of` is the whole value where this is one of several.
    fn chip(&self, word: &str, value: &str, of: Option<&str>) -> Markup {
        let rest = of.map(|of| {
            let others: Vec<&str> = of.split(',').filter(|other| *other != value).collect();
            others.join(",")
        });
        let to = self.list.clone().set(word, rest.as_deref()).text();
        html! { a.chip href=(to) { (about(word)) " " (short(value, 60)) " " span aria-hidden="true" { "×" } span.hidden-text { ", take this back" } } }
    }

    /// The same as fields that are not seen, so that a form keeps them.
    pub fn carried(&self) -> Markup {
        html! { @for (word, value) in self.apart() { input type="hidden" name=(word) value=(value); } }
    }

    fn apart(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list.words().filter(|(word, _)| !self.fields.contains(word))
    }
}

/// Two ways on from a value, behind a small button.
pub fn menu(value: &str, only: &str, without: &str) -> Markup {
    html! {
        details.only {
            summary aria-label={ "Filter by " (bare(value)) } title="Only this, or without it" { "⋯" }
            a href=(only) { "only this" } " "
            a href=(without) { "without it" }
        }
    }
}

/// What a filter is about, in words.
fn about(word: &str) -> &str {
    match word.trim_start_matches("not_") {
        "org" => "organisation",
        "owner" => "worked on by",
        "care_class" => "care class",
        "product" => "system",
        "legacy" => "out of support:",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Address {
        Address::of("/devices").with("org", "ZZ1").with("not_org", "ZZ3").with("not_service", "a")
    }

    #[test]
    fn a_value_is_chosen_or_left_out_beside_what_was_chosen_before() {
        let list = list();
        let only = Only { list: &list, fields: &["org"] };
        assert_eq!(only.only("service", "b"), "/devices?org=ZZ1&not_org=ZZ3&service=b");
        assert_eq!(only.without("service", "b"), "/devices?org=ZZ1&not_org=ZZ3&not_service=b");
        assert_eq!(only.without("org", "ZZ1"), "/devices?not_service=a&not_org=ZZ3%2CZZ1");
        let owned = Address::of("/incidents").with("unowned", true);
        let only = Only { list: &owned, fields: &[] };
        assert_eq!(only.only("owner", "ana"), "/incidents?owner=ana");
    }

    #[test]
    fn each_can_be_taken_back_and_a_form_keeps_the_others() {
        let list = list().set("not_org", Some("ZZ3,ZZ4"));
        let only = Only { list: &list, fields: &["org"] };
        let chips = only.chosen().into_string();
        assert!(
            chips.contains("href=\"/devices?org=ZZ1&amp;not_service=a&amp;not_org=ZZ4\""),
            "{chips}"
        );
        assert!(chips.contains("href=\"/devices?org=ZZ1&amp;not_org=ZZ3%2CZZ4\""), "{chips}");
        let fields = only.carried().into_string();
        assert!(
            fields.contains("name=\"not_org\"") && !fields.contains("name=\"org\""),
            "{fields}"
        );
    }
}
