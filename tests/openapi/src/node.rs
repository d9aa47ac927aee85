//! JSON whose members have an order, and how it is laid out. (The features of `serde_json` that keep the order hold for
//! a whole build, the application's included.)

use serde_json::Value;

/// Columns: what fits stands on one line.
const WIDTH: usize = 150;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Members in their order.
    Object(Vec<(String, Node)>),
    /// Items.
    Array(Vec<Node>),
    /// Anything else.
    Scalar(Value),
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        match value {
            Value::Object(members) => {
                Self::Object(members.into_iter().map(|(name, value)| (name, value.into())).collect())
            }
            Value::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            scalar => Self::Scalar(scalar),
        }
    }
}

impl Node {
    /// Returns the value as a member of that name, at that level of a document that is indented by one space a level.
    #[must_use]
    pub fn member(&self, name: &str, level: usize) -> String {
        let name = format!("{}{}: ", " ".repeat(level), quoted(name));
        let line = self.line();
        if name.chars().count() + line.chars().count() <= WIDTH { name + &line } else { name + &self.block(level) }
    }

    /// Writes the value on one line.
    fn line(&self) -> String {
        match self {
            Self::Object(members) => {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("{}: {}", quoted(name), value.line())).collect();
                format!("{{{}}}", members.join(", "))
            }
            Self::Array(items) => format!("[{}]", items.iter().map(Self::line).collect::<Vec<_>>().join(", ")),
            Self::Scalar(value) => value.to_string(),
        }
    }

    /// Writes the value with a line, or more, for each member or item.
    fn block(&self, level: usize) -> String {
        let (open, parts, close) = match self {
            Self::Object(members) => {
                ("{", members.iter().map(|(name, value)| value.member(name, level + 1)).collect::<Vec<_>>(), "}")
            }
            Self::Array(items) => ("[", items.iter().map(|item| item.item(level + 1)).collect(), "]"),
            Self::Scalar(_) => return self.line(),
        };
        format!("{open}\n{}\n{}{close}", parts.join(",\n"), " ".repeat(level))
    }

    fn item(&self, level: usize) -> String {
        let line = self.line();
        let text = if level + line.chars().count() <= WIDTH { line } else { self.block(level) };
        format!("{}{text}", " ".repeat(level))
    }
}

fn quoted(name: &str) -> String {
    Value::from(name).to_string()
}
