//! Organisations from CSV with a head of `code,parent,name,kind` and, if wanted,
//! `closed,successor`, in any order.
//!
//! In: bytes. Out: organisations, or every line that is wrong, with its number and what to do.

use wardwatch_model::Organisation;

use super::super::listed::{Columns, from_csv, word, word_if_any};

const COLUMNS: Columns =
    Columns { needed: &["code", "parent", "name", "kind"], optional: &["closed", "successor"] };

/// Reads them.
///
/// # Errors
/// With all problems, when there are any.
pub fn parse(text: &[u8]) -> Result<Vec<Organisation>, Vec<String>> {
    from_csv(text, &COLUMNS, organisation)
}

fn organisation(field: &dyn Fn(&str) -> String) -> Result<Organisation, String> {
    let name = field("name");
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    Ok(Organisation {
        code: word(&field("code"))?,
        parent: word_if_any(&field("parent"))?,
        name,
        kind: word(&field("kind"))?,
        closed: word_if_any(&field("closed"))?,
        successor: word_if_any(&field("successor"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_stand_in_any_order() {
        let text = "\u{feff}Kind,code,name,parent,successor\r\n\
                    trust,zz1,\"North, and East\",ZZ0,\r\n\
                    practice, ZZ2 ,South,ZZ1,zz1\r\n";
        let found = parse(text.as_bytes()).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].name, "North, and East");
        assert_eq!(found[0].successor, None);
        assert_eq!(found[1].code.as_str(), "ZZ2");
        assert_eq!(found[1].successor, "ZZ1".parse().ok());
    }

    #[test]
    fn every_wrong_line_is_said() {
        let text = "code,parent,name,kind\nZZ1,ZZ0,North,trust\n!,ZZ0,South,trust\n\
                    ZZ3,ZZ0,,trust\nZZ4,ZZ0,West,castle\nZZ5\n";
        insta::assert_snapshot!(parse(text.as_bytes()).unwrap_err().join("\n"), @r"
        line 3: '!' is no code of an organisation: 2 to 12 letters and digits
        line 4: the name is empty
        line 5: 'castle' is no kind of organisation: use one of centre, region, care_board, trust, support_unit, practice, council, care_home, site
        line 6: it has 1 columns and the head 4
        ");
    }

    #[test]
    fn a_wrong_head_is_said() {
        let problems = parse(b"code,name,colour\n").unwrap_err();
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(parse(b"").is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&text);
            let _ = parse(&[b"code,parent,name,kind\n".as_slice(), &text].concat());
        }
    }
}
