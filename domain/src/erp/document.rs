//! The hand-off of the document to the ERP: the intent before the effect, and what the answer means.

use serde_json::json;

use crate::account::{AccountError, StoreCreditAccount};
use crate::attention;
use crate::erp;
use crate::lifecycle::Machine as _;
use crate::lifecycle::document::{DocumentEvent, DocumentStatus};
use crate::lifecycle::handoff::{HandOffEvent, HandOffStatus};
use crate::lifecycle::leg::{LegEvent, LegStatus, Standing};
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::limits;
use crate::request::leg::{Booked, Leg, Target};
use crate::request::message::backoff_ms;
use crate::request::{Document, HandOff, Request};
use crate::time::Timestamp;

/// What is to be done for the hand-off now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Commit the intent with [`send`], then call the ERP.
    Send,
    /// Read the document back by its key.
    LookUp,
    /// Void the document.
    Void,
    /// Let the legs take effect that need nobody outside.
    Internal,
    /// Record movements of money.
    Settle,
    /// Look whether a person has posted the draft, or voided the document: [`erp::draft::record_look`].
    Look,
    /// Let store credit expire whose time is over.
    Lapse,
    /// Nothing before then.
    Wait(Timestamp),
    /// Nothing at all.
    Nothing,
}

/// What the ERP said, or did not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It has the document.
    Document {
        /// Its own id.
        reference: String,
        /// The number, once posted.
        number: Option<String>,
        /// Whether a look-up found it rather than the call's own answer.
        found: bool,
    },
    /// It had the document, and somebody has voided it there.
    Voided {
        /// Its own id.
        reference: String,
        /// The number, where it had one.
        number: Option<String>,
    },
    /// It surely has no such document.
    Absent,
    /// It refused.
    Declined(String),
    /// Surely nothing was sent.
    NotSent {
        /// Why.
        detail: String,
        /// The ERP's own wish, in milliseconds.
        after_ms: Option<u64>,
    },
    /// The answer was lost.
    Unknown(String),
    /// A person must mend the configuration or the data; surely nothing happened.
    Misconfigured(String),
}

/// What is to be done.
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
        HandOffStatus::Queued => after(handoff.not_before, Work::Send),
        HandOffStatus::Sent => after(
            handoff.last_sent_at.map(|sent| sent.plus_ms(limits::LOOK_UP_AFTER_MS)),
            after(handoff.not_before, Work::LookUp),
        ),
        HandOffStatus::Unknown => after(handoff.not_before, Work::LookUp),
        HandOffStatus::ReversalQueued => after(handoff.not_before, Work::Void),
        HandOffStatus::Posted | HandOffStatus::Reconciled | HandOffStatus::Reversed => {
            at_the_erp(request, handoff, now)
        }
        HandOffStatus::Rejected => Work::Nothing,
    }
}

/// What is to be done once the ERP has the document: whatever has its time first.
fn at_the_erp(request: &Request, handoff: &HandOff, now: Timestamp) -> Work {
    if request.legs.iter().any(waits_inside) {
        return Work::Internal;
    }
    let unbooked = request.legs.iter().any(Leg::unbooked) || !request.credit_bookings.is_empty();
    let agenda = [
        (erp::draft::is_to_be_seen(request, handoff, unbooked, now).then_some(now), Work::Look),
        (unbooked.then(|| handoff.not_before.unwrap_or(now)), Work::Settle),
        (erp::draft::waits(request).then(|| handoff.look_at.unwrap_or(now)), Work::Look),
        (request.legs.iter().filter_map(|leg| leg.lapses_at).min(), Work::Lapse),
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

/// Writes the intent down: the document is composed and counts as sent from here on. The returned instant names this attempt.
///
/// # Errors
/// When the request is in no state for it.
pub fn send(request: &mut Request, at: Timestamp) -> Result<Timestamp, crate::lifecycle::TransitionError> {
    if request.status == RequestStatus::Approved {
        request.on(RequestEvent::Execute, at, "erp-handoff", "")?;
    } else if request.handoff.is_none() {
        attention::progress::resume(request, "erp-handoff", at)?;
    }
    let composed = request.document.as_ref().is_some_and(|document| document.status != DocumentStatus::Void);
    if let (false, Some(total)) = (composed, request.amount) {
        request.document = Some(Document {
            status: DocumentStatus::INITIAL,
            number: None,
            erp_reference: None,
            issued_on: at.day(),
            total,
        });
    }
    let handoff = request.handoff.get_or_insert(HandOff {
        status: HandOffStatus::INITIAL,
        last_sent_at: None,
        tries: 0,
        not_before: None,
        refusal: None,
        looks: 0,
        look_at: None,
        seen_at: None,
        voided_there: Vec::new(),
    });
    handoff.status = handoff.status.on(HandOffEvent::Send)?;
    handoff.last_sent_at = Some(at);
    handoff.not_before = None;
    handoff.tries += 1;
    let facts = json!({"key": request.document_key(), "total": request.amount});
    request.note(at, "erp-handoff", "document.sent", "", facts);
    Ok(at)
}

/// Takes the ERP's answer to the attempt made at `attempt`. When it has the document, the legs that need no gateway take effect
/// with it: store credit is granted in `credit`, offsets count.
///
/// # Errors
/// When the store-credit account does not take the grant.
pub fn record_outcome(
    request: &mut Request,
    attempt: Timestamp,
    answer: &Answer,
    credit: Option<&mut StoreCreditAccount>,
    at: Timestamp,
) -> Result<(), AccountError> {
    request.stepped();
    let Some(handoff) = &mut request.handoff else { return Ok(()) };
    // What an earlier attempt learnt says nothing of the one that is under way now, unless it has the document.
    let current = handoff.last_sent_at == Some(attempt);
    let event = match answer {
        // Late word of a document in whose stead another was sent.
        Answer::Document { reference, .. } | Answer::Voided { reference, .. }
            if handoff.voided_there.contains(reference) =>
        {
            return Ok(());
        }
        Answer::Document { found: false, .. } => HandOffEvent::Accept,
        Answer::Document { found: true, .. } => HandOffEvent::Find,
        Answer::Voided { reference, .. } => {
            erp::draft::voided_there(request, reference, at);
            return Ok(());
        }
        _ if !current => return Ok(()),
        Answer::Absent => return absent(request, attempt, at),
        Answer::Declined(_) => HandOffEvent::Refuse,
        Answer::NotSent { .. } | Answer::Misconfigured(_) => HandOffEvent::NotSent,
        Answer::Unknown(_) => HandOffEvent::LoseAnswer,
    };
    let Some(next) = handoff.status.next(event) else { return Ok(()) };
    handoff.status = next;
    let pause = backoff_ms(handoff.tries, &request.id);
    match answer {
        Answer::Document { reference, number, .. } => {
            handoff.tries = 0;
            handoff.not_before = None;
            return accepted(request, reference, number.as_deref(), credit, at);
        }
        Answer::Absent | Answer::Voided { .. } => {}
        Answer::Declined(words) => {
            handoff.refusal = Some(words.clone());
            request.note(at, "erp-handoff", "document.refused", words, json!({}));
            let detail =
                format!("The ERP refused the document: {words}. Mend it there, then retry, or reverse the request.");
            request.raise(at, "erp.refused", "", detail);
            attention::progress::settle(request, at);
        }
        Answer::NotSent { detail, after_ms } => {
            handoff.not_before = Some(at.plus_ms(after_ms.unwrap_or(0).max(pause)));
            let tries = handoff.tries;
            request.note(at, "erp-handoff", "document.not_sent", detail, json!({"tries": tries}));
            if tries >= limits::TRIES {
                request.raise(
                    at,
                    "erp.unavailable",
                    "",
                    format!(
                        "The ERP has not taken the document {tries} times: {detail}. See that it can be reached; it is tried on."
                    ),
                );
                attention::progress::settle(request, at);
            }
        }
        Answer::Misconfigured(detail) => {
            handoff.not_before = Some(at.plus_ms(limits::BACKOFF_LONGEST_MS));
            request.note(at, "erp-handoff", "document.not_sent", detail, json!({}));
            let detail = format!("The ERP does not accept our call: {detail}. Mend the configuration, then retry.");
            request.raise(at, "erp.misconfigured", "", detail);
            attention::progress::settle(request, at);
        }
        Answer::Unknown(detail) => {
            handoff.not_before = Some(at.plus_ms(limits::LOOK_UP_AFTER_MS.max(pause / 2)));
            handoff.tries = handoff.tries.saturating_add(1);
            let tries = handoff.tries;
            request.note(at, "erp-handoff", "document.unknown", detail, json!({"tries": tries}));
            if tries >= limits::TRIES {
                let detail = format!(
                    "Nobody can say whether the ERP has the document ({tries} tries: {detail}). Look for key {} there; it is looked up on.",
                    request.document_key()
                );
                request.raise(at, "erp.unknown", "", detail);
                attention::progress::settle(request, at);
            }
        }
    }
    Ok(())
}

/// The ERP has no such document: only when no call can be under way any more is it sent again, with the same key.
fn absent(request: &mut Request, attempt: Timestamp, at: Timestamp) -> Result<(), AccountError> {
    let Some(handoff) = &mut request.handoff else { return Ok(()) };
    let settled = attempt.plus_ms(limits::CALL_LEASE_MS);
    if at < settled {
        handoff.not_before = Some(settled.min(at.plus_ms(backoff_ms(handoff.tries, &request.id))));
        return Ok(());
    }
    if let Some(next) = HandOffStatus::Sent.next(HandOffEvent::NotSent) {
        handoff.status = next;
        handoff.not_before = None;
        request.note(at, "erp-handoff", "document.absent", "the ERP has no such document: it is sent again", json!({}));
    }
    Ok(())
}

fn accepted(
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
    request.note(at, "erp-handoff", "document.accepted", "", facts);
    erp::draft::await_posting(request, at);
    internal_legs(request, credit, at)?;
    attention::progress::settle(request, at);
    Ok(())
}

/// The legs that need nobody outside take effect at once.
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
    for leg in &mut request.legs {
        if !waits_inside(leg) {
            continue;
        }
        let event = match &leg.target {
            Target::Tender { .. } => continue,
            Target::StoreCredit { .. } => {
                let account = credit.as_deref_mut();
                let Some(account) = account else { continue };
                account.grant(&leg.key(&id), &id, leg.amount, at, lapses_at)?;
                leg.lapses_at = lapses_at;
                LegEvent::Told(Standing::Succeeded)
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
        request.note(at, "erp-handoff", "leg.moved", "", facts);
    }
    for (leg, amount) in payouts {
        let detail = format!(
            "Pay {amount} {} out by hand, then confirm leg {leg} with the payment's reference.",
            amount.currency
        );
        request.raise(at, "leg.pay_out", &leg, detail);
    }
    Ok(())
}

/// Whether store credit is to be granted when the document is accepted, or granted again after a re-route.
#[must_use]
pub fn grants_credit(request: &Request) -> bool {
    request.legs.iter().any(|leg| leg.target.is_store_credit())
}

/// Writes down which movements of money the ERP has booked: the leg's id, and what the ERP knew of it before.
pub fn record_bookings(request: &mut Request, booked: &[(String, Booked)], failure: Option<&str>, at: Timestamp) {
    request.stepped();
    let mut fresh = Vec::new();
    for (id, before) in booked {
        // Another driver may have written it down already.
        if let Some(leg) = request.leg_mut(id).filter(|leg| leg.booked == *before) {
            leg.booked = before.next();
            fresh.push((id, leg.booked.reversed));
        }
    }
    if !fresh.is_empty() {
        let legs: Vec<_> = fresh.iter().map(|(leg, reversal)| json!({"leg": leg, "reversal": reversal})).collect();
        request.note(at, "erp-handoff", "legs.booked", "", legs);
    }
    let pause = backoff_ms(request.handoff.as_ref().map_or(0, |handoff| handoff.tries), &request.id);
    let Some(handoff) = &mut request.handoff else { return };
    let Some(why) = failure else {
        handoff.tries = 0;
        handoff.not_before = None;
        return attention::progress::settle(request, at);
    };
    handoff.tries = handoff.tries.saturating_add(1);
    handoff.not_before = Some(at.plus_ms(pause));
    let tries = handoff.tries;
    request.note(at, "erp-handoff", "booking.put_off", why, json!({"tries": tries}));
    // An ERP that books nothing on a draft does so once it is posted, and a person has a task to post it.
    if tries >= limits::TRIES && !erp::draft::waits(request) {
        let detail = format!(
            "The ERP has not booked what the money did, {tries} times: {why}. Mend what keeps it from it; it is tried on."
        );
        request.raise(at, "erp.booking", "", detail);
        attention::progress::settle(request, at);
    }
}
