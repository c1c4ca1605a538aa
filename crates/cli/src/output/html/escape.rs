//! Text made fit for a page: the only way from a log into the markup.
//!
//! In: any text. Out: a value that prints it with hidden characters spelled out and the five
//! characters of markup replaced. Never leaves a character that could end an element or attribute.

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::super::visible::{shorten, visible};

/// Prints text so that it means itself in an element or a quoted attribute.
pub struct Safe<'t>(Cow<'t, str>);

/// `text`, harmless.
pub fn safe(text: &str) -> Safe<'_> {
    Safe(visible(text))
}

/// At most `max_chars` characters of `text`, harmless.
pub fn safe_short(text: &str, max_chars: usize) -> Safe<'_> {
    match shorten(text, max_chars) {
        Cow::Borrowed(text) => safe(text),
        Cow::Owned(short) => Safe(Cow::Owned(visible(&short).into_owned())),
    }
}

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_five_characters_are_replaced() {
        assert_eq!(safe("a<b>&\"'").to_string(), "a&lt;b&gt;&amp;&quot;&#39;");
        assert_eq!(safe_short("<<<<", 2).to_string(), "&lt;…");
        assert_eq!(safe("a\u{202e}\n").to_string(), r"a\u{202e}␊");
    }
}
