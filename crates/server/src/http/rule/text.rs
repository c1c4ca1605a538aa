//! What requests on rules have in common: the rule of the path, reasons, problems of rule files.

use std::path::Path;

use axum::http::StatusCode;
use wardwatch_api::rule::RuleProblem;
use wardwatch_detect::{Diagnostic, RuleNumber, Severity};
use wardwatch_model::{OrgId, RuleId};
use wardwatch_store::TenantScope;

use super::super::problem::Problem;
use crate::rules::Rules;

/// Characters of a reason.
const REASON_CHARS: usize = 1_000;

/// A reason: not empty, not long, without control characters but ends of lines.
pub fn reason(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    let fits = (1..=REASON_CHARS).contains(&text.chars().count());
    if fits && !text.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Ok(text);
    }
    let detail = format!("a reason has 1 to {REASON_CHARS} characters and no control characters");
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail))
}

/// Whether a caller may see a rule: it is everybody's, or goes for one of the caller's
/// organisations, or belongs to one.
pub fn sees(scope: &TenantScope, rules: &Rules, number: RuleNumber) -> bool {
    match rules.policy.owner(number) {
        None => true,
        Some(owner) => {
            scope.covers(owner) || scope.orgs().any(|org| rules.policy.goes_for(number, org))
        }
    }
}

/// The rule of the path, if the caller may see it.
pub fn find(scope: &TenantScope, rules: &Rules, id: &str) -> Result<(RuleId, RuleNumber), Problem> {
    let id = RuleId(id.to_owned());
    let number = rules.number(&id).filter(|number| sees(scope, rules, *number));
    number.map(|number| (id, number)).ok_or_else(|| Problem::not_found("rule"))
}

/// The rule of the path, if it goes for an organisation.
pub fn find_at(
    scope: &TenantScope,
    rules: &Rules,
    id: &str,
    org: &OrgId,
) -> Result<RuleId, Problem> {
    if !scope.covers(org) {
        return Err(Problem::not_found("organisation"));
    }
    let (id, number) = find(scope, rules, id)?;
    match rules.policy.goes_for(number, org) {
        true => Ok(id),
        false => Err(Problem::not_found("rule")),
    }
}

/// A file's name as a caller may read it: folders of the server are for the centre's eyes.
pub fn file(scope: &TenantScope, file: &str) -> String {
    if scope.reaches_top() || file.starts_with("built-in/") {
        return file.to_owned();
    }
    let name = Path::new(file).file_name().and_then(|name| name.to_str());
    name.unwrap_or(file).to_owned()
}

/// A finding in a rule file, for a caller.
pub fn problem(scope: &TenantScope, found: &Diagnostic) -> RuleProblem {
    RuleProblem {
        file: file(scope, &found.file),
        line: found.line,
        error: found.severity == Severity::Error,
        code: found.code.to_owned(),
        message: found.message.clone(),
        hint: found.hint.clone(),
    }
}

/// Those of the findings that a caller may see: of the server's rules, and of rules of the caller's
/// organisations. The file of such a rule is its id.
pub fn problems(scope: &TenantScope, found: &[Diagnostic], own: &[String]) -> Vec<RuleProblem> {
    let visible = |found: &&Diagnostic| match own.binary_search(&found.file) {
        Ok(_) => {
            let org = found.file.split('.').next().and_then(|code| code.parse().ok());
            org.is_some_and(|org| scope.covers(&org))
        }
        Err(_) => true,
    };
    found.iter().filter(visible).map(|found| problem(scope, found)).collect()
}
