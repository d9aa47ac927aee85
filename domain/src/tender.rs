//! The tenders that money goes back to, and how much goes to each: whole, exact, and never more than a payment can give
//! back.

use serde::{Deserialize, Serialize};

use crate::decimal::spread;
use crate::words;

/// One payment, with what it can still give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenderAvailable {
    /// The ERP's id of the payment.
    pub payment: String,
    /// How it was paid: `card`, `gift_card`, …
    pub method: String,
    /// How much it can still give back, in minor units: what was captured, less what went back and what is on its way.
    pub available_minor: i64,
    /// The gateway takes only multiples of this many minor units: 1 nearly always; 10 for three-decimal currencies
    /// where the last digit must be 0 (Stripe: <https://docs.stripe.com/currencies#three-decimal>).
    pub step_minor: i64,
}

/// The rule of how payments give back: in which order, or in what proportion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenderRule {
    /// Each gives back in proportion to what it can.
    Ratio,
    /// The first payment gives back first.
    FirstIn,
    /// The last payment gives back first.
    LastIn,
    /// These methods give back first, in this order; then the others as paid. `["gift_card"]`: back to the gift card
    /// first.
    MethodOrder(Vec<String>),
}

/// The part of an amount that goes back to one payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderPart {
    /// The ERP's id of the payment.
    pub payment: String,
    /// How it was paid: `card`, `gift_card`, …
    pub method: String,
    /// How much goes back, in minor units; more than zero.
    pub amount_minor: i64,
}

/// Why an amount can't be split.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TenderError {
    /// The amount is zero or negative.
    #[error("{amount_minor} minor units cannot be paid back: it must be more than zero")]
    NotPositive {
        /// The amount that was asked for, in minor units.
        amount_minor: i64,
    },
    /// More is asked for than all payments together can give back.
    #[error(
        "{amount_minor} minor units cannot be paid back: the payments have {available_minor} left, {over_minor} too few"
    )]
    OverAvailable {
        /// The amount that was asked for, in minor units.
        amount_minor: i64,
        /// What all payments can give back, in minor units.
        available_minor: i64,
        /// By how much the amount exceeds that, in minor units.
        over_minor: i64,
    },
    /// The gateways take only round amounts, and no other payment can take the rest.
    #[error("{left_minor} minor units fit no payment: their gateways take only multiples of {step_minor}")]
    Unround {
        /// What could not be placed, in minor units.
        left_minor: i64,
        /// The smallest step that a gateway demands, in minor units.
        step_minor: i64,
    },
}

/// Sets an amount against what is still owed first; the rest is to be paid back. Returns both: (offset, refund).
#[must_use]
pub fn split_open(amount_minor: i64, open_minor: i64) -> (i64, i64) {
    let offset_minor = amount_minor.min(open_minor).max(0);
    (offset_minor, amount_minor.saturating_sub(offset_minor))
}

/// Splits an amount over payments (given in the order they were paid in), in the order that the rule uses them. The
/// parts are positive and sum to the amount.
///
/// ```
/// use contraflow_domain::tender::{TenderAvailable, TenderError, TenderRule, split};
///
/// let payment = |id: &str, method: &str, available_minor| TenderAvailable {
///     payment: id.into(), method: method.into(), available_minor, step_minor: 1,
/// };
/// let paid = [payment("PAY-1", "card", 80_00), payment("PAY-2", "gift_card", 20_00)];
///
/// // 50.00 go back in proportion, or to the gift card first.
/// let amounts = |rule| split(50_00, &paid, &rule).map(|parts| Vec::from_iter(parts.iter().map(|part| part.amount_minor)));
/// assert_eq!(amounts(TenderRule::Ratio)?, [40_00, 10_00]);
/// assert_eq!(amounts(TenderRule::MethodOrder(vec!["gift_card".into()]))?, [20_00, 30_00]);
/// # Ok::<(), TenderError>(())
/// ```
///
/// # Errors
/// Where the amount is not positive, more than the payments have, or not as round as their gateways demand.
pub fn split(
    amount_minor: i64,
    payments: &[TenderAvailable],
    rule: &TenderRule,
) -> Result<Vec<TenderPart>, TenderError> {
    if amount_minor <= 0 {
        return Err(TenderError::NotPositive { amount_minor });
    }
    let mut tenders: Vec<Tender<'_>> = ordered(payments, rule).into_iter().map(Tender::new).collect();
    let available_minor =
        payments.iter().fold(0_i64, |sum, payment| sum.saturating_add(payment.available_minor.max(0)));
    if amount_minor > available_minor {
        let over_minor = amount_minor.saturating_sub(available_minor);
        return Err(TenderError::OverAvailable { amount_minor, available_minor, over_minor });
    }
    if *rule == TenderRule::Ratio {
        let weights: Vec<i64> = payments.iter().map(|payment| payment.available_minor.max(0)).collect();
        for (tender, part) in tenders.iter_mut().zip(spread(amount_minor, &weights).unwrap_or_default()) {
            tender.take(part);
        }
    }
    // By order this places everything; by ratio only what roundness left over.
    let placed: i64 = tenders.iter().map(|tender| tender.amount).sum();
    place_rest(amount_minor.saturating_sub(placed), &mut tenders)?;
    Ok(tenders.iter().filter(|tender| tender.amount > 0).map(Tender::part).collect())
}

fn ordered<'a>(payments: &'a [TenderAvailable], rule: &TenderRule) -> Vec<&'a TenderAvailable> {
    let mut ordered: Vec<&TenderAvailable> = payments.iter().collect();
    match rule {
        TenderRule::Ratio | TenderRule::FirstIn => {}
        TenderRule::LastIn => ordered.reverse(),
        TenderRule::MethodOrder(methods) => ordered.sort_by_key(|payment| {
            methods.iter().position(|method| words::same(method, &payment.method)).unwrap_or(methods.len())
        }),
    }
    ordered
}

struct Tender<'a> {
    payment: &'a TenderAvailable,
    step: i64,
    amount: i64,
}

impl<'a> Tender<'a> {
    fn new(payment: &'a TenderAvailable) -> Tender<'a> {
        Tender { payment, step: payment.step_minor.max(1), amount: 0 }
    }

    /// Returns how much more it can take, as round as its gateway demands.
    fn room(&self) -> i64 {
        let room = self.payment.available_minor.saturating_sub(self.amount).max(0);
        room - room % self.step
    }

    /// Takes as much of the amount as it can, and returns how much that is.
    fn take(&mut self, amount: i64) -> i64 {
        let taken = (amount - amount % self.step).min(self.room());
        self.amount += taken;
        taken
    }

    fn part(&self) -> TenderPart {
        TenderPart {
            payment: self.payment.payment.clone(),
            method: self.payment.method.clone(),
            amount_minor: self.amount,
        }
    }
}

/// Places what is left: in order, each as much as it can; then the unround rest wherever it fits.
fn place_rest(rest: i64, tenders: &mut [Tender<'_>]) -> Result<(), TenderError> {
    let mut left = rest;
    for tender in tenders.iter_mut() {
        left -= tender.take(left);
    }
    if left == 0 {
        return Ok(());
    }
    // Everything that can take any amount is full now, so one more step into a round one means taking the difference
    // back.
    let round = tenders.iter().position(|tender| tender.step > 1 && tender.room() >= tender.step);
    let unround = || TenderError::Unround { left_minor: left, step_minor: smallest_step(tenders) };
    let Some(round) = round else { return Err(unround()) };
    let step = tenders.get(round).map_or(1, |tender| tender.step);
    let mut back = step - left;
    let free: i64 = tenders.iter().filter(|tender| tender.step == 1).map(|tender| tender.amount).sum();
    if back < 0 || back > free {
        return Err(unround());
    }
    for (index, tender) in tenders.iter_mut().enumerate().rev() {
        if index == round {
            tender.amount += step;
        } else if tender.step == 1 {
            let taken = back.min(tender.amount);
            tender.amount -= taken;
            back -= taken;
        }
    }
    Ok(())
}

fn smallest_step(tenders: &[Tender<'_>]) -> i64 {
    tenders.iter().map(|tender| tender.step).filter(|step| *step > 1).min().unwrap_or(1)
}
