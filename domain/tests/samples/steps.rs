//! What the steps of the chain do with a request: change it, then get it ready to be stored.

#![allow(dead_code, reason = "each test binary takes what it needs")]

use contraflow_domain::account::{AccountError, Accounts, PaymentAccount, StoreCreditAccount};
use contraflow_domain::attention::retry::{self, Retry, RetryError};
use contraflow_domain::commit::{self, Keeper};
use contraflow_domain::erp::draft::Look;
use contraflow_domain::erp::reply::ErpReply;
use contraflow_domain::erp::void::VoidError;
use contraflow_domain::erp::{document, draft, void};
use contraflow_domain::gateway::news::{GatewayReply, RefundReport};
use contraflow_domain::gateway::{refund, resolution};
use contraflow_domain::lifecycle::leg::Standing;
use contraflow_domain::policy::{DEFAULT, Policy};
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::leg::Booked;
use contraflow_domain::request::message::{self, Delivery, Tried};
use contraflow_domain::time::Timestamp;

pub type Gateway = Result<GatewayReply, CallError>;
pub type Erp = Result<ErpReply, CallError>;

pub fn seal(request: &mut Request, at: Timestamp) -> Keeper {
    let keeper = commit::seal(request, at).unwrap();
    super::plain::texts(request);
    keeper
}

pub fn news(
    request: &mut Request,
    leg: &str,
    reference: &str,
    standing: Standing,
    failure: Option<&str>,
    actor: &str,
    at: Timestamp,
) {
    let report =
        RefundReport { reference: reference.into(), amount: None, standing, failure: failure.map(str::to_owned) };
    refund::apply_news(request, leg, &report, actor, at);
    seal(request, at);
}

pub fn refund_outcome(request: &mut Request, leg: &str, attempt: Timestamp, outcome: &Gateway, at: Timestamp) {
    refund::record_outcome(request, leg, attempt, outcome, at);
    seal(request, at);
}

pub fn resolve(request: &mut Request, leg: &str, doubt: u64, outcome: &Gateway, at: Timestamp) {
    resolution::resolve(request, leg, doubt, outcome, at);
    seal(request, at);
}

pub fn document_outcome(
    request: &mut Request,
    attempt: Timestamp,
    outcome: &Erp,
    credit: Option<&mut StoreCreditAccount>,
    at: Timestamp,
) -> Result<(), AccountError> {
    document::record_outcome(request, attempt, outcome, credit, at)?;
    seal(request, at);
    Ok(())
}

pub fn bookings(request: &mut Request, booked: &[(String, Booked)], failure: Option<&str>, at: Timestamp) {
    let failure = failure.map(|why| CallError::Declined(why.into()));
    document::record_bookings(request, booked, failure.as_ref(), at);
    seal(request, at);
}

pub fn look(request: &mut Request, reference: &str, (began_at, outcome): (Timestamp, &Erp), at: Timestamp) {
    draft::record_look(request, Look { reference, began_at, outcome }, at);
    seal(request, at);
}

pub fn void_outcome(request: &mut Request, outcome: &Erp, at: Timestamp) {
    void::record_outcome(request, outcome, at);
    seal(request, at);
}

pub fn reverse(
    request: &mut Request,
    accounts: &mut Accounts,
    credit: Option<&mut StoreCreditAccount>,
    partly: bool,
    by: &str,
    at: Timestamp,
) -> Result<(), VoidError> {
    void::reverse(request, accounts, credit, partly, by, at)?;
    seal(request, at);
    Ok(())
}

pub fn retry(
    request: &mut Request,
    accounts: &mut Accounts,
    leg: Option<&str>,
    destination: Destination,
    by: &str,
    at: Timestamp,
) -> Result<(), RetryError> {
    let levels = ["team-lead".to_owned()];
    let policy = &Policy::parse(DEFAULT).unwrap();
    retry::retry(request, accounts, Retry { leg, destination, by, levels: &levels, policy }, at)?;
    // Whoever decides on another destination agrees at once.
    if let Some(redirect) = &mut request.redirect {
        redirect.approved = true;
        retry::redirect(request, accounts, at)?;
    }
    seal(request, at);
    Ok(())
}

pub fn confirm(request: &mut Request, leg: &str, reference: &str, by: &str, at: Timestamp) -> Result<(), RetryError> {
    retry::confirm(request, leg, reference, by, at)?;
    seal(request, at);
    Ok(())
}

pub fn delivery(request: &mut Request, id: &str, outcome: &Result<Delivery, CallError>, at: Timestamp) {
    message::record_outcome(request, &Tried { id: id.into(), words: None, outcome: outcome.clone() }, at);
    seal(request, at);
}

pub fn reconcile_dispute(request: &mut Request, account: &mut PaymentAccount, actor: &str, at: Timestamp) {
    contraflow_domain::dispute::case::reconcile(request, account, actor, at);
    seal(request, at);
}
