//! What became of store credit, as the requests learn that granted it: an event for each move, and what the ERP is to book of it
//! on the memo.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::account::{CreditEntry, CreditMove, StoreCreditAccount};
use crate::money::Money;
use crate::request::Request;
use crate::time::Timestamp;

/// A move of store credit that the ERP has not booked yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditBooking {
    /// The key of its effect in the ERP: one for each entry and grant.
    pub key: String,
    /// What happened.
    pub what: CreditMove,
    /// How much; more than zero.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

/// Writes down on a request what these entries of the customer's account did to its grants. The grant itself is booked as its
/// leg's settlement.
pub fn record_entries(request: &mut Request, account: &StoreCreditAccount, entries: &[CreditEntry]) {
    for entry in entries.iter().filter(|entry| entry.what != CreditMove::Granted) {
        for part in &entry.parts {
            let ours = account.grants.iter().any(|grant| grant.id == part.grant && grant.request == request.id);
            if !ours {
                continue;
            }
            let facts =
                json!({"grant": part.grant, "amount": part.amount, "entry": entry.id, "refers_to": entry.refers_to});
            request.note(entry.at, &entry.actor, &format!("credit.{}", entry.what), "", facts);
            if entry.what == CreditMove::Expired {
                let id = request.id.clone();
                let leg = request.legs.iter_mut().find(|leg| leg.key(&id) == part.grant);
                if let Some(leg) = leg {
                    leg.lapses_at = None;
                }
            }
            if part.amount.is_positive() {
                request.credit_bookings.push(CreditBooking {
                    key: format!("{}-c{}", part.grant, entry.sequence),
                    what: entry.what,
                    amount: part.amount,
                    at: entry.at,
                });
            }
        }
    }
}

/// Lets the credit of legs whose time is over expire. Legs with nothing left to expire need no second look either.
///
/// # Errors
/// When the account's entries contradict each other, which they never do.
pub fn expire(
    request: &mut Request,
    account: &mut StoreCreditAccount,
    at: Timestamp,
) -> Result<(), crate::account::AccountError> {
    account.expire(at)?;
    for leg in &mut request.legs {
        leg.lapses_at = leg.lapses_at.filter(|end| *end > at);
    }
    Ok(())
}

/// Takes note that the ERP has booked these.
pub fn record_bookings(request: &mut Request, keys: &[String], at: Timestamp) {
    let before = request.credit_bookings.len();
    request.credit_bookings.retain(|booking| !keys.contains(&booking.key));
    if request.credit_bookings.len() < before {
        request.note(at, "erp-handoff", "credit.booked", "", json!({"keys": keys}));
    }
}
