//! Values held against the reference.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use jsonschema::{Resource, ValidationOptions};
use serde_json::{Map, Value, json};

/// What the document is called where a schema refers to it.
const NAME: &str = "urn:contraflow:openapi";

/// The reference, read more strictly than a client reads it: members that a schema does not name do not fit, times are
/// in UTC, and every format is checked.
pub struct Reference {
    document: Value,
    options: ValidationOptions,
}

impl Reference {
    /// Reads the document.
    ///
    /// # Errors
    /// A document that is no JSON Schema resource.
    pub fn of(document: &Value) -> Result<Self> {
        let document = strict(document);
        let options = jsonschema::options()
            .with_resource(NAME, Resource::from_contents(document.clone())?)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(false)
            .with_format("date-time", is_utc);
        Ok(Self { document, options })
    }

    /// Lists each path, and what can be done there.
    pub fn paths(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.members("/paths").into_iter().flatten()
    }

    /// Tells whether it says what a subscriber is told under that type.
    #[must_use]
    pub fn has_webhook(&self, kind: &str) -> bool {
        self.members("/webhooks").is_some_and(|told| told.contains_key(kind))
    }

    /// Returns the words that the schema of that name lists.
    #[must_use]
    pub fn words(&self, name: &str) -> BTreeSet<&str> {
        let words = self.document.pointer(&format!("/components/schemas/{name}/enum")).and_then(Value::as_array);
        words.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Returns the schema of that name.
    #[must_use]
    pub fn named(name: &str) -> Value {
        json!({"$ref": format!("{NAME}#/components/schemas/{name}")})
    }

    /// Returns the schema of an operation's answer, if its status and the type of its content are documented.
    pub fn answer(&self, path: &str, method: &str, status: u16, content_type: &str) -> Option<&Value> {
        let responses = self.members("/paths")?.get(path)?.get(method)?.get("responses")?;
        let response = self.resolved(responses.get(status.to_string())?);
        response.get("content")?.get(content_type.split(';').next()?)?.get("schema")
    }

    /// Returns what does not fit a schema of the document, each with its place; empty: all of it fits.
    ///
    /// # Errors
    /// A schema that is none.
    pub fn misfits(&self, schema: &Value, value: &Value) -> Result<Vec<String>> {
        let validator = self.options.build(schema).map_err(|error| error.to_owned()).context("a schema")?;
        Ok(validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path)).collect())
    }

    /// Returns every example of the document that stands beside a schema, with that schema.
    pub fn examples(&self) -> Vec<(&Value, &Value)> {
        let (mut found, mut waiting) = (Vec::new(), vec![&self.document]);
        while let Some(node) = waiting.pop() {
            match node {
                Value::Array(items) => waiting.extend(items),
                Value::Object(members) => {
                    waiting.extend(members.values());
                    let Some(schema) = members.get("schema") else { continue };
                    let named = members.get("examples").and_then(Value::as_object);
                    let named = named.into_iter().flat_map(|named| named.values());
                    let named = named.filter_map(|example| self.resolved(example).get("value"));
                    found.extend(members.get("example").into_iter().chain(named).map(|example| (schema, example)));
                }
                _ => {}
            }
        }
        found
    }

    fn members(&self, pointer: &str) -> Option<&Map<String, Value>> {
        self.document.pointer(pointer).and_then(Value::as_object)
    }

    /// Returns what a `$ref` leads to; anything else as it is.
    fn resolved<'v>(&'v self, node: &'v Value) -> &'v Value {
        let pointer = node.get("$ref").and_then(Value::as_str).and_then(|reference| reference.split_once('#'));
        pointer.and_then(|(_, pointer)| self.document.pointer(pointer)).unwrap_or(node)
    }
}

/// Returns the document with objects that take no members but those that they name, and references that hold wherever a
/// schema stands.
fn strict(node: &Value) -> Value {
    match node {
        Value::Array(items) => items.iter().map(strict).collect(),
        Value::Object(members) => {
            let mut members: Map<_, _> = members.iter().map(|(name, node)| (name.clone(), strict(node))).collect();
            if let Some(Value::String(reference)) = members.get_mut("$ref").filter(|name| is_inward(name)) {
                reference.insert_str(0, NAME);
            }
            if members.get("properties").is_some_and(Value::is_object) && members.contains_key("type") {
                members.entry("additionalProperties").or_insert(false.into());
            }
            Value::Object(members)
        }
        scalar => scalar.clone(),
    }
}

fn is_inward(reference: &Value) -> bool {
    reference.as_str().is_some_and(|reference| reference.starts_with('#'))
}

/// Tells whether it is an RFC 3339 time in UTC, as contraflow writes them.
fn is_utc(text: &str) -> bool {
    text.ends_with('Z') && text.parse::<contraflow_domain::time::Timestamp>().is_ok()
}
