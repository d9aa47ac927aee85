//! One part of the money on its way to one place.

use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use super::event::LegFact;
pub use super::target::Target;
use crate::lifecycle::Machine as _;
use crate::lifecycle::TransitionError;
use crate::lifecycle::leg::{LegEvent, LegStatus};
use crate::money::Money;
use crate::time::Timestamp;

/// What the ERP knows of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Booked {
    /// The movement of money is recorded there.
    pub settled: bool,
    /// Its reversal is recorded there.
    pub reversed: bool,
    /// How often it was recorded anew after a reversal: the gateway had taken back that the money came back.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub again: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(crate) const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Booked {
    /// Whether the ERP has the money as paid out.
    #[must_use]
    pub const fn stands(self) -> bool {
        self.settled && !self.reversed
    }

    /// What the ERP knows once the next record is made: the movement, then its reversal, then the movement anew.
    #[must_use]
    pub const fn next(self) -> Self {
        match (self.settled, self.reversed) {
            (false, _) => Self { settled: true, ..self },
            (true, false) => Self { reversed: true, ..self },
            (true, true) => Self { reversed: false, again: self.again + 1, ..self },
        }
    }
}

/// A leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Unique within the request: `l1`, `l2`, …
    pub id: String,
    /// Where it pays to.
    pub target: Target,
    /// `card`, `store_credit`, `invoice_balance`, …
    pub method: String,
    /// How much, in the currency that it is paid out in.
    pub amount: Money,
    /// How much of the memo that is, where it was captured in another currency than the memo's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles: Option<Money>,
    /// Where it stands.
    pub status: LegStatus,
    /// The gateway's name for the refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway_reference: Option<String>,
    /// When it was first sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// Its answer was lost and no look-up can tell: until then it may be ordered again under the same key, which makes
    /// no second refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_until: Option<Timestamp>,
    /// The tries at the gateway; its failure is in the gateway's words.
    #[serde(flatten)]
    pub attempt: Attempt,
    /// The leg that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// The leg that replaces this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// A dispute on its payment keeps it from being sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frozen: bool,
    /// A dispute opened after it was sent: the customer may be paid twice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dual_payout_risk: bool,
    /// News contradict what is final here: the gateway is asked, and what it has decides. The number is that of the
    /// event that wrote the contradiction down, so that an answer to an earlier question is told from one to this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<u64>,
    /// It was paid although its payment had not so much left: by so much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excess: Option<Money>,
    /// When the store credit that it granted expires; none: never, or nothing is left to expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapses_at: Option<Timestamp>,
    /// What the ERP knows of it.
    #[serde(default)]
    pub booked: Booked,
    /// Where the record says that it stands: the status that an event last told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<LegStatus>,
}

impl Leg {
    /// A new leg with its money set aside.
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
            replay_until: None,
            attempt: Attempt::default(),
            replaces: None,
            replaced_by: None,
            frozen: false,
            dual_payout_risk: false,
            doubt: None,
            excess: None,
            lapses_at: None,
            booked: Booked::default(),
            told: None,
        }
    }

    /// How much of the memo it is, in the memo's currency.
    #[must_use]
    pub fn value(&self) -> Money {
        self.settles.unwrap_or(self.amount)
    }

    /// The key of its effect at the gateway.
    #[must_use]
    pub fn key(&self, request: &str) -> String {
        format!("{request}-{}", self.id)
    }

    /// The gateway, where it has one.
    #[must_use]
    pub fn gateway(&self) -> Option<&str> {
        match &self.target {
            Target::Tender { gateway, .. } => Some(gateway),
            _ => None,
        }
    }

    /// The ERP's id of the payment that it goes back to.
    #[must_use]
    pub fn payment(&self) -> Option<&str> {
        match &self.target {
            Target::Tender { payment, .. } => Some(payment),
            Target::Manual { payment } | Target::StoreCredit { payment } => payment.as_deref(),
            _ => None,
        }
    }

    /// Moves it.
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

    /// Takes what the next event has to say of it; none when the record knows it as it is.
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

    /// Whether its money arrived and stayed.
    #[must_use]
    pub fn arrived(&self) -> bool {
        self.status == LegStatus::Succeeded
    }

    /// Whether it ended without the money and nothing replaces it.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        !self.status.counts() && self.replaced_by.is_none()
    }

    /// Whether the ERP has something to record of it; not before it is clear what is true. Store credit that was
    /// granted is recorded although it was taken back meanwhile: what was spent of it stays spent, and how much was
    /// taken back is booked from the account's entries.
    #[must_use]
    pub fn unbooked(&self) -> bool {
        match self.status {
            _ if self.doubt.is_some() => false,
            LegStatus::Succeeded => !self.booked.stands(),
            LegStatus::Reversed if self.target.is_store_credit() && !self.booked.settled => true,
            status => !status.counts() && self.booked.stands(),
        }
    }

    /// The key under which the ERP records what is next to be recorded.
    #[must_use]
    pub fn booking_key(&self, request: &str) -> String {
        let what = if self.booked.stands() { "undone" } else { "settled" };
        let again = self.booked.next().again;
        let again = if again == 0 { String::new() } else { format!("-{}", again + 1) };
        format!("{}-{what}{again}", self.key(request))
    }
}
