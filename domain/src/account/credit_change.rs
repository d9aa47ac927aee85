//! Changes of a customer's store credit that two people make: one asks for it, another confirms it.

use serde::{Deserialize, Serialize};

use crate::identity::Identity;
use crate::lifecycle::titled;
use crate::money::{Currency, Money};
use crate::time::Timestamp;

/// What is to become of store credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum CreditAsk {
    /// So much goes to another customer.
    Transfer {
        /// The ERP's id of the customer that it goes to.
        to: String,
        /// How much.
        amount: Money,
    },
    /// All of it goes to another customer, because both are one.
    Merge {
        /// The ERP's id of the customer that it goes to.
        to: String,
        /// The currency of the account.
        currency: Currency,
    },
    /// What would expire before a time may be spent until a later one.
    CarryForward {
        /// The currency of the account.
        currency: Currency,
        /// The time before which it would expire.
        expiring_before: Timestamp,
        /// Until when it may be spent.
        until: Timestamp,
    },
}

titled! {
    /// Where a change of store credit stands.
    CreditChangeStatus {
        /// It waits for another person.
        Waiting = "waiting": "Waits for another person",
        /// It is carried out.
        Done = "done": "Carried out",
        /// Another person refused it.
        Refused = "refused": "Refused",
        /// Whoever asked for it took it back.
        Withdrawn = "withdrawn": "Taken back",
    }
}

/// A change of a customer's store credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreditChange {
    /// Its id.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uuid")))]
    pub id: String,
    /// The ERP's id of the customer whose credit it is.
    pub customer: String,
    /// What is to become of it.
    pub ask: CreditAsk,
    /// Why.
    pub note: String,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Where it stands.
    pub status: CreditChangeStatus,
    /// How much was moved so far.
    pub moved: Money,
    /// How many grants were moved so far.
    pub grants: usize,
    /// Who confirmed or refused it, or took it back; of several the last. Null while nobody has.
    pub decided_by: Option<String>,
    /// When; null while nobody has.
    pub decided_at: Option<Timestamp>,
    /// Their words; null where there are none.
    pub decision_note: Option<String>,
}

/// Why a change of store credit is not decided on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreditChangeError {
    /// Whoever asked for it wants to confirm it, or may be who did.
    #[error("{0} asked for this change, so somebody else must confirm it")]
    Own(String),
    /// It does not wait any more.
    #[error("this change stands at “{status}”{by}")]
    Over {
        /// Where it stands.
        status: &'static str,
        /// Who decided, ready to be read on; empty where nobody did.
        by: String,
    },
    /// No reason was given.
    #[error("say why: whoever reads the record asks for it")]
    NoNote,
}

impl CreditAsk {
    /// Returns the currency of the account that it is about.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        match self {
            Self::Transfer { amount, .. } => amount.currency,
            Self::Merge { currency, .. } | Self::CarryForward { currency, .. } => *currency,
        }
    }

    /// Returns the customer that the credit goes to; none where it stays.
    #[must_use]
    pub fn to(&self) -> Option<&str> {
        match self {
            Self::Transfer { to, .. } | Self::Merge { to, .. } => Some(to),
            Self::CarryForward { .. } => None,
        }
    }
}

impl CreditChange {
    /// Makes a change that waits for another person.
    #[must_use]
    pub fn new(id: &str, customer: &str, ask: CreditAsk, note: &str, by: &str, at: Timestamp) -> Self {
        Self {
            id: id.into(),
            customer: customer.into(),
            note: note.into(),
            asked_by: by.into(),
            asked_at: at,
            status: CreditChangeStatus::Waiting,
            moved: Money::zero(ask.currency()),
            grants: 0,
            ask,
            decided_by: None,
            decided_at: None,
            decision_note: None,
        }
    }

    /// Tells whether it waits for another person.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.status == CreditChangeStatus::Waiting
    }

    /// Checks that a person may confirm it now.
    ///
    /// # Errors
    /// When they asked for it, or it does not wait any more.
    pub fn check(&self, by: &str) -> Result<(), CreditChangeError> {
        if !self.is_waiting() {
            return Err(self.over());
        }
        if !Identity::read(&self.asked_by).is_surely_not(&Identity::read(by)) {
            return Err(CreditChangeError::Own(self.asked_by.clone()));
        }
        Ok(())
    }

    /// Records what a step has moved. It goes on waiting until nothing is left to move.
    pub fn carried_out(&mut self, (moved, grants, more): (Money, usize, bool), by: &str, note: &str, at: Timestamp) {
        self.moved.minor += moved.minor;
        self.grants += grants;
        self.status = if more { CreditChangeStatus::Waiting } else { CreditChangeStatus::Done };
        self.decided(by, note, at);
    }

    /// Ends it without effect: whoever asked for it takes it back, everybody else refuses it.
    ///
    /// # Errors
    /// When no reason is given, or it does not wait any more.
    pub fn refuse(&mut self, by: &str, note: &str, at: Timestamp) -> Result<(), CreditChangeError> {
        if !self.is_waiting() {
            return Err(self.over());
        }
        if note.trim().is_empty() {
            return Err(CreditChangeError::NoNote);
        }
        let own = Identity::read(&self.asked_by).is(&Identity::read(by));
        self.status = if own { CreditChangeStatus::Withdrawn } else { CreditChangeStatus::Refused };
        self.decided(by, note, at);
        Ok(())
    }

    fn decided(&mut self, by: &str, note: &str, at: Timestamp) {
        self.decided_by = Some(by.into());
        self.decided_at = Some(at);
        self.decision_note = Some(note.to_owned()).filter(|note| !note.is_empty());
    }

    fn over(&self) -> CreditChangeError {
        let by = self.decided_by.as_ref().map(|by| format!(", by {by}")).unwrap_or_default();
        CreditChangeError::Over { status: self.status.title(), by }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000 + seconds * 1_000)
    }

    fn change() -> CreditChange {
        let ask = CreditAsk::Merge { to: "CUST-8".into(), currency: Currency::EUR };
        CreditChange::new("c1", "CUST-7", ask, "two accounts of one person", "fin", at(0))
    }

    #[test]
    fn nobody_confirms_what_they_asked_for_under_any_spelling() {
        assert_eq!(change().check("fin"), Err(CreditChangeError::Own("fin".into())));
        assert_eq!(change().check("Fin"), Err(CreditChangeError::Own("fin".into())));
        assert_eq!(change().check("ann"), Ok(()));
    }

    #[test]
    fn it_waits_until_all_is_moved_and_is_over_then() {
        let mut change = change();
        let eur = |minor| Money { minor, currency: Currency::EUR };
        change.carried_out((eur(500), 20, true), "ann", "", at(1));
        assert!(change.is_waiting());
        change.carried_out((eur(100), 2, false), "ann", "ok", at(2));
        assert_eq!((change.status, change.moved, change.grants), (CreditChangeStatus::Done, eur(600), 22));
        let told = change.check("ann").unwrap_err().to_string();
        assert_eq!(told, "this change stands at “Carried out”, by ann");
        assert!(change.refuse("ann", "no", at(3)).is_err());
    }

    #[test]
    fn whoever_asked_takes_it_back_and_others_refuse_it_and_say_why() {
        let mut change = change();
        assert_eq!(change.refuse("ann", " ", at(1)), Err(CreditChangeError::NoNote));
        let mut own = change.clone();
        own.refuse("fin", "wrong customer", at(1)).unwrap();
        assert_eq!(own.status, CreditChangeStatus::Withdrawn);
        change.refuse("ann", "not one person", at(1)).unwrap();
        assert_eq!(change.status, CreditChangeStatus::Refused);
    }
}
