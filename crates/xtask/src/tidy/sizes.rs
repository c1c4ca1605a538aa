//! Files stay small enough to be read in one go; tests and data tables are not counted.

use super::Finding;

/// From here on a file should say why it is not two.
const EXPLAIN_LINES: usize = 400;
/// From here on it must be two.
const MOST_LINES: usize = 800;
/// A header that starts so marks a table of data, which may be as long as the data is.
const DATA_TABLE: &str = "//! Data table:";

/// Finds files whose part before the tests is too long.
pub fn check(file: &str, text: &str) -> Vec<Finding> {
    if file.ends_with("/tests.rs") || text.starts_with(DATA_TABLE) {
        return Vec::new();
    }
    let lines = lines_before_tests(text);
    if lines > MOST_LINES {
        let message = format!("{lines} lines without tests, at most {MOST_LINES}: split it");
        vec![Finding::error(file, lines, message)]
    } else if lines > EXPLAIN_LINES {
        let message =
            format!("{lines} lines without tests: above {EXPLAIN_LINES}, consider a split");
        vec![Finding::warning(file, lines, message)]
    } else {
        Vec::new()
    }
}

/// How many lines come before the test module; all of them when there is none.
pub fn lines_before_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let starts_tests = |pair: &[&str]| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ");
    lines.windows(2).position(starts_tests).unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::Severity;

    fn file_of(lines: usize) -> String {
        "let a = 1;\n".repeat(lines)
    }

    #[test]
    fn long_files_are_warned_of_and_longer_ones_refused() {
        assert_eq!(check("a.rs", &file_of(400)), []);
        assert_eq!(check("a.rs", &file_of(401))[0].severity, Severity::Warning);
        assert_eq!(check("a.rs", &file_of(800))[0].severity, Severity::Warning);
        assert_eq!(check("a.rs", &file_of(801))[0].severity, Severity::Error);
    }

    #[test]
    fn tests_and_data_tables_are_not_counted() {
        let with_tests = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", file_of(10), file_of(900));
        assert_eq!(lines_before_tests(&with_tests), 10);
        assert_eq!(check("a.rs", &with_tests), []);
        assert_eq!(check("a.rs", &format!("//! Data table: names.\n{}", file_of(900))), []);
        assert_eq!(check("lower/tests.rs", &file_of(900)), []);
    }

    #[test]
    fn a_test_only_import_does_not_hide_the_file_below_it() {
        let text = format!("#[cfg(test)]\nuse std::fmt;\n{}", file_of(900));
        assert_eq!(check("a.rs", &text).len(), 1);
    }
}
