//! The document as the application serves it, and answers held against it.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use super::schema::Schemas;
use crate::world::{Reply, World};

/// The document as it is served.
pub struct Reference(pub Value);

impl Reference {
    /// Fetched without a token.
    pub async fn of(world: &World) -> Self {
        let request = Request::get("/openapi.json").header("host", "localhost").body(Bytes::new()).unwrap();
        let reply = world.send(request).await.unwrap();
        assert_eq!(reply.status, StatusCode::OK, "it is read without a token");
        assert_eq!(reply.json["openapi"], "3.1.0");
        Self(reply.json)
    }

    /// Each path and what can be done there.
    pub fn paths(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0["paths"].as_object().unwrap().iter()
    }

    /// The schema of an operation's answer, if the status and the type of its content are documented.
    fn schema(&self, path: &str, method: &str, status: u16, content_type: &str) -> Result<&Value, String> {
        let response = &self.0["paths"][path][method]["responses"][status.to_string()];
        if response.is_null() {
            return Err(format!("{method} {path} answered {status}, which is not documented"));
        }
        let kind = content_type.split(';').next().unwrap_or_default();
        let content = &Schemas(&self.0).resolved(response)["content"][kind];
        if content.is_null() {
            Err(format!("{method} {path} answered {status} as {kind}, which is not documented"))
        } else {
            Ok(&content["schema"])
        }
    }

    /// The answer has a documented status and type, and fits its schema.
    pub fn assert_fits(&self, path: &str, method: &str, reply: &Reply) {
        let schema = self.schema(path, method, reply.status.as_u16(), reply.headers["content-type"].to_str().unwrap());
        let schema = schema.unwrap_or_else(|problem| panic!("{problem}: {}", reply.text));
        let value = if reply.json.is_null() { Value::String(reply.text.clone()) } else { reply.json.clone() };
        // Of several lines of JSON the whole is a text.
        let value = if schema["type"] == "string" { Value::String(reply.text.clone()) } else { value };
        assert_eq!(
            Schemas(&self.0).misfits(schema, &value),
            Vec::<String>::new(),
            "{method} {path} {}: {value:#}",
            reply.status
        );
    }

    /// The value fits the schema of that name.
    pub fn assert_is(&self, name: &str, value: &Value) {
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        assert_eq!(Schemas(&self.0).misfits(&schema, value), Vec::<String>::new(), "{name}: {value:#}");
    }

    /// The words that the schema of that name lists.
    pub fn words(&self, name: &str) -> BTreeSet<&str> {
        let words = self.0["components"]["schemas"][name]["enum"].as_array().unwrap();
        words.iter().map(|word| word.as_str().unwrap()).collect()
    }
}
