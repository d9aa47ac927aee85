//! The account of a payment: what may still be paid back of it, in the currency that it was captured in.
//!
//! A payment is one thing, and what it paid of each invoice are others ([`Application`]). Where an invoice is in
//! another currency, its application also says what was captured is worth there. It converts at the capture's own rate,
//! on the running total, so that partial refunds in any order end at exactly what was captured.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::application::Application;
use super::archived::ArchivedRefunds;
use super::share::Share;
use super::{AccountError, within};
use crate::lifecycle::dispute::DisputeStatus;
use crate::lifecycle::leg::LegStatus;
use crate::limits;
use crate::money::Money;
use crate::request::leg::Leg;
use crate::time::Timestamp;

/// One leg's hold on the payment: what it has set aside or paid back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegClaim {
    /// The id of the request.
    pub request: String,
    /// The id of the request's leg.
    pub leg: String,
    /// The ERP's id of the payment that it gives back; `None` where it was stored without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// How much it holds, in the captured currency.
    pub amount: Money,
    /// How much of the invoice that settles, where the invoice is in another currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles: Option<Money>,
    /// Whether the money counts as used; it does not once the leg has failed or was released.
    pub counted: bool,
    /// Whether its order was given to the gateway; `None` where that was not recorded, and then it counts as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<bool>,
    /// Whether the customer has the money from the bank: a lost dispute paid it in place of the leg.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_bank: bool,
    /// Whether the bank, which had paid the customer, has taken the money back since: the dispute was won after all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given_back: bool,
}

impl LegClaim {
    /// Makes the claim of a leg that holds nothing yet.
    fn of(request: &str, leg: &Leg) -> Self {
        Self {
            request: request.into(),
            leg: leg.id.clone(),
            payment: leg.payment().map(str::to_owned),
            amount: leg.amount,
            settles: leg.settles,
            counted: false,
            sent: Some(false),
            by_bank: false,
            given_back: false,
        }
    }
}

/// A card network's early warning that the payment may be fraud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FraudWarning {
    /// The gateway's name for it.
    pub id: String,
    /// Whether something can still be done about it, because the payment is neither disputed nor refunded in full.
    pub actionable: bool,
    /// The network's word for the kind of fraud.
    pub kind: String,
}

/// A dispute on the payment, as the gateway's news tell of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The gateway's name for it.
    pub id: String,
    /// How much of the payment is disputed; `None` while that is not known, and then it counts as all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Where it stands.
    pub status: DisputeStatus,
    /// The gateway's word for why the customer disputes it.
    pub reason: String,
    /// Whether the gateway has put money of it back although it is lost.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reinstated: bool,
    /// When it was last decided, as the gateway dates it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// Whether nobody but a message has told of where it stands: a decision is confirmed, at the gateway or by a
    /// person, before money moves on the strength of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unconfirmed: bool,
    /// The latest round that the gateway has told of, where it signs the round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
}

/// A refund that contraflow did not order: made on the gateway's own pages or by another system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideRefund {
    /// The gateway's name for it; empty for what the gateway has counted and not named.
    pub refund: String,
    /// How much was refunded; `None` while the gateway has not said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Where it stands.
    pub status: LegStatus,
    /// When the gateway counted what it has not named; `None` for a refund with a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_at: Option<Timestamp>,
}

/// One captured payment's account: its legs, its disputes and what was refunded elsewhere. It is stored as
/// `stored_payment.rs` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentAccount {
    /// The gateway's name; empty for cash and the like.
    pub gateway: String,
    /// The gateway's name for the payment.
    pub reference: String,
    /// What was captured of it, for all invoices that are known to be paid by it; `None` while only a dispute has
    /// spoken of the payment.
    pub captured: Option<Money>,
    /// What it paid of each of these invoices.
    pub applications: Vec<Application>,
    /// The holds of legs on the payment.
    pub claims: Vec<LegClaim>,
    /// What legs give back of it by other roads, such as store credit.
    pub shares: Vec<Share>,
    /// The disputes on the payment.
    pub disputes: Vec<Dispute>,
    /// The card network's early warnings of fraud.
    pub warnings: Vec<FraudWarning>,
    /// The refunds that were made elsewhere.
    pub outside: Vec<OutsideRefund>,
    /// The sums of what requests gave back of it that have been archived, by the invoice that it paid.
    pub archived: Vec<ArchivedRefunds>,
}

impl PaymentAccount {
    /// Makes the account of a payment that nothing has touched yet.
    #[must_use]
    pub fn untouched(gateway: &str, reference: &str, captured: Option<Money>) -> Self {
        Self {
            gateway: gateway.into(),
            reference: reference.into(),
            captured,
            applications: Vec::new(),
            claims: Vec::new(),
            shares: Vec::new(),
            disputes: Vec::new(),
            warnings: Vec::new(),
            outside: Vec::new(),
            archived: Vec::new(),
        }
    }

    /// Returns the sum of the legs that count as used, in minor units of the captured currency.
    #[must_use]
    pub fn used_minor(&self) -> i64 {
        let used = self.claims.iter().filter(|claim| claim.counted).map(|claim| claim.amount.minor);
        used.sum::<i64>() + self.archived_minor()
    }

    /// Returns how much of the payment a dispute is about, in the captured currency; `None` where that can't be said:
    /// what was captured is not known yet, or the gateway speaks of another currency. Minor units of two currencies are
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

    /// Returns the sum of what disputes took. One whose amount can't be compared counts as if it took all that was
    /// captured.
    #[must_use]
    pub fn lost_minor(&self) -> i64 {
        let told = self.surely_lost_minor();
        let captured = self.captured.map_or(0, |captured| captured.minor);
        if self.lost().any(|amount| amount.is_none()) { told.max(captured) } else { told }
    }

    /// Returns the sum of what disputes took, counting only those where that can be said.
    fn surely_lost_minor(&self) -> i64 {
        self.lost().flatten().sum()
    }

    /// Returns the amounts of the refunds made elsewhere that are out or on their way; `None` for one where that can't
    /// be said, because the gateway has named no amount, or one in another currency.
    fn gone_elsewhere(&self) -> impl Iterator<Item = Option<i64>> {
        let gone = self.outside.iter().filter(|outside| outside.status.counts());
        gone.map(|outside| {
            let comparable = |amount: &Money| self.captured.is_none_or(|captured| captured.currency == amount.currency);
            outside.amount.filter(comparable).map(|amount| amount.minor)
        })
    }

    /// Returns the sum of the refunds made elsewhere that are out or on their way. One whose amount can't be said takes
    /// whatever is left.
    #[must_use]
    pub fn outside_minor(&self) -> i64 {
        let told: i64 = self.gone_elsewhere().flatten().sum();
        let captured = self.captured.map_or(0, |captured| captured.minor);
        let left = captured - self.used_minor() - self.lost_minor();
        if self.is_unsure() { told.max(left) } else { told }
    }

    /// Returns the sum of the legs that count as used and whose orders were given to the gateway.
    #[must_use]
    pub fn sent_minor(&self) -> i64 {
        let sent = self.claims.iter().filter(|claim| claim.counted && claim.sent != Some(false));
        sent.map(|claim| claim.amount.minor).sum::<i64>() + self.archived_minor()
    }

    /// Records that a leg's order is given to the gateway; from then on the gateway may count it.
    pub fn send(&mut self, request: &str, leg: &str) {
        if let Some(claim) = self.claims.iter_mut().find(|claim| claim.request == request && claim.leg == leg) {
            claim.sent = Some(true);
        }
    }

    /// Tells whether some of it went back elsewhere and nobody can say how much.
    #[must_use]
    pub fn is_unsure(&self) -> bool {
        self.gone_elsewhere().any(|amount| amount.is_none())
    }

    /// Returns the requests that news of the payment concern: those with money on it, those that give it back by
    /// another road, and those whose customer got the money from the bank.
    #[must_use]
    pub fn concerned(&self) -> BTreeSet<&str> {
        let claims = self.claims.iter().filter(|claim| claim.counted || claim.by_bank || claim.given_back);
        claims
            .map(|claim| claim.request.as_str())
            .chain(self.shares.iter().map(|share| share.request.as_str()))
            .collect()
    }

    /// Returns all requests that have, or had, to do with the payment.
    #[must_use]
    pub fn touched(&self) -> BTreeSet<&str> {
        let claims = self.claims.iter().map(|claim| claim.request.as_str());
        claims.chain(self.shares.iter().map(|share| share.request.as_str())).collect()
    }

    /// Returns how many disputes, warnings and refunds made elsewhere the account holds.
    #[must_use]
    pub const fn news(&self) -> [usize; 3] {
        [self.disputes.len(), self.warnings.len(), self.outside.len()]
    }

    /// Checks that the account has room for the news that it has taken in; `before` is how many it held.
    ///
    /// # Errors
    /// When there are more of one kind than it takes; it must not be stored then.
    pub fn check_news(&self, before: [usize; 3]) -> Result<(), AccountError> {
        let is_full = |(now, before): (usize, usize)| now > before && now > limits::PAYMENT_NEWS;
        match self.news().into_iter().zip(before).any(is_full) {
            true => Err(AccountError::Full { what: self.what(), count: limits::PAYMENT_NEWS }),
            false => Ok(()),
        }
    }

    /// Tells whether a request is to hear what there is to do about the payment: one that its news concern, or, where
    /// they concern none, the last one that touched it.
    #[must_use]
    pub fn is_for(&self, request: &str) -> bool {
        let concerned = self.concerned();
        if concerned.is_empty() { self.touched().last() == Some(&request) } else { concerned.contains(request) }
    }

    /// Returns by how much more is gone than was captured: what went back or is on its way, here and elsewhere, and
    /// what disputes took. It is nearly always zero.
    #[must_use]
    pub fn over_minor(&self) -> i64 {
        self.captured.map_or(0, |captured| {
            (self.used_minor() + self.outside_minor() + self.lost_minor() - captured.minor).max(0)
        })
    }

    /// Returns what disputes surely took and no leg's customer is counted to have got from it. It is negative where
    /// customers are counted to have got from the bank what the bank has given back to us.
    #[must_use]
    pub fn lost_unclaimed_minor(&self) -> i64 {
        let claimed: i64 = self.claims.iter().filter(|claim| claim.by_bank).map(|claim| claim.amount.minor).sum();
        self.surely_lost_minor() - claimed - self.archived.iter().map(|sum| sum.by_bank_minor).sum::<i64>()
    }

    /// Returns what may still be set aside, in minor units of the captured currency; never negative.
    #[must_use]
    pub fn available_minor(&self) -> i64 {
        let captured = self.captured.map_or(0, |captured| captured.minor);
        (captured - self.used_minor() - self.outside_minor() - self.lost_minor()).max(0)
    }

    /// Returns the disputes that let money go, and whose decision is to be confirmed before it does.
    pub fn unconfirmed(&self) -> impl Iterator<Item = &Dispute> {
        let lets_go = |status: DisputeStatus| status.is_decided() && !status.took_the_money();
        self.disputes.iter().filter(move |dispute| dispute.unconfirmed && lets_go(dispute.status))
    }

    /// Tells whether an open dispute keeps legs from being sent.
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
            self.forget_released();
        }
        if self.claims.len() >= limits::CLAIMS {
            return Err(AccountError::Full { what: self.what(), count: self.claims.len() });
        }
        let payment = leg.payment().unwrap_or_default();
        within(&self.what(), leg.amount, self.available_of(payment))?;
        if let Some(settles) = leg.settles {
            within(&self.what(), settles, self.payable_minor(payment))?;
        }
        self.claims.push(LegClaim { counted: true, ..LegClaim::of(request, leg) });
        Ok(())
    }

    /// Forgets claims that hold nothing and of which the gateway has never heard, so that requests that were refused or
    /// withdrawn leave room for others. While a dispute has taken money they stay, because they may have to hear of it.
    fn forget_released(&mut self) {
        if self.disputes.iter().any(|dispute| dispute.status.took_the_money()) {
            return;
        }
        let holds = |claim: &LegClaim| claim.counted || claim.by_bank || claim.given_back;
        self.claims.retain(|claim| holds(claim) || claim.sent != Some(false));
    }

    /// Brings the claim in line with its leg: the money counts as used, or is free again.
    ///
    /// # Errors
    /// When the account has no claim of a leg that counts, or the money of a leg that counts again is gone.
    pub fn reconcile(&mut self, request: &str, leg: &Leg) -> Result<(), AccountError> {
        let (what, available) = (self.what(), self.available_of(leg.payment().unwrap_or_default()));
        let missing = format!("leg {} of request {request}", leg.id);
        let claim = self.claims.iter_mut().find(|claim| claim.request == request && claim.leg == leg.id);
        let Some(claim) = claim else {
            // One that holds nothing may have left.
            return if leg.status.counts() { Err(AccountError::Unknown { what, missing }) } else { Ok(()) };
        };
        if leg.status.counts() && !claim.counted {
            within(&what, claim.amount, available)?;
        }
        claim.counted = leg.status.counts();
        Ok(())
    }

    /// Brings the claim in line with what a gateway says has happened to its leg's money. What has happened is counted
    /// even where the guard would have refused it, because an account that hid it would give the same money out again.
    /// Returns by how much the payment is overdrawn then.
    ///
    /// # Errors
    /// When the account has no claim of a leg that counts and has not been ordered.
    pub fn record(&mut self, request: &str, leg: &Leg) -> Result<Option<Money>, AccountError> {
        let is_known = self.claims.iter().any(|claim| claim.request == request && claim.leg == leg.id);
        // Its claim has left because nobody had ordered it, and the gateway says that it has paid.
        if !is_known && leg.status.counts() && leg.status != LegStatus::Reserved {
            self.claims.push(LegClaim { sent: Some(true), ..LegClaim::of(request, leg) });
        }
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
