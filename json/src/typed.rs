//! JSON straight into a type: it ends at the first mistake.

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::below;

/// Tells why a text is not what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Where it stops being what is expected: a JSON Pointer; empty for the whole.
    pub pointer: String,
    /// What is wrong there, for a person.
    pub detail: String,
    /// Whether it is JSON at all.
    pub is_json: bool,
}

/// Tells whether a text is an array, if it is JSON.
#[must_use]
pub fn is_array(text: &[u8]) -> bool {
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[')
}

/// Reads a text that is an object, and nothing behind it.
///
/// # Errors
/// The first place that is not as expected.
pub fn read_object<T: DeserializeOwned>(text: &[u8]) -> Result<T, ReadError> {
    // serde would read an object's fields from an array too, in the order in which a program happens to list them.
    if is_array(text) {
        let detail = "must be an object, not an array".to_owned();
        return Err(ReadError { pointer: String::new(), detail, is_json: true });
    }
    read(text)
}

/// Reads a text, and nothing behind it.
///
/// # Errors
/// The first place that is not as expected.
pub fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, ReadError> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| told(pointer(error.path()), &error.into_inner()))?;
    json.end().map_err(|error| told(String::new(), &error))?;
    Ok(value)
}

fn told(mut pointer: String, error: &serde_json::Error) -> ReadError {
    let detail = error.to_string();
    // A field that is not there has no place of its own; serde names it in the words alone.
    if let Some((name, _)) = detail.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
        pointer = below(&pointer, name);
    }
    ReadError { pointer, detail, is_json: error.is_data() }
}

fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => below(&pointer, &index.to_string()),
        Segment::Map { key } => below(&pointer, key),
        // The variant of an enum is no place of its own in the text.
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct List {
        #[serde(rename = "items")]
        _items: Vec<Item>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        #[serde(rename = "name")]
        _name: String,
    }

    #[test]
    fn every_mistake_has_its_place() {
        for (text, pointer, is_json) in [
            (r#"{"items": [{"name": "a"}, {"name": 7}]}"#, "/items/1/name", true),
            (r#"{"items": [{"name": "a", "a/b~c": 7}]}"#, "/items/0/a~1b~0c", true),
            (r#"{"items": [{}]}"#, "/items/0/name", true),
            ("{}", "/items", true),
            ("[[]]", "", true),
            (r#"{"items": []} x"#, "", false),
            ("", "", false),
        ] {
            let error = read_object::<List>(text.as_bytes()).expect_err("a mistake");
            assert_eq!((error.pointer.as_str(), error.is_json), (pointer, is_json), "{text}");
        }
    }

    #[test]
    fn the_words_say_what_was_expected() {
        let error = read::<List>(br#"{"items": [{"name": 7}]}"#).expect_err("a number");
        assert!(error.detail.contains("expected a string"), "{}", error.detail);
    }
}
