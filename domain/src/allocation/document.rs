//! Works out an allocation from a selection: every line, then the document's rounding, then the bounds of the whole.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::line::{Line, Share, Step, Way};
use super::{
    Allocation, AllocationError, Amounts, Basis, CreditLine, CreditedInvoice, LineSelection, Part, Portion, Selection,
};
use crate::decimal::spread;
use crate::invoice::{Invoice, InvoiceLine, Totals};
use crate::limits;
use crate::money::{Money, MoneyError};

/// Works out what the selection comes to, after what was credited before.
///
/// ```
/// use contraflow_domain::allocation::{CreditedInvoice, LineSelection, Portion, Selection, allocate};
/// use contraflow_domain::invoice::Invoice;
///
/// let invoice: Invoice = serde_json::from_value(serde_json::json!({
///     "number": "INV-1001", "issued_on": "2026-10-01", "currency": "EUR",
///     "customer": {"id": "CUST-7", "name": "Nordlicht GmbH"},
///     "prices_include_tax": false, "tax_rounding": "line",
///     "lines": [{"id": "1", "description": "Sensor", "quantity": "3", "unit_price": "10.00", "discount": "0.00",
///                "tax_rate": "0.19", "net": "30.00", "tax": "5.70", "gross": "35.70"}],
///     "payments": []
/// }))?;
///
/// // One of three sensors comes back, then the other two: together exactly what was invoiced.
/// let mut credited = CreditedInvoice::default();
/// let one = LineSelection { line: "1".into(), portion: Portion::Quantity(1.into()) };
/// let first = allocate(&invoice, &credited, &Selection::Lines(vec![one]))?;
/// assert_eq!(first.totals.gross.to_string(), "11.90");
/// credited.apply(&invoice, &first)?;
/// let rest = allocate(&invoice, &credited, &Selection::Remaining)?;
/// assert_eq!(rest.totals.gross.to_string(), "23.80");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where more is asked than is left, nothing is left, the selection is not of this invoice, or it comes to nothing.
pub fn allocate(
    invoice: &Invoice,
    credited: &CreditedInvoice,
    selection: &Selection,
) -> Result<Allocation, AllocationError> {
    let books = Books { invoice, credited, whole_rounding: rounding_of(invoice)? };
    let allocation = match selection {
        Selection::Remaining => books.everything(Line::all)?,
        Selection::Document(amount) => books.spread(*amount)?,
        Selection::Lines(lines) => books.lines(lines)?,
    };
    let total = allocation.totals.gross;
    if total.is_positive() {
        return Ok(allocation);
    }
    Err(match selection {
        Selection::Lines(lines) => match lines.as_slice() {
            [only] if books.is_used_up(&only.line) => AllocationError::NothingRemains { line: Some(only.line.clone()) },
            _ => AllocationError::ComesToNothing { total },
        },
        Selection::Remaining | Selection::Document(_) => AllocationError::NothingRemains { line: None },
    })
}

/// Works out all that may still be credited: goods and money by line, the rounding, and the totals. The totals may be
/// zero.
///
/// # Errors
/// Beyond the bound of money.
pub fn remaining(invoice: &Invoice, credited: &CreditedInvoice) -> Result<Allocation, AllocationError> {
    Books { invoice, credited, whole_rounding: rounding_of(invoice)? }.everything(Line::all)
}

/// Returns by how much the document's totals differ from the sums of its lines.
pub(super) fn rounding_of(invoice: &Invoice) -> Result<Amounts, MoneyError> {
    Ok(Amounts::of_totals(&invoice.totals).minus(Amounts::of_totals(&invoice.sums()?)))
}

struct Books<'a> {
    invoice: &'a Invoice,
    credited: &'a CreditedInvoice,
    whole_rounding: Amounts,
}

impl Books<'_> {
    fn line(&self, line: &InvoiceLine) -> Line {
        Line {
            quantity: line.quantity,
            stored: Amounts::of_line(line),
            credited: self.credited.of(&line.id),
            prices_include_tax: self.invoice.prices_include_tax,
        }
    }

    fn is_used_up(&self, line: &str) -> bool {
        self.invoice.line(line).is_some_and(|line| self.line(line).is_used_up())
    }

    fn everything(&self, all: fn(&Line) -> Step) -> Result<Allocation, AllocationError> {
        let steps = self.invoice.lines.iter().filter_map(|stored| {
            let line = self.line(stored);
            let step = all(&line);
            let idle = line.is_used_up() || (step.quantity.is_zero() && step.amounts.is_zero());
            (!idle).then_some((stored.id.as_str(), step))
        });
        self.finish(steps.collect(), self.whole_rounding.minus(self.credited.rounding))
    }

    fn spread(&self, amount: Money) -> Result<Allocation, AllocationError> {
        let asked = self.positive(None, amount)?;
        let left = self.invoice.totals.gross.minor.saturating_sub(self.credited.sums().gross_minor);
        self.at_most(None, Part::Gross, asked, left)?;
        if asked == left {
            return self.everything(Line::all_money);
        }
        let rounding_left = self.whole_rounding.minus(self.credited.rounding).gross_minor;
        let lines: Vec<Line> = self.invoice.lines.iter().map(|line| self.line(line)).collect();
        let weights: Vec<i64> = lines.iter().map(|line| line.remaining().gross_minor).chain([rounding_left]).collect();
        let parts = spread(asked, &weights).ok_or(AllocationError::NothingRemains { line: None })?;
        let steps: Vec<(&str, Step)> = self
            .invoice
            .lines
            .iter()
            .zip(&lines)
            .zip(&parts)
            .filter(|(_, part)| **part != 0)
            .map(|((stored, line), part)| (stored.id.as_str(), line.gross(*part)))
            .collect();
        let rounding = self.rounding_by_gross(&steps, parts.last().copied().unwrap_or(0));
        self.finish(steps, rounding)
    }

    fn lines(&self, selections: &[LineSelection]) -> Result<Allocation, AllocationError> {
        let mut selected: BTreeMap<&str, Portion> = BTreeMap::new();
        for selection in selections {
            let line = selection.line.clone();
            if self.invoice.line(&line).is_none() {
                return Err(AllocationError::LineUnknown { line });
            }
            if selected.insert(&selection.line, selection.portion).is_some() {
                return Err(AllocationError::LineTwice { line });
            }
        }
        if selected.is_empty() {
            return Err(AllocationError::NoLines);
        }
        let mut taken: BTreeMap<&str, Step> = BTreeMap::new();
        for stored in &self.invoice.lines {
            if let Some(portion) = selected.get(stored.id.as_str()) {
                taken.insert(&stored.id, self.portion(stored, *portion)?);
            }
        }
        for stored in self.invoice.lines.iter().filter(|stored| !selected.contains_key(stored.id.as_str())) {
            if let Some(step) = self.deduction(stored, &taken) {
                taken.insert(&stored.id, step);
            }
        }
        let in_order = self.invoice.lines.iter().filter_map(|stored| taken.remove_entry(stored.id.as_str()));
        let steps: Vec<_> = in_order.collect();
        let deducts = steps.iter().any(|(id, _)| !selected.contains_key(id));
        let rounding = self.rounding_by_share(&steps);
        let allocation = self.finish(steps, rounding)?;
        let total = allocation.totals.gross;
        if deducts && !total.is_positive() {
            return Err(AllocationError::ComesToNothing { total });
        }
        self.within_document(&allocation)?;
        Ok(allocation)
    }

    /// Makes the step that credits of a deduction what belongs to the goods that are taken: its cumulative share is
    /// that of the lines that bear it. None where no goods of theirs are taken, or its share was credited before.
    fn deduction(&self, stored: &InvoiceLine, taken: &BTreeMap<&str, Step>) -> Option<Step> {
        if stored.gross.minor >= 0 {
            return None;
        }
        let bearers = bearers(self.invoice, stored);
        let takes_goods =
            |line: &&InvoiceLine| taken.get(line.id.as_str()).is_some_and(|step| step.basis == Basis::Goods);
        if !bearers.iter().any(takes_goods) {
            return None;
        }
        let (mut done, mut whole) = (0_i64, 0_i64);
        for line in &bearers {
            let step = taken.get(line.id.as_str()).map_or(0, |step| step.amounts.gross_minor);
            done = done.saturating_add(self.credited.of(&line.id).amounts.gross_minor).saturating_add(step);
            whole = whole.saturating_add(line.gross.minor);
        }
        let line = self.line(stored);
        let target = Share::of(done, whole).between(0, stored.gross.minor);
        let minor = target.saturating_sub(line.credited.amounts.gross_minor);
        (minor < 0).then(|| line.gross(minor))
    }

    /// Checks the allocation against the document. Lines alone may come to more than the document, or to less than
    /// nothing of one part, where deductions were selected without the lines that they belong to, or the other way
    /// round.
    fn within_document(&self, allocation: &Allocation) -> Result<(), AllocationError> {
        let (whole, credited) = (Amounts::of_totals(&self.invoice.totals), self.credited.sums());
        let totals = allocation.totals;
        self.at_most(None, Part::Gross, totals.gross.minor, whole.gross_minor.saturating_sub(credited.gross_minor))?;
        if !self.invoice.lines.iter().any(|line| line.gross.minor < 0) {
            return Ok(());
        }
        for (part, total, whole, credited) in [
            (Part::Net, totals.net, whole.net_minor, credited.net_minor),
            (Part::Tax, totals.tax, whole.tax_minor, credited.tax_minor),
        ] {
            let left = whole.saturating_sub(credited);
            if whole < 0 {
                continue;
            }
            if total.minor < 0 {
                return Err(AllocationError::Deducts { part, total });
            }
            if total.minor > left {
                return Err(self.over(None, part, total.minor, left)?);
            }
        }
        Ok(())
    }

    fn portion(&self, stored: &InvoiceLine, portion: Portion) -> Result<Step, AllocationError> {
        let line = self.line(stored);
        let left = line.remaining();
        let amount = |part: Part, amount: Money, stored_amount: Money, left: i64| {
            let asked = self.positive(Some(&stored.id), amount)?;
            if stored_amount.minor <= 0 {
                return Err(AllocationError::NoAmount { line: stored.id.clone(), part, stored: stored_amount });
            }
            self.at_most(Some(&stored.id), part, asked, left)?;
            Ok(asked)
        };
        match portion {
            Portion::Quantity(quantity) => self.goods(stored, &line, quantity),
            Portion::Gross(asked) => Ok(line.gross(amount(Part::Gross, asked, stored.gross, left.gross_minor)?)),
            Portion::Net(asked) => Ok(line.net(amount(Part::Net, asked, stored.net, left.net_minor)?)),
            Portion::Tax(asked) => Ok(line.tax(amount(Part::Tax, asked, stored.tax, left.tax_minor)?)),
        }
    }

    fn goods(&self, stored: &InvoiceLine, line: &Line, asked: Decimal) -> Result<Step, AllocationError> {
        let id = || stored.id.clone();
        if asked <= Decimal::ZERO {
            return Err(AllocationError::NotPositive { line: Some(id()), asked: asked.to_string() });
        }
        if asked.normalize().scale() > limits::QUANTITY_DECIMALS {
            return Err(AllocationError::QuantityTooFine { line: id(), asked });
        }
        let remaining = line.remaining_quantity();
        if remaining.is_zero() {
            return Err(AllocationError::NothingRemains { line: Some(id()) });
        }
        if asked > remaining {
            let over = (asked - remaining).normalize();
            return Err(AllocationError::QuantityOverRemaining { line: id(), asked, remaining, over });
        }
        Ok(line.goods(asked))
    }

    /// Returns the amount in minor units, if it is more than zero and in the invoice's currency.
    fn positive(&self, line: Option<&String>, amount: Money) -> Result<i64, AllocationError> {
        if amount.currency != self.invoice.currency {
            return Err(AllocationError::WrongCurrency { asked: amount.currency, invoice: self.invoice.currency });
        }
        if !amount.is_positive() {
            return Err(AllocationError::NotPositive { line: line.cloned(), asked: amount.to_string() });
        }
        Ok(amount.minor)
    }

    fn at_most(&self, line: Option<&String>, part: Part, asked: i64, left: i64) -> Result<(), AllocationError> {
        let line = line.cloned();
        if asked > 0 && left <= 0 {
            return Err(AllocationError::NothingRemains { line });
        }
        if asked > left {
            return Err(self.over(line, part, asked, left)?);
        }
        Ok(())
    }

    fn over(&self, line: Option<String>, part: Part, asked: i64, left: i64) -> Result<AllocationError, MoneyError> {
        let money = |minor| Money::new(minor, self.invoice.currency);
        let (asked, remaining, over) = (money(asked)?, money(left)?, money(asked.saturating_sub(left))?);
        Ok(AllocationError::AmountOverRemaining { line, part, asked, remaining, over })
    }

    /// Returns the lines' cumulative shares after the steps, of net, of tax and of gross.
    fn shares(&self, steps: &[(&str, Step)]) -> [Share; 3] {
        let after = |line: &InvoiceLine| {
            let step = steps.iter().find(|(id, _)| *id == line.id).map(|(_, step)| step.amounts);
            self.credited.of(&line.id).amounts.plus(step.unwrap_or_default()).magnitudes()
        };
        let done = Amounts::sum(self.invoice.lines.iter().map(after));
        let whole = Amounts::sum(self.invoice.lines.iter().map(|line| Amounts::of_line(line).magnitudes()));
        let gross = Share::of(done.gross_minor, whole.gross_minor);
        // Lines too small to carry tax of their own: the difference is all the tax there is, and follows what it is on.
        let or_gross = |done: i64, whole: i64| if whole == 0 { gross } else { Share::of(done, whole) };
        [or_gross(done.net_minor, whole.net_minor), or_gross(done.tax_minor, whole.tax_minor), gross]
    }

    fn rounding_way(&self) -> Way {
        Way { now: self.credited.rounding, stored: self.whole_rounding }
    }

    fn rounding_by_share(&self, steps: &[(&str, Step)]) -> Amounts {
        let [net, tax, gross] = self.shares(steps);
        let (way, whole) = (self.rounding_way(), self.whole_rounding);
        let tax = tax.between(0, whole.tax_minor);
        let cumulative = if self.invoice.prices_include_tax {
            way.by_gross(gross.between(0, whole.gross_minor), tax)
        } else {
            way.by_net(net.between(0, whole.net_minor), tax)
        };
        cumulative.minus(way.now)
    }

    /// Returns the rounding with a gross that the spreading of a document's amount has fixed.
    fn rounding_by_gross(&self, steps: &[(&str, Step)], part: i64) -> Amounts {
        let (way, whole) = (self.rounding_way(), self.whole_rounding);
        let gross = way.now.gross_minor + part;
        let [_, tax, _] = self.shares(steps);
        let share = if whole.gross_minor == 0 { tax } else { Share::of(gross, whole.gross_minor) };
        way.by_gross(gross, share.between(0, whole.tax_minor)).minus(way.now)
    }

    fn finish(&self, steps: Vec<(&str, Step)>, rounding: Amounts) -> Result<Allocation, AllocationError> {
        let currency = self.invoice.currency;
        let total = Amounts::sum(steps.iter().map(|(_, step)| step.amounts)).plus(rounding);
        let lines =
            steps.into_iter().map(|(id, step)| credit_line(id, step, self.invoice)).collect::<Result<_, _>>()?;
        Ok(Allocation { lines, rounding: rounding.to_totals(currency)?, totals: total.to_totals(currency)? })
    }
}

/// Returns the lines that bear a deduction: those that are taxed as it is, or all where none is.
fn bearers<'a>(invoice: &'a Invoice, deduction: &InvoiceLine) -> Vec<&'a InvoiceLine> {
    let priced = invoice.lines.iter().filter(|line| line.gross.is_positive());
    let taxed_so: Vec<_> = priced.clone().filter(|line| line.tax_rate == deduction.tax_rate).collect();
    if taxed_so.is_empty() { priced.collect() } else { taxed_so }
}

fn credit_line(id: &str, step: Step, invoice: &Invoice) -> Result<CreditLine, MoneyError> {
    let Totals { net, tax, gross } = step.amounts.to_totals(invoice.currency)?;
    let discount = Money::new(step.amounts.discount_minor, invoice.currency)?;
    Ok(CreditLine { line: id.to_owned(), basis: step.basis, quantity: step.quantity, net, tax, gross, discount })
}
