//! Evaluates conditions. Numbers are exact, texts are compared in one form, and what is not known is never guessed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::field::Field;
use super::node::{Node, Operation};
use crate::limits;
use crate::words;

/// A value in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// An exact decimal number.
    Number(Decimal),
    /// A text.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A list of numbers.
    Numbers(Vec<Decimal>),
    /// A list of texts.
    Texts(Vec<String>),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{}", number.normalize()),
            Self::Text(text) => write!(f, "“{text}”"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Numbers(list) => write!(f, "{} numbers", list.len()),
            Self::Texts(list) if list.is_empty() => f.write_str("none"),
            Self::Texts(list) => f.write_str(&list.join(", ")),
        }
    }
}

/// Why nobody can say whether a condition holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownError {
    /// A field of it is not known of this request.
    #[error("{} is not known of this request", .0.name())]
    Missing(Field),
    /// A field of it is not in this event.
    #[error("event.{0} is not in this event")]
    NotInEvent(String),
    /// A number in it is beyond what is counted exactly.
    #[error("a number in it is beyond what is counted exactly")]
    Number,
    /// It takes more steps than a condition may.
    #[error("it takes more than {} steps", limits::CONDITION_STEPS)]
    Steps,
}

/// The fields of an event, where there is none.
static NO_EVENT: BTreeMap<String, Value> = BTreeMap::new();

/// Evaluates the condition; `known` says what is known of the request.
pub(super) fn holds<'a>(node: &'a Node, known: &'a dyn Fn(Field) -> Option<&'a Value>) -> Result<bool, UnknownError> {
    flag(&mut Run { known, event: &NO_EVENT, left: limits::CONDITION_STEPS }, node)
}

/// Evaluates an expression over the fields of an event.
pub(super) fn of_event(node: &Node, event: &BTreeMap<String, Value>) -> Result<Value, UnknownError> {
    value(&mut Run { known: &|_| None, event, left: limits::CONDITION_STEPS }, node)
}

struct Run<'a> {
    known: &'a dyn Fn(Field) -> Option<&'a Value>,
    event: &'a BTreeMap<String, Value>,
    left: usize,
}

fn flag(run: &mut Run<'_>, node: &Node) -> Result<bool, UnknownError> {
    match value(run, node)? {
        Value::Flag(flag) => Ok(flag),
        _ => Err(UnknownError::Number),
    }
}

fn value(run: &mut Run<'_>, node: &Node) -> Result<Value, UnknownError> {
    run.take(1)?;
    Ok(match node {
        Node::Number(number) => Value::Number(*number),
        Node::Text(text) => Value::Text(text.clone()),
        Node::Flag(flag) => Value::Flag(*flag),
        Node::Numbers(list) => Value::Numbers(list.clone()),
        Node::Texts(list) => Value::Texts(list.clone()),
        Node::Field(field) => (run.known)(*field).cloned().ok_or(UnknownError::Missing(*field))?,
        Node::Has(field) => Value::Flag((run.known)(*field).is_some()),
        Node::Event(name) => run.event.get(name).cloned().ok_or_else(|| UnknownError::NotInEvent(name.clone()))?,
        Node::HasEvent(name) => Value::Flag(run.event.contains_key(name)),
        Node::Not(inner) => Value::Flag(!flag(run, inner)?),
        Node::Negative(inner) => match value(run, inner)? {
            Value::Number(number) => Value::Number(-number),
            _ => return Err(UnknownError::Number),
        },
        Node::Size(inner) => Value::Number(Decimal::from(match value(run, inner)? {
            Value::Text(text) => text.chars().count(),
            Value::Texts(list) => list.len(),
            Value::Numbers(list) => list.len(),
            _ => 0,
        })),
        Node::If(all) => {
            let [when, yes, no] = &**all;
            let taken = if flag(run, when)? { yes } else { no };
            value(run, taken)?
        }
        Node::Two(operation, both) => {
            let [left, right] = &**both;
            match operation {
                Operation::And => either(run, left, right, false)?,
                Operation::Or => either(run, left, right, true)?,
                _ => {
                    let (left, right) = (value(run, left)?, value(run, right)?);
                    two(run, *operation, &left, &right)?
                }
            }
        }
    })
}

/// Joins two sides of which one alone may decide: what the other can't say does not matter then.
fn either(run: &mut Run<'_>, left: &Node, right: &Node, decides: bool) -> Result<Value, UnknownError> {
    let first = flag(run, left);
    if first == Ok(decides) {
        return Ok(Value::Flag(decides));
    }
    let second = flag(run, right);
    if second == Ok(decides) {
        return Ok(Value::Flag(decides));
    }
    first.and(second).map(Value::Flag)
}

fn two(run: &mut Run<'_>, operation: Operation, left: &Value, right: &Value) -> Result<Value, UnknownError> {
    use Operation as O;
    run.take(weight(left) + weight(right))?;
    if let (Value::Number(left), Value::Number(right)) = (left, right) {
        let number = match operation {
            O::Plus => left.checked_add(*right),
            O::Minus => left.checked_sub(*right),
            O::Times => product(*left, *right),
            O::Remainder => left.checked_rem(*right),
            O::Equal => return Ok(Value::Flag(left == right)),
            O::NotEqual => return Ok(Value::Flag(left != right)),
            O::Less => return Ok(Value::Flag(left < right)),
            O::AtMost => return Ok(Value::Flag(left <= right)),
            O::More => return Ok(Value::Flag(left > right)),
            O::AtLeast => return Ok(Value::Flag(left >= right)),
            _ => None,
        };
        return number.map(Value::Number).ok_or(UnknownError::Number);
    }
    let flag = match (operation, left, right) {
        (O::Equal, Value::Text(left), Value::Text(right)) => words::same(left, right),
        (O::NotEqual, Value::Text(left), Value::Text(right)) => !words::same(left, right),
        (O::Equal, left, right) => left == right,
        (O::NotEqual, left, right) => left != right,
        (O::In, Value::Number(number), Value::Numbers(list)) => list.contains(number),
        (O::In, Value::Text(text), Value::Texts(list)) => list.iter().any(|known| words::same(known, text)),
        (O::Contains, Value::Text(text), Value::Text(part)) => words::canonical(text).contains(&words::canonical(part)),
        (O::StartsWith, Value::Text(text), Value::Text(part)) => {
            words::canonical(text).starts_with(&words::canonical(part))
        }
        (O::EndsWith, Value::Text(text), Value::Text(part)) => {
            words::canonical(text).ends_with(&words::canonical(part))
        }
        _ => return Err(UnknownError::Number),
    };
    Ok(Value::Flag(flag))
}

/// Returns a product that lost no digit; none where it would.
fn product(left: Decimal, right: Decimal) -> Option<Decimal> {
    let (left, right) = (left.normalize(), right.normalize());
    left.checked_mul(right)
        .filter(|product| product.scale() == left.scale() + right.scale() || left.is_zero() || right.is_zero())
}

/// Returns how many steps a value takes to compare: one for each text of a list, and for every so many bytes.
fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len() / 64,
        Value::Texts(list) => list.iter().map(|text| 1 + text.len() / 64).sum(),
        Value::Numbers(list) => list.len(),
        Value::Number(_) | Value::Flag(_) => 0,
    }
}

impl Run<'_> {
    fn take(&mut self, steps: usize) -> Result<(), UnknownError> {
        self.left = self.left.checked_sub(steps).ok_or(UnknownError::Steps)?;
        Ok(())
    }
}
