//! Text that attackers may have written: always escaped, and what is invisible in it made visible.
//!
//! Characters that turn the direction of text, join others without being seen, or steer a terminal
//! are shown by their number instead, so that `exe.cod` cannot look like `doc.exe`.

use maud::{Markup, html};

/// Characters of a text without markup.
const BARE: usize = 120;

/// Whether a character changes how others look, without being seen itself.
fn is_odd(c: char) -> bool {
    let spoken_of = matches!(c, '\n' | '\t');
    (c.is_control() && !spoken_of)
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Text as it is shown.
pub fn shown(text: &str) -> Markup {
    if !text.chars().any(is_odd) {
        return html! { (text) };
    }
    let mut parts: Vec<Result<&str, char>> = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| is_odd(*c)) {
        parts.push(Ok(&text[start..at]));
        parts.push(Err(c));
        start = at + c.len_utf8();
    }
    parts.push(Ok(&text[start..]));
    html! {
        @for part in parts {
            @match part {
                Ok(text) => (text),
                Err(c) => span.odd { (format!("U+{:04X}", u32::from(c))) },
            }
        }
    }
}

/// The start of a long text, with the whole as it is shown on hover.
pub fn short(text: &str, most: usize) -> Markup {
    if text.chars().count() <= most {
        return shown(text);
    }
    let start: String = text.chars().take(most).collect();
    html! { span title=(text.replace(is_odd, "\u{FFFD}")) { (shown(&start)) "…" } }
}

/// Text for where there is no markup, as in a title or a label: what is odd is replaced, what is long cut.
pub fn bare(text: &str) -> String {
    let mut out: String = text.chars().take(BARE).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out.replace(is_odd, "\u{FFFD}")
}

/// Words of the API (`care_home`) as people write them (`care home`).
pub fn words(word: &str) -> String {
    word.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_deceive_is_made_visible() {
        let name = "invoice\u{202E}fdp.exe";
        let page = shown(name).into_string();
        assert_eq!(page, "invoice<span class=\"odd\">U+202E</span>fdp.exe");
        assert_eq!(shown("<b>&\"").into_string(), "&lt;b&gt;&amp;&quot;");
        assert_eq!(shown("a\u{7}b").into_string(), "a<span class=\"odd\">U+0007</span>b");
        assert_eq!(shown("Üben, 日本, é").into_string(), "Üben, 日本, é");
    }

    proptest! {
        #[test]
        fn no_text_leaves_a_page_with_more_than_text(text in "\\PC*|.*") {
            let page = shown(&text).into_string();
            let rest = page.replace("<span class=\"odd\">", "").replace("</span>", "");
            prop_assert!(!rest.contains('<') && !rest.contains('>'));
            prop_assert!(!page.chars().any(is_odd));
        }
    }
}
