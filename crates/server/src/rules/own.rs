//! A rule that an organisation writes: checked by itself before it joins the others.
//!
//! In: a text of one rule, or of one correlation with the rules that it stands on. Out: the id that
//! it gets, or all that is wrong. Never: a rule whose meaning depends on anybody else's.

use wardwatch_detect::{Diagnostic, Documents, Placeholders, RuleSet, Severity};
use wardwatch_model::{OrgId, RuleId};

/// Bytes of a text.
pub const MAX_BYTES: usize = 64 * 1024;
/// Documents in a text.
const MAX_DOCUMENTS: usize = 20;
/// Letters of an id.
const MAX_ID: usize = 100;

/// Its documents, among the names of its organisation.
pub fn documents(id: &RuleId, org: &OrgId, text: &str) -> Documents {
    let mut documents = Documents::parse(&id.0, text).in_space(org.as_str());
    // What narrows other rules is not part of a rule.
    documents.filters.clear();
    documents
}

/// Checks a text; gives the id that it gets in use, and the rules in it.
///
/// # Errors
/// All that is wrong.
pub fn check(
    org: &OrgId,
    text: &str,
    known: &Placeholders,
) -> Result<(RuleId, RuleSet), Vec<Diagnostic>> {
    if text.len() > MAX_BYTES {
        let message = format!("the text has {} bytes, the limit is {MAX_BYTES}", text.len());
        return Err(vec![wrong(1, "W101", message, "write fewer values")]);
    }
    let documents = Documents::parse("rule", text).in_space(org.as_str());
    let mut found = shape(&documents);
    let last = documents.correlations.last().map(|located| (located.id(), located.line));
    let last = last.or_else(|| documents.rules.last().map(|located| (located.id(), located.line)));
    let set = RuleSet::load(documents, known);
    let errors = set.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    found.extend(errors.cloned());
    if let Some((id, line)) = &last {
        let own = id.strip_prefix(org.as_str()).and_then(|rest| rest.strip_prefix('.'));
        let own = own.unwrap_or_default();
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if own.is_empty() || own.len() > MAX_ID || !own.chars().all(plain) {
            let message = format!(
                "the id has letters that are not among A-Z a-z 0-9 - _ . or is longer than {MAX_ID}"
            );
            found.push(wrong(*line, "W104", message, "give it a UUID as `id`"));
        }
    }
    match last {
        Some((id, _)) if found.is_empty() => Ok((RuleId(id), set)),
        _ => Err(found),
    }
}

/// What is wrong with the kinds and number of documents.
fn shape(documents: &Documents) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let all = documents.rules.len() + documents.correlations.len();
    if all > MAX_DOCUMENTS {
        let message = format!("{all} documents are more than {MAX_DOCUMENTS}");
        found.push(wrong(1, "W104", message, "add them one by one"));
    }
    if let Some(filter) = documents.filters.first() {
        let message = "a filter is no rule".to_owned();
        found.push(wrong(filter.line, "W104", message, "lay it over a rule instead"));
    }
    match documents.correlations.len() {
        0 if documents.rules.len() > 1 => {
            let line = documents.rules.get(1).map_or(1, |located| located.line);
            let message = "more than one rule".to_owned();
            found.push(wrong(line, "W104", message, "add them one by one"));
        }
        0 | 1 => {}
        _ => {
            let line = documents.correlations.get(1).map_or(1, |located| located.line);
            let message = "more than one correlation".to_owned();
            found.push(wrong(line, "W104", message, "add them one by one"));
        }
    }
    found
}

fn wrong(line: u32, code: &'static str, message: String, hint: &str) -> Diagnostic {
    Diagnostic {
        file: "rule".to_owned(),
        line,
        severity: Severity::Error,
        code,
        message,
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULE: &str = "title: Found\nid: f\nname: found\nlogsource: {product: windows}\n\
                        detection: {s: {Image|endswith: evil.exe}, condition: s}\n";
    const MANY: &str = "title: Many\nid: m\ncorrelation:\n  type: event_count\n  \
                        rules: [found]\n  timespan: 1h\n  condition: {gte: 3}\n";

    fn checked(text: &str) -> Result<String, Vec<&'static str>> {
        let org = "ZZ1".parse().unwrap();
        match check(&org, text, &Placeholders::default()) {
            Ok((id, _)) => Ok(id.0),
            Err(found) => Err(found.iter().map(|one| one.code).collect()),
        }
    }

    #[test]
    fn a_rule_or_a_correlation_with_its_rules_gets_an_id_of_its_organisation() {
        assert_eq!(checked(RULE), Ok("ZZ1.f".to_owned()));
        assert_eq!(checked(&format!("{RULE}---\n{MANY}")), Ok("ZZ1.m".to_owned()));
    }

    #[test]
    fn what_reaches_beyond_itself_or_cannot_be_read_is_refused() {
        // Names a rule that is not in the text.
        assert_eq!(checked(MANY), Err(vec!["W160"]));
        let second = RULE.replace("id: f", "id: g");
        assert_eq!(checked(&format!("{RULE}---\n{second}")), Err(vec!["W104"]));
        assert_eq!(checked(&RULE.replace("id: f", "id: a/b")), Err(vec!["W104"]));
        assert_eq!(checked(&RULE.replace("|endswith", "|nothing")), Err(vec!["W105"]));
        assert_eq!(checked(""), Err(vec!["W102"]));
        assert_eq!(checked(&"x".repeat(MAX_BYTES + 1)), Err(vec!["W101"]));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = checked(&text);
        }
    }
}
