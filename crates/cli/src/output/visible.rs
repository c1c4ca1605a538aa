//! Text from logs made harmless to look at: on a terminal, in a page, in a message.
//!
//! In: any text, such as a command line that an attacker chose. Out: the same text in which
//! everything that is not drawn, or that changes how its neighbours are drawn, is spelled out.
//! Never escapes markup: that is for whoever knows the format.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with control and invisible characters spelled out.
///
/// Line feed, carriage return and tab become `␊`, `␍` and `␉`; every other one becomes `\u{1b}`
/// with its number. Text without any is returned as it is.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push_visible(&mut shown, c);
    }
    Cow::Owned(shown)
}

/// At most `max_chars` characters of `text`; the last is `…` when some were left out.
pub fn shorten(text: &str, max_chars: usize) -> Cow<'_, str> {
    if text.len() <= max_chars || text.chars().nth(max_chars).is_none() {
        return Cow::Borrowed(text);
    }
    let mut short: String = text.chars().take(max_chars.saturating_sub(1)).collect();
    short.push('…');
    Cow::Owned(short)
}

/// Whether a character is a control, is invisible, or changes the order in which others appear.
pub fn is_hidden(c: char) -> bool {
    if (' '..='~').contains(&c) {
        return false;
    }
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

fn push_visible(shown: &mut String, c: char) {
    match c {
        '\n' => shown.push('␊'),
        '\r' => shown.push('␍'),
        '\t' => shown.push('␉'),
        c if is_hidden(c) => {
            // Writing to a String does not fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        }
        c => shown.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["", r"C:\Windows\new folder", "Krankenhaus Münster", "病院 / بيت / ☢"]
        {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_spelled_out() {
        assert_eq!(visible("\x1b[2J\x07ok"), r"\u{1b}[2J\u{7}ok");
        assert_eq!(visible("\u{9b}31mred\x7f"), r"\u{9b}31mred\u{7f}");
        assert_eq!(visible("a\r\nb\tc"), "a␍␊b␉c");
    }

    #[test]
    fn what_the_eye_would_miss_is_spelled_out() {
        assert_eq!(visible("invoice\u{202e}fdp.exe"), r"invoice\u{202e}fdp.exe");
        assert_eq!(visible("\u{feff}a\u{200b}b\u{2066}c"), r"\u{feff}a\u{200b}b\u{2066}c");
        assert_eq!(visible("tag\u{e0041}"), r"tag\u{e0041}");
    }

    #[test]
    fn shortening_counts_characters() {
        assert_eq!(shorten("wörter", 6), "wörter");
        assert_eq!(shorten("wörtern", 6), "wörte…");
        assert_eq!(shorten("ab", 1), "…");
        assert_eq!(shorten("", 0), "");
    }
}
