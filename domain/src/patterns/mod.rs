//! Patterns over time: who asks for far more than others, and what comes back far more than before. They are found from
//! sums of days, which a nightly pass adds up, and prove nothing.

mod find;
mod sums;

use serde::{Deserialize, Serialize};

pub use find::find;
pub use sums::DaySums;

use crate::lifecycle::titled;
use crate::time::Day;

titled! {
    /// What kind of pattern was found.
    PatternKind {
        /// A requester asks far more often than others do.
        RequesterRate = "requester_rate": "Far more requests than others ask for",
        /// What a requester asks for is worth far more than what others ask for.
        RequesterWorth = "requester_worth": "Far more money than others ask for",
        /// A product comes back far more often than before.
        ProductReturns = "product_returns": "A product comes back far more often than before",
    }
}

/// A pattern that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pattern {
    /// What kind it is.
    pub kind: PatternKind,
    /// The requester, or the product by the text of its invoice line.
    pub about: String,
    /// What was counted: requests, or their worth in hundredths of the unit of the policy's bounds.
    pub counted: i64,
    /// What is usual, counted likewise.
    pub usual: i64,
    /// Over how many days it was counted.
    pub days: u32,
    /// What was found, in a sentence with the numbers.
    pub sentence: String,
}

/// The patterns that the last nightly pass has found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Patterns {
    /// The last day that was counted; null before the first night.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub until: Option<Day>,
    /// How many days were there to count.
    pub days: u32,
    /// What was found, what stands out most first within each kind.
    pub items: Vec<Pattern>,
}

#[cfg(test)]
mod tests;
