//! What is wrong with a rule, said so that its author can mend it.

use std::fmt;

/// Whether the rule could still be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The rule is loaded; something in it is odd.
    Warning,
    /// The rule is not loaded.
    Error,
}

/// One finding in a rule file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file as the caller named it.
    pub file: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Whether the rule was loaded.
    pub severity: Severity,
    /// Stable code, such as `W104`; listed in `docs/rules.md`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{}:{}: {severity}[{}]: {}", self.file, self.line, self.code, self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " (hint: {})", self.hint) }
    }
}

/// A finding before it is known where in which file it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// Text by which the line can be found within the document; may be empty.
    pub anchor: String,
}

impl Problem {
    /// A problem with a code, a message and a hint.
    pub fn new(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Problem { code, message: message.into(), hint: hint.into(), anchor: String::new() }
    }

    /// Names the text by which the line can be found.
    #[must_use]
    pub fn at(mut self, anchor: impl Into<String>) -> Self {
        if self.anchor.is_empty() {
            self.anchor = anchor.into();
        }
        self
    }
}
