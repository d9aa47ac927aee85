//! The arithmetic of one line: how a credit moves it from what was credited towards what was invoiced.

use rust_decimal::Decimal;

use super::{Amounts, Basis, Credited};
use crate::decimal::mul_div_round_half_up;
use crate::limits;

/// A share as an exact fraction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    part: i128,
    whole: i128,
}

impl Share {
    /// Makes the share of amounts or other whole numbers; it is the whole where the whole is nothing.
    pub(super) fn of(part: i64, whole: i64) -> Share {
        if whole == 0 { Share { part: 1, whole: 1 } } else { Share { part: part.into(), whole: whole.into() } }
    }

    /// Makes the share of quantities that are within [`limits`].
    fn of_quantities(part: Decimal, whole: Decimal) -> Share {
        let scaled = |quantity: Decimal| {
            let mut quantity = quantity;
            quantity.rescale(limits::QUANTITY_DECIMALS);
            quantity.mantissa()
        };
        match scaled(whole) {
            0 => Share { part: 1, whole: 1 },
            whole => Share { part: scaled(part), whole },
        }
    }

    /// Returns the amount at that share of the way between two amounts, rounded half up.
    pub(super) fn between(self, from: i64, to: i64) -> i64 {
        let way = i128::from(to) - i128::from(from);
        // Within the limits the product fits; beyond them going nowhere is the answer that credits nothing.
        let gone = mul_div_round_half_up(way, self.part, self.whole).and_then(|gone| i64::try_from(gone).ok());
        from.saturating_add(gone.unwrap_or(0))
    }
}

/// Returns the number nearest to `target` that lies between two amounts, whichever is the greater.
fn held(target: i64, one: i64, other: i64) -> i64 {
    target.max(one.min(other)).min(one.max(other))
}

/// The way of a line's cumulative amounts: each stays between `now` and `stored`, and gross is net + tax.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// The amounts that were credited.
    pub(super) now: Amounts,
    /// The amounts that were invoiced.
    pub(super) stored: Amounts,
}

impl Way {
    /// Returns the amounts with this gross; tax comes as near to `tax` as leaves net on the way.
    pub(super) fn by_gross(self, gross: i64, tax: i64) -> Amounts {
        let gross_minor = held(gross, self.now.gross_minor, self.stored.gross_minor);
        let tax = held(tax, gross_minor - self.stored.net_minor, gross_minor - self.now.net_minor);
        let tax_minor = held(tax, self.now.tax_minor, self.stored.tax_minor);
        Amounts { net_minor: gross_minor - tax_minor, tax_minor, gross_minor, ..self.now }
    }

    /// Returns the amounts with this net; tax comes as near to `tax` as leaves gross on the way.
    pub(super) fn by_net(self, net: i64, tax: i64) -> Amounts {
        let net_minor = held(net, self.now.net_minor, self.stored.net_minor);
        let tax = held(tax, self.now.gross_minor - net_minor, self.stored.gross_minor - net_minor);
        let tax_minor = held(tax, self.now.tax_minor, self.stored.tax_minor);
        Amounts { net_minor, tax_minor, gross_minor: net_minor + tax_minor, ..self.now }
    }

    /// Moves the discount with the money: where no money moves, no discount does, and with the last of the one goes the
    /// last of the other.
    fn with_discount(self, amounts: Amounts, discount: i64) -> Amounts {
        let money = |of: Amounts| Amounts { discount_minor: 0, ..of };
        let (now, whole) = (self.now.discount_minor, self.stored.discount_minor);
        let discount_minor = match money(amounts) {
            _ if self.stored.is_free() => held(discount, now, whole),
            after if after == money(self.now) => now,
            after if after == money(self.stored) => whole,
            _ => held(discount, now, whole),
        };
        Amounts { discount_minor, ..amounts }
    }
}

/// One line of an invoice as it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// The pieces that were invoiced.
    pub(super) quantity: Decimal,
    /// The amounts that were invoiced.
    pub(super) stored: Amounts,
    /// The part that was credited.
    pub(super) credited: Credited,
    /// Whether gross was stored first, so that net follows from it.
    pub(super) prices_include_tax: bool,
}

/// A credit of one line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) basis: Basis,
    pub(super) quantity: Decimal,
    pub(super) amounts: Amounts,
}

impl Line {
    pub(super) fn remaining(&self) -> Amounts {
        self.stored.minus(self.credited.amounts)
    }

    pub(super) fn remaining_quantity(&self) -> Decimal {
        (self.quantity - self.credited.quantity).normalize()
    }

    /// Tells whether all its money was credited. A free line never counts as used up.
    pub(super) fn is_used_up(&self) -> bool {
        self.remaining().is_free() && !self.stored.is_free()
    }

    fn way(&self) -> Way {
        Way { now: self.credited.amounts, stored: self.stored }
    }

    fn step(&self, basis: Basis, quantity: Decimal, cumulative: Amounts) -> Step {
        Step { basis, quantity, amounts: cumulative.minus(self.credited.amounts) }
    }

    /// Makes the step that credits all that remains of it.
    pub(super) fn all(&self) -> Step {
        let quantity = self.remaining_quantity();
        let basis = if quantity.is_zero() { Basis::Money } else { Basis::Goods };
        self.step(basis, quantity, self.stored)
    }

    /// Makes the step that credits all the money that remains of it, and no goods.
    pub(super) fn all_money(&self) -> Step {
        self.step(Basis::Money, Decimal::ZERO, self.stored)
    }

    /// Makes the step that credits so many pieces; at most those that remain.
    pub(super) fn goods(&self, quantity: Decimal) -> Step {
        let run = self.credited.run_for(Basis::Goods);
        let share =
            Share::of_quantities(self.credited.quantity + quantity - run.quantity, self.quantity - run.quantity);
        let tax = share.between(run.amounts.tax_minor, self.stored.tax_minor);
        let amounts = if self.prices_include_tax {
            self.way().by_gross(share.between(run.amounts.gross_minor, self.stored.gross_minor), tax)
        } else {
            self.way().by_net(share.between(run.amounts.net_minor, self.stored.net_minor), tax)
        };
        let discount = share.between(run.amounts.discount_minor, self.stored.discount_minor);
        self.step(Basis::Goods, quantity.normalize(), self.way().with_discount(amounts, discount))
    }

    /// Makes the step that credits so much with tax; at most what remains. Of a deduction, it credits so much less than
    /// nothing.
    pub(super) fn gross(&self, minor: i64) -> Step {
        let run = self.credited.run_for(Basis::Money).amounts;
        let gross = self.credited.amounts.gross_minor + minor;
        let share = Share::of(gross - run.gross_minor, self.stored.gross_minor - run.gross_minor);
        let amounts = self.way().by_gross(gross, share.between(run.tax_minor, self.stored.tax_minor));
        self.money(share, run, amounts)
    }

    /// Makes the step that credits so much without tax, and the tax on it; at most what remains.
    pub(super) fn net(&self, minor: i64) -> Step {
        let run = self.credited.run_for(Basis::Money).amounts;
        let net = self.credited.amounts.net_minor + minor;
        let share = Share::of(net - run.net_minor, self.stored.net_minor - run.net_minor);
        let amounts = self.way().by_net(net, share.between(run.tax_minor, self.stored.tax_minor));
        self.money(share, run, amounts)
    }

    fn money(&self, share: Share, run: Amounts, amounts: Amounts) -> Step {
        let discount = share.between(run.discount_minor, self.stored.discount_minor);
        self.step(Basis::Money, Decimal::ZERO, self.way().with_discount(amounts, discount))
    }

    /// Makes the step that credits so much tax alone; at most what remains.
    pub(super) fn tax(&self, minor: i64) -> Step {
        let amounts = Amounts { tax_minor: minor, gross_minor: minor, ..Amounts::default() };
        Step { basis: Basis::Tax, quantity: Decimal::ZERO, amounts }
    }
}
