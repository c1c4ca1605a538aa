//! Which SQL is taken at all, before anything is planned.
//!
//! In: a text. Out: its one query. Never: anything but a `SELECT` over names; a query whose
//! planning alone could take memory or time without bound.

use std::ops::ControlFlow;

use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName,
    Query, Select, SetExpr, Statement as SqlStatement, TableFactor, Value, ValueWithSpan, Visit,
    Visitor,
};

use crate::error::HuntError;
use crate::limits::HuntLimits;

/// How deep a query may be nested.
const DEPTH: usize = 48;
/// How many patterns a query may have: each takes memory of its own.
const PATTERNS: usize = 16;

/// The query of a text.
pub(crate) fn check(sql: &str, limits: &HuntLimits) -> Result<Statement, HuntError> {
    if sql.len() > limits.sql_bytes {
        return refused(format!("the query is longer than {} bytes", limits.sql_bytes));
    }
    let mut statements = DFParserBuilder::new(sql)
        .with_recursion_limit(DEPTH)
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| HuntError::of(&error))?;
    let (Some(statement), true) = (statements.pop_front(), statements.is_empty()) else {
        return refused("a hunt is exactly one SELECT");
    };
    let Statement::Statement(inner) = &statement else {
        return refused("a hunt is a SELECT and nothing else");
    };
    if !matches!(**inner, SqlStatement::Query(_)) {
        return refused("a hunt is a SELECT and nothing else");
    }
    let mut rules = Rules { limits, relations: 0, statements: 0, patterns: 0 };
    match inner.visit(&mut rules) {
        ControlFlow::Continue(()) => Ok(statement),
        ControlFlow::Break(reason) => Err(HuntError::Refused(reason)),
    }
}

fn refused<T>(reason: impl Into<String>) -> Result<T, HuntError> {
    Err(HuntError::Refused(reason.into()))
}

struct Rules<'l> {
    limits: &'l HuntLimits,
    relations: usize,
    statements: usize,
    patterns: usize,
}

impl Rules<'_> {
    /// A pattern is compiled once, so it stands in the query, and there are few of them.
    fn pattern(&mut self, pattern: Option<&Expr>) -> ControlFlow<String> {
        if !pattern.is_some_and(is_text) {
            return stop("a pattern is a text in quotes");
        }
        self.patterns += 1;
        if self.patterns > PATTERNS {
            return stop(format!("more than {PATTERNS} patterns"));
        }
        ControlFlow::Continue(())
    }
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value.clone().into_string().is_some())
}

fn is_regex(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::PGRegexMatch
            | BinaryOperator::PGRegexIMatch
            | BinaryOperator::PGRegexNotMatch
            | BinaryOperator::PGRegexNotIMatch
            | BinaryOperator::Regexp
    )
}

fn is_regex_function(function: &Function) -> bool {
    let name = function.name.to_string().trim_matches('"').to_ascii_lowercase();
    name.starts_with("regexp_")
}

fn second(function: &Function) -> Option<&Expr> {
    let FunctionArguments::List(list) = &function.args else { return None };
    match list.args.get(1)? {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    }
}

fn stop<T: Into<String>>(reason: T) -> ControlFlow<String> {
    ControlFlow::Break(reason.into())
}

impl Visitor for Rules<'_> {
    type Break = String;

    fn pre_visit_statement(&mut self, _: &SqlStatement) -> ControlFlow<String> {
        self.statements += 1;
        if self.statements > 1 {
            return stop("a hunt is one SELECT, with no other statement inside it");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<String> {
        if query.with.as_ref().is_some_and(|with| with.recursive) {
            return stop("WITH RECURSIVE is not taken");
        }
        let plain = query.locks.is_empty()
            && query.for_clause.is_none()
            && query.settings.is_none()
            && query.format_clause.is_none()
            && query.pipe_operators.is_empty();
        if !plain {
            return stop("FOR, SETTINGS, FORMAT and pipes are not taken");
        }
        body(&query.body)
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<String> {
        if select.into.is_some() {
            return stop("SELECT INTO writes, and a hunt only reads");
        }
        let plain = select.lateral_views.is_empty()
            && select.named_window.is_empty()
            && select.qualify.is_none()
            && select.connect_by.is_empty();
        if !plain {
            return stop("LATERAL VIEW, WINDOW, QUALIFY and CONNECT BY are not taken");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<String> {
        if name.0.len() > 1 {
            return stop(format!("there is no table {name}: the one view is `events`"));
        }
        self.relations += 1;
        if self.relations > self.limits.relations {
            return stop(format!("more than {} tables are named", self.limits.relations));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<String> {
        let plain = match factor {
            TableFactor::Table {
                args,
                with_hints,
                version,
                with_ordinality,
                partitions,
                json_path,
                sample,
                index_hints,
                ..
            } => {
                args.is_none()
                    && with_hints.is_empty()
                    && version.is_none()
                    && !with_ordinality
                    && partitions.is_empty()
                    && json_path.is_none()
                    && sample.is_none()
                    && index_hints.is_empty()
            }
            TableFactor::Derived { sample, .. } => sample.is_none(),
            TableFactor::NestedJoin { .. } => true,
            _ => false,
        };
        if plain {
            return ControlFlow::Continue(());
        }
        stop("only `events`, subqueries and joins of them stand behind FROM")
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<String> {
        match expr {
            Expr::Function(function) if function.over.is_some() => {
                stop("window functions (OVER) are not taken: they hold all rows in memory")
            }
            Expr::BinaryOp { op: BinaryOperator::StringConcat, .. } => {
                stop("|| is not taken: write concat(a, b)")
            }
            Expr::Cube(_) | Expr::Rollup(_) | Expr::GroupingSets(_) => {
                stop("CUBE, ROLLUP and GROUPING SETS are not taken")
            }
            Expr::Like { pattern, .. } | Expr::ILike { pattern, .. } if !is_text(pattern) => {
                stop("what stands behind LIKE is a text in quotes")
            }
            Expr::SimilarTo { .. } | Expr::RLike { .. } => {
                stop("SIMILAR TO and RLIKE are not taken: write regexp_like(column, 'pattern')")
            }
            Expr::BinaryOp { op, right, .. } if is_regex(op) => self.pattern(Some(right)),
            Expr::Function(function) if is_regex_function(function) => {
                self.pattern(second(function))
            }
            Expr::Array(_)
            | Expr::Map(_)
            | Expr::Struct { .. }
            | Expr::Dictionary(_)
            | Expr::Lambda(_) => stop("lists, maps and structures are not taken"),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> ControlFlow<String> {
        let length = match &value.value {
            Value::Placeholder(_) => return stop("a query has no placeholders"),
            Value::Number(text, _) => text.len(),
            other => other.clone().into_string().map_or(0, |text| text.len()),
        };
        if length > self.limits.literal_bytes {
            return stop(format!("a text is longer than {} bytes", self.limits.literal_bytes));
        }
        ControlFlow::Continue(())
    }
}

fn body(body: &SetExpr) -> ControlFlow<String> {
    match body {
        SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) => ControlFlow::Continue(()),
        SetExpr::SetOperation { left, right, .. } => {
            self::body(left)?;
            self::body(right)
        }
        _ => stop("a hunt is a SELECT and nothing else"),
    }
}
