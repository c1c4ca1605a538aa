//! Rows of a table in text: commas, semicolons or tabs, quoted or not.
//!
//! In: text. Out: rows of cells, with the number of the line where each begins. Never: more than
//! the limit of rows; a quote that does not close ends with the text.

/// One row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line on which it begins, from 1.
    pub(super) line: usize,
    /// Its cells, quotes taken off.
    pub(super) cells: Vec<String>,
}

/// The mark between cells: the one that a heading has most of, outside quotes.
pub(super) fn mark(heading: &str) -> char {
    let mut quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0), ('|', 0)];
    for letter in heading.chars() {
        quoted ^= letter == '"';
        if let Some((_, count)) = counts.iter_mut().find(|(mark, _)| *mark == letter && !quoted) {
            *count += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|&(_, count)| count).map_or(',', |(mark, _)| mark)
}

/// Reads rows, blank ones left out, at most so many.
pub(super) fn rows(text: &str, mark: char, most: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut letters = text.chars().peekable();
    let mut line = 1;
    let mut row = Row { line, cells: Vec::new() };
    let mut cell = String::new();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        line += usize::from(letter == '\n');
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            '\n' if !quoted => {
                close(&mut rows, &mut row, &mut cell, line);
                if rows.len() >= most {
                    return rows;
                }
            }
            other if other == mark && !quoted => row.cells.push(take(&mut cell)),
            other => cell.push(other),
        }
    }
    close(&mut rows, &mut row, &mut cell, line);
    rows
}

fn take(cell: &mut String) -> String {
    let taken = cell.trim().to_owned();
    cell.clear();
    taken
}

fn close(rows: &mut Vec<Row>, row: &mut Row, cell: &mut String, line: usize) {
    row.cells.push(take(cell));
    let done = std::mem::replace(row, Row { line, cells: Vec::new() });
    if done.cells.iter().any(|cell| !cell.is_empty()) {
        rows.push(done);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_and_marks() {
        let text = "Host;OS\r\n\r\n\"ZZ-1\";\"a;\"\"b\"\"\nc\"\r\nZZ-2;x";
        assert_eq!(mark("Host;\"a,b,c\""), ';');
        let row = |line, cells: [&str; 2]| Row { line, cells: cells.map(str::to_owned).to_vec() };
        assert_eq!(
            rows(text, ';', 9),
            [row(1, ["Host", "OS"]), row(3, ["ZZ-1", "a;\"b\"\nc"]), row(5, ["ZZ-2", "x"])]
        );
        assert_eq!(rows(text, ';', 1).len(), 1);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = rows(&text, mark(&text), 10);
        }
    }
}
