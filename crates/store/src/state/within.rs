//! The condition of a scope, in the text of a query.
//!
//! In: a query, the column of the organisation, a scope, perhaps one organisation of it. Out: the condition
//! that keeps the query within. Never: a code in the text itself; a query that reads beyond the scope.

use sqlx::{QueryBuilder, Sqlite};
use wardwatch_model::OrgId;

use crate::scope::TenantScope;

/// Adds the condition: rows of the scope's organisations, or of one of them alone.
pub(super) fn within(
    query: &mut QueryBuilder<Sqlite>,
    column: &'static str,
    scope: &TenantScope,
    org: Option<&OrgId>,
) {
    match org {
        Some(org) if scope.covers(org) => {
            query.push(column).push(" = ").push_bind(org.as_str().to_owned());
        }
        Some(_) => {
            query.push("FALSE");
        }
        // Every organisation there is: no list has to be made, and rows are read in whatever order the
        // rest of the query wants (the sign keeps SQLite from going through organisations one by one).
        None if scope.is_whole() => {
            query.push("+").push(column).push(" IN (SELECT code FROM organisations)");
        }
        None if let Some(but) = scope.but() => {
            query.push("+").push(column).push(" IN (SELECT code FROM organisations) AND +");
            query.push(column).push(" NOT IN (SELECT value FROM json_each(");
            query.push_bind(but.to_owned()).push("))");
        }
        None => one_by_one(query, column, scope),
    }
}

/// The same for what is counted by organisation: there SQLite is to go through them one by one.
pub(super) fn one_by_one(
    query: &mut QueryBuilder<Sqlite>,
    column: &'static str,
    scope: &TenantScope,
) {
    query.push(column);
    if scope.is_whole() {
        query.push(" IN (SELECT code FROM organisations)");
    } else {
        query.push(" IN (SELECT value FROM json_each(");
        query.push_bind(scope.json().to_owned()).push("))");
    }
}
