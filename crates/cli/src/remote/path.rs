//! Identifiers that people chose, as parts of an address.

/// As one segment of a path: what is not plain is written as `%` with two digits (RFC 3986).
pub fn segment(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_identifier_leads_elsewhere() {
        assert_eq!(segment("ZZ1.odd-1"), "ZZ1.odd-1");
        assert_eq!(segment("a/b?c#é"), "a%2Fb%3Fc%23%C3%A9");
    }
}
