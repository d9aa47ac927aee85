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

    /// Adds what an allocation takes of each line, for a sum that is only compared: no credit is computed from it.
    pub fn add(&mut self, allocation: &Allocation) {
        for credit in &allocation.lines {
            let line = self.lines.entry(credit.line.clone()).or_default();
            line.quantity = (line.quantity + credit.quantity).normalize();
            line.amounts = line.amounts.plus(Amounts::of_credit(credit));
        }
        self.rounding = self.rounding.plus(Amounts::of_totals(&allocation.rounding));
    }

    /// Tells whether both hold the same pieces and amounts of every line, and the same rounding.
    #[must_use]
    pub fn is_equal_to(&self, sum: &Self) -> bool {
        let held = |credited: &Credited| !credited.quantity.is_zero() || !credited.amounts.is_zero();
        let held = |of: &Self| -> BTreeMap<_, _> {
            let lines = of.lines.iter().filter(|(_, credited)| held(credited));
            lines.map(|(line, credited)| (line.clone(), (credited.quantity, credited.amounts))).collect()
        };
        self.rounding == sum.rounding && held(self) == held(sum)
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
