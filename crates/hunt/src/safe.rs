//! Which conditions may be looked at before the scope is.
//!
//! In: a condition of the query. Out: whether it may go down to the files. Only conditions that
//! cannot fail on any value may: one that fails would tell, by failing, of a row that the caller
//! must not know of.

use datafusion::logical_expr::{Expr, Operator};

use crate::{mask, view};

/// Whether the condition cannot fail and does not see what is hidden.
pub(crate) fn may_go_down(condition: &Expr, masked: bool) -> bool {
    match condition {
        Expr::BinaryExpr(binary) => match binary.op {
            Operator::And | Operator::Or => {
                may_go_down(&binary.left, masked) && may_go_down(&binary.right, masked)
            }
            Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq => {
                let (left, right) = (&*binary.left, &*binary.right);
                plain(left, right, masked) || plain(right, left, masked)
            }
            _ => false,
        },
        Expr::Not(inner) => may_go_down(inner, masked),
        Expr::IsNull(inner) | Expr::IsNotNull(inner) => column(inner, masked),
        Expr::Like(like) => {
            column(&like.expr, masked) && matches!(*like.pattern, Expr::Literal(..))
        }
        Expr::InList(list) => {
            column(&list.expr, masked)
                && list.list.iter().all(|value| matches!(value, Expr::Literal(..)))
        }
        Expr::Between(between) => {
            column(&between.expr, masked)
                && matches!(*between.low, Expr::Literal(..))
                && matches!(*between.high, Expr::Literal(..))
        }
        _ => false,
    }
}

fn plain(one: &Expr, other: &Expr, masked: bool) -> bool {
    column(one, masked) && matches!(other, Expr::Literal(..))
}

fn column(expr: &Expr, masked: bool) -> bool {
    match expr {
        Expr::Column(column) => {
            !(view::is_computed(&column.name) || (masked && mask::is_masked(&column.name)))
        }
        _ => false,
    }
}
