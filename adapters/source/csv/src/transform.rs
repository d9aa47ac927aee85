//! A file's rows to asks.

use contraflow_ask::table::{
    PASSED_OVER, TableError, column_name, columns, delimiter, is_column, rows, said_delimiter,
};
use contraflow_ask::{Draft, DraftLine, Json, JsonErrors, MoneyText, Source, TextField, number, parse};

use crate::bindings::{FieldError, Inbound, Meaning, Unread};
use crate::limits;

/// Reads a table. Returns a message for each row below the header, those that are empty behind the last one aside: an
/// ask, or what is wrong with the row.
///
/// # Errors
/// What is wrong with the table or its header.
pub fn messages(body: &[u8]) -> Result<Vec<Inbound>, Vec<FieldError>> {
    let text = utf8(body)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (said, text) = said_delimiter(text);
    let mut table =
        rows(text, said.unwrap_or_else(|| delimiter(text, is_column))).map_err(|TableError { row, fault }| {
            vec![FieldError { pointer: at(row), detail: fault.detail().to_owned() }]
        })?;
    // Spreadsheets write rows that were emptied; behind the last one they are none.
    while table.last().is_some_and(|row| is_blank(row)) {
        table.pop();
    }
    let problems = JsonErrors::default();
    let mut table = table.into_iter();
    let header = header(&table.next().unwrap_or_default(), &problems);
    let rows: Vec<_> = table.collect();
    if rows.len() > limits::ROWS {
        problems.add("/rows", too_many(rows.len()));
    }
    let problems = errors_of(problems);
    match header.filter(|_| problems.is_empty()) {
        Some(header) => Ok(rows.iter().map(|cells| one(&header, without_nameless(cells, header.len()))).collect()),
        // What is wrong with the header would be told again for every row.
        None => Err(problems),
    }
}

/// Reads lines of JSON. Returns a message for each line: an ask, or what is wrong with the line.
///
/// # Errors
/// When it is no text, or has more lines than are taken at once.
pub fn lines(body: &[u8]) -> Result<Vec<Inbound>, Vec<FieldError>> {
    let text = utf8(body)?;
    let lines: Vec<_> = text.strip_prefix('\u{feff}').unwrap_or(text).lines().collect();
    if lines.len() > limits::ROWS {
        return Err(vec![FieldError { pointer: "/rows".into(), detail: too_many(lines.len()) }]);
    }
    Ok(lines.into_iter().map(line).collect())
}

fn line(text: &str) -> Inbound {
    if text.trim().is_empty() {
        return empty();
    }
    let parsed = match parse(text.as_bytes()) {
        Ok(parsed) => parsed,
        Err(error) => {
            return unreadable("", vec![FieldError { pointer: error.pointer, detail: error.detail }]);
        }
    };
    let read = Json::row(&parsed.root());
    let reference = read.as_ref().and_then(|(_, reference)| reference.clone());
    let problems: Vec<_> = parsed
        .into_errors()
        .into_iter()
        .map(|problem| FieldError { pointer: problem.pointer, detail: problem.detail })
        .collect();
    match read {
        Some((draft, reference)) if problems.is_empty() => ask(Draft { reference, ..draft }),
        _ => unreadable(&reference.unwrap_or_default(), problems),
    }
}

fn ask(draft: Draft) -> Inbound {
    let id = draft.reference.clone().unwrap_or_default();
    Inbound { id, occurred_at: None, meaning: Meaning::Ask(draft) }
}

/// Returns the message of a row in which nothing stands.
fn empty() -> Inbound {
    Inbound { id: String::new(), occurred_at: None, meaning: Meaning::Other("an empty row".into()) }
}

fn unreadable(reference: &str, errors: Vec<FieldError>) -> Inbound {
    let meaning = Meaning::Unreadable(Unread { kind: "ask".into(), about: reference.into(), errors, ticket: None });
    Inbound { id: reference.into(), occurred_at: None, meaning }
}

fn too_many(count: usize) -> String {
    format!("at most {} rows are taken at once, and these are {count}: split the file", limits::ROWS)
}

fn errors_of(problems: JsonErrors) -> Vec<FieldError> {
    let told = |problem: contraflow_ask::JsonError| FieldError { pointer: problem.pointer, detail: problem.detail };
    problems.into_list().into_iter().map(told).collect()
}

fn utf8(body: &[u8]) -> Result<&str, Vec<FieldError>> {
    std::str::from_utf8(body).map_err(|error| {
        let read = body.get(..error.valid_up_to()).unwrap_or_default();
        let line = read.iter().filter(|byte| **byte == b'\n').count() + 1;
        let detail = format!(
            "the file is not UTF-8 (line {line}), probably Windows-1252 or UTF-16: save it as “CSV UTF-8” and send that"
        );
        vec![FieldError { pointer: String::new(), detail }]
    })
}

/// Reads one row below the header.
fn one(header: &[String], cells: &[String]) -> Inbound {
    if is_blank(cells) {
        return empty();
    }
    let problems = JsonErrors::default();
    let row = Row { header, cells, problems: &problems };
    let (draft, reference) = (row.ask(), row.word("reference").unwrap_or_default().to_owned());
    let problems = errors_of(problems);
    match draft {
        Some(draft) if problems.is_empty() => ask(draft),
        _ => unreadable(&reference, problems),
    }
}

fn at(row: usize) -> String {
    format!("/rows/{row}")
}

fn is_blank(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.trim().is_empty())
}

/// The cells of a row without the empty ones beyond those that the header names: a spreadsheet writes them where
/// something once stood.
fn without_nameless(cells: &[String], named: usize) -> &[String] {
    let beyond = cells.get(named..).unwrap_or_default();
    if is_blank(beyond) { cells.get(..named).unwrap_or(cells) } else { cells }
}

/// The names of the columns, in the file's order; `None` where one of them is unknown or stands twice. A column may
/// have no name, as long as nothing stands in it; those behind the last name are none.
fn header(cells: &[String], problems: &JsonErrors) -> Option<Vec<String>> {
    let mut names: Vec<_> = cells.iter().map(|cell| column_name(cell)).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    let known = || columns().map(|column| column.name).collect::<Vec<_>>().join(", ");
    for (index, name) in names.iter().enumerate() {
        let column = index + 1;
        if name.is_empty() || name == PASSED_OVER {
            continue;
        }
        if !is_column(name) {
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
    let named: Vec<_> = names.iter().filter(|name| !name.is_empty() && *name != PASSED_OVER).collect();
    let sound = named.iter().all(|name| is_column(name))
        && named.iter().collect::<std::collections::BTreeSet<_>>().len() == named.len();
    Some(names).filter(|names| sound && !names.is_empty())
}

/// One row below the header.
struct Row<'a> {
    header: &'a [String],
    cells: &'a [String],
    problems: &'a JsonErrors,
}

impl Row<'_> {
    fn refuse(&self, column: &str, detail: impl Into<String>) {
        self.problems.add(&format!("/{column}"), detail);
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

    fn ask(&self) -> Option<Draft> {
        // Fewer cells are a row whose last ones are empty: spreadsheets leave them out.
        if self.cells.len() > self.header.len() {
            let detail = format!(
                "the row has {} cells, and the header {}: a cell that holds the delimiter must stand in quotation marks",
                self.cells.len(),
                self.header.len()
            );
            self.problems.add("", detail);
            return None;
        }
        let nameless =
            self.header.iter().zip(self.cells).position(|(name, cell)| name.is_empty() && !cell.trim().is_empty());
        if let Some(place) = nameless {
            let detail = format!("column {} has no name in row 1, and something stands in it here", place + 1);
            self.problems.add("", detail);
            return None;
        }
        self.check_text();
        let mut draft = Draft::read(self);
        draft.reference = self.word("reference").map(str::to_owned);
        Some(draft)
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
