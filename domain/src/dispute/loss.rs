//! Chargeback losses: what the bank took in a lost dispute, and gave back where it was won after all. Each is booked in
//! the ERP once, whoever else knows of the payment.

#![allow(clippy::disallowed_types, reason = "reading a flattened member names floats, and none is stored")]

use serde::{Deserialize, Serialize};

use crate::account::PaymentAccount;
use crate::catalogue::TaskCode;
use crate::limits;
use crate::money::Money;
use crate::request::Request;
use crate::request::attempt::{Attempt, CallError, Effect};
use crate::time::Timestamp;
use crate::zone::When;

/// A chargeback loss: what one lost dispute took, and what the ERP has booked of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// The gateway's name.
    pub gateway: String,
    /// The gateway's name for the payment.
    pub payment: String,
    /// The gateway's name for the dispute.
    pub dispute: String,
    /// How much the bank took.
    pub amount: Money,
    /// When contraflow learnt of it.
    pub lost_on: When,
    /// Whether the ERP has booked the loss.
    #[serde(default)]
    pub booked: bool,
    /// What became of it since: given back, lost again, and so on, by turns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Turn>,
    /// Whether no request has heard that the ERP has not booked it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untold: bool,
    /// The tries to book what is next.
    #[serde(flatten)]
    pub attempt: Attempt,
    /// When the clock takes it up; `None` means never again.
    pub due: Option<Timestamp>,
}

/// A turn of a loss: the same amount, given back or taken again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// When contraflow learnt of it.
    pub on: When,
    /// Whether the ERP has booked it.
    pub booked: bool,
}

/// An entry that the ERP is to book for a loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place among the loss's entries: 0 is the loss itself, 1 the first turn.
    pub place: usize,
    /// The idempotency key of the entry in the ERP: the same for the dispute under every name of its payment.
    pub key: String,
    /// Whether the money came back; otherwise it was taken.
    pub is_return: bool,
    /// When contraflow learnt of it: it is booked on that day.
    pub on: When,
}

impl Loss {
    /// Returns how much of the dispute with that name is to be booked; `None` where it took nothing, or nobody knows
    /// yet how much.
    ///
    /// Nothing is booked either where it took another currency than the payment's. Only the gateway's statement tells
    /// what that was in the payment's currency, so a person is told to book it, by the requests that touch the payment
    /// ([`crate::dispute::case::reconcile`]). Where there is no such request, it is booked in the currency that the
    /// gateway speaks of.
    #[must_use]
    pub fn amount_of(account: &PaymentAccount, dispute: &str) -> Option<Money> {
        let lost = account.disputes.iter().find(|known| known.id == dispute && known.status.took_the_money())?;
        let amount = lost.amount.or(account.captured).filter(|amount| amount.minor > 0)?;
        let is_foreign = account.captured.is_some_and(|captured| captured.currency != amount.currency);
        (!is_foreign || account.claims.is_empty()).then_some(amount)
    }

    /// Makes the loss of the dispute with that name, due now; `None` where there is nothing to book.
    #[must_use]
    pub fn of(account: &PaymentAccount, dispute: &str, at: Timestamp) -> Option<Self> {
        let amount = Self::amount_of(account, dispute)?;
        Some(Self {
            gateway: account.gateway.clone(),
            payment: account.reference.clone(),
            dispute: dispute.into(),
            amount,
            lost_on: When::At(at),
            booked: false,
            turns: Vec::new(),
            untold: true,
            attempt: Attempt::default(),
            due: Some(at),
        })
    }

    /// Tells whether the money is gone, by all that contraflow has learnt.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.turns.len().is_multiple_of(2)
    }

    /// Records what became of the dispute, and says whether that is another turn. Each turn is booked, and none is left
    /// out: the ERP may have an entry whose answer was lost.
    pub fn record_turn(&mut self, is_gone: bool, at: Timestamp) -> bool {
        if self.stands() == is_gone {
            return false;
        }
        self.turns.push(Turn { on: When::At(at), booked: false });
        self.attempt.succeed();
        self.due = Some(at);
        true
    }

    /// Returns the entry that is to be booked next; `None` when the ERP has booked everything.
    #[must_use]
    pub fn next_entry(&self) -> Option<Entry> {
        let first = std::iter::once((self.booked, self.lost_on));
        let all = first.chain(self.turns.iter().map(|turn| (turn.booked, turn.on)));
        let (place, (_, on)) = all.enumerate().find(|(_, (booked, _))| !booked)?;
        Some(Entry { place, key: self.key(place), is_return: place % 2 == 1, on })
    }

    fn key(&self, place: usize) -> String {
        let hash = contraflow_audit::canonical_hash(&(&self.gateway, &self.dispute)).unwrap_or_default();
        let turn = if place == 0 { String::new() } else { format!("-{place}") };
        format!("loss-{}{turn}", hash.chars().take(48).collect::<String>())
    }

    /// Records what became of booking the entry at that place. Returns `true` when the requests on the payment are to
    /// hear of it: so many tries have failed that a person must look, or that is over. An entry that is not the next
    /// one was recorded before, and changes nothing.
    pub fn record_outcome(&mut self, place: usize, outcome: &Result<(), CallError>, at: Timestamp) -> bool {
        if self.next_entry().is_none_or(|next| next.place != place) {
            return false;
        }
        if let Err(error) = outcome {
            let task = self.attempt.fail(Effect::Loss, error, &self.dispute, at);
            self.due = self.attempt.not_before;
            self.untold &= task.is_none();
            return task.is_some();
        }
        match place.checked_sub(1).and_then(|turn| self.turns.get_mut(turn)) {
            Some(turn) => turn.booked = true,
            None => self.booked = true,
        }
        self.attempt.succeed();
        self.due = self.next_entry().map(|_| at);
        self.due.is_none() && !std::mem::replace(&mut self.untold, true)
    }

    /// Brings the loss of a dispute in line with what the payment's account says of it: begins one when the dispute has
    /// taken money, and adds a turn when that was given back or taken again. Returns `None` where nothing changes.
    #[must_use]
    pub fn reconcile(known: Option<Self>, account: &PaymentAccount, dispute: &str, at: Timestamp) -> Option<Self> {
        let decided = account.disputes.iter().find(|known| known.id == dispute && known.status.is_decided())?;
        let Some(mut loss) = known else { return Self::of(account, dispute, at) };
        loss.record_turn(decided.status.took_the_money(), at).then_some(loss)
    }

    /// Tells a request whose claim is, or was, on the payment whether the ERP has booked the dispute. While it has not,
    /// and many tries have failed, those hear of it that the payment's news are for.
    pub fn tell(&self, request: &mut Request, account: &PaymentAccount, at: Timestamp) {
        let Some(entry) = self.next_entry() else { return request.clear(TaskCode::DisputeUnbooked, &self.dispute) };
        let Some(failure) = self.attempt.failure.as_ref().filter(|_| self.attempt.tries >= limits::TRIES) else {
            return;
        };
        if !account.is_for(&request.id) {
            return;
        }
        let happened = format!(
            "The ERP has not booked the {} {} that dispute {} {}, {} times: {failure}.",
            self.amount,
            self.amount.currency,
            self.dispute,
            if entry.is_return { "gave back" } else { "took" },
            self.attempt.tries,
        );
        request.raise(at, TaskCode::DisputeUnbooked, &self.dispute, &happened);
    }
}
