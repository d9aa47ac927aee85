//! Text to a tree, with equal keys of one object told as mistakes.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::below;
use crate::reader::{JsonError, JsonErrors, Node};

/// A parsed input and what is wrong with it so far.
#[derive(Debug)]
pub struct Parsed {
    value: Value,
    errors: JsonErrors,
}

impl Parsed {
    /// Returns the whole input.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        Node::root(&self.value, &self.errors)
    }

    /// Returns the whole input as a tree of its own, and everything that was found wrong.
    #[must_use]
    pub fn into_value(self) -> (Value, Vec<JsonError>) {
        (self.value, self.errors.into_list())
    }

    /// Returns everything that was found wrong, in the order in which it was found.
    #[must_use]
    pub fn into_errors(self) -> Vec<JsonError> {
        self.errors.into_list()
    }
}

/// Reads one JSON text of any type.
///
/// # Errors
/// Text that is no JSON (or has something behind its end, or is nested deeper than 128 levels) is one mistake of the
/// whole, with line and column. Equal keys in one object are no error here: each becomes a mistake of its own.
pub fn parse(text: &[u8]) -> Result<Parsed, JsonError> {
    let errors = JsonErrors::default();
    let mut reader = serde_json::Deserializer::from_slice(text);
    let tree = Tree { pointer: String::new(), errors: &errors };
    let value = tree
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| JsonError { pointer: String::new(), detail: format!("not a JSON document: {error}") })?;
    Ok(Parsed { value, errors })
}

/// Builds the tree below one pointer.
struct Tree<'p> {
    pointer: String,
    errors: &'p JsonErrors,
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    // Asks have no numbers of this kind, so that a reader says "a number is not allowed here". Elsewhere one is taken
    // only where it has so few digits that its shortest text is the one that was sent.
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let item = Tree { pointer: below(&self.pointer, &list.len().to_string()), errors: self.errors };
            match items.next_element_seed(item)? {
                Some(value) => list.push(value),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let pointer = below(&self.pointer, &key);
            if map.contains_key(&key) {
                self.errors.add(&pointer, "this field stands twice: keep one of them");
            }
            let value = entries.next_value_seed(Tree { pointer, errors: self.errors })?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}
