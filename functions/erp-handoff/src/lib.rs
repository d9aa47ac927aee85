//! Hands the document to the ERP and books how the money moved. Each step stores its intent first, then calls the ERP,
//! and then stores the answer.

mod transform;

#[allow(missing_docs)]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/erp", "wit"],
        world: "contraflow:erp-handoff-component/erp-handoff",
        with: {
            "contraflow:types/values@0.1.0": contraflow_guest::contract::values,
            "contraflow:types/faults@0.1.0": contraflow_guest::contract::faults,
        },
        generate_all,
    });
}

use bindings::contraflow::erp::{credit_documents, credit_documents_read};
use contraflow_domain::chain;
use contraflow_domain::erp::document::Work;
use contraflow_domain::erp::draft::Look;
use contraflow_domain::erp::reply::ErpReply;
use contraflow_domain::erp::{document, draft, store_credit, void};
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::time::Timestamp;
use contraflow_guest::due::Due;
use contraflow_guest::fault::Call;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Session, Unit};
use contraflow_guest::{credit, follow, limits, losses, now, policy, step};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve_any(request, async |task| match Due::read(task.request) {
        Due::Loss { .. } => book_loss(task.request).await,
        Due::Request(id) => Ok(chain::next(&hand_off(&id).await?, now())),
        Due::Credit { .. }
        | Due::CreditExpiry { .. }
        | Due::DecisionLink(_)
        | Due::EndedToken(_)
        | Due::Follow { .. }
        | Due::Schedule(_)
        | Due::DryRun(_)
        | Due::Session(_)
        | Due::Unread(_)
        | Due::Batch(_)
        | Due::Import(_)
        | Due::Digest(_) => Err(Problem::not_found("step for that")),
    })
    .await)
}

/// Books what a lost dispute took, and what the bank gave back. The ERP ignores what it has already under the same key.
async fn book_loss(id: &str) -> Result<chain::Next, Problem> {
    let zone = policy::in_force().await?.business.time_zone;
    let mut loss = losses::find(&mut Unit::default(), id).await?;
    for _ in 0..limits::HANDOFF_ROUNDS {
        let Some(entry) = loss.next_entry() else { break };
        let order = transform::loss(&loss, &entry, zone);
        let outcome = match entry.is_return {
            true => credit_documents::return_loss(order).await,
            false => credit_documents::book_loss(order).await,
        }
        .map_err(|fault| Call::Entry.error(fault));
        loss = losses::record_outcome(id, Some(entry.place), &outcome).await?;
        if outcome.is_err() {
            break;
        }
    }
    Ok(chain::Next::Rest)
}

async fn hand_off(id: &str) -> Result<Request, Problem> {
    let mut session = Session::default();
    let session = &mut session;
    let mut request = session.request(id).await?;
    for _ in 0..limits::HANDOFF_ROUNDS {
        request = match document::work(&request, now()) {
            Work::Send => send(session, id).await?,
            Work::LookUp => look_up(session, &request).await?,
            Work::Void => void(session, &request).await?,
            Work::Internal => internal(session, id).await?,
            Work::Settle => settle(session, &request).await?,
            Work::Look => look(session, &request).await?,
            Work::Lapse => lapse(session, id).await?,
            Work::Wait(_) | Work::Nothing => break,
        };
    }
    Ok(request)
}

fn save_if(is_changed: bool, unit: &mut Unit, request: &mut Request, at: Timestamp) -> Result<(), Problem> {
    if is_changed { unit.save(request, at) } else { Ok(()) }
}

async fn send(session: &mut Session, id: &str) -> Result<Request, Problem> {
    let zone = policy::in_force().await?.business.time_zone;
    let (request, attempt) = session
        .transact(async |unit| {
            let at = now();
            let (mut request, has_heard) = follow::informed(unit, id, at).await?;
            if document::work(&request, at) != Work::Send {
                save_if(has_heard, unit, &mut request, at)?;
                return Ok((request, None));
            }
            let attempt =
                document::send(&mut request, zone, at).map_err(|refused| Problem::internal(refused.to_string()))?;
            unit.save(&mut request, at)?;
            Ok((request, Some(attempt)))
        })
        .await?;
    let Some(attempt) = attempt else { return Ok(request) };
    let outcome = match transform::order(&request) {
        Ok(order) => transform::outcome(credit_documents::submit(order).await),
        Err(detail) => Err(CallError::Misconfigured(detail)),
    };
    record_outcome(session, id, attempt, &outcome).await
}

async fn look_up(session: &mut Session, request: &Request) -> Result<Request, Problem> {
    let attempt =
        request.handoff.as_ref().and_then(|handoff| handoff.attempt.last_sent_at).unwrap_or(request.created_at);
    let found = credit_documents_read::find_by_key(request.document_key().into()).await;
    record_outcome(session, &request.id, attempt, &transform::found(found)).await
}

/// Asks the ERP whether a person has posted the draft or voided the document.
async fn look(session: &mut Session, request: &Request) -> Result<Request, Problem> {
    let reference = request.document.as_ref().and_then(|document| document.erp_reference.clone()).unwrap_or_default();
    let asked = now();
    let found = credit_documents_read::find_by_key(request.document_key().into()).await;
    let outcome = transform::found(found);
    session
        .change(&request.id, async |_, request, at| {
            draft::record_look(request, Look { reference: &reference, began_at: asked, outcome: &outcome }, at);
            Ok(())
        })
        .await
}

async fn void(session: &mut Session, request: &Request) -> Result<Request, Problem> {
    let key = format!("{}-void", request.id).into();
    let voided = credit_documents::void(key, request.document_key().into()).await;
    let mut outcome = transform::outcome(voided);
    if matches!(outcome, Err(CallError::Declined(_) | CallError::Misconfigured(_))) {
        // There may be nothing to void: somebody has voided it in the ERP, or the ERP never had it.
        let found = transform::found(credit_documents_read::find_by_key(request.document_key().into()).await);
        if matches!(found, Ok(ErpReply::Voided { .. } | ErpReply::Absent)) {
            outcome = found;
        }
    }
    session
        .change(&request.id, async |_, request, at| {
            void::record_outcome(request, &outcome, at);
            Ok(())
        })
        .await
}

async fn record_outcome(
    session: &mut Session,
    id: &str,
    attempt: Timestamp,
    outcome: &Result<ErpReply, CallError>,
) -> Result<Request, Problem> {
    session
        .change(id, async |unit, request, at| {
            credit::change(unit, request, |request, credit| {
                document::record_outcome(request, attempt, outcome, credit, at)
            })
            .await
        })
        .await
}

async fn internal(session: &mut Session, id: &str) -> Result<Request, Problem> {
    session
        .transact(async |unit| {
            let at = now();
            let (mut request, has_heard) = follow::informed(unit, id, at).await?;
            if document::work(&request, at) != Work::Internal {
                save_if(has_heard, unit, &mut request, at)?;
                return Ok(request);
            }
            credit::change(unit, &mut request, |request, credit| document::internal_legs(request, credit, at)).await?;
            unit.save(&mut request, at)?;
            Ok(request)
        })
        .await
}

async fn lapse(session: &mut Session, id: &str) -> Result<Request, Problem> {
    session
        .transact(async |unit| {
            let at = now();
            let mut request = unit.request(id).await?;
            if document::work(&request, at) != Work::Lapse {
                return Ok(request);
            }
            if let Some(mut account) = credit::of_request(unit, &request).await? {
                let count = account.entries.len();
                store_credit::expire(&mut request, &mut account, at)?;
                credit::follow(unit, &mut account, count, Some(&mut request)).await?;
            }
            unit.save(&mut request, at)?;
            Ok(request)
        })
        .await
}

/// Books how the money moved. The ERP ignores what it has already under the same key, so a crash in between repeats
/// nothing.
async fn settle(session: &mut Session, request: &Request) -> Result<Request, Problem> {
    let zone = policy::in_force().await?.business.time_zone;
    let mut booked = Vec::new();
    let mut failure = None;
    for leg in request.legs.iter().filter(|leg| leg.unbooked()) {
        let Some(settlement) = transform::settlement(request, leg, zone.day(now())) else { continue };
        match credit_documents::settle(settlement).await {
            Ok(()) => booked.push((leg.id.clone(), leg.booked)),
            Err(fault) => {
                failure = Some(Call::Entry.error(fault));
                break;
            }
        }
    }
    let mut credited = Vec::new();
    for booking in &request.credit_bookings {
        let waits = failure.is_some() || request.legs.iter().any(|leg| leg.unbooked() && !leg.booked.settled);
        let Some(settlement) = transform::credit(request, booking, zone).filter(|_| !waits) else { break };
        match credit_documents::settle(settlement).await {
            Ok(()) => credited.push(booking.key.clone()),
            Err(fault) => failure = Some(Call::Entry.error(fault)),
        }
    }
    session
        .change(&request.id, async |_, request, at| {
            store_credit::record_bookings(request, &credited, at);
            document::record_bookings(request, &booked, failure.as_ref(), at);
            Ok(())
        })
        .await
}
