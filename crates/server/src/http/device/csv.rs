//! What people say of devices, from CSV with a head of `org,name` and, if wanted,
//! `care_class,service`, in any order. An empty care class stands for none.

use wardwatch_model::DeviceCare;

use super::super::listed::{Columns, from_csv, word, word_if_any};

const COLUMNS: Columns = Columns { needed: &["org", "name"], optional: &["care_class", "service"] };

/// Reads them.
///
/// # Errors
/// With all problems, when there are any.
pub fn parse(text: &[u8]) -> Result<Vec<DeviceCare>, Vec<String>> {
    from_csv(text, &COLUMNS, |field| {
        Ok(DeviceCare {
            org: word(&field("org"))?,
            name: field("name"),
            care_class: word_if_any(&field("care_class"))?,
            service: word_if_any(&field("service"))?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wardwatch_model::CareClass;

    #[test]
    fn an_empty_class_is_none_and_an_unknown_one_is_said() {
        let found = parse(b"name,org,care_class\nPC1,ZZ1,critical\nPC2,ZZ1,\n").unwrap();
        assert_eq!(found[0].care_class, Some(CareClass::Critical));
        assert_eq!(found[1].care_class, None);
        assert_eq!(
            parse(b"name,org,care_class\nPC1,ZZ1,safe\n").unwrap_err(),
            ["line 2: 'safe' is no care class: use normal, critical or passive"]
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&text);
            let _ = parse(&[b"org,name,care_class\n".as_slice(), &text].concat());
        }
    }
}
