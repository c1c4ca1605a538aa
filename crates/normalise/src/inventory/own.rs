//! The agent's own report: inventories as JSON, one object, an array, or one object a line.
//!
//! In: text. Out: those inventories, their texts within the limits of the parts that print them.
//! Never: half an object.

use wardwatch_model::inventory::Inventory;

use super::error::InventoryError;
use super::limits::MAX_ROWS;

/// Reads the report; `None` when the text is no JSON.
pub(super) fn read(text: &str) -> Option<Result<Vec<Inventory>, InventoryError>> {
    let text = text.trim();
    if text.starts_with('[') && !text[1..].trim_start().starts_with(['{', ']']) {
        // `[HKEY_LOCAL_MACHINE\…]` and `[01]: KB1000001` begin so too.
        return None;
    }
    if text.starts_with('[') {
        let all = serde_json::from_str::<Vec<Inventory>>(text);
        return Some(match all {
            Ok(all) if all.is_empty() => Err(InventoryError::Nothing("the agent's report")),
            Ok(all) if all.len() > MAX_ROWS => Err(InventoryError::TooManyRows),
            Ok(all) => Ok(all),
            Err(error) => Err(refused(1, &error)),
        });
    }
    text.starts_with('{').then(|| lines(text))
}

fn lines(text: &str) -> Result<Vec<Inventory>, InventoryError> {
    let mut found = Vec::new();
    for object in serde_json::Deserializer::from_str(text).into_iter::<Inventory>() {
        if found.len() == MAX_ROWS {
            return Err(InventoryError::TooManyRows);
        }
        found.push(object.map_err(|error| refused(found.len() + 1, &error))?);
    }
    Ok(found)
}

fn refused(record: usize, error: &serde_json::Error) -> InventoryError {
    InventoryError::Json { record, reason: error.to_string().chars().take(200).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wardwatch_model::inventory::ReportKind;

    #[test]
    fn one_many_and_lines() {
        let one = serde_json::to_string(&Inventory::new(ReportKind::Agent)).expect("it is plain");
        let count = |text: &str| read(text).and_then(Result::ok).map(|found| found.len());
        assert_eq!(count(&one), Some(1));
        assert_eq!(count(&format!("[{one},{one}]")), Some(2));
        assert_eq!(count(&format!("{one}\n{one}\n")), Some(2));
        assert!(matches!(
            read(&format!("{one}\n{{")),
            Some(Err(InventoryError::Json { record: 2, .. }))
        ));
        assert!(read("[HKEY_LOCAL_MACHINE\\SOFTWARE]").is_none());
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = (read(&text), read(&format!("{{{text}")), read(&format!("[{{{text}")));
        }
    }
}
