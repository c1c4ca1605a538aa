//! Text values: plain ones, wildcards, and what each becomes.

use rsigma_parser::{SigmaString, SpecialChar, StringPart};

use crate::fold::fold_literal;
use crate::glob::{Glob, Piece};
use crate::predicate::{Operator, Place};

/// One element of a text value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// This text.
    Text(String),
    /// `*`.
    Star,
    /// `?`.
    One,
    /// Any dash of `windash`.
    Dash,
}

/// A text value on its way to an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// Its elements; neighbouring texts are joined.
    pub parts: Vec<Part>,
}

impl Literal {
    /// A plain text.
    pub fn plain(text: impl Into<String>) -> Self {
        Literal { parts: vec![Part::Text(text.into())] }
    }

    /// From a Sigma text, escapes resolved.
    pub fn from_sigma(text: &SigmaString) -> Self {
        let parts = text.parts.iter().map(|part| match part {
            StringPart::Plain(text) => Part::Text(text.clone()),
            StringPart::Special(SpecialChar::WildcardMulti) => Part::Star,
            StringPart::Special(SpecialChar::WildcardSingle) => Part::One,
        });
        Literal { parts: parts.collect() }
    }

    /// The text when there is no wildcard in it.
    pub fn as_plain(&self) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// The operator for a text at a place. Stars at the ends become the place, so that
/// `'*\cmd.exe'` and `|endswith: '\cmd.exe'` are one predicate.
pub fn literal_operators(mut literal: Literal, place: Place, cased: bool) -> Vec<Operator> {
    let mut open_start = matches!(place, Place::Anywhere | Place::End);
    let mut open_end = matches!(place, Place::Anywhere | Place::Start);
    while literal.parts.first() == Some(&Part::Star) {
        literal.parts.remove(0);
        open_start = true;
    }
    while literal.parts.last() == Some(&Part::Star) {
        literal.parts.pop();
        open_end = true;
    }
    if let Some(text) = literal.as_plain() {
        let place = match (open_start, open_end) {
            (false, false) => Place::Whole,
            (false, true) => Place::Start,
            (true, false) => Place::End,
            (true, true) => Place::Anywhere,
        };
        if text.is_empty() && place != Place::Whole {
            return vec![Operator::Exists(true)];
        }
        let literal = if cased { text } else { fold_literal(&text) };
        return vec![Operator::Text { literal, place, cased }];
    }
    let segments = literal
        .parts
        .split(|part| *part == Part::Star)
        .map(|segment| segment.iter().filter_map(|part| piece(part, cased)).collect::<Vec<_>>())
        .filter(|segment| !segment.is_empty())
        .collect();
    let glob = Glob { segments, anchored_start: !open_start, anchored_end: !open_end };
    vec![Operator::Glob { glob, cased }]
}

fn piece(part: &Part, cased: bool) -> Option<Piece> {
    match part {
        Part::Text(text) if text.is_empty() => None,
        Part::Text(text) if cased => Some(Piece::Literal(text.clone())),
        Part::Text(text) => Some(Piece::Literal(fold_literal(text))),
        Part::One => Some(Piece::AnyChar),
        Part::Dash => Some(Piece::Dash),
        Part::Star => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator(text: &str, place: Place) -> Operator {
        literal_operators(Literal::from_sigma(&SigmaString::new(text)), place, false).remove(0)
    }

    #[test]
    fn stars_at_the_ends_become_the_place() {
        let text = |literal: &str, place| Operator::Text {
            literal: literal.to_owned(),
            place,
            cased: false,
        };
        assert_eq!(operator(r"*\CMD.exe", Place::Whole), text(r"\cmd.exe", Place::End));
        assert_eq!(operator(r"*a*", Place::Whole), text("a", Place::Anywhere));
        assert_eq!(operator("a*", Place::End), text("a", Place::Anywhere));
        assert_eq!(operator(r"a\*", Place::Whole), text("a*", Place::Whole));
        assert_eq!(operator("", Place::Whole), text("", Place::Whole));
        assert_eq!(operator("*", Place::Whole), Operator::Exists(true));
        assert!(matches!(operator("a*b", Place::Whole), Operator::Glob { .. }));
    }
}
