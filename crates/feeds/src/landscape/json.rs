//! Bounds of a JSON text, looked at before it is parsed.
//!
//! In: text, and what it may hold. Out: nothing, or why it is too much. A value in memory is many
//! times larger than its text (`0,` becomes 32 bytes), so a limit that is looked at afterwards comes
//! too late. Never: an error for what is no JSON; that is the parser's to tell.

use super::error::FeedError;

/// Lists and objects within each other; the feeds have some ten.
const MAX_DEPTH: u64 = 64;

/// What a text may hold.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Its bytes.
    pub bytes: u64,
    /// Its values, those within values too.
    pub values: u64,
}

/// Holds a text against its bounds.
///
/// # Errors
/// When it holds more.
pub fn within(text: &str, bounds: Bounds) -> Result<(), FeedError> {
    let too_much = |limit, what| Err(FeedError::TooMuch { limit, what });
    if text.len() as u64 > bounds.bytes {
        return too_much(bounds.bytes, "bytes");
    }
    let (mut depth, mut values) = (0_u64, 0_u64);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return too_much(MAX_DEPTH, "levels");
        }
        if values > bounds.values {
            return too_much(bounds.values, "values");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let bounds = Bounds { bytes: 200, values: 8 };
        within(text, bounds).map_or_else(|error| error.to_string(), |()| "fits".to_owned())
    }

    #[test]
    fn looks_at_bytes_levels_and_values() {
        assert_eq!(said(r#"{"a":["b,,,,,,,,,,","\\",1,2,"\",[[,,,,,,"]}"#), "fits");
        assert!(said(&"x".repeat(201)).contains("more than 200 bytes"));
        assert!(said("[0,0,0,0,0,0,0,0,0]").contains("more than 8 values"));
        let deep = Bounds { bytes: 200, values: 200 };
        assert!(within(&"[".repeat(64), deep).is_ok());
        let error = within(&"[".repeat(65), deep).unwrap_err().to_string();
        assert!(error.contains("more than 64 levels"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn what_parses_and_is_small_fits(numbers: Vec<u8>) {
            let text = serde_json::to_string(&numbers).unwrap();
            let bounds = Bounds { bytes: 1 << 20, values: numbers.len() as u64 + 1 };
            proptest::prop_assert!(within(&text, bounds).is_ok());
        }
    }
}
