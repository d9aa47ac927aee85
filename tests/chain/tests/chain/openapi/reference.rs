//! The document as the application serves it, and answers held against it.

use std::collections::BTreeSet;

use bytes::Bytes;
use contraflow_openapi::Reference as Document;
use http::{Request, StatusCode};
use serde_json::Value;

use crate::world::{Reply, World};

/// The document as it is served, fetched without a token.
pub async fn document(world: &World) -> Value {
    let request = Request::get("/openapi.json").header("host", "localhost").body(Bytes::new()).unwrap();
    let reply = world.send(request).await.unwrap();
    assert_eq!(reply.status, StatusCode::OK, "it is read without a token");
    assert_eq!(reply.json["openapi"], "3.1.0");
    reply.json
}

/// What answers are held against.
pub struct Reference(Document);

impl Reference {
    /// As the application serves it.
    pub async fn of(world: &World) -> Self {
        Self(Document::of(&document(world).await).unwrap())
    }

    /// Each path and what can be done there.
    pub fn paths(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.paths()
    }

    /// The answer has a documented status and type, and fits its schema.
    pub fn assert_fits(&self, path: &str, method: &str, reply: &Reply) {
        let (status, kind) = (reply.status.as_u16(), reply.headers["content-type"].to_str().unwrap());
        let schema = self.0.answer(path, method, status, kind);
        let schema = schema.unwrap_or_else(|| {
            panic!("{method} {path} answered {status} as {kind}, which is not documented: {}", reply.text)
        });
        let value = if reply.json.is_null() { Value::String(reply.text.clone()) } else { reply.json.clone() };
        // Of several lines of JSON the whole is a text.
        let value = if schema["type"] == "string" { Value::String(reply.text.clone()) } else { value };
        let misfits = self.0.misfits(schema, &value).unwrap();
        assert_eq!(misfits, Vec::<String>::new(), "{method} {path} {}: {value:#}", reply.status);
    }

    /// The value fits the schema of that name.
    pub fn assert_is(&self, name: &str, value: &Value) {
        let misfits = self.0.misfits(&Document::named(name), value).unwrap();
        assert_eq!(misfits, Vec::<String>::new(), "{name}: {value:#}");
    }

    /// What a subscriber was told is documented, under its type and as it is.
    pub fn assert_told(&self, event: &Value) {
        self.assert_is("CloudEvent", event);
        assert!(self.0.has_webhook(event["type"].as_str().unwrap()), "{event}");
    }

    /// The words that the schema of that name lists.
    pub fn words(&self, name: &str) -> BTreeSet<&str> {
        self.0.words(name)
    }
}
