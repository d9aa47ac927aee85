//! What the bank took in a dispute that was lost, and gave back where it was won after all: each booked in the ERP once, whoever else knows
//! of the payment.

use serde::{Deserialize, Serialize};

use crate::account::PaymentAccount;
use crate::limits;
use crate::money::Money;
use crate::request::message::backoff_ms;
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
    /// Tries so far.
    #[serde(default)]
    pub tries: u32,
    /// Why the last try failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
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
    /// What is to be booked of the dispute of that name; none where it took nothing, or nobody knows yet how much. Nor where it took another
    /// currency than the payment's: what that was in the payment's only the gateway's statement tells, and a person of the requests that touch
    /// it is told to book it ([`crate::dispute::case::reconcile`]). Where there is no request to tell it by, it is booked as the gateway speaks of it.
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
            tries: 0,
            failure: None,
            due: Some(at),
        })
    }

    /// Whether the money is gone, by all that was heard.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.turns.len().is_multiple_of(2)
    }

    /// Takes what became of the dispute; says whether that is another turn. What was told is booked turn by turn: the ERP may have an entry
    /// whose answer was lost, so none is left out.
    pub fn follow(&mut self, is_gone: bool, at: Timestamp) -> bool {
        if self.stands() == is_gone {
            return false;
        }
        self.turns.push(Turn { on: at.day(), booked: false });
        (self.tries, self.failure, self.due) = (0, None, Some(at));
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

    /// Takes what the ERP said of the entry at that place; true when so many tries have failed that a person must be told. Of an entry that is
    /// not the next one it was said before.
    pub fn answered(&mut self, place: usize, failure: Option<&str>, at: Timestamp) -> bool {
        if self.next_entry().is_none_or(|next| next.place != place) {
            return false;
        }
        self.failure = failure.map(str::to_owned);
        if failure.is_none() {
            match place.checked_sub(1).and_then(|turn| self.turns.get_mut(turn)) {
                Some(turn) => turn.booked = true,
                None => self.booked = true,
            }
            (self.tries, self.due) = (0, self.next_entry().map(|_| at));
            return false;
        }
        self.tries = self.tries.saturating_add(1);
        self.due = Some(at.plus_ms(backoff_ms(self.tries, &self.dispute)));
        self.tries == limits::TRIES
    }
}
