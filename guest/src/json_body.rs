//! JSON bodies, with every mistake told by its place.

use contraflow_domain::request::draft::FieldError;
use serde::de::DeserializeOwned;

/// Why a body is not what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where it stops being what is expected, and how.
    pub error: FieldError,
    /// Whether it is JSON at all.
    pub is_json: bool,
}

/// Whether the body is an array, if it is JSON.
#[must_use]
pub fn is_array(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[')
}

/// Reads a whole body that is an object.
///
/// # Errors
/// The first place that is not as expected.
pub fn read_object<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unread> {
    // serde would read an object's fields from an array too, in the order in which a program happens to list them.
    if is_array(body) {
        let detail = "must be an object, not an array".to_owned();
        return Err(Unread { error: FieldError { pointer: String::new(), detail }, is_json: true });
    }
    read_json(body)
}

/// Reads a whole body.
///
/// # Errors
/// The first place that is not as expected.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unread> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = error.path().iter().filter_map(segment).map(|segment| format!("/{segment}")).collect();
        (pointer, error.into_inner())
    });
    let read = read.and_then(|read| json.end().map(|()| read).map_err(|error| (String::new(), error)));
    read.map_err(|(mut pointer, error): (String, serde_json::Error)| {
        let detail = error.to_string();
        // A field that is not there has no place; it is named in the words alone.
        if let Some((name, _)) = detail.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
            pointer = format!("{pointer}/{}", escaped(name));
        }
        Unread { is_json: error.is_data(), error: FieldError { pointer, detail } }
    })
}

/// A step of a JSON Pointer (RFC 6901).
fn segment(segment: &serde_path_to_error::Segment) -> Option<String> {
    use serde_path_to_error::Segment;
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(escaped(key)),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
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

    fn unread(body: &str) -> (String, bool) {
        let unread = read_object::<List>(body.as_bytes()).expect_err("a mistake");
        (unread.error.pointer, unread.is_json)
    }

    #[test]
    fn every_mistake_has_its_place() {
        for (body, pointer, is_json) in [
            (r#"{"items": [{"name": "a"}, {"name": 7}]}"#, "/items/1/name", true),
            (r#"{"items": [{"name": "a", "a/b~c": 7}]}"#, "/items/0/a~1b~0c", true),
            (r#"{"items": [{}]}"#, "/items/0/name", true),
            ("{}", "/items", true),
            (r#"[[]]"#, "", true),
            (r#"{"items": []} x"#, "", false),
            ("", "", false),
        ] {
            assert_eq!(unread(body), (pointer.to_owned(), is_json), "{body}");
        }
    }
}
