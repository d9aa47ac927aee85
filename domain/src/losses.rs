//! What the bank took in a dispute that was lost: booked in the ERP once, whoever else knows of the payment.

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
    /// Tries so far.
    #[serde(default)]
    pub tries: u32,
    /// Why the last try failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When the clock takes it up; none: never again.
    pub due: Option<Timestamp>,
}

impl Loss {
    /// What the dispute of that name took of the payment, due now; none where it took nothing.
    #[must_use]
    pub fn of(account: &PaymentAccount, dispute: &str, at: Timestamp) -> Option<Self> {
        let lost = account.disputes.iter().find(|known| known.id == dispute && known.status.took_the_money())?;
        (lost.amount.minor > 0).then(|| Self {
            gateway: account.gateway.clone(),
            payment: account.reference.clone(),
            dispute: dispute.into(),
            amount: lost.amount,
            lost_on: at.day(),
            booked: false,
            tries: 0,
            failure: None,
            due: Some(at),
        })
    }

    /// The key of its effect in the ERP: the same for the dispute under every name of its payment.
    #[must_use]
    pub fn key(&self) -> String {
        let hash = contraflow_audit::canonical_hash(&(&self.gateway, &self.dispute)).unwrap_or_default();
        format!("loss-{}", hash.chars().take(48).collect::<String>())
    }

    /// Takes what the ERP said; true when so many tries have failed that a person must be told.
    pub fn answered(&mut self, failure: Option<&str>, at: Timestamp) -> bool {
        if self.booked {
            return false;
        }
        self.failure = failure.map(str::to_owned);
        if failure.is_none() {
            (self.booked, self.due) = (true, None);
            return false;
        }
        self.tries = self.tries.saturating_add(1);
        self.due = Some(at.plus_ms(backoff_ms(self.tries, &self.dispute)));
        self.tries == limits::TRIES
    }
}
