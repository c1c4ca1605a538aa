//! Services from CSV with a head of `org,code,name` and, if wanted, `sites,depends_on`, in any
//! order; several codes in a field stand with spaces between them.

use wardwatch_model::Service;

use super::super::listed::{Columns, from_csv, word, words};

const COLUMNS: Columns =
    Columns { needed: &["org", "code", "name"], optional: &["sites", "depends_on"] };

/// Reads them.
///
/// # Errors
/// With all problems, when there are any.
pub fn parse(text: &[u8]) -> Result<Vec<Service>, Vec<String>> {
    from_csv(text, &COLUMNS, |field| {
        Ok(Service {
            org: word(&field("org"))?,
            code: word(&field("code"))?,
            name: field("name"),
            sites: words(&field("sites"))?,
            depends_on: words(&field("depends_on"))?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn several_codes_stand_in_one_field() {
        let text = b"code,org,name,depends_on,sites\nED-triage,ZZ1,Triage,radiology pathology,\n";
        let found = parse(text).unwrap();
        assert_eq!(found[0].code.as_str(), "ed-triage");
        assert_eq!((found[0].depends_on.len(), found[0].sites.len()), (2, 0));
        assert_eq!(
            parse(b"org,code,name\nZZ1,a b,x\n").unwrap_err(),
            ["line 2: 'a b' is no code of a service: 1 to 32 letters, digits and hyphens"]
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&text);
            let _ = parse(&[b"org,code,name,sites\n".as_slice(), &text].concat());
        }
    }
}
