//! Every source file says at its top what it is.

use super::Finding;

/// How far down the header may start; above it there is room for an attribute or a shebang.
const WITHIN_LINES: usize = 5;

/// Finds a missing `//!` header.
pub fn check(file: &str, text: &str) -> Vec<Finding> {
    if text.lines().take(WITHIN_LINES).any(|line| line.starts_with("//!")) {
        return Vec::new();
    }
    let message = "no `//!` header: say what this is, what goes in, what comes out";
    vec![Finding::error(file, 1, message)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_within_five_lines_is_enough() {
        assert_eq!(check("a.rs", "//! What this is.\n"), []);
        assert_eq!(check("a.rs", "#![allow(x)]\n\n//! What this is.\n"), []);
    }

    #[test]
    fn a_file_without_header_is_found() {
        for text in
            ["", "use std::fmt;\n", "/// Not a file header.\nfn f() {}\n", "\n\n\n\n\n//! Late.\n"]
        {
            assert_eq!(check("a.rs", text).len(), 1, "{text:?}");
        }
    }
}
