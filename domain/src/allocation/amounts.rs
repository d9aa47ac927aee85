//! Amounts that move together: net, tax, gross and discount, in minor units.

use serde::{Deserialize, Serialize};

use super::CreditLine;
use crate::invoice::{InvoiceLine, Totals};
use crate::money::{Currency, Money, MoneyError};

/// Four amounts in minor units of the invoice's currency: net, tax, gross and discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amounts {
    /// The amount without tax.
    pub net_minor: i64,
    /// The tax.
    pub tax_minor: i64,
    /// The amount with tax.
    pub gross_minor: i64,
    /// Discount, already contained in the others.
    pub discount_minor: i64,
}

impl Amounts {
    /// Returns the amounts that the line was invoiced at.
    pub(super) fn of_line(line: &InvoiceLine) -> Amounts {
        Amounts {
            net_minor: line.net.minor,
            tax_minor: line.tax.minor,
            gross_minor: line.gross.minor,
            discount_minor: line.discount.minor,
        }
    }

    pub(super) fn of_credit(line: &CreditLine) -> Amounts {
        Amounts {
            net_minor: line.net.minor,
            tax_minor: line.tax.minor,
            gross_minor: line.gross.minor,
            discount_minor: line.discount.minor,
        }
    }

    /// Returns the amounts of totals, which have no discount of their own.
    pub(super) fn of_totals(totals: &Totals) -> Amounts {
        Amounts {
            net_minor: totals.net.minor,
            tax_minor: totals.tax.minor,
            gross_minor: totals.gross.minor,
            discount_minor: 0,
        }
    }

    pub(super) fn to_totals(self, currency: Currency) -> Result<Totals, MoneyError> {
        Ok(Totals {
            net: Money::new(self.net_minor, currency)?,
            tax: Money::new(self.tax_minor, currency)?,
            gross: Money::new(self.gross_minor, currency)?,
        })
    }

    pub(super) fn plus(self, other: Amounts) -> Amounts {
        self.zip(other, i64::saturating_add)
    }

    pub(super) fn minus(self, other: Amounts) -> Amounts {
        self.zip(other, i64::saturating_sub)
    }

    pub(super) fn magnitudes(self) -> Amounts {
        self.zip(self, |amount, _| amount.saturating_abs())
    }

    pub(super) fn sum(many: impl IntoIterator<Item = Amounts>) -> Amounts {
        many.into_iter().fold(Amounts::default(), Amounts::plus)
    }

    /// Tells whether every amount is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Amounts::default()
    }

    /// Tells whether there is no money in it; a discount may be the reason.
    pub(super) fn is_free(self) -> bool {
        (self.net_minor, self.tax_minor, self.gross_minor) == (0, 0, 0)
    }

    /// Tells whether every amount lies between zero and the whole's, whichever sign that has, and gross is net + tax.
    pub(super) fn is_part_of(self, whole: Amounts) -> bool {
        let within = |part: i64, whole: i64| part.min(0) >= whole.min(0) && part.max(0) <= whole.max(0);
        within(self.net_minor, whole.net_minor)
            && within(self.tax_minor, whole.tax_minor)
            && within(self.gross_minor, whole.gross_minor)
            && within(self.discount_minor, whole.discount_minor)
            && self.net_minor.checked_add(self.tax_minor) == Some(self.gross_minor)
    }

    fn zip(self, other: Amounts, with: fn(i64, i64) -> i64) -> Amounts {
        Amounts {
            net_minor: with(self.net_minor, other.net_minor),
            tax_minor: with(self.tax_minor, other.tax_minor),
            gross_minor: with(self.gross_minor, other.gross_minor),
            discount_minor: with(self.discount_minor, other.discount_minor),
        }
    }
}
