//! Requests that end without a document: they give back what they had set aside.

use crate::account::AccountError;
use crate::account::Accounts;
use crate::catalogue::{EventKind, MessageKind};
use crate::lifecycle::TransitionError;
use crate::lifecycle::leg::LegEvent;
use crate::lifecycle::request::RequestEvent;
use crate::request::{Request, message};
use crate::time::Timestamp;

/// Gives back what a refused request had set aside; one that was not refused keeps it. A second time changes nothing.
///
/// # Errors
/// When the accounts do not know of it.
pub fn release(request: &mut Request, accounts: &mut Accounts, at: Timestamp) -> Result<(), AccountError> {
    if !request.status.is_refused() {
        return Ok(());
    }
    let mut released = Vec::new();
    for leg in &mut request.legs {
        if leg.status.counts() && leg.on(LegEvent::Release).is_ok() {
            released.push(leg.id.clone());
        }
    }
    if released.is_empty() && request.amount.is_none() {
        return Ok(());
    }
    accounts.reconcile(request)?;
    if let (Some(account), Some(packet)) = (&mut accounts.invoice, &request.packet)
        && let Some(invoice) = &packet.invoice
    {
        account.release(invoice, request)?;
    }
    request.note(at, "contraflow", EventKind::AmountReleased, "", serde_json::json!({"legs": released}));
    Ok(())
}

/// Tells whether a request that nobody decided in time is to end now.
pub fn is_over(request: &mut Request, at: Timestamp) -> bool {
    request.is_surely_over(request.deadline, at)
}

/// Ends a request that nobody decided in time.
///
/// # Errors
/// When it is in no state for it.
pub fn expire(request: &mut Request, at: Timestamp) -> Result<(), TransitionError> {
    request.on(RequestEvent::Expire, at, "contraflow", "nobody decided in time")?;
    message::queue(
        request,
        MessageKind::RequestExpired,
        "The request was not decided in time. Ask again if it still stands.",
        at,
    );
    Ok(())
}

/// Takes a request back, as its requester asks.
///
/// # Errors
/// When it is in no state for it.
pub fn withdraw(request: &mut Request, by: &str, why: &str, at: Timestamp) -> Result<(), TransitionError> {
    request.on(RequestEvent::Withdraw, at, by, why)?;
    message::queue(request, MessageKind::RequestWithdrawn, "The request was withdrawn.", at);
    Ok(())
}
