//! Checks values against the document's schemas. The crate `jsonschema` would do more, and would turn on features of `hashbrown` with
//! which wasmtime is compiled once more; this knows the keywords that the document uses, and refuses a document that uses others.

use regex::Regex;
use serde_json::Value;

/// Keywords that say something to people alone.
const ANNOTATIONS: [&str; 3] = ["description", "examples", "default"];

/// The schemas of a document.
pub struct Schemas<'d>(pub &'d Value);

impl<'d> Schemas<'d> {
    /// What does not fit, each with its place; empty: all of it fits. Fields that a schema does not name do not fit either, although
    /// the document lets a client's reader pass over them.
    pub fn misfits(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.check(schema, value, "", &mut found);
        found
    }

    /// What a `$ref` leads to; anything else as it is.
    pub fn resolved<'v>(&self, node: &'v Value) -> &'v Value
    where
        'd: 'v,
    {
        let Some(reference) = node["$ref"].as_str() else { return node };
        let pointer = reference.strip_prefix('#').expect("a reference within the document");
        self.0.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        for (keyword, wanted) in schema.as_object().expect("a schema is an object") {
            match keyword.as_str() {
                "$ref" => self.check(self.resolved(schema), value, at, found),
                "properties" => self.properties(wanted, value, at, found),
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, item, &format!("{at}/{index}"), found);
                    }
                }
                // With `properties`, which never lets another field pass.
                "additionalProperties" => assert_eq!(wanted, false, "{at}"),
                known if ANNOTATIONS.contains(&known) => {}
                other if self.holds(other, wanted, value) => {}
                other => found.push(format!("{at}: {value} is not what `{other}: {wanted}` wants")),
            }
        }
    }

    fn properties(&self, known: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        for (name, inner) in value.as_object().into_iter().flatten() {
            match known.get(name) {
                Some(schema) => self.check(schema, inner, &format!("{at}/{name}"), found),
                None => found.push(format!("{at}/{name} is not documented: {inner}")),
            }
        }
    }

    /// A keyword that holds or does not. One that is about another type than the value's holds.
    fn holds(&self, keyword: &str, wanted: &Value, value: &Value) -> bool {
        let each = || wanted.as_array().into_iter().flatten();
        let fits = |schema: &&Value| self.misfits(schema, value).is_empty();
        let text = value.as_str();
        let characters = || text.map(|text| text.chars().count() as u64);
        let items = || value.as_array().map(|items| items.len() as u64);
        let bound = || wanted.as_u64().expect("a bound");
        match keyword {
            "type" => each()
                .chain(wanted.is_string().then_some(wanted))
                .any(|name| is(name.as_str().unwrap_or_default(), value)),
            "enum" => each().any(|one| one == value),
            "const" => wanted == value,
            "oneOf" => each().filter(fits).count() == 1,
            "not" => !fits(&wanted),
            "required" => value
                .as_object()
                .is_none_or(|fields| each().all(|name| fields.contains_key(name.as_str().unwrap_or_default()))),
            "pattern" => text
                .is_none_or(|text| Regex::new(wanted.as_str().unwrap_or_default()).expect("a pattern").is_match(text)),
            "format" => text.is_none_or(|text| has_format(wanted.as_str().unwrap_or_default(), text)),
            "minLength" => characters().is_none_or(|count| count >= bound()),
            "maxLength" => characters().is_none_or(|count| count <= bound()),
            "minItems" => items().is_none_or(|count| count >= bound()),
            "maxItems" => items().is_none_or(|count| count <= bound()),
            "minimum" => value.as_u64().is_none_or(|number| number >= bound()),
            "maximum" => value.as_u64().is_none_or(|number| number <= bound()),
            "uniqueItems" => value
                .as_array()
                .is_none_or(|items| items.iter().enumerate().all(|(index, item)| !items[..index].contains(item))),
            other => panic!("the document uses `{other}`: teach this check what it means"),
        }
    }
}

fn is(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        other => panic!("the document uses the type `{other}`: teach this check what it means"),
    }
}

fn has_format(name: &str, text: &str) -> bool {
    let pattern = match name {
        "date" => r"^\d{4}-\d\d-\d\d$",
        "date-time" => r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$",
        "uuid" => r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        "uri" => r"^[a-z]+:\S+$",
        other => panic!("the document uses the format `{other}`: teach this check what it means"),
    };
    Regex::new(pattern).expect("a pattern").is_match(text)
}
