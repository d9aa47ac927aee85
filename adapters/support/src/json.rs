//! JSON from outside, whose mistakes carry a JSON Pointer (RFC 6901).

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

/// What is wrong in a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonFault {
    /// Where: a JSON Pointer; empty for the whole.
    pub pointer: String,
    /// What, for a person.
    pub detail: String,
}

/// Reads a JSON text, and nothing after it.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, JsonFault> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| JsonFault { pointer: pointer(error.path()), detail: error.inner().to_string() })?;
    reader.end().map_err(|error| JsonFault { pointer: String::new(), detail: error.to_string() })?;
    Ok(value)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            // The variant of an enum is no place of its own in the text.
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Outer {
        #[serde(rename = "a/b")]
        items: Vec<Item>,
    }

    #[derive(Debug, serde::Deserialize)]
    struct Item {
        #[serde(rename = "amount")]
        _amount: i64,
    }

    #[test]
    fn a_mistake_deep_inside_carries_its_pointer() {
        let fault = parse::<Outer>(br#"{"a/b":[{"amount":1},{"amount":"x"}]}"#).expect_err("a string");
        assert_eq!(fault.pointer, "/a~1b/1/amount");
        assert!(fault.detail.contains("expected i64"), "{}", fault.detail);
    }

    #[test]
    fn text_after_the_value_is_refused() {
        let fault = parse::<Outer>(br#"{"a/b":[]} x"#).expect_err("more text");
        assert_eq!(fault.pointer, "");
        assert_eq!(parse::<Outer>(br#"{"a/b":[]}"#).expect("whole").items.len(), 0);
    }
}
