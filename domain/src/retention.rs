//! Retention: what may leave the store, and when. A request leaves only after it has ended, nothing about it is open,
//! the policy's time is over, and it was exported; a receipt leaves by itself.

use std::fmt;

use crate::account::{Accounts, StoreCreditAccount};
use crate::commit::{Keeper, keeper};
use crate::limits::DAY_MS;
use crate::policy::RetentionPolicy;
use crate::request::Request;
use crate::request::leg::Leg;
use crate::time::Timestamp;

/// Why a request stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stays {
    /// Somebody, or the clock, still has to do something about it.
    Open,
    /// The policy's time is not over before then.
    Until(Timestamp),
    /// A dispute about one of its payments is open.
    Disputed,
    /// Store credit that it granted is not used up.
    StoreCredit,
}

impl fmt::Display for Stays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("something is still to be done about it"),
            Self::Until(then) => write!(f, "the policy keeps it until {then}"),
            Self::Disputed => f.write_str("a dispute about one of its payments is open"),
            Self::StoreCredit => f.write_str("store credit that it granted is not used up"),
        }
    }
}

fn days(count: u32) -> u64 {
    u64::from(count).saturating_mul(DAY_MS)
}

impl RetentionPolicy {
    /// Returns the instant before which a request must have been made to be worth looking at.
    #[must_use]
    pub fn made_before(self, now: Timestamp) -> Timestamp {
        Timestamp::from_unix_ms(now.unix_ms().saturating_sub(days(self.requests_after_days)))
    }

    /// Tells whether the receipt of a message that was taken in then may leave.
    #[must_use]
    pub fn receipt_is_over(self, at: Timestamp, now: Timestamp) -> bool {
        now >= at.plus_ms(days(self.receipts_after_days))
    }

    /// Checks that a request may leave, with the accounts that it touches as they are stored.
    ///
    /// # Errors
    /// Why it stays.
    pub fn may_leave(
        self,
        request: &Request,
        accounts: &Accounts,
        credit: Option<&StoreCreditAccount>,
        now: Timestamp,
    ) -> Result<(), Stays> {
        if keeper(request) != Some(Keeper::Ended) {
            return Err(Stays::Open);
        }
        let until = request.updated_at.max(request.created_at).plus_ms(days(self.requests_after_days));
        if now < until {
            return Err(Stays::Until(until));
        }
        if accounts.payments.iter().any(|payment| payment.is_frozen() || payment.unconfirmed().next().is_some()) {
            return Err(Stays::Disputed);
        }
        let is_open = |leg: &Leg| {
            let key = leg.key(&request.id);
            credit.is_some_and(|credit| credit.grants.iter().any(|grant| grant.id == key && grant.remaining.minor > 0))
        };
        if request.legs.iter().any(is_open) { Err(Stays::StoreCredit) } else { Ok(()) }
    }
}
