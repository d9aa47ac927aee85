//! Text to rows of cells: RFC 4180 with the delimiters that spreadsheets use. Strict about quotation marks: a cell
//! whose mark never closes would take all rows below it for its text, and asks would be lost from sight.

/// What stops a text from being a table.
#[derive(Debug, PartialEq, Eq)]
pub struct TableError {
    /// The row: 1 is the first.
    pub row: usize,
    /// What is wrong there and what would be right.
    pub detail: &'static str,
}

/// Where in a cell the reader is.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Start,
    Plain,
    Quoted,
    Closed,
}

/// All rows. A line without anything is a row of one empty cell, so that rows are counted as a spreadsheet shows them.
///
/// # Errors
/// A quotation mark that never closes, or text behind one that closed.
pub fn rows(text: &str, delimiter: char) -> Result<Vec<Vec<String>>, TableError> {
    let mut rows = Vec::new();
    let (mut row, mut cell, mut at) = (Vec::new(), String::new(), At::Start);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (at, character) {
            (At::Quoted, '"') => at = At::Closed,
            (At::Quoted, inner) => cell.push(inner),
            (At::Closed, '"') => {
                cell.push('"');
                at = At::Quoted;
            }
            (At::Start, '"') => at = At::Quoted,
            (_, end) if end == delimiter => {
                row.push(std::mem::take(&mut cell));
                at = At::Start;
            }
            // Of a line's two ends the second ends it; old files have the first alone.
            (_, '\r') if characters.peek() == Some(&'\n') => {}
            (_, '\n' | '\r') => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
                at = At::Start;
            }
            (At::Closed, _) => {
                let detail = "there is text behind a closing quotation mark: a quotation mark within a quoted cell is written twice";
                return Err(TableError { row: rows.len() + 1, detail });
            }
            (At::Start | At::Plain, plain) => {
                cell.push(plain);
                at = At::Plain;
            }
        }
    }
    if at == At::Quoted {
        return Err(TableError {
            row: rows.len() + 1,
            detail: "a quotation mark opens a cell here and none closes it",
        });
    }
    if at != At::Start || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn quoted_cells_hold_delimiters_marks_and_line_breaks() {
        let text = "a;b\r\n\"x;\"\"y\"\"\r\nz\";=1+1\r\n\r\n5\" pipe;";
        let expected: [&[&str]; 4] = [&["a", "b"], &["x;\"y\"\r\nz", "=1+1"], &[""], &["5\" pipe", ""]];
        assert_eq!(rows(text, ';').unwrap(), expected);
        assert_eq!(rows("a\rb\r", ',').unwrap(), [["a"], ["b"]]);
        assert_eq!(rows("", ',').unwrap(), Vec::<Vec<String>>::new());
        assert_eq!(rows("\"\"", ',').unwrap(), [[""]]);
    }

    #[test]
    fn a_mark_that_never_closes_swallows_no_rows() {
        assert_eq!(rows("a,b\n1,\"x\n2,y\n", ',').unwrap_err().row, 2);
        // Two such cells would close each other: what follows the second mark gives them away.
        assert_eq!(rows("a,b\n1,\"x\n2,y\n3,\"z\n", ',').unwrap_err().row, 2);
    }
}
