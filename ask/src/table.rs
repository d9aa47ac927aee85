//! Text to rows of cells: RFC 4180 with the delimiters that spreadsheets use. Strict about quotation marks: a cell
//! whose mark never closes would take all rows below it for its text, and asks would be lost from sight.

use crate::{TEXTS, TextField, limits};

/// The columns besides the fields that are one text in every source.
const OWN_COLUMNS: [TextField; 5] = [
    TextField::word("amount", limits::DECIMAL_CHARS),
    TextField::word("currency", limits::NAME_CHARS),
    TextField::word("line", limits::ID_CHARS),
    TextField::word("quantity", limits::DECIMAL_CHARS),
    TextField::word(REFERENCE, limits::ID_CHARS),
];

/// Names the column, and the member of a line of JSON, that has the row's own name.
pub const REFERENCE: &str = "reference";

/// Names a column that is passed over, whatever stands in it.
pub const PASSED_OVER: &str = "-";

/// Returns the columns that a file may have.
pub fn columns() -> impl Iterator<Item = TextField> {
    TEXTS.into_iter().chain(OWN_COLUMNS)
}

/// Returns a row of a table with all columns in their order, as an example.
#[must_use]
pub fn sample() -> String {
    let cells = columns().map(|column| match column.name {
        "kind" => "goodwill_credit",
        "customer" => "CUST-7",
        "reason" => "late",
        "note" => "arrived four days late",
        "amount" => "12.50",
        "currency" => "EUR",
        REFERENCE => "JOURNAL-77",
        _ => "",
    });
    format!("{}\r\n", cells.collect::<Vec<_>>().join(","))
}

/// Returns the name of a column as it stands in the first row, without what does not count: case, and white space
/// around it.
#[must_use]
pub fn column_name(cell: &str) -> String {
    cell.trim().to_lowercase()
}

/// Tells whether a file may have a column of that name.
#[must_use]
pub fn is_column(name: &str) -> bool {
    columns().any(|column| column.name == name)
}

/// Names what stops a text from being a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFault {
    /// Text stands behind a closing quotation mark.
    BehindMark,
    /// A quotation mark never closes.
    Unclosed,
}

impl TableFault {
    /// Says what is wrong and what would be right.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            Self::BehindMark => {
                "there is text behind a closing quotation mark: a quotation mark within a quoted cell is written twice"
            }
            Self::Unclosed => "a quotation mark opens a cell here and none closes it",
        }
    }
}

/// Where in a cell the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    Closed,
}

/// Says what a byte of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// A part of the cell's text.
    Text,
    /// A mark that is no text.
    Mark,
    /// The end of a cell.
    CellEnd,
    /// The end of a row.
    RowEnd,
}

/// Reads a table byte by byte, so that a table may come in pieces. Delimiters and marks are ASCII, so the bytes of
/// other characters are text.
#[derive(Debug, Clone)]
pub struct Scanner {
    delimiter: u8,
    at: At,
    /// Whether the last byte was a carriage return that ends a row, alone or with the line feed behind it.
    returned: bool,
    in_row: bool,
    cell: usize,
}

impl Scanner {
    /// Begins a table with that delimiter.
    #[must_use]
    pub const fn new(delimiter: u8) -> Self {
        Self { delimiter, at: At::Start, returned: false, in_row: false, cell: 1 }
    }

    /// Takes the next byte. Returns whether a row had ended before it, with a carriage return alone, and what it is.
    ///
    /// # Errors
    /// When text stands behind a closing quotation mark.
    pub fn step(&mut self, byte: u8) -> Result<(bool, Seen), TableFault> {
        let ended = std::mem::take(&mut self.returned) && byte != b'\n';
        if ended {
            self.next_row();
        }
        self.in_row = true;
        let seen = match (self.at, byte) {
            (At::Quoted, b'"') => {
                self.at = At::Closed;
                Seen::Mark
            }
            (At::Quoted, _) => Seen::Text,
            (At::Closed, b'"') => {
                self.at = At::Quoted;
                Seen::Text
            }
            (At::Start, b'"') => {
                self.at = At::Quoted;
                Seen::Mark
            }
            (_, end) if end == self.delimiter => {
                self.at = At::Start;
                self.cell += 1;
                Seen::CellEnd
            }
            // Of a line's two ends the second ends it; old files have the first alone.
            (_, b'\r') => {
                self.returned = true;
                Seen::Mark
            }
            (_, b'\n') => {
                self.next_row();
                Seen::RowEnd
            }
            (At::Closed, _) => return Err(TableFault::BehindMark),
            (At::Start | At::Plain, _) => {
                self.at = At::Plain;
                Seen::Text
            }
        };
        Ok((ended, seen))
    }

    fn next_row(&mut self) {
        (self.at, self.in_row, self.cell) = (At::Start, false, 1);
    }

    /// Tells whether the last row is still open where the text ends.
    ///
    /// # Errors
    /// When a quotation mark was not closed.
    pub fn end(&self) -> Result<bool, TableFault> {
        if self.at == At::Quoted { Err(TableFault::Unclosed) } else { Ok(self.in_row) }
    }

    /// Tells whether the reader is inside of quotation marks.
    #[must_use]
    pub fn is_quoted(&self) -> bool {
        self.at == At::Quoted
    }

    /// Returns the number of the cell in its row: 1 is the first.
    #[must_use]
    pub const fn cell(&self) -> usize {
        self.cell
    }
}

/// Holds where a text stops being a table.
#[derive(Debug, PartialEq, Eq)]
pub struct TableError {
    /// The row: 1 is the first.
    pub row: usize,
    /// What is wrong there.
    pub fault: TableFault,
}

/// Returns all rows. A line without anything is a row of one empty cell, so that rows are counted as a spreadsheet
/// shows them.
///
/// # Errors
/// A quotation mark that never closes, or text behind one that closed.
pub fn rows(text: &str, delimiter: u8) -> Result<Vec<Vec<String>>, TableError> {
    let mut rows = Vec::new();
    let (mut row, mut cell) = (Vec::new(), Vec::new());
    let mut scanner = Scanner::new(delimiter);
    let text_of = |cell: &mut Vec<u8>| String::from_utf8_lossy(&std::mem::take(cell)).into_owned();
    for byte in text.bytes() {
        let (ended, seen) = scanner.step(byte).map_err(|fault| TableError { row: rows.len() + 1, fault })?;
        if ended {
            row.push(text_of(&mut cell));
            rows.push(std::mem::take(&mut row));
        }
        match seen {
            Seen::Text => cell.push(byte),
            Seen::Mark => {}
            Seen::CellEnd => row.push(text_of(&mut cell)),
            Seen::RowEnd => {
                row.push(text_of(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
        }
    }
    if scanner.end().map_err(|fault| TableError { row: rows.len() + 1, fault })? {
        row.push(text_of(&mut cell));
        rows.push(row);
    }
    Ok(rows)
}

/// Returns the delimiter that a first line `sep=;` says, and the text below that line. A spreadsheet obeys the line and
/// hides it, so rows are counted without it.
#[must_use]
pub fn said_delimiter(text: &str) -> (Option<u8>, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches('\r').trim_matches('"');
    let said = line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and_then(|_| line.get(4..));
    match said.map(str::as_bytes) {
        Some([delimiter @ (b',' | b';' | b'\t' | b'|')]) => (Some(*delimiter), rest),
        _ => (None, text),
    }
}

/// Returns the delimiter by which the first line names most columns, of those that `is_known` knows.
pub fn delimiter(text: &str, is_known: impl Fn(&str) -> bool) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let names = |delimiter| {
        let cells = rows(line, delimiter).unwrap_or_default().into_iter().flatten();
        cells.filter(|cell| is_known(&column_name(cell))).count()
    };
    [b';', b'\t'].into_iter().fold(b',', |best, other| if names(other) > names(best) { other } else { best })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn quoted_cells_hold_delimiters_marks_and_line_breaks() {
        let text = "a;b\r\n\"x;\"\"y\"\"\r\nz\";=1+1\r\n\r\n5\" pipe;";
        let expected: [&[&str]; 4] = [&["a", "b"], &["x;\"y\"\r\nz", "=1+1"], &[""], &["5\" pipe", ""]];
        assert_eq!(rows(text, b';').unwrap(), expected);
        assert_eq!(rows("a\rb\r", b',').unwrap(), [["a"], ["b"]]);
        assert_eq!(rows("a\r\rb", b',').unwrap(), [["a"], [""], ["b"]]);
        assert_eq!(rows("", b',').unwrap(), Vec::<Vec<String>>::new());
        assert_eq!(rows("\"\"", b',').unwrap(), [[""]]);
        assert_eq!(rows("\"größe\",ß", b',').unwrap(), [["größe", "ß"]]);
    }

    #[test]
    fn a_mark_that_never_closes_swallows_no_rows() {
        let error = rows("a,b\n1,\"x\n2,y\n", b',').unwrap_err();
        assert_eq!((error.row, error.fault), (2, TableFault::Unclosed));
        // Two such cells would close each other: what follows the second mark gives them away.
        let error = rows("a,b\n1,\"x\n2,y\n3,\"z\n", b',').unwrap_err();
        assert_eq!((error.row, error.fault), (2, TableFault::BehindMark));
    }
}
