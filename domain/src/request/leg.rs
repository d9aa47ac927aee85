//! One part of the money on its way to one place.

use serde::{Deserialize, Serialize};

use crate::lifecycle::Machine as _;
use crate::lifecycle::Refused;
use crate::lifecycle::leg::{LegEvent, LegStatus};
use crate::money::Money;
use crate::time::Timestamp;

/// Where a leg pays to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Target {
    /// A captured payment, through its gateway.
    Tender {
        /// The gateway.
        gateway: String,
        /// The ERP's id of the payment.
        payment: String,
        /// The gateway's name for the payment.
        reference: String,
    },
    /// The customer's store credit.
    StoreCredit,
    /// What the customer still owes on the invoice.
    InvoiceOffset,
    /// Paid out by a person, who confirms it.
    Manual {
        /// The payment that it goes back to, if any.
        payment: Option<String>,
    },
    /// Nobody: the bank has taken it already.
    OutOfBand,
}

/// What the ERP knows of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Booked {
    /// The movement of money is recorded there.
    pub settled: bool,
    /// Its reversal is recorded there.
    pub reversed: bool,
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
    /// Why it failed, in the gateway's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When it was first sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// When it was last sent: the call may be under way for a while after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sent_at: Option<Timestamp>,
    /// Tries since something last went forward.
    #[serde(default)]
    pub tries: u32,
    /// Not to be worked on before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
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
    /// When the store credit that it granted expires; none: never, or nothing is left to expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapses_at: Option<Timestamp>,
    /// What the ERP knows of it.
    #[serde(default)]
    pub booked: Booked,
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
            failure: None,
            sent_at: None,
            last_sent_at: None,
            tries: 0,
            not_before: None,
            replaces: None,
            replaced_by: None,
            frozen: false,
            dual_payout_risk: false,
            lapses_at: None,
            booked: Booked::default(),
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
            Target::Manual { payment } => payment.as_deref(),
            _ => None,
        }
    }

    /// Moves it.
    ///
    /// # Errors
    /// When its state does not take the event; the leg is as it was.
    pub fn on(&mut self, event: LegEvent) -> Result<LegStatus, Refused> {
        let next = self.status.on(event)?;
        if next != self.status {
            self.tries = 0;
            self.not_before = None;
        }
        self.status = next;
        Ok(next)
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

    /// Whether the ERP has something to record of it. Store credit that was granted is recorded although it was taken back
    /// meanwhile: what was spent of it stays spent, and how much was taken back is booked from the account's entries.
    #[must_use]
    pub fn unbooked(&self) -> bool {
        let granted = self.target == Target::StoreCredit && self.status == LegStatus::Reversed;
        ((self.status == LegStatus::Succeeded || granted) && !self.booked.settled)
            || (matches!(self.status, LegStatus::LateFailed | LegStatus::Reversed)
                && self.booked.settled
                && !self.booked.reversed)
    }
}
