//! Walking the tree, collecting what is wrong.

use std::cell::RefCell;

use serde_json::{Map, Value};

use crate::below;
use crate::limits::ERRORS;

/// Tells what is wrong with one place of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// Where: a JSON Pointer (RFC 6901); empty for the whole.
    pub pointer: String,
    /// What is wrong and what would be right, for a person.
    pub detail: String,
}

/// All mistakes of one input.
#[derive(Debug, Default)]
pub struct JsonErrors(RefCell<Vec<JsonError>>);

impl JsonErrors {
    /// Notes a mistake. The same one twice is noted once, and no more than the limit are kept.
    pub fn add(&self, pointer: &str, detail: impl Into<String>) {
        let error = JsonError { pointer: pointer.to_owned(), detail: detail.into() };
        let mut list = self.0.borrow_mut();
        if list.len() < ERRORS && !list.contains(&error) {
            list.push(error);
        }
    }

    /// Returns all mistakes, in the order in which they were noted.
    #[must_use]
    pub fn into_list(self) -> Vec<JsonError> {
        self.0.into_inner()
    }
}

/// One value of the input. Every reading method notes a mistake and gives nothing where the value is not what it must
/// be.
#[derive(Debug, Clone)]
pub struct Node<'p> {
    value: &'p Value,
    pointer: String,
    errors: &'p JsonErrors,
}

impl<'p> Node<'p> {
    pub(crate) fn root(value: &'p Value, errors: &'p JsonErrors) -> Self {
        Self { value, pointer: String::new(), errors }
    }

    /// Notes a mistake of this value.
    pub fn refuse(&self, detail: impl Into<String>) {
        self.errors.add(&self.pointer, detail);
    }

    /// Reads an object that has only `known` fields.
    #[must_use]
    pub fn object(&self, known: &[&str]) -> Option<Object<'p>> {
        let Value::Object(fields) = self.value else {
            self.refuse(format!("must be an object, not {}", kind_of(self.value)));
            return None;
        };
        for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
            self.errors.add(&below(&self.pointer, name), format!("unknown field: allowed are {}", known.join(", ")));
        }
        Some(Object { fields, pointer: self.pointer.clone(), errors: self.errors })
    }

    /// Reads a list of 1 to `most` items.
    #[must_use]
    pub fn items(&self, most: usize) -> Option<Vec<Node<'p>>> {
        let Value::Array(items) = self.value else {
            self.refuse(format!("must be an array, not {}", kind_of(self.value)));
            return None;
        };
        if items.is_empty() {
            self.refuse("must not be empty: leave it out instead");
            return None;
        }
        if items.len() > most {
            self.refuse(format!("at most {most} are allowed, and these are {}", items.len()));
            return None;
        }
        let nodes = items.iter().enumerate().map(|(index, value)| Node {
            value,
            pointer: below(&self.pointer, &index.to_string()),
            errors: self.errors,
        });
        Some(nodes.collect())
    }

    /// Reads any string of at most `most` characters; line breaks and tabs are its only control characters.
    #[must_use]
    pub fn text(&self, most: usize) -> Option<&'p str> {
        let text = self.string(most)?;
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.refuse("must not have control characters besides line breaks and tabs");
            return None;
        }
        Some(text)
    }

    /// Reads a name or a number: 1 to `most` characters, none of them a control character, no white space around it.
    #[must_use]
    pub fn word(&self, most: usize) -> Option<&'p str> {
        let text = self.string(most)?;
        let detail = if text.is_empty() {
            "must not be empty"
        } else if text.chars().any(char::is_control) {
            "must not have control characters"
        } else if text.trim() != text {
            "must not have white space around it"
        } else {
            return Some(text);
        };
        self.refuse(detail);
        None
    }

    /// Reads a whole number from 1 to `most`.
    #[must_use]
    pub fn count(&self, most: u64) -> Option<u64> {
        let count = self.value.as_u64().filter(|count| (1..=most).contains(count));
        if count.is_none() {
            self.refuse(format!("must be a whole number from 1 to {most}"));
        }
        count
    }

    fn string(&self, most: usize) -> Option<&'p str> {
        let Value::String(text) = self.value else {
            self.refuse(format!("must be a string, not {}", kind_of(self.value)));
            return None;
        };
        let count = text.chars().count();
        if count > most {
            self.refuse(format!("at most {most} characters are allowed, and these are {count}"));
            return None;
        }
        Some(text)
    }
}

/// An object of the input.
#[derive(Debug)]
pub struct Object<'p> {
    fields: &'p Map<String, Value>,
    pointer: String,
    errors: &'p JsonErrors,
}

impl<'p> Object<'p> {
    /// Reads a field that may be absent. `null` is not absent: it is a value of the wrong type.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<Node<'p>> {
        let value = self.fields.get(name)?;
        Some(Node { value, pointer: below(&self.pointer, name), errors: self.errors })
    }

    /// Reads a field that must be there.
    #[must_use]
    pub fn required(&self, name: &str) -> Option<Node<'p>> {
        let node = self.optional(name);
        if node.is_none() {
            self.refuse(name, "is missing");
        }
        node
    }

    /// Notes a mistake of a field, which may be absent.
    pub fn refuse(&self, name: &str, detail: impl Into<String>) {
        self.errors.add(&below(&self.pointer, name), detail);
    }

    /// Notes a mistake of the object as a whole.
    pub fn refuse_whole(&self, detail: impl Into<String>) {
        self.errors.add(&self.pointer, detail);
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use crate::{JsonError, parse};

    fn mistakes(text: &str, read: impl Fn(super::Node<'_>)) -> Vec<(String, String)> {
        let parsed = parse(text.as_bytes()).unwrap();
        read(parsed.root());
        parsed.into_errors().into_iter().map(|JsonError { pointer, detail }| (pointer, detail)).collect()
    }

    #[test]
    fn equal_keys_are_told_wherever_they_stand() {
        let found = mistakes(r#"{"a":[{"b":1,"b":2}],"a":[]}"#, |_| {});
        assert_eq!(found.iter().map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>(), ["/a/0/b", "/a"]);
    }

    #[test]
    fn pointers_are_escaped() {
        let found = mistakes(r#"{"a/b~c":1}"#, |root| {
            let _ = root.object(&["x"]);
        });
        assert_eq!(found[0].0, "/a~1b~0c");
    }

    #[test]
    fn text_that_is_no_json_tells_its_line_and_column() {
        let error = parse(b"{\n  \"kind\": }").unwrap_err();
        assert_eq!(error.pointer, "");
        assert!(error.detail.contains("line 2 column 11"), "{}", error.detail);
        assert!(parse(b"{} {}").unwrap_err().detail.contains("trailing characters"));
        assert!(parse(b"\"\xff\"").is_err());
        assert!(parse("[".repeat(1000).as_bytes()).unwrap_err().detail.contains("recursion"));
    }

    #[test]
    fn null_is_a_value_of_the_wrong_type() {
        let found = mistakes(r#"{"note":null}"#, |root| {
            let _ = root.object(&["note"]).unwrap().optional("note").unwrap().text(5);
        });
        assert_eq!(found, [("/note".to_owned(), "must be a string, not null".to_owned())]);
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert!(mistakes("\"äöüßé\"", |root| assert_eq!(root.text(5), Some("äöüßé"))).is_empty());
        assert_eq!(mistakes("\"äöüßé\"", |root| assert_eq!(root.text(4), None)).len(), 1);
    }

    #[test]
    fn a_word_has_no_control_characters_and_no_space_around_it() {
        for text in [r#""""#, r#""a\nb""#, r#"" a""#, "\"a\\u0000\"", "1", "[]"] {
            assert_eq!(mistakes(text, |root| assert_eq!(root.word(9), None)).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_count_is_a_whole_number_from_one_to_its_bound() {
        for text in ["0", "-1", "1.5", "8", "\"7\"", "null", "99999999999999999999"] {
            assert_eq!(mistakes(text, |root| assert_eq!(root.count(7), None)).len(), 1, "{text}");
        }
        assert!(mistakes("7", |root| assert_eq!(root.count(7), Some(7))).is_empty());
    }

    #[test]
    fn mistakes_are_bounded() {
        let many: String = (0..500).map(|n| format!("\"x{n}\":1,")).collect();
        let found = mistakes(&format!("{{{}\"y\":1}}", many), |root| {
            let _ = root.object(&["y"]);
        });
        assert_eq!(found.len(), 100);
    }
}
