//! Conditions as they are evaluated: every name is resolved, every type is checked.

use rust_decimal::Decimal;

use super::field::Field;

/// An operation on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Minus,
    Times,
    Remainder,
    In,
    Contains,
    StartsWith,
    EndsWith,
}

/// A checked expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Number(Decimal),
    Text(String),
    Flag(bool),
    Numbers(Vec<Decimal>),
    Texts(Vec<String>),
    Field(Field),
    Has(Field),
    /// A field of an event, by its name.
    Event(String),
    HasEvent(String),
    Not(Box<Node>),
    Negative(Box<Node>),
    Size(Box<Node>),
    Two(Operation, Box<[Node; 2]>),
    If(Box<[Node; 3]>),
}

impl Node {
    /// Adds the fields that it asks for, each once, in their order.
    pub(super) fn fields(&self, found: &mut Vec<Field>) {
        match self {
            Self::Field(field) | Self::Has(field) if !found.contains(field) => found.push(*field),
            Self::Not(inner) | Self::Negative(inner) | Self::Size(inner) => inner.fields(found),
            Self::Two(_, both) => both.iter().for_each(|one| one.fields(found)),
            Self::If(all) => all.iter().for_each(|one| one.fields(found)),
            _ => {}
        }
    }
}
