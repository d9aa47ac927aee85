//! Why a credit can't be given, with the numbers that say how much could.

use std::fmt;

use rust_decimal::Decimal;

use crate::money::{Currency, Money, MoneyError};

/// The part of an amount that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The amount without tax.
    Net,
    /// The tax.
    Tax,
    /// The amount with tax.
    Gross,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Net => "net",
            Part::Tax => "tax",
            Part::Gross => "gross",
        })
    }
}

/// Why a credit can't be given. `line` is `None` where the document as a whole is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    /// The invoice has no such line.
    #[error("the invoice has no line {line:?}")]
    LineUnknown {
        /// The id that was asked for.
        line: String,
    },
    /// A line was selected twice.
    #[error("line {line} is selected twice: put both into one")]
    LineTwice {
        /// The line's id on the invoice.
        line: String,
    },
    /// The selection has no lines.
    #[error("no line is selected")]
    NoLines,
    /// The amount is in another currency than the invoice.
    #[error("the amount is in {asked}, but the invoice is in {invoice}")]
    WrongCurrency {
        /// The currency of the amount.
        asked: Currency,
        /// The currency of the invoice.
        invoice: Currency,
    },
    /// The quantity or amount is zero or negative.
    #[error("{}{asked} cannot be credited: it must be more than zero", of_line(line))]
    NotPositive {
        /// The line's id on the invoice.
        line: Option<String>,
        /// The quantity or amount that was asked for.
        asked: String,
    },
    /// The quantity has more decimals than quantities may have.
    #[error("line {line}: the quantity {asked} has too many decimals; {} at most", crate::limits::QUANTITY_DECIMALS)]
    QuantityTooFine {
        /// The line's id on the invoice.
        line: String,
        /// What was asked for.
        asked: Decimal,
    },
    /// More pieces are asked for than are left.
    #[error("line {line}: {asked} asked, {remaining} left to credit, {over} too many")]
    QuantityOverRemaining {
        /// The line's id on the invoice.
        line: String,
        /// What was asked for.
        asked: Decimal,
        /// What may be credited at most.
        remaining: Decimal,
        /// By how much that exceeds what remains.
        over: Decimal,
    },
    /// More money is asked for than is left.
    #[error("{}{part} {asked} {} asked, {remaining} left to credit, {over} too much", of_line(line), asked.currency)]
    AmountOverRemaining {
        /// The line's id on the invoice.
        line: Option<String>,
        /// The part of the amount that is too much.
        part: Part,
        /// What was asked for, or what the selection comes to.
        asked: Money,
        /// What may be credited at most.
        remaining: Money,
        /// By how much that exceeds what remains.
        over: Money,
    },
    /// Everything was credited before.
    #[error("{}nothing is left to credit", of_line(line))]
    NothingRemains {
        /// The line's id on the invoice.
        line: Option<String>,
    },
    /// An amount was asked of a line that is a deduction or is free.
    #[error(
        "line {line} has a {part} of {stored}: it has no amount to credit; select it by quantity, with the lines it belongs to"
    )]
    NoAmount {
        /// The line's id on the invoice.
        line: String,
        /// The part of the amount that was asked for.
        part: Part,
        /// The amount that the line was invoiced at.
        stored: Money,
    },
    /// The selection comes to nothing or less.
    #[error("the selection comes to {total} {}; a credit must come to more than zero", total.currency)]
    ComesToNothing {
        /// What it comes to.
        total: Money,
    },
    /// The selection has a deduction, but not the lines that it was taken off.
    #[error("the {part} of the selection comes to {total} {}: select a deduction together with the lines that it belongs to", total.currency)]
    Deducts {
        /// The part of the amount that is below nothing.
        part: Part,
        /// What it comes to.
        total: Money,
    },
    /// An allocation does not fit the invoice that it is applied to, or is released without having been applied.
    #[error("{}the allocation does not fit what the invoice has left", of_line(line))]
    DoesNotFit {
        /// The line's id on the invoice.
        line: Option<String>,
    },
    /// The amount is beyond the bound of money.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

fn of_line(line: &Option<String>) -> String {
    line.as_ref().map(|line| format!("line {line}: ")).unwrap_or_default()
}
