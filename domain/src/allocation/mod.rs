//! How much of an invoice a credit takes: exact to the minor unit, whatever was credited before and in whatever order.
//!
//! **The running total.** A line's credit is what the cumulative share of the stored amount rounds to (half up), less
//! what was credited already, for net, tax and discount each on its own. So the roundings cancel out and the last
//! credit ends at the stored amount; no tolerance is needed anywhere. Of net, tax and gross two are computed and the
//! third follows: net and tax where prices exclude tax; gross and tax where they include it, and wherever a gross
//! amount was asked for, which is then met exactly.
//!
//! **Shares of goods and shares of money.** A credit by quantity takes goods back; a credit by amount takes none. When
//! a line is credited first one way and then the other, the share counts from where the way changed: three of four
//! pieces whose price was lowered in between are three quarters of what the lowering left. Each such run is a running
//! total of its own that starts at what was credited and heads for the stored amounts, so it ends there too.
//!
//! **The document's rounding.** Where tax was rounded once for the document, its totals are a few minor units off the
//! sums of its lines. That difference is credited like a line of its own whose share is the lines' cumulative share.
//!
//! **Deductions.** A line below zero, such as a voucher's, belongs to the lines that are taxed as it is, or to all
//! where none is. When goods of those come back, their share of the deduction comes with them, as a running total of
//! its own, so it ends with the last of them. Whoever selects the deduction itself says how much of it. An amount that
//! is asked for is met exactly: it takes no deduction with it.
//!
//! **Nothing is ever credited twice.** Every credit moves every amount from where it is towards the stored amount and
//! never past it, also after a void gave something back from the middle.

mod amounts;
mod credited;
mod document;
mod error;
mod line;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::invoice::Totals;
use crate::money::Money;

pub use amounts::Amounts;
pub use credited::{Credited, CreditedInvoice, Run};
pub use document::{allocate, remaining};
pub use error::{AllocationError, Part};

/// A selection: the part of an invoice that is to be credited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All that remains, goods and money.
    Remaining,
    /// So much with tax, spread over the lines by what remains of each, and no goods.
    Document(Money),
    /// The lines that are to be credited, each at most once.
    Lines(Vec<LineSelection>),
}

/// The part of one line that is to be credited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineSelection {
    /// The line's id on the invoice.
    pub line: String,
    /// How much of the line is to be credited.
    pub portion: Portion,
}

/// How much of one line; always more than zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portion {
    /// So many pieces, with the money that belongs to them.
    Quantity(Decimal),
    /// So much with tax, and no goods: a partial credit by amount, a price-only correction.
    Gross(Money),
    /// So much without tax, and the tax on it, and no goods: a price-only correction.
    Net(Money),
    /// So much tax alone: a tax-only correction.
    Tax(Money),
}

/// The measure of a line's credit: pieces, money or tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Pieces.
    Goods,
    /// An amount, net or gross.
    Money,
    /// An amount of tax.
    Tax,
}

/// The credit of one line. Its amounts are negative where the line is a deduction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditLine {
    /// The line's id on the invoice.
    pub line: String,
    /// What it was measured by.
    pub basis: Basis,
    /// How many pieces; zero for a credit by amount and for corrections of price or tax.
    #[serde(with = "rust_decimal::serde::str")]
    pub quantity: Decimal,
    /// Without tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// With tax: net + tax.
    pub gross: Money,
    /// The share of the line's discount, already contained in net, tax and gross.
    pub discount: Money,
}

/// An allocation: how much of each line of an invoice a credit takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    /// By line, in the invoice's order.
    pub lines: Vec<CreditLine>,
    /// The share of the document's rounding difference, of either sign; zero where tax was rounded by line.
    pub rounding: Totals,
    /// The sums of the lines and the rounding.
    pub totals: Totals,
}
