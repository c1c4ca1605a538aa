//! Sigma wildcards: `*` for any run of characters, `?` for exactly one, and the dash of `windash`.
//!
//! In: a compiled pattern and a text (both folded, unless the rule is case-sensitive). Out:
//! whether it matches. Never: backtracking over more than one segment; the work is bounded by
//! text length times pattern length.

use memchr::memmem;

/// The characters that Windows tools take for the dash of an option, by Sigma's `windash`.
pub const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// One element between two `*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// This text.
    Literal(String),
    /// Any one character.
    AnyChar,
    /// Any one of [`DASHES`].
    Dash,
}

/// A pattern with wildcards.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Glob {
    /// What stands between the stars, in order; none empty.
    pub segments: Vec<Vec<Piece>>,
    /// The first segment must stand at the start of the text.
    pub anchored_start: bool,
    /// The last segment must stand at the end of the text.
    pub anchored_end: bool,
}

impl Glob {
    /// Whether `text` matches.
    pub fn is_match(&self, text: &str) -> bool {
        let Some((last, rest)) = self.segments.split_last() else {
            return !(self.anchored_start && self.anchored_end) || text.is_empty();
        };
        let Some((first, middle)) = rest.split_first() else {
            return self.match_single(last, text);
        };
        let Some(mut remaining) =
            (if self.anchored_start { match_at(first, text) } else { find_after(first, text) })
        else {
            return false;
        };
        for segment in middle {
            match find_after(segment, remaining) {
                Some(tail) => remaining = tail,
                None => return false,
            }
        }
        if self.anchored_end {
            ends_with(last, remaining)
        } else {
            find_after(last, remaining).is_some()
        }
    }

    fn match_single(&self, segment: &[Piece], text: &str) -> bool {
        match (self.anchored_start, self.anchored_end) {
            (true, true) => match_at(segment, text).is_some_and(str::is_empty),
            (true, false) => match_at(segment, text).is_some(),
            (false, true) => ends_with(segment, text),
            (false, false) => find_after(segment, text).is_some(),
        }
    }

    /// The longest literal that every match contains.
    pub fn longest_literal(&self) -> Option<&str> {
        self.segments
            .iter()
            .flatten()
            .filter_map(|piece| match piece {
                Piece::Literal(text) => Some(text.as_str()),
                _ => None,
            })
            .max_by_key(|text| text.len())
    }
}

/// What is left of `text` after `segment` at its start.
fn match_at<'t>(segment: &[Piece], text: &'t str) -> Option<&'t str> {
    segment.iter().try_fold(text, |rest, piece| match piece {
        Piece::Literal(literal) => rest.strip_prefix(literal.as_str()),
        Piece::AnyChar => {
            let mut chars = rest.chars();
            chars.next().map(|_| chars.as_str())
        }
        Piece::Dash => rest.strip_prefix(DASHES),
    })
}

/// What is left of `text` after the leftmost place where `segment` stands.
fn find_after<'t>(segment: &[Piece], text: &'t str) -> Option<&'t str> {
    if let [Piece::Literal(literal)] = segment {
        let at = memmem::find(text.as_bytes(), literal.as_bytes())?;
        return text.get(at + literal.len()..);
    }
    text.char_indices()
        .map(|(at, _)| at)
        .chain(std::iter::once(text.len()))
        .find_map(|at| match_at(segment, &text[at..]))
}

/// Whether `segment` stands at the very end. Its pieces have a fixed number of characters, so
/// there is one place to look.
fn ends_with(segment: &[Piece], text: &str) -> bool {
    let chars: usize = segment
        .iter()
        .map(|piece| match piece {
            Piece::Literal(literal) => literal.chars().count(),
            Piece::AnyChar | Piece::Dash => 1,
        })
        .sum();
    if chars == 0 {
        return true;
    }
    let Some((start, _)) = text.char_indices().rev().nth(chars - 1) else {
        return false;
    };
    match_at(segment, &text[start..]).is_some_and(str::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn glob(pattern: &str) -> Glob {
        let segments = pattern
            .split('*')
            .filter(|segment| !segment.is_empty())
            .map(|segment| {
                let mut pieces = Vec::new();
                for c in segment.chars() {
                    match (c, pieces.last_mut()) {
                        ('?', _) => pieces.push(Piece::AnyChar),
                        (c, Some(Piece::Literal(text))) => text.push(c),
                        (c, _) => pieces.push(Piece::Literal(c.to_string())),
                    }
                }
                pieces
            })
            .collect();
        Glob {
            segments,
            anchored_start: !pattern.starts_with('*'),
            anchored_end: !pattern.ends_with('*'),
        }
    }

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, expected) in [
            ("*\\cmd.exe", "c:\\windows\\cmd.exe", true),
            ("a*b*c", "a--b--bc", true),
            ("a*b*c", "a--b--b", false),
            ("a?c", "a\u{20ac}c", true),
            ("a?c", "ac", false),
            ("*?", "", false),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("*ab", "aab", true),
            ("ab*ab", "ab", false),
            ("*a?", "xa\n", true),
        ] {
            assert_eq!(glob(pattern).is_match(text), expected, "{pattern} on {text:?}");
        }
    }

    #[test]
    fn a_dash_is_any_of_the_five() {
        let option = Glob {
            segments: vec![vec![
                Piece::Literal(" ".into()),
                Piece::Dash,
                Piece::Literal("enc".into()),
            ]],
            anchored_start: false,
            anchored_end: false,
        };
        assert!(option.is_match("powershell /enc x"));
        assert!(option.is_match("powershell \u{2013}enc x"));
        assert!(!option.is_match("powershell +enc x"));
    }

    proptest! {
        #[test]
        fn agrees_with_a_regex(pattern in "[ab?*]{0,8}", text in "[abc]{0,10}") {
            let expression: String = pattern
                .chars()
                .map(|c| match c { '*' => ".*".to_owned(), '?' => ".".to_owned(), c => c.to_string() })
                .collect();
            let regex = regex::Regex::new(&format!("(?s)^{expression}$")).unwrap();
            prop_assert_eq!(glob(&pattern).is_match(&text), regex.is_match(&text));
        }
    }
}
