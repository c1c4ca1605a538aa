//! Organisations from CSV with a head of `code,parent,name,kind` and, if wanted,
//! `closed,successor`, in any order.
//!
//! In: bytes. Out: organisations, or every line that is wrong, with its number and what to do.

use std::str::FromStr;

use wardwatch_model::Organisation;

/// Problems that are listed; a file with more is wrong as a whole.
const MAX_PROBLEMS: usize = 100;

const NEEDED: [&str; 4] = ["code", "parent", "name", "kind"];
const OPTIONAL: [&str; 2] = ["closed", "successor"];

/// Reads them.
///
/// # Errors
/// With all problems, when there are any.
pub fn parse(text: &[u8]) -> Result<Vec<Organisation>, Vec<String>> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text);
    let head = match reader.headers() {
        Ok(head) => head.clone(),
        Err(error) => return Err(vec![format!("line 1: {error}")]),
    };
    let place = |name: &str| head.iter().position(|column| column.eq_ignore_ascii_case(name));
    let mut problems: Vec<String> = NEEDED
        .iter()
        .filter(|name| place(name).is_none())
        .map(|name| format!("line 1: the column {name} is missing"))
        .collect();
    for column in head.iter() {
        let known = NEEDED.iter().chain(&OPTIONAL).any(|name| name.eq_ignore_ascii_case(column));
        if !known {
            let column: String = column.chars().take(64).collect();
            problems.push(format!("line 1: the column {column} is not known"));
        }
    }
    if !problems.is_empty() {
        problems.truncate(MAX_PROBLEMS);
        return Err(problems);
    }
    let mut organisations = Vec::new();
    for row in reader.records() {
        let found = row.map_err(|error| unreadable(&error)).and_then(|row| {
            let line = row.position().map_or(0, csv::Position::line);
            organisation(&|name| place(name).and_then(|at| row.get(at)).unwrap_or_default())
                .map_err(|why| format!("line {line}: {why}"))
        });
        match found {
            Ok(organisation) => organisations.push(organisation),
            Err(problem) => problems.push(problem),
        }
        if problems.len() == MAX_PROBLEMS {
            break;
        }
    }
    if problems.is_empty() { Ok(organisations) } else { Err(problems) }
}

fn unreadable(error: &csv::Error) -> String {
    let line = error.position().map_or(0, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("line {line}: it has {len} columns and the head {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => format!("line {line}: it is not UTF-8"),
        _ => format!("line {line}: {error}"),
    }
}

fn organisation<'r>(field: &impl Fn(&str) -> &'r str) -> Result<Organisation, String> {
    let name = field("name");
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    Ok(Organisation {
        code: read(field("code"))?,
        parent: read_if_any(field("parent"))?,
        name: name.to_owned(),
        kind: read(field("kind"))?,
        closed: read_if_any(field("closed"))?,
        successor: read_if_any(field("successor"))?,
    })
}

fn read<T: FromStr<Err: ToString>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn read_if_any<T: FromStr<Err: ToString>>(text: &str) -> Result<Option<T>, String> {
    if text.is_empty() { Ok(None) } else { read(text).map(Some) }
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
