//! What is left of the bounds on what people approve, as it is shown before anybody decides.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// One bound on what people approve, and how much of it is used up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpendingLimitUse {
    /// Whose approvals are added up: `approver`, `customer`, `requester`, `reason` or `all`.
    pub per: String,
    /// The level with whose authority they are made; null for all levels.
    pub level: Option<String>,
    /// Within how many days, today included.
    pub days: u32,
    /// The bound, in the unit that the policy's `[factors]` refer to.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::DecimalText"))]
    pub up_to: Decimal,
    /// How much of it was approved already; null while nobody knows who will decide.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::DecimalText>"))]
    pub used: Option<Decimal>,
    /// How much of it is left, before this request; null while nobody knows who will decide.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::DecimalText>"))]
    pub left: Option<Decimal>,
    /// Whether the request fits it; null while nobody knows who will decide. A currency without a factor fits no bound.
    pub fits: Option<bool>,
    /// Whether somebody who approved the request went beyond it already, so that it asks for nobody more.
    pub answered: bool,
}

/// What is left of the bounds on what people approve, and whether a request fits them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpendingLeft {
    /// Whether the caller may approve the request now, and nobody else would have to: then it is counted.
    pub counts: bool,
    /// Whose approval it would be counted as: the one with the most authority; null while nobody knows who that
    /// will be.
    pub approver: Option<String>,
    /// With the authority of which level; null where no bound is concerned.
    pub level: Option<String>,
    /// What the request comes to, in the unit of the bounds; null for a currency of which the policy has no factor.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::DecimalText>"))]
    pub worth: Option<Decimal>,
    /// Whether it fits all bounds, or others have answered for those that it is beyond; null where it fits all that are
    /// known, and nobody knows yet who will decide.
    pub fits: Option<bool>,
    /// The level that must agree, too, because it is beyond a bound; null where none must, or nobody is above.
    pub needs: Option<String>,
    /// The bounds that it would be counted against; empty where the policy has none, or nobody decides on it now.
    pub bounds: Vec<SpendingLimitUse>,
}

impl Default for SpendingLeft {
    fn default() -> Self {
        Self {
            counts: false,
            approver: None,
            level: None,
            worth: None,
            fits: Some(true),
            needs: None,
            bounds: Vec::new(),
        }
    }
}
