//! Values for `|expand` placeholders, read from a file that the user writes.
//!
//! In: YAML text, `name: value` or `name: [values]`, at the top or under `placeholders:`. Out: a
//! map from name to values.

use std::collections::BTreeMap;

use yaml_serde::Value;

use crate::diagnostic::Problem;

/// Most values that one rule value may expand to.
pub const MAX_EXPANSIONS: usize = 10_000;

/// Code of the problem that a placeholder has no values.
pub const UNKNOWN_PLACEHOLDER: &str = "W302";

/// Values by placeholder name, without the percent signs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Placeholders {
    values: BTreeMap<String, Vec<String>>,
}

impl Placeholders {
    /// Reads a placeholder file.
    ///
    /// # Errors
    /// When the text is not YAML, or not a map from names to texts, numbers or lists of these.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let hint = "write `name: [value, value]`, one placeholder a line";
        let document: Value = yaml_serde::from_str(text)
            .map_err(|error| Problem::new("W301", format!("placeholder file: {error}"), hint))?;
        let wrong =
            || Problem::new("W301", "placeholder file is not a map of names to values", hint);
        let mut map = document.as_mapping().ok_or_else(wrong)?;
        if let Some(inner) = map.get("placeholders").and_then(Value::as_mapping) {
            map = inner;
        }
        let mut values = BTreeMap::new();
        for (name, value) in map {
            let name = name.as_str().ok_or_else(wrong)?;
            let list = match value {
                Value::Sequence(list) => list.iter().map(scalar).collect::<Option<Vec<_>>>(),
                other => scalar(other).map(|text| vec![text]),
            };
            values.insert(name.trim_matches('%').to_owned(), list.ok_or_else(wrong)?);
        }
        Ok(Placeholders { values })
    }

    /// All texts that `template` stands for, each `%name%` replaced by each of its values.
    ///
    /// # Errors
    /// When a placeholder has no values, or there would be more than [`MAX_EXPANSIONS`].
    pub fn expand(&self, template: &str) -> Result<Vec<String>, Problem> {
        let Some((before, rest)) = template.split_once('%') else {
            return Ok(vec![template.to_owned()]);
        };
        let Some((name, after)) = rest.split_once('%') else {
            return Ok(vec![template.to_owned()]);
        };
        let values = self.values.get(name).ok_or_else(|| {
            Problem::new(
                UNKNOWN_PLACEHOLDER,
                format!("no value is known for the placeholder %{name}%"),
                "give a file with --placeholders that names it",
            )
            .at(format!("%{name}%"))
        })?;
        let tails = self.expand(after)?;
        if values.len().saturating_mul(tails.len()) > MAX_EXPANSIONS {
            return Err(Problem::new(
                "W303",
                format!("'{template}' stands for more than {MAX_EXPANSIONS} values"),
                "use fewer placeholders in one value",
            ));
        }
        Ok(values
            .iter()
            .flat_map(|value| tails.iter().map(move |tail| format!("{before}{value}{tail}")))
            .collect())
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_is_made() {
        let known = Placeholders::parse("placeholders:\n  a: [x, y]\n  '%b%': 1\n").unwrap();
        assert_eq!(known.expand("%a%-%b%!").unwrap(), ["x-1!", "y-1!"]);
        assert_eq!(known.expand("100% sure").unwrap(), ["100% sure"]);
        assert_eq!(known.expand("%c%").unwrap_err().code, "W302");
        assert!(Placeholders::parse("- a").is_err());
        assert!(Placeholders::parse("a: {b: c}").is_err());
    }
}
