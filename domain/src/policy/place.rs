//! Places in the policy document: line and column of what a mistake is about.

use std::fmt;

use toml::de::{DeTable, DeValue};

use super::condition::Condition;

/// A mistake in the policy document: what it is about, by its keys, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// The keys that lead to it: names of members, and places in lists from 0.
    pub path: Vec<String>,
    /// How far into the text it stands, where it is about a part of a text.
    pub offset: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Mistake {
    /// Makes a mistake that is about a whole member.
    pub(super) fn at(path: &[&str], message: impl Into<String>) -> Self {
        Self { path: path.iter().map(|key| (*key).to_owned()).collect(), offset: 0, message: message.into() }
    }

    /// Makes the mistake that a condition has in itself, told at its place in the text; `whose` names what it is of.
    pub(super) fn in_condition(path: &[&str], whose: &str, condition: &Condition) -> Option<Self> {
        let fault = condition.fault()?;
        let mistake = Self::at(path, format!("{whose}: {}", fault.message));
        Some(Self { offset: fault.offset.max(1), ..mistake })
    }
}

/// A mistake with its place in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFault {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl PolicyFault {
    /// Makes a fault at that byte of the document.
    pub(super) fn at_byte(text: &str, byte: usize, message: impl Into<String>) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line, column, message: message.into() }
    }
}

/// Finds the places of mistakes in the document.
pub(super) fn locate(text: &str, mistakes: &[Mistake]) -> Vec<PolicyFault> {
    let table = DeTable::parse(text).ok();
    let place = |mistake: &Mistake| {
        let start = table.as_ref().map_or(0, |table| start_of(table.get_ref(), &mistake.path));
        let byte = if mistake.offset == 0 { start } else { inside(text, start, mistake.offset) };
        PolicyFault::at_byte(text, byte, mistake.message.clone())
    };
    let mut places: Vec<_> = mistakes.iter().map(place).collect();
    places.sort_by_key(|fault| (fault.line, fault.column));
    places
}

/// Returns where the value stands that the keys lead to, or as far as they lead.
fn start_of(table: &DeTable<'_>, path: &[String]) -> usize {
    let Some((first, rest)) = path.split_first() else { return 0 };
    let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref().as_ref() == first.as_str()) else { return 0 };
    let mut start = value.span().start;
    let mut value = value.get_ref();
    if rest.is_empty() && matches!(value, DeValue::Table(_) | DeValue::Array(_)) {
        return key.span().start;
    }
    for step in rest {
        let next = match value {
            DeValue::Table(table) => {
                table.iter().find(|(key, _)| key.get_ref().as_ref() == step.as_str()).map(|(_, value)| value)
            }
            DeValue::Array(array) => step.parse::<usize>().ok().and_then(|place| array.get(place)),
            _ => None,
        };
        let Some(next) = next else { break };
        start = next.span().start;
        value = next.get_ref();
    }
    start
}

/// Returns the byte of the document at which so many bytes of a quoted text have been read.
fn inside(text: &str, start: usize, offset: usize) -> usize {
    let raw = text.get(start..).unwrap_or_default();
    let quote = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let escapes = raw.starts_with('"');
    let mut body = raw.get(quote..).unwrap_or_default();
    let mut at = start + quote;
    if quote == 3 {
        // A line break directly behind the quotes does not count.
        let first = if body.starts_with("\r\n") { 2 } else { usize::from(body.starts_with('\n')) };
        (body, at) = (body.get(first..).unwrap_or_default(), at + first);
    }
    let mut read = 0;
    let mut letters = body.chars();
    loop {
        let rest = letters.as_str();
        if let Some(on) = rest.strip_prefix('\\').filter(|on| escapes && on.starts_with(char::is_whitespace)) {
            // A line that goes on: the break and what stands before the next word do not count.
            letters = on.trim_start().chars();
            continue;
        }
        if read >= offset {
            break;
        }
        let Some(letter) = letters.next() else { break };
        if letter != '\\' || !escapes {
            read += letter.len_utf8();
            continue;
        }
        let digits = match letters.next() {
            Some('u') => 4,
            Some('U') => 8,
            Some('x') => 2,
            _ => 0,
        };
        let code: String = letters.by_ref().take(digits).collect();
        let letter = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
        read += letter.map_or(1, char::len_utf8);
    }
    at + (body.len() - letters.as_str().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, path: &[&str], offset: usize) -> (usize, usize) {
        let mistake = Mistake { offset, ..Mistake::at(path, "") };
        let fault = locate(text, &[mistake]).remove(0);
        (fault.line, fault.column)
    }

    #[test]
    fn a_mistake_stands_at_the_line_and_column_of_its_value() {
        let text = "version = \"1\"\n\n[levels]\norder = [\"a\",\n  \"b\"]\n[[approval]]\nname = \"x\"\n[[approval]]\nname = \"y\"\n";
        assert_eq!(place(text, &["version"], 0), (1, 11));
        assert_eq!(place(text, &["levels", "order", "1"], 0), (5, 3));
        assert_eq!(place(text, &["approval", "1", "name"], 0), (9, 8));
        assert_eq!(place(text, &["approval", "1", "when"], 0), (8, 1), "as far as the keys lead");
        assert_eq!(place(text, &["nothing"], 0), (1, 1));
    }

    #[test]
    fn a_place_inside_a_text_counts_what_was_written_and_not_what_was_read() {
        assert_eq!(place("a = 'xy z'", &["a"], 3), (1, 9));
        assert_eq!(place("a = \"x\\\"y\"", &["a"], 2), (1, 9), "an escaped quote takes two");
        assert_eq!(place("a = \"\\u00fcy\"", &["a"], 2), (1, 12), "six letters for one of two bytes");
        assert_eq!(place("a = '''\nx\n  y'''", &["a"], 4), (3, 3));
        assert_eq!(place("a = \"\"\"x \\\n   y\"\"\"", &["a"], 2), (2, 4), "a line that goes on");
        assert_eq!(place("'ä' = 1\nb = 'üü y'", &["b"], 5), (2, 9), "columns are characters");
        assert_eq!(place("a = 'x'", &["a"], 99), (1, 8), "never beyond the text");
    }
}
