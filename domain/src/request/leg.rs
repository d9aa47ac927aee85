//! A leg: one part of the money on its way to one place.

#![allow(clippy::disallowed_types, reason = "reading a flattened member names floats, and none is stored")]

use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use super::event::LegFact;
pub use super::target::Target;
use super::told_amount::ToldAmount;
use crate::lifecycle::Machine as _;
use crate::lifecycle::TransitionError;
use crate::lifecycle::leg::{LegEvent, LegStatus};
use crate::money::Money;
use crate::time::Timestamp;

/// The bookings of a leg: what the ERP has recorded of its money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Booked {
    /// Whether the ERP has booked that the money moved.
    pub settled: bool,
    /// Whether the ERP has booked that the money came back.
    pub reversed: bool,
    /// How often the ERP booked the movement anew after its reversal, because the gateway had taken back that the money
    /// came back.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub again: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(crate) const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Booked {
    /// Tells whether the ERP has the money booked as paid out.
    #[must_use]
    pub const fn stands(self) -> bool {
        self.settled && !self.reversed
    }

    /// Returns what the ERP has booked once the next record is made: the movement, then its reversal, then the movement
    /// anew.
    #[must_use]
    pub const fn next(self) -> Self {
        match (self.settled, self.reversed) {
            (false, _) => Self { settled: true, ..self },
            (true, false) => Self { reversed: true, ..self },
            (true, true) => Self { reversed: false, again: self.again + 1, ..self },
        }
    }
}

/// A leg: one part of a request's money on its way to one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The leg's id, unique within the request: `l1`, `l2`, …
    pub id: String,
    /// Where the leg pays to.
    pub target: Target,
    /// How the money moves: `card`, `store_credit`, `invoice_balance`, …
    pub method: String,
    /// How much it pays, in the currency that is paid out.
    pub amount: Money,
    /// How much of the memo that settles, where the payment was captured in another currency than the memo's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles: Option<Money>,
    /// Where it stands.
    pub status: LegStatus,
    /// The gateway's name for the refund; for a leg that is paid by hand, the reference that a person confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway_reference: Option<String>,
    /// When the refund was first ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// Whether a clock that was wrong has dated that, so that nobody knows for how long the gateway knows the key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sent_unsure: bool,
    /// Until when the refund may be ordered again under the same key, which makes no second refund. It is set where the
    /// answer was lost and no look-up can tell what became of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_until: Option<Timestamp>,
    /// The tries at the gateway; the failure is in the gateway's words.
    #[serde(flatten)]
    pub attempt: Attempt,
    /// The id of the leg that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// The id of the leg that replaces this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// Whether a dispute on its payment keeps it from being sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frozen: bool,
    /// Whether a dispute was opened after it was sent, so that the customer may be paid twice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dual_payout_risk: bool,
    /// Set while news contradict what is final here: the gateway is asked, and its answer decides. The number is that
    /// of the event that wrote the contradiction down; it tells an answer to this question from an answer to an earlier
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<u64>,
    /// The amount that the gateway names for its refund, where that is another than the leg's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_amount: Option<ToldAmount>,
    /// How much was paid beyond what its payment had left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excess: Option<Money>,
    /// When the store credit that it granted expires; `None` means never, or that nothing is left to expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapses_at: Option<Timestamp>,
    /// What the ERP has booked of it.
    #[serde(default)]
    pub booked: Booked,
    /// The status that the last event about it told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<LegStatus>,
}

impl Leg {
    /// Makes a new leg, with its money set aside.
    #[must_use]
    pub fn reserved(id: String, target: Target, method: &str, amount: Money) -> Self {
        Self {
            id,
            target,
            method: method.into(),
            amount,
            settles: None,
            status: LegStatus::Reserved,
            gateway_reference: None,
            sent_at: None,
            sent_unsure: false,
            replay_until: None,
            attempt: Attempt::default(),
            replaces: None,
            replaced_by: None,
            frozen: false,
            dual_payout_risk: false,
            doubt: None,
            other_amount: None,
            excess: None,
            lapses_at: None,
            booked: Booked::default(),
            told: None,
        }
    }

    /// Returns how much of the memo it settles, in the memo's currency.
    #[must_use]
    pub fn value(&self) -> Money {
        self.settles.unwrap_or(self.amount)
    }

    /// Returns the idempotency key of its refund at the gateway.
    #[must_use]
    pub fn key(&self, request: &str) -> String {
        format!("{request}-{}", self.id)
    }

    /// Returns the gateway's name, where the leg pays through one.
    #[must_use]
    pub fn gateway(&self) -> Option<&str> {
        match &self.target {
            Target::Tender { gateway, .. } => Some(gateway),
            _ => None,
        }
    }

    /// Returns the ERP's id of the payment that the money goes back to.
    #[must_use]
    pub fn payment(&self) -> Option<&str> {
        match &self.target {
            Target::Tender { payment, .. } => Some(payment),
            Target::Manual { payment } | Target::StoreCredit { payment } => payment.as_deref(),
            _ => None,
        }
    }

    /// Moves the leg to its next state.
    ///
    /// # Errors
    /// When its state does not take the event; the leg is as it was.
    pub fn on(&mut self, event: LegEvent) -> Result<LegStatus, TransitionError> {
        let next = self.status.on(event)?;
        // A call that is made, not made or lost takes the leg no further: its tries go on counting.
        let is_try = matches!(event, LegEvent::Submit | LegEvent::NotSent | LegEvent::LoseAnswer);
        if next != self.status && !is_try {
            self.attempt.succeed();
        }
        self.status = next;
        Ok(next)
    }

    /// Takes the fact that the next event is to tell about the leg; returns `None` when the record has it as it is.
    pub fn take_fact(&mut self) -> Option<LegFact> {
        if self.told == Some(self.status) {
            return None;
        }
        let first = self.told.replace(self.status).is_none();
        Some(LegFact {
            leg: self.id.clone(),
            status: self.status,
            amount: first.then_some(self.amount),
            target: first.then(|| self.target.clone()),
        })
    }

    /// Tells whether it is held back until a dispute on its payment is decided.
    #[must_use]
    pub fn waits_for_dispute(&self) -> bool {
        self.frozen && self.status == LegStatus::Reserved
    }

    /// Tells whether its money arrived and stayed.
    #[must_use]
    pub fn arrived(&self) -> bool {
        self.status == LegStatus::Succeeded
    }

    /// Tells whether it ended without the money and no other leg replaces it.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        !self.status.counts() && self.replaced_by.is_none()
    }

    /// Tells whether the ERP has something to book of it. While a contradiction is not resolved, nothing is booked.
    ///
    /// Store credit that was granted is booked even where it was taken back meanwhile: what was spent of it stays
    /// spent, and how much was taken back is booked from the account's entries.
    #[must_use]
    pub fn unbooked(&self) -> bool {
        match self.status {
            _ if self.doubt.is_some() => false,
            LegStatus::Succeeded => !self.booked.stands(),
            LegStatus::Reversed if self.target.is_store_credit() && !self.booked.settled => true,
            status => !status.counts() && self.booked.stands(),
        }
    }

    /// Returns the idempotency key under which the ERP books what is to be booked next.
    #[must_use]
    pub fn booking_key(&self, request: &str) -> String {
        let what = if self.booked.stands() { "undone" } else { "settled" };
        let again = self.booked.next().again;
        let again = if again == 0 { String::new() } else { format!("-{}", again + 1) };
        format!("{}-{what}{again}", self.key(request))
    }
}
