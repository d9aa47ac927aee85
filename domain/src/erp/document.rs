//! The hand-off of the document to the ERP: the intent is committed before the call, and the answer moves the document.

use serde_json::json;

use super::draft;
use super::reply::ErpReply;
use super::store_credit;
use crate::account::{AccountError, StoreCreditAccount};
use crate::catalogue::{EventKind, TaskCode};
use crate::lifecycle::document::{DocumentEvent, DocumentStatus};
use crate::lifecycle::handoff::{HandOffEvent, HandOffStatus};
use crate::lifecycle::leg::{LegEvent, LegStatus, Standing};
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::lifecycle::{Machine as _, TransitionError};
use crate::limits;
use crate::request::attempt::{CallError, Effect, pause_ms};
use crate::request::leg::{Booked, Leg, Target};
use crate::request::{Document, HandOff, Request};
use crate::time::Timestamp;
use crate::zone::Zone;

/// Names who hands documents off, for the record.
const ACTOR: &str = "erp-handoff";

/// The next piece of work for the hand-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Commit the intent with [`send`], then call the ERP.
    Send,
    /// Ask the ERP for the document by its key.
    LookUp,
    /// Void the document in the ERP.
    Void,
    /// Let the legs take effect that need nobody outside, such as store credit and offsets.
    Internal,
    /// Let the ERP book movements of money.
    Settle,
    /// Look whether a person has posted the draft or voided the document in the ERP: [`draft::record_look`].
    Look,
    /// Let store credit expire whose time is over.
    Lapse,
    /// Do nothing before that instant.
    Wait(Timestamp),
    /// Do nothing at all.
    Nothing,
}

/// Works out what is to be done now.
#[must_use]
pub fn work(request: &Request, now: Timestamp) -> Work {
    if !matches!(
        request.status,
        RequestStatus::Approved
            | RequestStatus::Executing
            | RequestStatus::Completed
            | RequestStatus::PartiallyCompleted
            | RequestStatus::NeedsAttention
    ) {
        return Work::Nothing;
    }
    let Some(handoff) = &request.handoff else {
        let approved = matches!(request.stage(), RequestStatus::Approved | RequestStatus::Executing);
        return if approved { Work::Send } else { Work::Nothing };
    };
    let after = |not_before: Option<Timestamp>, work| match not_before {
        Some(then) if then > now => Work::Wait(then),
        _ => work,
    };
    match handoff.status {
        HandOffStatus::Queued => after(handoff.attempt.not_before, Work::Send),
        HandOffStatus::Sent => after(
            handoff.attempt.last_sent_at.map(|sent| sent.plus_ms(limits::LOOK_UP_AFTER_MS)),
            after(handoff.attempt.not_before, Work::LookUp),
        ),
        HandOffStatus::Unknown => after(handoff.attempt.not_before, Work::LookUp),
        HandOffStatus::ReversalQueued => after(handoff.attempt.not_before, Work::Void),
        HandOffStatus::Posted | HandOffStatus::Reconciled | HandOffStatus::Reversed => {
            at_the_erp(request, handoff, now)
        }
        HandOffStatus::Rejected => Work::Nothing,
    }
}

/// Works out what is to be done once the ERP has the document: the first piece of work, in the order of the list, that
/// is due.
fn at_the_erp(request: &Request, handoff: &HandOff, now: Timestamp) -> Work {
    if request.legs.iter().any(waits_inside) {
        return Work::Internal;
    }
    let unbooked = request.legs.iter().any(Leg::unbooked) || !request.credit_bookings.is_empty();
    let agenda = [
        (draft::is_to_be_seen(request, handoff, unbooked, now).then_some(now), Work::Look),
        (unbooked.then(|| handoff.attempt.not_before.unwrap_or(now)), Work::Settle),
        (request.awaits_posting().then(|| handoff.look.not_before.unwrap_or(now)), Work::Look),
        (store_credit::lapses_at(request).map(|end| request.end_is_seen_at(end, now)), Work::Lapse),
    ];
    let planned = || agenda.iter().filter_map(|(then, work)| Some(((*then)?, *work)));
    match planned().find(|(then, _)| *then <= now) {
        Some((_, work)) => work,
        None => planned().map(|(then, _)| then).min().map_or(Work::Nothing, Work::Wait),
    }
}

fn waits_inside(leg: &Leg) -> bool {
    leg.status == LegStatus::Reserved && leg.gateway().is_none() && !leg.frozen
}

/// Writes the intent down: the document is composed, with the day in the business's time zone, and counts as sent from
/// here on. The returned instant identifies this attempt.
///
/// # Errors
/// When the request is in no state for it.
pub fn send(request: &mut Request, zone: Zone, at: Timestamp) -> Result<Timestamp, TransitionError> {
    if request.status == RequestStatus::Approved {
        request.on(RequestEvent::Execute, at, "erp-handoff", "")?;
    } else if request.handoff.is_none() {
        request.resume(ACTOR, at)?;
    }
    let composed = request.document.as_ref().is_some_and(|document| document.status != DocumentStatus::Void);
    if let (false, Some(total)) = (composed, request.amount) {
        request.document = Some(Document {
            status: DocumentStatus::INITIAL,
            number: None,
            erp_reference: None,
            issued_on: issued_on(request, zone, at),
            total,
        });
    }
    let handoff = request.handoff.get_or_insert_with(HandOff::queued);
    handoff.status = handoff.status.on(HandOffEvent::Send)?;
    handoff.attempt.begin(at);
    let facts = json!({"key": request.document_key(), "total": request.amount});
    request.note(at, ACTOR, EventKind::DocumentSent, "", facts);
    Ok(at)
}

/// Returns the day of the memo: today, and never before the day of its invoice, which may have been issued where the
/// day has begun already.
fn issued_on(request: &Request, zone: Zone, at: Timestamp) -> String {
    let invoice = request.packet.as_ref().and_then(|packet| packet.invoice.as_ref());
    let today = zone.day(at).to_string();
    invoice.map(|invoice| invoice.issued_on.clone()).filter(|issued| *issued > today).unwrap_or(today)
}

/// Records what became of the attempt made at `attempt`. When the ERP has the document, the legs that need no gateway
/// take effect with it: store credit is granted in `credit`, offsets count.
///
/// # Errors
/// When the store-credit account does not take the grant.
pub fn record_outcome(
    request: &mut Request,
    attempt: Timestamp,
    outcome: &Result<ErpReply, CallError>,
    credit: Option<&mut StoreCreditAccount>,
    at: Timestamp,
) -> Result<(), AccountError> {
    request.stepped();
    let Some(handoff) = &mut request.handoff else { return Ok(()) };
    // What an earlier attempt learnt says nothing of the one that is under way now, unless it has the document.
    let is_current = handoff.attempt.last_sent_at == Some(attempt);
    match outcome {
        // Late word of a document in whose stead another was sent.
        Ok(ErpReply::Document { reference, .. } | ErpReply::Voided { reference, .. })
            if handoff.voided_there.contains(reference) => {}
        Ok(ErpReply::Document { reference, number, found }) => {
            let event = if *found { HandOffEvent::Find } else { HandOffEvent::Accept };
            let Some(next) = handoff.status.next(event) else { return Ok(()) };
            handoff.status = next;
            handoff.attempt.succeed();
            return record_acceptance(request, reference, number.as_deref(), credit, at);
        }
        Ok(ErpReply::Voided { reference, .. }) => draft::record_voided_there(request, reference, at),
        _ if !is_current => {}
        Ok(ErpReply::Absent) => record_absence(request, attempt, at),
        Err(error) => record_failure(request, error, at),
    }
    Ok(())
}

/// Records that the call had no good outcome. Where the ERP did not refuse, it is called again after a pause.
fn record_failure(request: &mut Request, error: &CallError, at: Timestamp) {
    let id = request.id.clone();
    let key = request.document_key();
    let Some(handoff) = &mut request.handoff else { return };
    let (event, kind) = match error {
        CallError::Declined(_) => (HandOffEvent::Refuse, EventKind::DocumentRefused),
        CallError::NotSent { .. } | CallError::Misconfigured(_) => (HandOffEvent::NotSent, EventKind::DocumentNotSent),
        CallError::Unknown(_) => (HandOffEvent::LoseAnswer, EventKind::DocumentUnknown),
    };
    let Some(next) = handoff.status.next(event) else { return };
    handoff.status = next;
    if let CallError::Declined(words) = error {
        handoff.refusal = Some(words.clone());
    }
    let task = handoff.attempt.fail(Effect::Document, error, &id, at);
    let tries = handoff.attempt.tries;
    request.note(at, ACTOR, kind, error.detail(), json!({"tries": tries}));
    let Some(task) = task else { return };
    let happened = match error {
        CallError::Declined(words) => format!("The ERP refused the document: {words}."),
        CallError::NotSent { detail, .. } => format!("The ERP has not taken the document, {tries} times: {detail}."),
        CallError::Misconfigured(detail) => format!("The ERP does not accept the call: {detail}."),
        CallError::Unknown(detail) => {
            format!("Nobody knows whether the ERP has the document with the key {key} ({tries} tries: {detail}).")
        }
    };
    request.raise(at, task, "", &happened);
}

/// Records that the ERP has no such document. It is sent again, with the same key, only when no call can be under way
/// any more.
fn record_absence(request: &mut Request, attempt: Timestamp, at: Timestamp) {
    let id = request.id.clone();
    let Some(handoff) = &mut request.handoff else { return };
    let call_is_over = attempt.plus_ms(limits::CALL_LEASE_MS);
    if at < call_is_over {
        let pause = at.plus_ms(pause_ms(handoff.attempt.tries, &id));
        handoff.attempt.not_before = Some(call_is_over.min(pause));
        return;
    }
    let Some(next) = HandOffStatus::Sent.next(HandOffEvent::NotSent) else { return };
    handoff.status = next;
    let absent = CallError::not_sent("the ERP has no such document: it is sent again");
    let task = handoff.attempt.fail(Effect::Document, &absent, &id, at);
    handoff.attempt.not_before = None;
    let tries = handoff.attempt.tries;
    request.note(at, ACTOR, EventKind::DocumentAbsent, absent.detail(), json!({}));
    if let Some(task) = task {
        request.raise(at, task, "", &format!("The ERP did not have the document after it was sent, {tries} times."));
    }
}

fn record_acceptance(
    request: &mut Request,
    reference: &str,
    number: Option<&str>,
    credit: Option<&mut StoreCreditAccount>,
    at: Timestamp,
) -> Result<(), AccountError> {
    if let Some(document) = &mut request.document {
        // Late word from before a person posted the draft.
        if number.is_none() && document.number.is_some() {
            return Ok(());
        }
        document.erp_reference = Some(reference.into());
        document.number = number.map(str::to_owned);
        if number.is_some() {
            document.status = document.status.next(DocumentEvent::Issue).unwrap_or(document.status);
        }
    }
    if let Some(handoff) = &mut request.handoff {
        handoff.seen_at = Some(at);
    }
    let facts = json!({"reference": reference, "number": number});
    request.note(at, ACTOR, EventKind::DocumentAccepted, "", facts);
    draft::await_posting(request, at);
    internal_legs(request, credit, at)
}

/// Lets the legs that need nobody outside take effect at once.
///
/// # Errors
/// When the store-credit account does not take the grant.
pub fn internal_legs(
    request: &mut Request,
    mut credit: Option<&mut StoreCreditAccount>,
    at: Timestamp,
) -> Result<(), AccountError> {
    let id = request.id.clone();
    let lapses_at = request.credit_days.map(|days| at.plus_ms(u64::from(days) * limits::DAY_MS));
    let mut notes = Vec::new();
    let mut payouts = Vec::new();
    let given_back: Vec<_> =
        request.legs.iter().map(|leg| store_credit::spending_of(request, leg).map(str::to_owned)).collect();
    for (leg, given_back) in request.legs.iter_mut().zip(given_back) {
        if !waits_inside(leg) {
            continue;
        }
        let event = match &leg.target {
            Target::Tender { .. } => continue,
            Target::StoreCredit { .. } => {
                let account = credit.as_deref_mut();
                let Some(account) = account else { continue };
                match account.grant_back(given_back.as_deref(), &leg.key(&id), &id, leg.amount, at, lapses_at) {
                    Ok(()) => {
                        leg.lapses_at = lapses_at;
                        LegEvent::Told(Standing::Succeeded)
                    }
                    // The customer has it already: a person decides what becomes of the document.
                    Err(refused @ AccountError::GivenBack { .. }) => {
                        leg.attempt.failure = Some(refused.to_string());
                        LegEvent::Told(Standing::Failed)
                    }
                    Err(refused) => return Err(refused),
                }
            }
            Target::InvoiceOffset | Target::OutOfBand => LegEvent::Told(Standing::Succeeded),
            Target::Manual { .. } => {
                payouts.push((leg.id.clone(), leg.amount));
                LegEvent::Told(Standing::RequiresAction)
            }
        };
        if leg.on(LegEvent::Submit).and_then(|_| leg.on(event)).is_ok() {
            leg.sent_at = Some(at);
            notes.push(json!({"leg": leg.id, "status": leg.status, "target": leg.target, "amount": leg.amount}));
        }
    }
    for facts in notes {
        request.note(at, ACTOR, EventKind::LegMoved, "", facts);
    }
    for (leg, amount) in payouts {
        let happened = format!("{amount} {} of leg {leg} do not go through a gateway.", amount.currency);
        request.raise(at, TaskCode::LegPayOut, &leg, &happened);
    }
    Ok(())
}

/// Tells whether store credit is to be granted when the document is accepted, or granted again after a re-route.
#[must_use]
pub fn grants_credit(request: &Request) -> bool {
    request.legs.iter().any(|leg| leg.target.is_store_credit())
}

/// Records which movements of money the ERP has booked: each leg's id, with what the ERP knew of the leg before.
pub fn record_bookings(request: &mut Request, booked: &[(String, Booked)], failure: Option<&CallError>, at: Timestamp) {
    request.stepped();
    let id = request.id.clone();
    let mut fresh = Vec::new();
    for (leg, before) in booked {
        // Another driver may have written it down already.
        if let Some(known) = request.leg_mut(leg).filter(|known| known.booked == *before) {
            known.booked = before.next();
            fresh.push(json!({"leg": leg, "reversal": known.booked.reversed}));
        }
    }
    if !fresh.is_empty() {
        request.note(at, ACTOR, EventKind::LegsBooked, "", fresh);
    }
    let awaits_posting = request.awaits_posting();
    let Some(handoff) = &mut request.handoff else { return };
    let Some(error) = failure else { return handoff.attempt.succeed() };
    let task = handoff.attempt.fail(Effect::Booking, error, &id, at);
    let tries = handoff.attempt.tries;
    request.note(at, ACTOR, EventKind::BookingPutOff, error.detail(), json!({"tries": tries}));
    // An ERP that books nothing on a draft does so once it is posted, and a person has a task to post it.
    if let Some(task) = task.filter(|_| !awaits_posting) {
        request.raise(at, task, "", &format!("The ERP has not booked what the money did, {tries} times: {error}."));
    }
}
