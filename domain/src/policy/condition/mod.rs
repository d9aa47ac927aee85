//! Conditions: what a rule of the policy asks of a request, in CEL, the Common Expression Language.
//!
//! The grammar is that of CEL. Three things are stricter than there, because money depends on them: numbers are exact
//! decimals, names and types are checked when the policy is read, and a condition has no loops, so what it costs is
//! bounded. Texts are the same however they are written, as everywhere in the policy.

mod compile;
mod evaluate;
mod expression;
mod field;
mod node;
mod source;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use evaluate::{UnknownError, Value};
pub use expression::EventExpression;
pub use field::{Field, Type};

use node::Node;

/// A mistake in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Before which byte of the text it stands.
    pub offset: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// A condition of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    text: String,
    read: Result<Node, Fault>,
}

impl Condition {
    /// Reads a condition. One with a mistake holds of nothing; [`Condition::fault`] tells it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), read: compile::compile(text, compile::Names::Request, Type::Flag) }
    }

    /// Returns the condition as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the mistake in it, if there is one.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        self.read.as_ref().err()
    }

    /// Returns the fields that it asks for.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let mut found = Vec::new();
        if let Ok(node) = &self.read {
            node.fields(&mut found);
        }
        found
    }

    /// Tells whether it holds of a request of which so much is known.
    ///
    /// # Errors
    /// When that can't be said, because something is not known of the request or can't be counted.
    pub fn holds<'a>(&'a self, known: &'a dyn Fn(Field) -> Option<&'a Value>) -> Result<bool, UnknownError> {
        match &self.read {
            Ok(node) => evaluate::holds(node, known),
            Err(_) => Err(UnknownError::Number),
        }
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::new(&text))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Condition {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "minLength": 1, "maxLength": crate::limits::CONDITION_BYTES})
    }
}

#[cfg(test)]
mod tests;
