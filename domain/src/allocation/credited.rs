//! The credited part of an invoice: how much was credited so far, and how a credit is counted in and given back.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Allocation, AllocationError, Amounts, Basis, CreditLine};
use crate::invoice::{Invoice, InvoiceLine};

/// The start of the present run of credits: the share of the next credit counts from here (see the module's text).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// What the run is measured by; `None` means that the next credit decides.
    pub basis: Option<Basis>,
    /// How many pieces were credited before the run began.
    #[serde(with = "rust_decimal::serde::str")]
    pub quantity: Decimal,
    /// The amounts that were credited before the run began.
    pub amounts: Amounts,
}

impl Run {
    fn is_first(&self) -> bool {
        *self == Run::default()
    }
}

/// The credited part of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credited {
    /// How many pieces were credited.
    #[serde(with = "rust_decimal::serde::str")]
    pub quantity: Decimal,
    /// The amounts that were credited.
    pub amounts: Amounts,
    /// The start of the present run.
    #[serde(default, skip_serializing_if = "Run::is_first")]
    pub run: Run,
}

impl Credited {
    /// Returns the run that a credit of this basis goes on with or begins.
    pub(super) fn run_for(&self, basis: Basis) -> Run {
        if self.run.basis.is_none_or(|present| present == basis) {
            return Run { basis: Some(basis), ..self.run };
        }
        self.run_from_here(Some(basis))
    }

    fn run_from_here(&self, basis: Option<Basis>) -> Run {
        Run { basis, quantity: self.quantity, amounts: self.amounts }
    }

    fn add(&mut self, credit: &CreditLine) {
        self.run = self.run_for(credit.basis);
        self.quantity = (self.quantity + credit.quantity).normalize();
        self.amounts = self.amounts.plus(Amounts::of_credit(credit));
        if credit.basis == Basis::Tax {
            // It left the straight line from the run's beginning to the stored amounts.
            self.run = self.run_from_here(None);
        }
    }

    fn take_back(&mut self, credit: &CreditLine) {
        self.quantity = (self.quantity - credit.quantity).normalize();
        self.amounts = self.amounts.minus(Amounts::of_credit(credit));
        let first_run = Run { basis: None, ..self.run }.is_first();
        if self.quantity.is_zero() && self.amounts.is_zero() {
            self.run = Run::default();
        } else if !first_run {
            // The credit may be older than the run, whose beginning then never was.
            self.run = self.run_from_here(None);
        }
    }
}

/// The credited part of an invoice: of every line, and of the document's rounding. It begins with nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditedInvoice {
    /// The lines by their ids; a line of which nothing was credited is absent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lines: BTreeMap<String, Credited>,
    /// The credited part of the rounding difference.
    #[serde(default, skip_serializing_if = "nothing")]
    pub rounding: Amounts,
}

fn nothing(amounts: &Amounts) -> bool {
    amounts.is_zero()
}

impl CreditedInvoice {
    /// Returns what was credited of the line.
    #[must_use]
    pub fn of(&self, line: &str) -> Credited {
        self.lines.get(line).copied().unwrap_or_default()
    }

    /// Returns the sums over the lines and the rounding.
    #[must_use]
    pub fn sums(&self) -> Amounts {
        Amounts::sum(self.lines.values().map(|line| line.amounts)).plus(self.rounding)
    }

    /// Tells whether it is exactly the sum of these allocations: every line's pieces and amounts, and the rounding.
    #[must_use]
    pub fn is_sum_of<'a>(&self, allocations: impl IntoIterator<Item = &'a Allocation>) -> bool {
        let mut lines: BTreeMap<&str, (Decimal, Amounts)> = BTreeMap::new();
        let mut rounding = Amounts::default();
        for allocation in allocations {
            for credit in &allocation.lines {
                let (quantity, amounts) = lines.entry(&credit.line).or_default();
                *quantity += credit.quantity;
                *amounts = amounts.plus(Amounts::of_credit(credit));
            }
            rounding = rounding.plus(Amounts::of_totals(&allocation.rounding));
        }
        lines.retain(|_, (quantity, amounts)| !quantity.is_zero() || !amounts.is_zero());
        rounding == self.rounding
            && lines.len() == self.lines.len()
            && self
                .lines
                .iter()
                .all(|(line, credited)| lines.get(line.as_str()) == Some(&(credited.quantity, credited.amounts)))
    }

    /// Counts an allocation in, as a whole or not at all.
    ///
    /// # Errors
    /// [`AllocationError::DoesNotFit`] where it would credit more than the invoice has left: it was computed from
    /// another state.
    pub fn apply(&mut self, invoice: &Invoice, allocation: &Allocation) -> Result<(), AllocationError> {
        self.change(invoice, allocation, Credited::add, Amounts::plus)
    }

    /// Gives back an allocation that was counted in, as a whole or not at all: after a void or a rejection.
    ///
    /// # Errors
    /// [`AllocationError::DoesNotFit`] where so much was never credited.
    pub fn release(&mut self, invoice: &Invoice, allocation: &Allocation) -> Result<(), AllocationError> {
        self.change(invoice, allocation, Credited::take_back, Amounts::minus)
    }

    fn change(
        &mut self,
        invoice: &Invoice,
        allocation: &Allocation,
        change_line: fn(&mut Credited, &CreditLine),
        change_rounding: fn(Amounts, Amounts) -> Amounts,
    ) -> Result<(), AllocationError> {
        let mut after = self.clone();
        for credit in &allocation.lines {
            let unfit = || AllocationError::DoesNotFit { line: Some(credit.line.clone()) };
            let line = invoice
                .line(&credit.line)
                .filter(|_| credit.net.currency == invoice.currency && credit.quantity >= Decimal::ZERO)
                .ok_or_else(|| AllocationError::LineUnknown { line: credit.line.clone() })?;
            let mut credited = after.of(&credit.line);
            change_line(&mut credited, credit);
            if !fits(line, &credited) {
                return Err(unfit());
            }
            if credited == Credited::default() {
                after.lines.remove(&credit.line);
            } else {
                after.lines.insert(credit.line.clone(), credited);
            }
        }
        after.rounding = change_rounding(after.rounding, Amounts::of_totals(&allocation.rounding));
        let whole = super::document::rounding_of(invoice)?;
        let total = after.sums().gross_minor;
        if !after.rounding.is_part_of(whole) || total < 0 || total > invoice.totals.gross.minor.max(0) {
            return Err(AllocationError::DoesNotFit { line: None });
        }
        *self = after;
        Ok(())
    }
}

fn fits(line: &InvoiceLine, credited: &Credited) -> bool {
    credited.quantity >= Decimal::ZERO
        && credited.quantity <= line.quantity
        && credited.amounts.is_part_of(Amounts::of_line(line))
}
