//! Expressions over the fields of an event: what a rule asks of it, and what an amount is worked out from.

use std::collections::BTreeMap;

use super::evaluate::{self, UnknownError, Value};
use super::field::Type;
use super::node::Node;
use super::{Fault, compile};

/// An expression over the fields of an event, of a known type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventExpression(Node);

impl EventExpression {
    /// Reads an expression that may ask for these fields, and is of that type.
    ///
    /// # Errors
    /// The first mistake in it, with its place in the text.
    pub fn read(text: &str, fields: &BTreeMap<String, Type>, kind: Type) -> Result<Self, Fault> {
        compile::compile(text, compile::Names::Event(fields), kind).map(Self)
    }

    /// Returns its value for an event that has these fields.
    ///
    /// # Errors
    /// When a field that counts is not in the event, or a number can't be counted exactly.
    pub fn value(&self, event: &BTreeMap<String, Value>) -> Result<Value, UnknownError> {
        evaluate::of_event(&self.0, event)
    }
}
