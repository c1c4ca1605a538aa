//! A rule file's text to its documents, each with the line where it starts.
//!
//! In: a file's name and text. Out: rules, correlations and filters as parsed, and a diagnostic
//! for each document that is none. Never: a file left out in silence.

use rsigma_parser::{
    CorrelationRule, FilterRule, SigmaCollection, SigmaParserError, SigmaRule, parse_sigma_yaml,
};

use crate::diagnostic::{Diagnostic, Severity};

/// Largest rule file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 4 << 20;

/// A parsed document and where it stands.
#[derive(Debug, Clone)]
pub struct Located<T> {
    /// The document.
    pub document: T,
    /// The file it came from.
    pub file: String,
    /// Line of its first key, from 1.
    pub line: u32,
    /// Its text, to find lines in.
    pub text: String,
    /// Whose names its ids and names are among; empty for those that all share. See
    /// [`Documents::in_space`].
    pub space: String,
}

impl<T> Located<T> {
    /// Its text, file and line.
    pub fn sheet(&self) -> (String, String, u32) {
        (self.text.clone(), self.file.clone(), self.line)
    }

    fn id_of(&self, id: Option<&String>, title: &str) -> String {
        let id = id.cloned().unwrap_or_else(|| identifier(title));
        match self.space.as_str() {
            "" => id,
            space => format!("{space}.{id}"),
        }
    }

    /// The line on which `anchor` first stands in this document, else its first line.
    pub fn line_of(&self, anchor: &str) -> u32 {
        line_of(&self.text, anchor).map_or(self.line, |line| self.line + line)
    }
}

impl Located<SigmaRule> {
    /// The id that it gets in a rule set: its own or one made from its title, behind its space.
    pub fn id(&self) -> String {
        self.id_of(self.document.id.as_ref(), &self.document.title)
    }
}

impl Located<CorrelationRule> {
    /// As that of a rule.
    pub fn id(&self) -> String {
        self.id_of(self.document.id.as_ref(), &self.document.title)
    }
}

/// An identifier from a title, for rules that have no id.
fn identifier(title: &str) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

fn line_of(text: &str, anchor: &str) -> Option<u32> {
    if anchor.is_empty() {
        return None;
    }
    let at = text.lines().position(|line| line.contains(anchor))?;
    u32::try_from(at).ok()
}

/// What rule files hold.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    /// Detection rules.
    pub rules: Vec<Located<SigmaRule>>,
    /// Correlation rules.
    pub correlations: Vec<Located<CorrelationRule>>,
    /// Filters.
    pub filters: Vec<Located<FilterRule>>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

impl Documents {
    /// Adds what another holds, in order.
    pub fn append(&mut self, mut other: Documents) {
        self.rules.append(&mut other.rules);
        self.correlations.append(&mut other.correlations);
        self.filters.append(&mut other.filters);
        self.diagnostics.append(&mut other.diagnostics);
    }

    /// Puts all documents into a space of names of their own: their ids get it as a prefix with a
    /// dot, and what they refer to is looked for only among themselves. So what somebody writes
    /// changes nothing in the meaning of others' rules.
    #[must_use]
    pub fn in_space(mut self, space: &str) -> Self {
        self.rules.iter_mut().for_each(|rule| space.clone_into(&mut rule.space));
        self.correlations.iter_mut().for_each(|rule| space.clone_into(&mut rule.space));
        self.filters.iter_mut().for_each(|rule| space.clone_into(&mut rule.space));
        self
    }

    /// Reads one file's text.
    pub fn parse(file: &str, text: &str) -> Self {
        let mut documents = Documents::default();
        if text.len() > MAX_FILE_BYTES {
            documents.error(
                file,
                1,
                "W101",
                format!("the file has {} bytes, the limit is {MAX_FILE_BYTES}", text.len()),
                "split it",
            );
            return documents;
        }
        for (line, part) in split(text) {
            documents.parse_part(file, line, part);
        }
        if documents.is_empty() {
            documents.error(file, 1, "W102", "no rule in this file", "remove it or write one");
        }
        documents
    }

    fn is_empty(&self) -> bool {
        self.rules.is_empty()
            && self.correlations.is_empty()
            && self.filters.is_empty()
            && self.diagnostics.is_empty()
    }

    fn parse_part(&mut self, file: &str, line: u32, text: &str) {
        let collection = match parse_sigma_yaml(text) {
            Ok(collection) => collection,
            Err(error) => {
                let (code, hint, anchor) = explain(&error);
                let line = line_of(text, &anchor).map_or(line, |at| line + at);
                self.error(file, line, code, error.to_string(), hint);
                return;
            }
        };
        let SigmaCollection { rules, correlations, filters, errors } = collection;
        let loaded = rules.len() + correlations.len() + filters.len();
        for error in errors {
            let severity = if loaded == 0 { Severity::Error } else { Severity::Warning };
            self.diagnostics.push(parser_message(file, line, text, &error, severity));
        }
        let first = first_line(text);
        let place = |anchor: &str| line + line_of(text, anchor).unwrap_or(first);
        self.rules.extend(rules.into_iter().map(|document| Located {
            line: place(if loaded > 1 { &document.title } else { "" }),
            file: file.to_owned(),
            text: text.lines().skip(first as usize).collect::<Vec<_>>().join("\n"),
            document,
            space: String::new(),
        }));
        self.correlations.extend(correlations.into_iter().map(|document| Located {
            line: place(""),
            file: file.to_owned(),
            text: text.lines().skip(first as usize).collect::<Vec<_>>().join("\n"),
            document,
            space: String::new(),
        }));
        self.filters.extend(filters.into_iter().map(|document| Located {
            line: place(""),
            file: file.to_owned(),
            text: text.lines().skip(first as usize).collect::<Vec<_>>().join("\n"),
            document,
            space: String::new(),
        }));
    }

    fn error(
        &mut self,
        file: &str,
        line: u32,
        code: &'static str,
        message: impl Into<String>,
        hint: &str,
    ) {
        self.diagnostics.push(Diagnostic {
            file: file.to_owned(),
            line,
            severity: Severity::Error,
            code,
            message: message.into(),
            hint: hint.to_owned(),
        });
    }
}

/// Parts of a file between `---` lines, with the line each starts on. A file that uses
/// collection actions is one part, since its documents depend on each other.
fn split(text: &str) -> Vec<(u32, &str)> {
    if text.lines().any(|line| line.starts_with("action:")) {
        return vec![(1, text)];
    }
    let mut parts = Vec::new();
    let (mut start, mut start_line, mut at, mut line) = (0usize, 1u32, 0usize, 1u32);
    for piece in text.split_inclusive('\n') {
        let next = at + piece.len();
        if piece.trim_end() == "---" {
            parts.push((start_line, &text[start..at]));
            (start, start_line) = (next, line + 1);
        }
        (at, line) = (next, line + 1);
    }
    parts.push((start_line, &text[start..]));
    parts.retain(|(_, part)| {
        part.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
    });
    parts
}

fn first_line(text: &str) -> u32 {
    let is_content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    text.lines().position(is_content).and_then(|at| u32::try_from(at).ok()).unwrap_or(0)
}

/// Code, hint and where to look for an error of the parser.
fn explain(error: &SigmaParserError) -> (&'static str, &'static str, String) {
    match error {
        SigmaParserError::UnknownModifier(name) => (
            "W105",
            "modifiers are: contains startswith endswith all exists cased neq windash re i m s \
             base64 base64offset utf16le utf16be utf16 wide lt lte gt gte minute hour day week \
             month year cidr expand fieldref",
            format!("|{name}"),
        ),
        SigmaParserError::NotIsNotAModifier => ("W105", "negate in the condition", "|not".into()),
        SigmaParserError::Condition(..) | SigmaParserError::ConditionTooLong(..) => {
            ("W106", "see the condition's grammar in docs/rules.md", "condition:".into())
        }
        SigmaParserError::MissingField(name) => ("W104", "add it", name.clone()),
        SigmaParserError::InvalidCorrelation(_) | SigmaParserError::InvalidTimespan(_) => {
            ("W107", "see correlations in docs/rules.md", "correlation:".into())
        }
        SigmaParserError::Yaml(_) => ("W103", "mend the YAML", String::new()),
        _ => ("W104", "see docs/rules.md", "detection:".into()),
    }
}

/// A message that the parser gives as text only: its line is found from what it says.
fn parser_message(
    file: &str,
    start: u32,
    text: &str,
    message: &str,
    severity: Severity,
) -> Diagnostic {
    let number_after = |word: &str| -> Option<u32> {
        let tail = &message[message.find(word)? + word.len()..];
        let digits: String = tail.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    let quoted = message.split('\'').nth(1).unwrap_or_default();
    let anchor = match message {
        m if m.contains("modifier") => format!("|{quoted}"),
        m if m.to_ascii_lowercase().contains("condition") => "condition:".to_owned(),
        m if m.contains("correlation") => "correlation:".to_owned(),
        _ => quoted.to_owned(),
    };
    let (code, hint) = match message {
        m if m.starts_with("YAML") => ("W103", "mend the YAML"),
        m if m.contains("Unknown modifier") => {
            ("W105", explain(&SigmaParserError::UnknownModifier(String::new())).1)
        }
        m if m.contains("Condition") => ("W106", "see the condition's grammar in docs/rules.md"),
        m if m.contains("correlation") || m.contains("timespan") => {
            ("W107", "see correlations in docs/rules.md")
        }
        _ => ("W104", "see docs/rules.md"),
    };
    let line = match number_after("at line ") {
        Some(line) if code == "W103" => start + line.saturating_sub(1),
        _ => line_of(text, &anchor).map_or(start + first_line(text), |line| start + line),
    };
    let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    Diagnostic { file: file.to_owned(), line, severity, code, message, hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_error(text: &str) -> (u32, &'static str) {
        let documents = Documents::parse("r.yml", text);
        let diagnostic = &documents.diagnostics[0];
        assert_eq!(diagnostic.severity, Severity::Error, "{diagnostic}");
        (diagnostic.line, diagnostic.code)
    }

    #[test]
    fn errors_name_their_line() {
        let rule = "title: a\nlogsource: {product: windows}\ndetection:\n  sel:\n    A|foo: b\n  condition: sel\n";
        assert_eq!(first_error(rule), (5, "W105"));
        assert_eq!(first_error(&format!("# c\n---\n{rule}")), (7, "W105"));
        let bad = rule.replace("|foo", "").replace("condition: sel", "condition: sel and (");
        assert_eq!(first_error(&bad), (6, "W106"));
        assert_eq!(first_error("title: [a\nb: c"), (2, "W103"));
        assert_eq!(first_error(""), (1, "W102"));
        assert_eq!(first_error("- a\n"), (1, "W104"));
    }

    #[test]
    fn a_billion_laughs_is_refused() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for level in 1..12 {
            let list = vec![format!("*a{}", level - 1); 10].join(",");
            text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
        }
        let documents = Documents::parse("bomb.yml", &text);
        assert!(documents.rules.is_empty());
        assert_eq!(documents.diagnostics.len(), 1);
    }

    #[test]
    fn documents_keep_their_lines() {
        let rule =
            "title: a\nlogsource: {product: windows}\ndetection: {sel: {A: b}, condition: sel}\n";
        let documents = Documents::parse("r.yml", &format!("{rule}---\n# second\n{rule}"));
        let lines: Vec<_> = documents.rules.iter().map(|rule| rule.line).collect();
        assert_eq!(lines, [1, 6]);
    }
}
