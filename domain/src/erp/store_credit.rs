//! Moves of store credit, written down on the requests that granted it: an event for each move, and what the ERP is to
//! book of it on the memo.

use serde_json::json;

use crate::account::{CreditEntry, StoreCreditAccount, origin_of};
use crate::catalogue::EventKind;
use crate::request::Request;
use crate::request::booking::{CreditBooking, CreditMove};
use crate::request::leg::Leg;
use crate::time::Timestamp;

/// Writes down on a request what these entries of a customer's account did to its grants: of the request's own
/// customer, or of another to whom the credit went. The grant itself is booked as its leg's settlement.
pub fn record_entries(request: &mut Request, customer: &str, entries: &[CreditEntry]) {
    let holder = Some(customer.to_owned()).filter(|holder| request.customer.as_ref() != Some(holder));
    for entry in entries {
        let Some(kind) = event_of(entry.what) else { continue };
        for part in &entry.parts {
            let id = request.id.clone();
            if !request.legs.iter().any(|leg| leg.key(&id) == origin_of(&part.grant)) {
                continue;
            }
            let mut facts =
                json!({"grant": part.grant, "amount": part.amount, "entry": entry.id, "refers_to": entry.refers_to});
            if let (Some(facts), Some(holder)) = (facts.as_object_mut(), &holder) {
                facts.insert("customer".into(), json!(holder));
            }
            request.note(entry.at, &entry.actor, kind, "", facts);
            if let Some(leg) = request.legs.iter_mut().find(|leg| leg.key(&id) == part.grant) {
                match entry.what {
                    CreditMove::Expired => leg.lapses_at = None,
                    CreditMove::CarriedForward => leg.lapses_at = entry.expires_at,
                    _ => {}
                }
            }
            if part.amount.is_positive() && entry.what != CreditMove::CarriedForward {
                request.credit_bookings.push(CreditBooking {
                    key: format!("{}-c{}", part.grant, entry.sequence),
                    what: entry.what,
                    amount: part.amount,
                    at: entry.at,
                    holder: holder.clone(),
                    recipient: (entry.what == CreditMove::TransferredOut).then(|| entry.refers_to.clone()),
                });
            }
        }
    }
}

/// Returns the kind of event for a move; `None` for a grant, which its leg's own event tells of, and for what came from
/// another customer, whose account tells of it.
const fn event_of(what: CreditMove) -> Option<EventKind> {
    match what {
        CreditMove::Granted | CreditMove::TransferredIn => None,
        CreditMove::Spent => Some(EventKind::CreditSpent),
        CreditMove::Restored => Some(EventKind::CreditRestored),
        CreditMove::Revoked => Some(EventKind::CreditRevoked),
        CreditMove::Expired => Some(EventKind::CreditExpired),
        CreditMove::Reinstated => Some(EventKind::CreditReinstated),
        CreditMove::TransferredOut => Some(EventKind::CreditTransferred),
        CreditMove::CarriedForward => Some(EventKind::CreditCarriedForward),
    }
}

/// Returns the key of the spending that a leg gives back: its payment was made with store credit, and the payment's
/// reference is the spending's key. `None` for every other leg.
#[must_use]
pub fn spending_of<'a>(request: &'a Request, leg: &Leg) -> Option<&'a str> {
    let invoice = request.packet.as_ref()?.invoice.as_ref()?;
    let id = leg.payment().filter(|_| leg.target.is_store_credit())?;
    let paid = invoice.payments.iter().find(|payment| payment.id == id)?;
    (paid.method == "store_credit" && paid.gateway.is_empty()).then_some(paid.reference.as_str())
}

/// Returns when store credit of the request next expires; `None` where none does.
pub(crate) fn lapses_at(request: &Request) -> Option<Timestamp> {
    request.legs.iter().filter_map(|leg| leg.lapses_at).min()
}

/// Lets the credit of legs whose time is over expire, once that was found twice. Legs with nothing left to expire need
/// no further look.
///
/// # Errors
/// When the account's entries contradict each other, which they never do.
pub fn expire(
    request: &mut Request,
    account: &mut StoreCreditAccount,
    at: Timestamp,
) -> Result<(), crate::account::AccountError> {
    if !request.is_surely_over(lapses_at(request), at) {
        return Ok(());
    }
    request.overdue_since = None;
    account.expire_of(&request.id, at)?;
    for leg in &mut request.legs {
        leg.lapses_at = leg.lapses_at.filter(|end| *end > at);
    }
    Ok(())
}

/// Records that the ERP has booked these moves.
pub fn record_bookings(request: &mut Request, keys: &[String], at: Timestamp) {
    let before = request.credit_bookings.len();
    request.credit_bookings.retain(|booking| !keys.contains(&booking.key));
    if request.credit_bookings.len() < before {
        request.note(at, "erp-handoff", EventKind::CreditBooked, "", json!({"keys": keys}));
    }
}
