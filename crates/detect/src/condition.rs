//! A condition by itself, for exclusions that are laid over a rule's hits.
//!
//! In: a Sigma filter, or a field and a text. Out: whether it is true of an event, by the plain
//! evaluator. Never: a change in the rule that it is laid over.

use std::sync::Arc;

use wardwatch_model::Event;

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Documents;
use crate::fold::fold_literal;
use crate::lower::lower;
use crate::placeholder::Placeholders;
use crate::predicate::{Operator, Place, Predicate, Subject};
use crate::rule::Expr;

/// A condition over the fields of an event.
#[derive(Debug, Clone)]
pub struct Condition {
    expression: Expr<Predicate>,
}

impl Condition {
    /// The condition of the one Sigma filter in a text: what must be true for a hit to count. Which
    /// rules and which log source the filter names does not matter here.
    ///
    /// # Errors
    /// All that is wrong with the text.
    pub fn of_filter(text: &str, known: &Placeholders) -> Result<Self, Vec<Diagnostic>> {
        let documents = Documents::parse("filter", text);
        let error = |line, code, message: String, hint: &str| Diagnostic {
            file: "filter".to_owned(),
            line,
            severity: Severity::Error,
            code,
            message,
            hint: hint.to_owned(),
        };
        let wrong: Vec<Diagnostic> = documents
            .diagnostics
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .cloned()
            .collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let others = documents.rules.len() + documents.correlations.len();
        let [located] = documents.filters.as_slice() else {
            let message = "one filter is expected".to_owned();
            return Err(vec![error(1, "W104", message, "write one document with `filter:`")]);
        };
        if others > 0 {
            let message = "a filter alone is expected".to_owned();
            return Err(vec![error(1, "W104", message, "take the rules out")]);
        }
        let lowered = lower(&located.document.detection, known).map_err(|problem| {
            let line = located.line_of(&problem.anchor);
            vec![error(line, problem.code, problem.message, &problem.hint)]
        })?;
        Ok(Condition { expression: lowered.condition })
    }

    /// True where a field has this text anywhere in it, whatever the case.
    pub fn contains(field: &str, text: &str) -> Self {
        let operator =
            Operator::Text { literal: fold_literal(text), place: Place::Anywhere, cased: false };
        let subject = Subject::Field(Arc::from(field));
        Condition { expression: Expr::Holds(Predicate { subject, operator }) }
    }

    /// True where all of them are.
    pub fn all(conditions: impl IntoIterator<Item = Condition>) -> Self {
        let list = conditions.into_iter().map(|condition| condition.expression).collect();
        Condition { expression: Expr::And(list) }
    }

    /// True where it is not.
    #[must_use]
    pub fn negated(self) -> Self {
        Condition { expression: Expr::Not(Box::new(self.expression)) }
    }

    /// Whether it is true of an event.
    pub fn holds(&self, event: &Event<'_>) -> bool {
        self.expression.is_true(&mut |predicate: &Predicate| predicate.holds(event))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wardwatch_model::{Field, RawTime, SourceSet, Value};

    use super::*;

    fn holds(condition: &Condition, fields: &[Field<'_>]) -> bool {
        condition.holds(&Event {
            fields,
            sources: SourceSet::UNKNOWN,
            time: RawTime::Missing,
            device: Value::Null,
            record: 1,
        })
    }

    #[test]
    fn a_filter_says_what_must_be_true() {
        let text = "title: Not the backup\nfilter:\n  rules: any\n  selection:\n    \
                    Image|endswith: '\\backup.exe'\n  condition: not selection\n";
        let filter = Condition::of_filter(text, &Placeholders::default()).unwrap();
        assert!(!holds(&filter, &[Field::text("Image", r"C:\Backup.exe")]));
        assert!(holds(&filter, &[Field::text("Image", r"C:\evil.exe")]));
        assert!(holds(&filter, &[]));
    }

    #[test]
    fn a_text_is_looked_for_whatever_the_case() {
        let found = Condition::contains("Image", "BACKUP");
        assert!(holds(&found, &[Field::text("Image", "c:\\backup.exe")]));
        assert!(!holds(&found, &[Field::text("Other", "backup")]));
        assert!(!holds(&found.negated(), &[Field::text("Image", "backup")]));
    }

    #[test]
    fn what_is_no_filter_is_said() {
        let rule =
            "title: a\nlogsource: {product: windows}\ndetection: {s: {A: b}, condition: s}\n";
        for (text, code) in [(rule, "W104"), ("", "W102"), ("title: [a", "W103")] {
            let wrong = Condition::of_filter(text, &Placeholders::default()).unwrap_err();
            assert_eq!(wrong[0].code, code, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Condition::of_filter(&text, &Placeholders::default());
        }
    }
}
