//! A file's rows to asks.

use std::collections::BTreeMap;

use contraflow_ask::{Draft, DraftLine, JsonErrors, MoneyText, Source, TEXTS, TextField, limits as bounds, number};

use crate::bindings::{FieldError, Inbound, Meaning};
use crate::limits;
use crate::table::{TableError, rows};

/// The columns besides the fields that are one text in every source.
const OWN_COLUMNS: [TextField; 5] = [
    TextField::word("amount", bounds::DECIMAL_CHARS),
    TextField::word("currency", bounds::NAME_CHARS),
    TextField::word("line", bounds::ID_CHARS),
    TextField::word("quantity", bounds::DECIMAL_CHARS),
    TextField::word("reference", bounds::ID_CHARS),
];

fn columns() -> impl Iterator<Item = TextField> {
    TEXTS.into_iter().chain(OWN_COLUMNS)
}

/// Reads a file, or tells everything that is wrong with its form.
pub fn messages(body: &[u8]) -> Result<Vec<Inbound>, Vec<FieldError>> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let read = body.get(..error.valid_up_to()).unwrap_or_default();
        let line = read.iter().filter(|byte| **byte == b'\n').count() + 1;
        let detail = format!(
            "the file is not UTF-8 (line {line}), probably Windows-1252 or UTF-16: save it as “CSV UTF-8” and send that"
        );
        vec![FieldError { pointer: String::new(), detail }]
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (said, text) = said_delimiter(text);
    let mut table = rows(text, said.unwrap_or_else(|| delimiter(text)))
        .map_err(|TableError { row, detail }| vec![FieldError { pointer: at(row), detail: detail.to_owned() }])?;
    // Spreadsheets write rows that were emptied; behind the last one they are none.
    while table.last().is_some_and(|row| is_blank(row)) {
        table.pop();
    }
    let problems = JsonErrors::default();
    let mut table = table.into_iter();
    let header = header(&table.next().unwrap_or_default(), &problems);
    let rows: Vec<_> = table.collect();
    if rows.is_empty() {
        problems.add("/rows", "there is no row below the header");
    }
    if rows.len() > limits::ROWS {
        let detail =
            format!("at most {} rows are taken at once, and these are {}: split the file", limits::ROWS, rows.len());
        problems.add("/rows", detail);
    }
    let mut found = Vec::new();
    // What is wrong with the header would be told again for every row.
    if let Some(header) = header.filter(|_| rows.len() <= limits::ROWS) {
        let mut references = BTreeMap::new();
        for (index, cells) in rows.iter().enumerate() {
            let cells = without_nameless(cells, header.len());
            let row = Row { number: index + 2, header: &header, cells, problems: &problems };
            found.extend(row.ask());
            row.refers_alone(&mut references);
        }
    }
    let problems = problems.into_list();
    if problems.is_empty() {
        return Ok(found);
    }
    Err(problems.into_iter().map(|problem| FieldError { pointer: problem.pointer, detail: problem.detail }).collect())
}

fn at(row: usize) -> String {
    format!("/rows/{row}")
}

fn is_blank(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.trim().is_empty())
}

fn name(cell: &str) -> String {
    cell.trim().to_lowercase()
}

fn is_known(name: &str) -> bool {
    columns().any(|column| column.name == name)
}

/// The delimiter that a first line `sep=;` says, and the text below that line. A spreadsheet obeys the line and hides
/// it, so rows are counted without it.
fn said_delimiter(text: &str) -> (Option<char>, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches('\r').trim_matches('"');
    let said = line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and_then(|_| line.get(4..));
    let mut said = said.unwrap_or_default().chars();
    match (said.next(), said.next()) {
        (Some(delimiter), None) if matches!(delimiter, ',' | ';' | '\t' | '|') => (Some(delimiter), rest),
        _ => (None, text),
    }
}

/// The cells of a row without the empty ones beyond those that the header names: a spreadsheet writes them where
/// something once stood.
fn without_nameless(cells: &[String], named: usize) -> &[String] {
    let beyond = cells.get(named..).unwrap_or_default();
    if is_blank(beyond) { cells.get(..named).unwrap_or(cells) } else { cells }
}

/// The delimiter by which the first line names most columns.
fn delimiter(text: &str) -> char {
    let line = text.lines().next().unwrap_or_default();
    let names = |delimiter| {
        let cells = rows(line, delimiter).unwrap_or_default().into_iter().flatten();
        cells.filter(|cell| is_known(&name(cell))).count()
    };
    [';', '\t'].into_iter().fold(',', |best, other| if names(other) > names(best) { other } else { best })
}

/// The names of the columns, in the file's order; `None` where one of them is unknown or stands twice. A column may
/// have no name, as long as nothing stands in it; those behind the last name are none.
fn header(cells: &[String], problems: &JsonErrors) -> Option<Vec<String>> {
    let mut names: Vec<_> = cells.iter().map(|cell| name(cell)).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    let known = || columns().map(|column| column.name).collect::<Vec<_>>().join(", ");
    for (index, name) in names.iter().enumerate() {
        let column = index + 1;
        if name.is_empty() {
            continue;
        }
        if !is_known(name) {
            let detail = format!(
                "column {column} is named `{name}`: the first row names the columns, and known are {}",
                known()
            );
            problems.add(&at(1), detail);
        } else if names.iter().take(index).any(|before| before == name) {
            problems.add(&at(1), format!("column {column}: there are two columns `{name}`; keep one"));
        }
    }
    if names.is_empty() {
        problems.add(&at(1), format!("the file is empty: its first row names the columns, of {}", known()));
    }
    let named: Vec<_> = names.iter().filter(|name| !name.is_empty()).collect();
    let sound = named.iter().all(|name| is_known(name))
        && named.iter().collect::<std::collections::BTreeSet<_>>().len() == named.len();
    Some(names).filter(|names| sound && !names.is_empty())
}

/// One row below the header.
struct Row<'a> {
    number: usize,
    header: &'a [String],
    cells: &'a [String],
    problems: &'a JsonErrors,
}

impl Row<'_> {
    fn refuse(&self, column: &str, detail: impl Into<String>) {
        self.problems.add(&format!("{}/{column}", at(self.number)), detail);
    }

    /// A cell as it is; empty where the file has no such column.
    fn cell(&self, column: &str) -> &str {
        let place = self.header.iter().position(|name| name == column);
        place.and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }

    /// A cell that is one word or one number, without the white space around it; `None` where it is empty.
    fn word(&self, column: &str) -> Option<&str> {
        Some(self.cell(column).trim()).filter(|word| !word.is_empty())
    }

    fn ask(&self) -> Option<Inbound> {
        if is_blank(self.cells) {
            self.problems.add(&at(self.number), "the row is empty: take it out");
            return None;
        }
        // Fewer cells are a row whose last ones are empty: spreadsheets leave them out.
        if self.cells.len() > self.header.len() {
            let detail = format!(
                "the row has {} cells, and the header {}: a cell that holds the delimiter must stand in quotation marks",
                self.cells.len(),
                self.header.len()
            );
            self.problems.add(&at(self.number), detail);
            return None;
        }
        let nameless =
            self.header.iter().zip(self.cells).position(|(name, cell)| name.is_empty() && !cell.trim().is_empty());
        if let Some(place) = nameless {
            let detail = format!("column {} has no name in row 1, and something stands in it here", place + 1);
            self.problems.add(&at(self.number), detail);
            return None;
        }
        self.check_text();
        let mut draft = Draft::read(self);
        draft.reference = self.word("reference").map(str::to_owned);
        let id = draft.reference.clone().unwrap_or_default();
        Some(Inbound { id, occurred_at: None, meaning: Meaning::Ask(draft) })
    }

    /// Refuses what is too long, and control characters; line breaks belong into a note alone.
    fn check_text(&self) {
        for TextField { name: column, most, is_free } in columns() {
            let text = if is_free { self.cell(column) } else { self.cell(column).trim() };
            let count = text.chars().count();
            if count > most {
                self.refuse(column, format!("at most {most} characters are allowed, and these are {count}"));
            }
            let may = |c: char| is_free && matches!(c, '\n' | '\r' | '\t');
            if text.chars().any(|c| c.is_control() && !may(c)) {
                self.refuse(
                    column,
                    "must not have line breaks or other control characters; a note may have line breaks",
                );
            }
        }
    }

    fn amount(&self) -> Option<MoneyText> {
        let currency = self.word("currency").unwrap_or_default();
        let Some(text) = self.word("amount") else {
            // Without both, all that remains is asked for: a cell that was forgotten must not come to mean that.
            if !currency.is_empty() && self.word("quantity").is_none() {
                self.refuse(
                    "amount",
                    "is empty: write it, or leave `currency` empty too where all that remains is meant",
                );
            }
            return None;
        };
        let value = self.number("amount", number::amount(text, currency))?;
        Some(MoneyText { value, currency: currency.to_owned() })
    }

    fn number(&self, column: &str, read: Result<String, String>) -> Option<String> {
        read.map_err(|why| self.refuse(column, why)).ok()
    }

    /// Refuses a reference that another row has.
    fn refers_alone(&self, references: &mut BTreeMap<String, usize>) {
        let Some(reference) = self.word("reference") else { return };
        if let Some(other) = references.insert(reference.to_owned(), self.number) {
            let detail =
                format!("row {other} has this reference too: each row is a request of its own, and needs its own");
            self.refuse("reference", detail);
        }
    }
}

impl Source for Row<'_> {
    fn text(&self, field: TextField) -> Option<String> {
        let text = if field.is_free { Some(self.cell(field.name)) } else { self.word(field.name) };
        text.map(str::to_owned)
    }

    fn how_much(&self) -> (Vec<DraftLine>, Option<MoneyText>) {
        let amount = self.amount();
        let quantity = self.word("quantity").and_then(|text| self.number("quantity", number::quantity(text)));
        let Some(line) = self.word("line") else {
            if self.word("quantity").is_some() {
                self.refuse("line", "a quantity is of one line of the invoice: say of which");
            }
            return (Vec::new(), amount);
        };
        if self.word("quantity").is_some() == self.word("amount").is_some() {
            self.refuse("line", "of a line give exactly one of `quantity` and `amount`");
        }
        (vec![DraftLine { line: line.to_owned(), quantity, amount }], None)
    }
}

#[cfg(test)]
mod tests;
