//! By which policy something was decided, so that it can be looked up years later what the rule said.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which policy decided, and by which of its rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = false)))]
pub struct Ruled {
    /// The name that the policy gives itself: its `version`.
    pub policy: String,
    /// The number of its version in the store; left out where it was the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub number: Option<u32>,
    /// SHA-256 of its text, in hex.
    pub hash: String,
    /// The rule that named the deciders, or the check that refused; empty where no single one decided.
    pub rule: String,
}

/// A rule that does not decide, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PassedOver {
    /// The rule's name.
    pub rule: String,
    /// Why it does not decide.
    pub why: String,
}

/// A text of the policy: a version of the store, or the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyText {
    /// The file that the variable `policy_file` names.
    File,
    /// The version of that number.
    Version(u32),
}

impl PolicyText {
    /// Reads it as addresses write it: a number, or `file`. `None` for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text == "file" {
            return Some(Self::File);
        }
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        text.parse().ok().filter(|_| is_plain).map(Self::Version)
    }

    /// Returns the number of the version; `None` for the file.
    #[must_use]
    pub const fn number(self) -> Option<u32> {
        match self {
            Self::File => None,
            Self::Version(number) => Some(number),
        }
    }
}

impl From<Option<u32>> for PolicyText {
    fn from(number: Option<u32>) -> Self {
        number.map_or(Self::File, Self::Version)
    }
}

impl fmt::Display for PolicyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("file"),
            Self::Version(number) => write!(f, "{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_the_policy_is_written_in_one_way() {
        for text in [PolicyText::File, PolicyText::Version(1), PolicyText::Version(u32::MAX)] {
            assert_eq!(PolicyText::read(&text.to_string()), Some(text));
        }
        for wrong in ["", "0", "01", "+1", "-1", "File", "4294967296", "1 ", "NONE"] {
            assert_eq!(PolicyText::read(wrong), None, "{wrong:?}");
        }
    }
}
