//! The functions that a hunt may call.
//!
//! In: all that the engine has. Out: those of a list. What is not on it: functions that make long
//! texts of short ones or keep every value (memory without bound), that compare texts letter by
//! letter (time without bound), that read files, and window functions.

use std::sync::Arc;

use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

/// One value from the values of one row. The same list stands in `docs/hunt.md`.
pub(crate) const SCALAR: [&str; 38] = [
    "ascii",
    "btrim",
    "character_length",
    "coalesce",
    "contains",
    "current_date",
    "date_bin",
    "date_part",
    "date_trunc",
    "ends_with",
    "from_unixtime",
    "greatest",
    "initcap",
    "least",
    "left",
    "lower",
    "ltrim",
    "now",
    "nullif",
    "nvl",
    "nvl2",
    "octet_length",
    "regexp_count",
    "regexp_instr",
    "regexp_like",
    "reverse",
    "right",
    "rtrim",
    "split_part",
    "starts_with",
    "strpos",
    "substr",
    "substr_index",
    "to_date",
    "to_timestamp",
    "to_timestamp_seconds",
    "to_unixtime",
    "upper",
];

/// One value from many rows.
pub(crate) const AGGREGATE: [&str; 14] = [
    "approx_distinct",
    "approx_percentile_cont",
    "avg",
    "bool_and",
    "bool_or",
    "count",
    "first_value",
    "last_value",
    "max",
    "min",
    "stddev",
    "sum",
    "var",
    "var_pop",
];

/// The scalar functions of the list.
pub(crate) fn scalar() -> Vec<Arc<ScalarUDF>> {
    let mut all = SessionStateDefaults::default_scalar_functions();
    all.retain(|function| SCALAR.contains(&function.name()));
    all
}

/// The aggregate functions of the list.
pub(crate) fn aggregate() -> Vec<Arc<AggregateUDF>> {
    let mut all = SessionStateDefaults::default_aggregate_functions();
    all.retain(|function| AGGREGATE.contains(&function.name()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_list_is_a_function() {
        let found = scalar();
        for name in SCALAR {
            assert!(found.iter().any(|function| function.name() == name), "{name}");
        }
        let found = aggregate();
        for name in AGGREGATE {
            assert!(found.iter().any(|function| function.name() == name), "{name}");
        }
    }
}
