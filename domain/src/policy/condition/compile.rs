//! Reads a condition: the text is CEL, its names and types are checked, and what CEL knows besides is refused.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators as cel_name};
use cel::parser::{ParseErrors, PrattParser};
use rust_decimal::Decimal;

use std::collections::BTreeMap;

use super::Fault;
use super::field::{Field, Type};
use super::node::{Node, Operation};
use super::source::Words;
use crate::limits;

/// The names that an expression may ask for.
#[derive(Clone, Copy)]
pub(super) enum Names<'a> {
    /// Those of a request.
    Request,
    /// Those of an event, each with its type.
    Event(&'a BTreeMap<String, Type>),
}

/// A name that an expression asks for.
enum Name {
    Field(Field),
    Event(String, Type),
}

impl Name {
    fn kind(&self) -> Type {
        match self {
            Self::Field(field) => field.kind(),
            Self::Event(_, kind) => *kind,
        }
    }

    fn value(self) -> Node {
        match self {
            Self::Field(field) => Node::Field(field),
            Self::Event(name, _) => Node::Event(name),
        }
    }

    fn presence(self) -> Node {
        match self {
            Self::Field(field) => Node::Has(field),
            Self::Event(name, _) => Node::HasEvent(name),
        }
    }
}

/// Reads the text of an expression, which is of the wanted type: of a condition, true or false.
pub(super) fn compile(text: &str, names: Names<'_>, wanted: Type) -> Result<Node, Fault> {
    if text.len() > limits::CONDITION_BYTES {
        return Err(Fault { offset: 0, message: format!("a condition has at most {} bytes", limits::CONDITION_BYTES) });
    }
    let words = Words::of(text)?;
    let parser = PrattParser::new().max_recursion_depth(limits::CONDITION_DEPTH);
    let tree = parser.parse(text).map_err(|errors| syntax(text, &errors))?;
    let mut reader = Reader { words, nodes: 0, names };
    match reader.read(&tree, 0)? {
        (node, kind) if kind == wanted => Ok(node),
        (_, other) if wanted == Type::Flag => {
            let message = format!("a condition is true or false, and this is {}", other.title());
            Err(Fault { offset: 0, message })
        }
        (_, other) => {
            let message = format!("{} is wanted here, and this is {}", wanted.title(), other.title());
            Err(Fault { offset: 0, message })
        }
    }
}

/// Returns the first mistake that the parser found, where it found it.
fn syntax(text: &str, errors: &ParseErrors) -> Fault {
    let Some(first) = errors.errors.first() else {
        return Fault { offset: 0, message: "this is no condition".into() };
    };
    let (line, column) = (usize::try_from(first.pos.0).unwrap_or(0), usize::try_from(first.pos.1).unwrap_or(0));
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let offset = (before + column.saturating_sub(1)).min(text.len());
    let message = first.msg.lines().next().unwrap_or_default().trim().to_owned();
    Fault { offset, message: format!("this is no condition: {message}") }
}

struct Reader<'a> {
    words: Words,
    nodes: usize,
    names: Names<'a>,
}

type Read = Result<(Node, Type), Fault>;

impl Reader<'_> {
    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault { offset: self.words.last(), message: message.into() }
    }

    fn read(&mut self, expression: &IdedExpr, depth: u16) -> Read {
        self.nodes += 1;
        if self.nodes > limits::CONDITION_NODES {
            return Err(
                self.fault(format!("a condition has at most {} parts: use several rules", limits::CONDITION_NODES))
            );
        }
        if depth > limits::CONDITION_DEPTH {
            let most = limits::CONDITION_DEPTH;
            return Err(self.fault(format!("a condition is at most {most} deep: use `in [...]`, or several rules")));
        }
        match &expression.expr {
            Expr::Literal(literal) => self.literal(literal),
            Expr::Ident(_) => self.value(expression),
            Expr::Select(select) if select.test => {
                self.words.next("has");
                let mut plain = select.clone();
                plain.test = false;
                let inner = IdedExpr { id: expression.id, expr: Expr::Select(plain) };
                self.name(&inner).map(|name| (name.presence(), Type::Flag))
            }
            Expr::Select(_) => self.value(expression),
            Expr::List(list) => {
                let elements: Vec<_> =
                    list.elements.iter().map(|element| self.read(element, depth + 1)).collect::<Result<_, _>>()?;
                self.list(elements)
            }
            Expr::Call(call) => self.call(call, depth + 1),
            Expr::Comprehension(_) => {
                Err(self.fault("conditions have no loops: ask with `in`, such as \"card\" in invoice.methods"))
            }
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                Err(self.fault("conditions have numbers, texts, true and false, and lists of numbers or texts"))
            }
        }
    }

    fn literal(&self, literal: &LiteralValue) -> Read {
        let number = |text: String| {
            let exact = text.parse::<Decimal>();
            let read = exact.map(|number| (Node::Number(number), Type::Number));
            read.map_err(|_| self.fault(format!("{text} is no number that can be counted exactly")))
        };
        match literal {
            LiteralValue::Boolean(flag) => Ok((Node::Flag(*flag.inner()), Type::Flag)),
            LiteralValue::Int(whole) => number(whole.inner().to_string()),
            LiteralValue::UInt(whole) => number(whole.inner().to_string()),
            // Of so few digits, the shortest text that reads as this double is the one that was written.
            LiteralValue::Double(decimal) => number(decimal.inner().to_string()),
            LiteralValue::String(text) => Ok((Node::Text(text.inner().to_owned()), Type::Text)),
            LiteralValue::Null => Err(self.fault("there is no null: ask whether something is known with has(…)")),
            LiteralValue::Bytes(_) => Err(self.fault("there are no bytes: write a text, \"…\"")),
        }
    }

    fn list(&self, elements: Vec<(Node, Type)>) -> Read {
        let mut numbers = Vec::new();
        let mut texts = Vec::new();
        for (node, _) in elements {
            match node {
                Node::Number(number) => numbers.push(number),
                Node::Text(text) => texts.push(text),
                _ => return Err(self.fault("a list has numbers or texts as they are")),
            }
        }
        match (numbers.is_empty(), texts.is_empty()) {
            (false, true) => Ok((Node::Numbers(numbers), Type::Numbers)),
            (true, false) => Ok((Node::Texts(texts), Type::Texts)),
            _ => Err(self.fault("a list has numbers or texts, and at least one of them")),
        }
    }

    fn value(&mut self, expression: &IdedExpr) -> Read {
        self.name(expression).map(|name| {
            let kind = name.kind();
            (name.value(), kind)
        })
    }

    /// Finds the name that an expression spells.
    fn name(&mut self, expression: &IdedExpr) -> Result<Name, Fault> {
        let Some(name) = path(expression) else {
            return Err(self.fault("a name is asked for here, such as request.amount"));
        };
        let mut offset = None;
        for word in name.split('.') {
            let place = self.words.next(word);
            offset.get_or_insert(place);
        }
        let offset = offset.unwrap_or_default();
        if let Names::Event(fields) = self.names {
            let known = name.strip_prefix("event.").and_then(|name| Some((name, *fields.get(name)?)));
            return known.map(|(name, kind)| Name::Event(name.to_owned(), kind)).ok_or_else(|| {
                let known: Vec<_> = fields.keys().map(|name| format!("event.{name}")).collect();
                Fault { offset, message: format!("there is no `{name}`; there are {}", known.join(", ")) }
            });
        }
        Field::named(&name).map(Name::Field).ok_or_else(|| {
            let group = name.split('.').next().unwrap_or_default();
            let near: Vec<_> =
                Field::ALL.iter().map(|field| field.name()).filter(|known| starts(known, group)).collect();
            let known = if near.is_empty() {
                "request, invoice, customer, requester, history and risk".into()
            } else {
                near.join(", ")
            };
            Fault { offset, message: format!("there is no `{name}`; there are {known}") }
        })
    }

    fn call(&mut self, call: &CallExpr, depth: u16) -> Read {
        let name = call.func_name.as_str();
        if let Some(operation) = operation(name) {
            return self.two(operation, call, depth);
        }
        if matches!(name, cel_name::DIVIDE) {
            return Err(self.fault("there is no division, which is not always exact: multiply the other side instead"));
        }
        if matches!(name, cel_name::INDEX | cel_name::OPT_INDEX | cel_name::OPT_SELECT) {
            return Err(self.fault("lists have no places: ask with `in`"));
        }
        let target = call.target.iter().map(|target| &**target);
        let mut inner = Vec::new();
        if target.len() == 0 {
            self.words.next(name);
        }
        for expression in target.chain(&call.args) {
            inner.push(self.read(expression, depth)?);
            if call.target.is_some() && inner.len() == 1 {
                self.words.next(name);
            }
        }
        let kinds: Vec<Type> = inner.iter().map(|(_, kind)| *kind).collect();
        let mut nodes = inner.into_iter().map(|(node, _)| node);
        let mut next = || Box::new(nodes.next().unwrap_or(Node::Flag(false)));
        match (name, kinds.as_slice()) {
            (cel_name::LOGICAL_NOT, [Type::Flag]) => Ok((Node::Not(next()), Type::Flag)),
            (cel_name::NEGATE, [Type::Number]) => Ok((Node::Negative(next()), Type::Number)),
            ("size", [Type::Text | Type::Texts | Type::Numbers]) => Ok((Node::Size(next()), Type::Number)),
            (cel_name::CONDITIONAL, [Type::Flag, yes, no]) if yes == no => {
                Ok((Node::If(Box::new([*next(), *next(), *next()])), *yes))
            }
            (cel_name::CONDITIONAL, _) => Err(self.fault("both sides of `? :` are of one type, after true or false")),
            (cel_name::LOGICAL_NOT, _) => Err(self.fault("`!` is followed by what is true or false")),
            (cel_name::NEGATE, _) => Err(self.fault("`-` is followed by a number")),
            ("size", _) => Err(self.fault("`size` takes one text or one list")),
            _ => Err(self.fault(format!(
                "there is no function `{name}`; there are has, size, contains, startsWith and endsWith"
            ))),
        }
    }

    fn two(&mut self, operation: Operation, call: &CallExpr, depth: u16) -> Read {
        let sides: Vec<&IdedExpr> = call.target.iter().map(|target| &**target).chain(&call.args).collect();
        let [left, right] = sides.as_slice() else {
            return Err(self.fault(format!("`{}` takes two values", shown(&call.func_name))));
        };
        let (left, left_kind) = self.read(left, depth)?;
        let offset = if call.target.is_some() { self.words.next(&call.func_name) } else { self.words.last() };
        let (right, right_kind) = self.read(right, depth)?;
        use Operation as O;
        let fits = match operation {
            O::And | O::Or => (left_kind, right_kind) == (Type::Flag, Type::Flag),
            O::Equal | O::NotEqual => {
                left_kind == right_kind && matches!(left_kind, Type::Number | Type::Text | Type::Flag)
            }
            O::In => matches!((left_kind, right_kind), (Type::Number, Type::Numbers) | (Type::Text, Type::Texts)),
            O::Contains | O::StartsWith | O::EndsWith => (left_kind, right_kind) == (Type::Text, Type::Text),
            _ => (left_kind, right_kind) == (Type::Number, Type::Number),
        };
        if !fits {
            let (name, left, right) = (shown(&call.func_name), left_kind.title(), right_kind.title());
            return Err(Fault { offset, message: format!("`{name}` does not go with {left} and {right}") });
        }
        let is_number = matches!(operation, O::Plus | O::Minus | O::Times | O::Remainder);
        let kind = if is_number { Type::Number } else { Type::Flag };
        Ok((Node::Two(operation, Box::new([left, right])), kind))
    }
}

/// Returns an operator as it is written: `_&&_` is `&&`.
fn shown(name: &str) -> &str {
    name.trim_matches(|letter| letter == '_' || letter == '@')
}

fn starts(name: &str, group: &str) -> bool {
    name.strip_prefix(group).is_some_and(|rest| rest.starts_with('.'))
}

/// Returns the name that an expression spells: `request.amount`.
fn path(expression: &IdedExpr) -> Option<String> {
    match &expression.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        _ => None,
    }
}

fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        cel_name::LOGICAL_AND => Operation::And,
        cel_name::LOGICAL_OR => Operation::Or,
        cel_name::EQUALS => Operation::Equal,
        cel_name::NOT_EQUALS => Operation::NotEqual,
        cel_name::LESS => Operation::Less,
        cel_name::LESS_EQUALS => Operation::AtMost,
        cel_name::GREATER => Operation::More,
        cel_name::GREATER_EQUALS => Operation::AtLeast,
        cel_name::ADD => Operation::Plus,
        cel_name::SUBSTRACT => Operation::Minus,
        cel_name::MULTIPLY => Operation::Times,
        cel_name::MODULO => Operation::Remainder,
        cel_name::IN => Operation::In,
        "contains" => Operation::Contains,
        "startsWith" => Operation::StartsWith,
        "endsWith" => Operation::EndsWith,
        _ => return None,
    })
}
