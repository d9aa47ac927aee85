//! What the bank took in a dispute that was lost, and gave back where it was won after all: each booked in the ERP
//! once, whoever else knows of the payment.

use serde::{Deserialize, Serialize};

use crate::account::PaymentAccount;
use crate::catalogue::TaskCode;
use crate::money::Money;
use crate::request::Request;
use crate::request::attempt::{Attempt, CallError, Effect};
use crate::time::Timestamp;

/// One lost dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// The gateway.
    pub gateway: String,
    /// Its name for the payment.
    pub payment: String,
    /// Its name for the dispute.
    pub dispute: String,
    /// What was taken.
    pub amount: Money,
    /// The day on which it was heard: YYYY-MM-DD.
    pub lost_on: String,
    /// Whether the ERP has it.
    #[serde(default)]
    pub booked: bool,
    /// What became of it: given back, lost again, and so on, by turns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Turn>,
    /// The tries to book what is next.
    #[serde(flatten)]
    pub attempt: Attempt,
    /// When the clock takes it up; none: never again.
    pub due: Option<Timestamp>,
}

/// The same amount, given back or taken again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The day on which it was heard: YYYY-MM-DD.
    pub on: String,
    /// Whether the ERP has it.
    pub booked: bool,
}

/// What the ERP is to book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place: 0 is the loss itself.
    pub place: usize,
    /// The key of its effect in the ERP: the same for the dispute under every name of its payment.
    pub key: String,
    /// Whether the money came back; or else it was taken.
    pub is_return: bool,
    /// YYYY-MM-DD.
    pub on: String,
}

impl Loss {
    /// What is to be booked of the dispute of that name; none where it took nothing, or nobody knows yet how much. Nor
    /// where it took another currency than the payment's: what that was in the payment's only the gateway's statement
    /// tells, and a person of the requests that touch it is told to book it ([`crate::dispute::case::reconcile`]).
    /// Where there is no request to tell it by, it is booked as the gateway speaks of it.
    #[must_use]
    pub fn amount_of(account: &PaymentAccount, dispute: &str) -> Option<Money> {
        let lost = account.disputes.iter().find(|known| known.id == dispute && known.status.took_the_money())?;
        let amount = lost.amount.or(account.captured).filter(|amount| amount.minor > 0)?;
        let is_foreign = account.captured.is_some_and(|captured| captured.currency != amount.currency);
        (!is_foreign || account.claims.is_empty()).then_some(amount)
    }

    /// The entry of the dispute of that name, due now; none where there is nothing to book.
    #[must_use]
    pub fn of(account: &PaymentAccount, dispute: &str, at: Timestamp) -> Option<Self> {
        let amount = Self::amount_of(account, dispute)?;
        Some(Self {
            gateway: account.gateway.clone(),
            payment: account.reference.clone(),
            dispute: dispute.into(),
            amount,
            lost_on: at.day(),
            booked: false,
            turns: Vec::new(),
            attempt: Attempt::default(),
            due: Some(at),
        })
    }

    /// Whether the money is gone, by all that was heard.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.turns.len().is_multiple_of(2)
    }

    /// Records what became of the dispute; says whether that is another turn. What was told is booked turn by turn: the
    /// ERP may have an entry whose answer was lost, so none is left out.
    pub fn record_turn(&mut self, is_gone: bool, at: Timestamp) -> bool {
        if self.stands() == is_gone {
            return false;
        }
        self.turns.push(Turn { on: at.day(), booked: false });
        self.attempt.succeed();
        self.due = Some(at);
        true
    }

    /// What is to be booked next; none: the ERP has everything.
    #[must_use]
    pub fn next_entry(&self) -> Option<Entry> {
        let first = std::iter::once((self.booked, &self.lost_on));
        let all = first.chain(self.turns.iter().map(|turn| (turn.booked, &turn.on)));
        let (place, (_, on)) = all.enumerate().find(|(_, (booked, _))| !booked)?;
        Some(Entry { place, key: self.key(place), is_return: place % 2 == 1, on: on.clone() })
    }

    fn key(&self, place: usize) -> String {
        let hash = contraflow_audit::canonical_hash(&(&self.gateway, &self.dispute)).unwrap_or_default();
        let turn = if place == 0 { String::new() } else { format!("-{place}") };
        format!("loss-{}{turn}", hash.chars().take(48).collect::<String>())
    }

    /// Records what became of booking the entry at that place; true when so many tries have failed that a person must
    /// be told. Of an entry that is not the next one it was said before.
    pub fn record_outcome(&mut self, place: usize, outcome: &Result<(), CallError>, at: Timestamp) -> bool {
        if self.next_entry().is_none_or(|next| next.place != place) {
            return false;
        }
        if let Err(error) = outcome {
            let task = self.attempt.fail(Effect::Loss, error, &self.dispute, at);
            self.due = self.attempt.not_before;
            return task.is_some();
        }
        match place.checked_sub(1).and_then(|turn| self.turns.get_mut(turn)) {
            Some(turn) => turn.booked = true,
            None => self.booked = true,
        }
        self.attempt.succeed();
        self.due = self.next_entry().map(|_| at);
        false
    }

    /// Brings the entry of a dispute in line with what the payment's account says of it: opens it when the dispute has
    /// taken money, and adds a turn when that was given back or taken again. None where nothing changes.
    #[must_use]
    pub fn reconcile(known: Option<Self>, account: &PaymentAccount, dispute: &str, at: Timestamp) -> Option<Self> {
        let decided = account.disputes.iter().find(|known| known.id == dispute && known.status.is_decided())?;
        let Some(mut loss) = known else { return Self::of(account, dispute, at) };
        loss.record_turn(decided.status.took_the_money(), at).then_some(loss)
    }

    /// Tells a request that touches the payment whether the ERP has booked the dispute.
    pub fn tell(&self, request: &mut Request, failure: Option<&CallError>, at: Timestamp) {
        let Some(error) = failure else { return request.clear(TaskCode::DisputeUnbooked, &self.dispute) };
        let is_return = self.next_entry().is_some_and(|entry| entry.is_return);
        let happened = format!(
            "The ERP has not booked the {} {} that dispute {} {}, {} times: {error}.",
            self.amount,
            self.amount.currency,
            self.dispute,
            if is_return { "gave back" } else { "took" },
            self.attempt.tries,
        );
        request.raise(at, TaskCode::DisputeUnbooked, &self.dispute, &happened);
    }
}
