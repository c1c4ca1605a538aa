//! A word of the command line that is one of a few.

/// The one that is called so.
///
/// # Errors
/// When none is; names those that there are.
pub fn one_of<T: Copy>(
    word: &str,
    known: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, String> {
    known.iter().copied().find(|one| name(*one) == word).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|one| name(*one)).collect();
        format!("'{word}' is none of {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_none_is_told_which_there_are() {
        let name = |one: bool| if one { "on" } else { "off" };
        assert_eq!(one_of("on", &[true, false], name), Ok(true));
        let wrong = one_of("up", &[true, false], name);
        assert_eq!(wrong, Err("'up' is none of on, off".to_owned()));
    }
}
