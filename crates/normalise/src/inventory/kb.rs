//! Numbers of updates in text: `KB4012598`, `KB936929-v3`, `Q147222`, bare `943729`.
//!
//! In: a word or a text. Out: the numbers. Never: a bare number from running text.

use wardwatch_model::Kb;

/// The number that a word of a hotfix list stands for, suffixes (`v2`, `-IE8`, `_WM9`) aside.
pub(super) fn of_word(word: &str) -> Option<Kb> {
    let word = word.trim();
    marked(word).or_else(|| {
        let bare = (6..=7).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
        word.parse().ok().filter(|_| bare).map(Kb)
    })
}

/// A word that begins with `KB` or `Q` and a number.
fn marked(word: &str) -> Option<Kb> {
    let bytes = word.as_bytes();
    let (mark, least) = match bytes {
        [b'K' | b'k', b'B' | b'b', ..] => (2, 5),
        [b'Q' | b'q', ..] => (1, 6),
        _ => return None,
    };
    let digits = bytes[mark..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(least..=8).contains(&digits) {
        return None;
    }
    word.get(mark..mark + digits)?.parse().ok().filter(|&number| number > 0).map(Kb)
}

/// Every number of a text that is marked with `KB`.
pub(super) fn all_of(text: &str) -> impl Iterator<Item = Kb> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.get(..2).is_some_and(|mark| mark.eq_ignore_ascii_case("kb")))
        .filter_map(marked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_of_hotfix_lists() {
        let read = |word| of_word(word).map(|kb| kb.0);
        assert_eq!(read("KB4012598"), Some(4_012_598));
        assert_eq!(read("KB893803v2"), Some(893_803));
        assert_eq!(read("KB2803821-v2_WM9"), Some(2_803_821));
        assert_eq!(read("Q147222"), Some(147_222));
        assert_eq!(read("943729"), Some(943_729));
        for word in ["File 1", "", "KB", "Q1", "12", "{7A068575-C5DB}", "KB123456789", "KB00000"] {
            assert_eq!(read(word), None, "{word}");
        }
        let text = "Update for Windows (KB4462930), see kb4465477; not 4465478";
        assert_eq!(all_of(text).map(|kb| kb.0).collect::<Vec<_>>(), [4_462_930, 4_465_477]);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = (of_word(&text), all_of(&text).count());
        }
    }
}
