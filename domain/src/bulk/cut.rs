//! Cuts a file into parts of whole rows while it comes in, so that nobody holds more of it than a part. A part is read
//! by itself, below the header of the whole.

use std::collections::BTreeMap;

use contraflow_ask::table::{Scanner, Seen, TableFault, column_name, delimiter, is_column, rows, said_delimiter};

use super::Format;
use crate::limits::{IMPORT_HEAD_BYTES, IMPORT_PART_BYTES, IMPORT_PART_ROWS, IMPORT_ROW_BYTES, IMPORT_ROWS};

/// A part of a file: some whole rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The rows as they stand in the file.
    pub body: Vec<u8>,
    /// The number of the first of them, as the file counts: of a table, the header is row 1.
    pub first_row: u32,
    /// How many there are, those counted in which nothing stands.
    pub rows: u32,
}

/// Tells why a file can't be cut into rows: from here on, nothing of it can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct CutError {
    /// The row; `None` where it is about the file.
    pub row: Option<u32>,
    /// What is wrong, at which line, and what would be right.
    pub detail: String,
    /// Whether it is only more than is taken at once.
    pub is_too_much: bool,
}

/// Cuts one file.
#[derive(Debug)]
pub struct Cutter {
    format: Format,
    /// The first line of a table, with the line above it that says the delimiter; `None` until it is there.
    head: Option<Vec<u8>>,
    /// The columns that have other names in the file, each with its name here.
    names: BTreeMap<String, String>,
    scanner: Scanner,
    delimiter: u8,
    /// The rows of the part that is begun, and what is there of the next row.
    buffer: Vec<u8>,
    /// Where the row that is being read begins in the buffer.
    start: usize,
    /// How many rows of the part are whole.
    rows: u32,
    /// The number of the part's first row.
    first_row: u32,
    /// How many rows of the file ask for something.
    asking: usize,
    /// The line of the file that is being read, and that at which its row begins.
    line: u64,
    row_line: u64,
}

impl Cutter {
    /// Begins a file of that format.
    #[must_use]
    pub fn new(format: Format) -> Self {
        let (head, first_row) = match format {
            Format::Csv => (None, 2),
            Format::Ndjson => (Some(Vec::new()), 1),
        };
        Self {
            format,
            head,
            names: BTreeMap::new(),
            scanner: Scanner::new(b','),
            delimiter: b',',
            buffer: Vec::new(),
            start: 0,
            rows: 0,
            first_row,
            asking: 0,
            line: 1,
            row_line: 1,
        }
    }

    /// Takes these columns of a table for those that they are here.
    #[must_use]
    pub fn with_names(self, names: BTreeMap<String, String>) -> Self {
        Self { names, ..self }
    }

    /// Returns the header of the file, below which each part is read; empty where its format has none.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        self.head.as_deref().unwrap_or_default()
    }

    /// Returns how many rows ask for something, so far.
    #[must_use]
    pub const fn asking(&self) -> usize {
        self.asking
    }

    /// Takes what comes next of the file, and returns the parts that are whole by now.
    ///
    /// # Errors
    /// When the file is no text in UTF-8 or no table, or a row is too long, or there are too many.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Cut>, CutError> {
        let mut cuts = Vec::new();
        for byte in bytes {
            match (self.format, self.head.is_some()) {
                (Format::Csv, false) => self.push_head(*byte)?,
                (Format::Csv, true) => self.push_cell(*byte, &mut cuts)?,
                (Format::Ndjson, _) => {
                    self.buffer.push(*byte);
                    if *byte == b'\n' {
                        self.end_row(&mut cuts)?;
                    }
                }
            }
            if self.buffer.len() - self.start > IMPORT_ROW_BYTES {
                return Err(self.too_long());
            }
            self.line += u64::from(*byte == b'\n');
        }
        Ok(cuts)
    }

    /// Takes the end of the file, and returns the last part.
    ///
    /// # Errors
    /// As of [`Self::push`]; when a quotation mark was not closed.
    pub fn finish(&mut self) -> Result<Vec<Cut>, CutError> {
        let mut cuts = Vec::new();
        if self.head.is_none() {
            self.end_head()?;
        }
        let is_open = match self.format {
            Format::Csv => self.scanner.end().map_err(|fault| self.fault(fault))?,
            Format::Ndjson => self.buffer.len() > self.start,
        };
        if is_open {
            self.end_row(&mut cuts)?;
        }
        cuts.extend(self.cut());
        Ok(cuts)
    }

    fn push_head(&mut self, byte: u8) -> Result<(), CutError> {
        self.buffer.push(byte);
        if self.buffer.len() > IMPORT_HEAD_BYTES {
            let detail = format!(
                "line {}: the first row, which names the columns, is longer than {IMPORT_HEAD_BYTES} bytes",
                self.line
            );
            return Err(CutError { row: Some(1), detail, is_too_much: false });
        }
        if byte == b'\n' { self.end_head() } else { Ok(()) }
    }

    /// Takes the first line for the header, unless it only says the delimiter.
    fn end_head(&mut self) -> Result<(), CutError> {
        if self.buffer.starts_with(&[0xff, 0xfe]) || self.buffer.starts_with(&[0xfe, 0xff]) || self.buffer.contains(&0)
        {
            let detail = "the file is UTF-16: save it as “CSV UTF-8” and send that".to_owned();
            return Err(CutError { row: None, detail, is_too_much: false });
        }
        // Old files end their lines with a carriage return alone: then the rows are behind the first of them.
        let whole = std::mem::take(&mut self.buffer);
        let whole = whole.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&whole);
        let text = std::str::from_utf8(whole).map_err(|_| self.not_utf8(1))?;
        let (said, rest) = said_delimiter(text);
        if said.is_some() && rest.is_empty() {
            // The line of the columns is still to come.
            self.buffer.extend_from_slice(whole);
            return Ok(());
        }
        self.delimiter =
            said.unwrap_or_else(|| delimiter(rest, |name| is_column(name) || self.names.contains_key(name)));
        self.scanner = Scanner::new(self.delimiter);
        let mut end = rest.len();
        for (place, byte) in rest.bytes().enumerate() {
            let (ended, seen) = self.scanner.step(byte).map_err(|fault| self.fault_of_head(fault))?;
            if ended {
                end = place;
                break;
            }
            if seen == Seen::RowEnd {
                end = place + 1;
                break;
            }
        }
        if end == rest.len() {
            self.scanner.end().map_err(|fault| self.fault_of_head(fault))?;
        }
        let head = whole.len() - (rest.len() - end);
        let said_line = text.len() - rest.len();
        self.head = Some(self.renamed(text.get(..said_line).unwrap_or_default(), rest.get(..end).unwrap_or_default()));
        self.scanner = Scanner::new(self.delimiter);
        self.row_line = self.line + 1;
        let behind = whole.get(head..).unwrap_or_default().to_vec();
        let mut cuts = Vec::new();
        for byte in behind {
            self.push_cell(byte, &mut cuts)?;
        }
        Ok(())
    }

    /// Returns the header with the names that its columns have here, behind the line that says the delimiter.
    fn renamed(&self, said_line: &str, header: &str) -> Vec<u8> {
        if self.names.is_empty() {
            return [said_line, header].concat().into_bytes();
        }
        let cells = rows(header, self.delimiter).unwrap_or_default().into_iter().next().unwrap_or_default();
        let name = |cell: &String| {
            let other = self.names.get(&column_name(cell)).cloned();
            other.unwrap_or_else(|| format!("\"{}\"", cell.replace('"', "\"\"")))
        };
        let names: Vec<_> = cells.iter().map(name).collect();
        format!("{said_line}{}\n", names.join(&char::from(self.delimiter).to_string())).into_bytes()
    }

    fn push_cell(&mut self, byte: u8, cuts: &mut Vec<Cut>) -> Result<(), CutError> {
        let (ended, seen) = self.scanner.step(byte).map_err(|fault| self.fault(fault))?;
        if ended {
            self.line += 1;
            self.end_row(cuts)?;
        }
        self.buffer.push(byte);
        if seen == Seen::RowEnd { self.end_row(cuts) } else { Ok(()) }
    }

    fn end_row(&mut self, cuts: &mut Vec<Cut>) -> Result<(), CutError> {
        let row = self.buffer.get(self.start..).unwrap_or_default();
        if row.len() > IMPORT_ROW_BYTES {
            return Err(self.too_long());
        }
        if std::str::from_utf8(row).is_err() {
            return Err(self.not_utf8(self.row()));
        }
        let is_nothing = |byte: &u8| {
            byte.is_ascii_whitespace() || (self.format == Format::Csv && (*byte == self.delimiter || *byte == b'"'))
        };
        if !row.iter().all(is_nothing) {
            self.asking += 1;
        }
        if self.asking > IMPORT_ROWS {
            let detail =
                format!("line {}: at most {IMPORT_ROWS} rows are taken at once: split the file", self.row_line);
            return Err(CutError { row: Some(self.row()), detail, is_too_much: true });
        }
        self.rows += 1;
        self.start = self.buffer.len();
        self.row_line = self.line + 1;
        if self.rows >= IMPORT_PART_ROWS || self.buffer.len() >= IMPORT_PART_BYTES {
            cuts.extend(self.cut());
        }
        Ok(())
    }

    fn cut(&mut self) -> Option<Cut> {
        let cut = Cut { body: std::mem::take(&mut self.buffer), first_row: self.first_row, rows: self.rows };
        self.first_row += self.rows;
        (self.start, self.rows) = (0, 0);
        (cut.rows > 0).then_some(cut)
    }

    /// Returns the number of the row that is being read.
    fn row(&self) -> u32 {
        self.first_row + self.rows
    }

    fn not_utf8(&self, row: u32) -> CutError {
        let detail = format!(
            "line {}: this is not UTF-8, probably Windows-1252 or Latin-1: save the file as “CSV UTF-8” and send that",
            self.row_line
        );
        CutError { row: Some(row), detail, is_too_much: false }
    }

    fn fault(&self, fault: TableFault) -> CutError {
        let detail = format!("line {}, column {}: {}", self.row_line, self.scanner.cell(), fault.detail());
        CutError { row: Some(self.row()), detail, is_too_much: false }
    }

    fn fault_of_head(&self, fault: TableFault) -> CutError {
        let detail = format!("line 1, column {}: {}", self.scanner.cell(), fault.detail());
        CutError { row: Some(1), detail, is_too_much: false }
    }

    fn too_long(&self) -> CutError {
        if self.format == Format::Csv && self.scanner.is_quoted() {
            return self.fault(TableFault::Unclosed);
        }
        let detail = format!("line {}: the row is longer than {IMPORT_ROW_BYTES} bytes", self.row_line);
        CutError { row: Some(self.row()), detail, is_too_much: true }
    }
}

#[cfg(test)]
mod tests;
