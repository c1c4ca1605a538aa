//! Contacts from CSV with a head of `org,name,phone` and, if wanted, `about,mail,for_below` (`yes` or
//! `no`), in any order.

use wardwatch_model::Contact;

use super::super::listed::{Columns, from_csv, word};

const COLUMNS: Columns =
    Columns { needed: &["org", "name", "phone"], optional: &["about", "mail", "for_below"] };

/// Reads them.
///
/// # Errors
/// With all problems, when there are any.
pub fn parse(text: &[u8]) -> Result<Vec<Contact>, Vec<String>> {
    from_csv(text, &COLUMNS, |field| {
        Ok(Contact {
            org: word(&field("org"))?,
            name: field("name"),
            about: field("about"),
            phone: field("phone"),
            mail: field("mail"),
            for_below: match field("for_below").to_ascii_lowercase().as_str() {
                "" | "no" | "false" => false,
                "yes" | "true" => true,
                other => {
                    let other: String = other.chars().take(64).collect();
                    return Err(format!("for_below is yes or no, not '{other}'"));
                }
            },
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_stand_in_any_order() {
        let text = b"phone,org,for_below,name\n01632 960001,ZZ1,yes,Duty desk\n";
        let found = parse(text).unwrap();
        assert_eq!((found[0].name.as_str(), found[0].for_below), ("Duty desk", true));
        assert_eq!(
            parse(b"org,name,phone,for_below\nZZ1,a,1,perhaps\n").unwrap_err(),
            ["line 2: for_below is yes or no, not 'perhaps'"]
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&text);
            let _ = parse(&[b"org,name,phone,for_below\n".as_slice(), &text].concat());
        }
    }
}
