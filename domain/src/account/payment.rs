//! What may still be paid back of one captured payment, in the currency that it was captured in; and what that is worth
//! in the invoice's, where it is another: by the capture's own rate, computed on the running total, so that partial
//! refunds in any order end at exactly what was captured.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AccountError, within};
use crate::decimal::mul_div_round_half_up;
use crate::lifecycle::dispute::DisputeStatus;
use crate::lifecycle::leg::LegStatus;
use crate::limits;
use crate::money::Money;
use crate::request::leg::Leg;
use crate::time::Timestamp;

/// One leg's hold on the payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegClaim {
    /// The request.
    pub request: String,
    /// Its leg.
    pub leg: String,
    /// How much.
    pub amount: Money,
    /// How much of the invoice that is, where it is in another currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles: Option<Money>,
    /// Whether the money counts as used.
    pub counted: bool,
    /// The customer has it from the bank: a lost dispute paid it in the leg's stead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_bank: bool,
    /// The customer had it from the bank, which has taken it back since: the dispute was won after all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given_back: bool,
}

/// A card network's early warning that the payment may be fraud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FraudWarning {
    /// The gateway's name for it.
    pub id: String,
    /// Whether something can still be done about it: the payment is neither disputed nor refunded in full.
    pub actionable: bool,
    /// The network's word for the kind of fraud.
    pub kind: String,
}

/// A dispute on the payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The gateway's name for it.
    pub id: String,
    /// How much of the payment; none: all that was captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Where it stands.
    pub status: DisputeStatus,
    /// The gateway's word for why.
    pub reason: String,
    /// The gateway has put money of it back although it is lost.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reinstated: bool,
    /// When it was last decided, as the gateway says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
}

/// A refund that something else made: the gateway's own dashboard, another system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideRefund {
    /// The gateway's name for it.
    pub refund: String,
    /// How much; none where the gateway has not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Where it stands.
    pub status: LegStatus,
}

/// One captured payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentAccount {
    /// The gateway; empty for cash and the like.
    pub gateway: String,
    /// The gateway's name for it.
    pub reference: String,
    /// What was captured; none while only a dispute has spoken of it.
    pub captured: Option<Money>,
    /// What that paid of the invoice, where it is in another currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Money>,
    /// Holds of legs.
    pub claims: Vec<LegClaim>,
    /// Disputes.
    pub disputes: Vec<Dispute>,
    /// Early warnings of fraud.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<FraudWarning>,
    /// Refunds made elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outside: Vec<OutsideRefund>,
}

impl PaymentAccount {
    /// A payment that nothing has touched yet.
    #[must_use]
    pub fn untouched(gateway: &str, reference: &str, captured: Option<Money>) -> Self {
        Self {
            gateway: gateway.into(),
            reference: reference.into(),
            captured,
            applied: None,
            claims: Vec::new(),
            disputes: Vec::new(),
            warnings: Vec::new(),
            outside: Vec::new(),
        }
    }

    /// Σ of the legs that count as used.
    #[must_use]
    pub fn used_minor(&self) -> i64 {
        self.claims.iter().filter(|claim| claim.counted).map(|claim| claim.amount.minor).sum()
    }

    /// How much of the payment a dispute is about, in the captured currency; none where that can't be said: what was
    /// captured is not known yet, or the gateway speaks of another currency, and minor units of two currencies are
    /// never compared.
    #[must_use]
    pub fn disputed_minor(&self, dispute: &Dispute) -> Option<i64> {
        let captured = self.captured?;
        let amount = dispute.amount.unwrap_or(captured);
        (amount.currency == captured.currency).then_some(amount.minor)
    }

    fn lost(&self) -> impl Iterator<Item = Option<i64>> {
        let lost = self.disputes.iter().filter(|dispute| dispute.status.took_the_money());
        lost.map(|dispute| self.disputed_minor(dispute))
    }

    /// Σ of what disputes took. One whose amount can't be compared counts as if it took all that was captured.
    #[must_use]
    pub fn lost_minor(&self) -> i64 {
        let told = self.surely_lost_minor();
        let captured = self.captured.map_or(0, |captured| captured.minor);
        if self.lost().any(|amount| amount.is_none()) { told.max(captured) } else { told }
    }

    /// Σ of what disputes took where that can be said.
    fn surely_lost_minor(&self) -> i64 {
        self.lost().flatten().sum()
    }

    /// The amounts of the refunds made elsewhere that are out or on their way; none where that can't be said: the
    /// gateway has named none, or one in another currency.
    fn gone_elsewhere(&self) -> impl Iterator<Item = Option<i64>> {
        let gone = self.outside.iter().filter(|outside| outside.status.counts());
        gone.map(|outside| {
            let comparable = |amount: &Money| self.captured.is_none_or(|captured| captured.currency == amount.currency);
            outside.amount.filter(comparable).map(|amount| amount.minor)
        })
    }

    /// Σ of the refunds made elsewhere that are out or on their way. One whose amount can't be said takes whatever is
    /// left.
    #[must_use]
    pub fn outside_minor(&self) -> i64 {
        let told: i64 = self.gone_elsewhere().flatten().sum();
        let captured = self.captured.map_or(0, |captured| captured.minor);
        let left = captured - self.used_minor() - self.lost_minor();
        if self.is_unsure() { told.max(left) } else { told }
    }

    /// Whether something of it went back elsewhere and nobody can say how much.
    #[must_use]
    pub fn is_unsure(&self) -> bool {
        self.gone_elsewhere().any(|amount| amount.is_none())
    }

    /// The requests that news of the payment concern: those with money on it, and those whose customer had theirs from
    /// the bank.
    #[must_use]
    pub fn concerned(&self) -> BTreeSet<String> {
        let claims = self.claims.iter().filter(|claim| claim.counted || claim.by_bank || claim.given_back);
        claims.map(|claim| claim.request.clone()).collect()
    }

    /// What went back or is on its way, here and elsewhere, and what disputes took, beyond what was captured; zero
    /// nearly always.
    #[must_use]
    pub fn over_minor(&self) -> i64 {
        self.captured.map_or(0, |captured| {
            (self.used_minor() + self.outside_minor() + self.lost_minor() - captured.minor).max(0)
        })
    }

    /// What disputes surely took and no leg's customer has been counted to have from it; negative where customers are
    /// counted to have from the bank what it has given back.
    #[must_use]
    pub fn lost_unclaimed_minor(&self) -> i64 {
        let claimed: i64 = self.claims.iter().filter(|claim| claim.by_bank).map(|claim| claim.amount.minor).sum();
        self.surely_lost_minor() - claimed
    }

    /// What may still be set aside; never negative.
    #[must_use]
    pub fn available_minor(&self) -> i64 {
        let captured = self.captured.map_or(0, |captured| captured.minor);
        (captured - self.used_minor() - self.outside_minor() - self.lost_minor()).max(0)
    }

    /// What may still be set aside, as an amount of the invoice: of what was captured in another currency, rounded
    /// down.
    #[must_use]
    pub fn payable_minor(&self) -> i64 {
        let (Some(captured), Some(applied)) = (self.captured, self.applied) else { return self.available_minor() };
        let kept = i128::from((captured.minor - self.lost_minor()).max(0));
        let worth = (kept * i128::from(applied.minor)).checked_div(i128::from(captured.minor)).unwrap_or(0);
        (i64::try_from(worth).unwrap_or(0) - self.settled_minor()).max(0)
    }

    /// What so much of the invoice comes to in the captured currency, as a multiple of `step_minor`: what all of it so
    /// far is worth by the capture's rate, less what has gone back. So rounding never adds up, and the last part takes
    /// exactly what is left.
    #[must_use]
    pub fn amount_for(&self, settles_minor: i64, step_minor: i64) -> Option<Money> {
        let captured = self.captured?;
        let Some(applied) = self.applied else {
            return Some(Money { minor: settles_minor, currency: captured.currency });
        };
        let total = i128::from(self.settled_minor().checked_add(settles_minor)?);
        if total == i128::from(applied.minor) {
            return Some(Money { minor: captured.minor - self.used_minor(), currency: captured.currency });
        }
        let step = i128::from(step_minor.max(1));
        let divisor = i128::from(applied.minor).checked_mul(step)?;
        let steps = mul_div_round_half_up(total, i128::from(captured.minor), divisor)?;
        let minor = i64::try_from(steps.checked_mul(step)?).ok()? - self.used_minor();
        Some(Money { minor: minor.min(self.available_minor()), currency: captured.currency })
    }

    fn settled_minor(&self) -> i64 {
        self.claims.iter().filter(|claim| claim.counted).map(|claim| claim.settles.unwrap_or(claim.amount).minor).sum()
    }

    /// Whether an open dispute keeps legs from being sent.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.disputes.iter().any(|dispute| dispute.status.freezes())
    }

    fn what(&self) -> String {
        format!("payment {}", self.reference)
    }

    /// Sets a leg's money aside.
    ///
    /// # Errors
    /// When the payment does not have that much left, or is in another currency.
    pub fn reserve(&mut self, request: &str, leg: &Leg) -> Result<(), AccountError> {
        let captured = self
            .captured
            .ok_or_else(|| AccountError::Unknown { what: self.what(), missing: "what was captured".into() })?;
        if captured.currency != leg.amount.currency {
            return Err(AccountError::Currency {
                what: self.what(),
                account: captured.currency.to_string(),
                asked: leg.amount.currency.to_string(),
            });
        }
        if self.claims.len() >= limits::CLAIMS {
            return Err(AccountError::Full { what: self.what(), count: self.claims.len() });
        }
        within(&self.what(), leg.amount, self.available_minor())?;
        if let Some(settles) = leg.settles {
            within(&self.what(), settles, self.payable_minor())?;
        }
        self.claims.push(LegClaim {
            request: request.into(),
            leg: leg.id.clone(),
            amount: leg.amount,
            settles: leg.settles,
            counted: true,
            by_bank: false,
            given_back: false,
        });
        Ok(())
    }

    /// Follows a leg's state: its money counts as used, or is free again.
    ///
    /// # Errors
    /// When the account has no such claim, or the money of a leg that counts again is gone.
    pub fn reconcile(&mut self, request: &str, leg: &Leg) -> Result<(), AccountError> {
        let (what, available) = (self.what(), self.available_minor());
        let missing = format!("leg {} of request {request}", leg.id);
        let claim = self.claims.iter_mut().find(|claim| claim.request == request && claim.leg == leg.id);
        let claim = claim.ok_or(AccountError::Unknown { what: what.clone(), missing })?;
        if leg.status.counts() && !claim.counted {
            within(&what, claim.amount, available)?;
        }
        claim.counted = leg.status.counts();
        Ok(())
    }

    /// Follows what a gateway says has happened to a leg's money. What has happened is counted even where the guard
    /// would have refused it, for an account that hid it would give the same money out again: then it says by how much
    /// the payment is overdrawn.
    ///
    /// # Errors
    /// When the account has no such claim.
    pub fn record(&mut self, request: &str, leg: &Leg) -> Result<Option<Money>, AccountError> {
        match self.reconcile(request, leg) {
            Err(AccountError::Over { over, .. }) => {
                let claim = self.claims.iter_mut().find(|claim| claim.request == request && claim.leg == leg.id);
                if let Some(claim) = claim {
                    claim.counted = true;
                }
                Ok(Some(over))
            }
            other => other.map(|()| None),
        }
    }
}
