//! Pays legs back through one gateway. It stores the intent first, then calls the gateway, and then stores the answer;
//! when the answer is lost, the outcome is looked up.

mod transform;

#[allow(missing_docs)]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/gateway", "wit"],
        world: "contraflow:payment-reversal-component/payment-reversal",
        with: {
            "contraflow:types/values@0.1.0": contraflow_guest::contract::values,
            "contraflow:types/faults@0.1.0": contraflow_guest::contract::faults,
            "contraflow:gateway/types@0.1.0": contraflow_guest::contract::gateway,
        },
        generate_all,
    });
}

use bindings::contraflow::gateway::{disputes, refunds, refunds_read};
use contraflow_domain::dispute;
use contraflow_domain::dispute::confirmation::{self, Question};
use contraflow_domain::gateway::news::GatewayReply;
use contraflow_domain::gateway::refund::{self, Work};
use contraflow_domain::gateway::resolution::resolve;
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Session;
use contraflow_guest::{accounts, follow, news, now, step};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;
use transform::Asked;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve(request, async |task| pay_back(task.request, task.vendor).await).await)
}

async fn pay_back(id: &str, gateway: &str) -> Result<Request, Problem> {
    let mut session = Session::default();
    let mut request = session.request(id).await?;
    let here = request.legs.iter().filter(|leg| leg.gateway() == Some(gateway));
    let legs: Vec<_> = here.map(|leg| leg.id.clone()).collect();
    for leg in legs {
        let work = request.leg_mut(&leg).map_or(Work::Nothing, |leg| refund::work(leg, now()));
        request = match work {
            // Money is only paid while the ERP has the document. Money that is out already is followed, whatever became
            // of the document.
            Work::Submit if request.may_pay() => submit(&mut session, id, &leg).await?,
            Work::LookUp => look_up(&mut session, request, &leg).await?,
            Work::Submit | Work::Wait(_) | Work::Nothing => request,
        };
    }
    Ok(request)
}

/// What comes of a leg that may be sent.
enum Sending {
    /// It is sent, in the attempt of that instant.
    Now(Timestamp),
    /// The gateway is asked for a dispute first.
    Asks(Question),
    /// It is not sent now.
    Waits,
}

async fn submit(session: &mut Session, id: &str, leg: &str) -> Result<Request, Problem> {
    let (mut request, sending) = session
        .transact(async |unit| {
            let at = now();
            // The news of its payments may not have come to the request yet.
            let (mut request, has_heard) = follow::informed(unit, id, at).await?;
            // Another driver may have been faster, or somebody may have voided the document in the ERP.
            if !request.may_pay() || request.leg_mut(leg).is_none_or(|leg| refund::work(leg, at) != Work::Submit) {
                if has_heard {
                    unit.save(&mut request, at)?;
                }
                return Ok((request, Sending::Waits));
            }
            // The accounts are read in the commit that sends the leg, so that a dispute that opens meanwhile makes this
            // start anew.
            let held = accounts::load(unit, &request).await?;
            if dispute::case::hold(&mut request, leg, &held, at) || dispute::fraud_warning::hold(&mut request, leg, at)
            {
                let question = dispute::case::question(&request, leg, &held);
                unit.save(&mut request, at)?;
                return Ok((request, question.map_or(Sending::Waits, Sending::Asks)));
            }
            let attempt =
                refund::submit(&mut request, leg, at).map_err(|refused| Problem::internal(refused.to_string()))?;
            accounts::send(unit, &request, held, leg)?;
            unit.save(&mut request, at)?;
            Ok((request, Sending::Now(attempt)))
        })
        .await?;
    let attempt = match sending {
        Sending::Now(attempt) => attempt,
        Sending::Asks(question) => return confirm(session, id, leg, &question).await,
        Sending::Waits => return Ok(request),
    };
    let Some(order) = transform::order(&mut request, leg) else { return Ok(request) };
    let asked = Asked::by(&order);
    let outcome = transform::outcome(&asked, refunds::submit(order).await);
    record_outcome(session, id, leg, attempt, &outcome).await
}

/// Asks the gateway whether a dispute lets the leg's money go, and commits what it said. The leg is sent in a step of
/// its own, which reads everything anew.
async fn confirm(session: &mut Session, id: &str, leg: &str, question: &Question) -> Result<Request, Problem> {
    let said = disputes::look(question.dispute.id.clone(), question.payment.clone()).await;
    let answer = transform::standing(said);
    session
        .change(id, async |unit, request, at| {
            let before = accounts::load(unit, request).await?;
            let mut after = before.clone();
            confirmation::record(request, leg, &mut after, question, &answer, at);
            accounts::store_changes(unit, &before, &after).map(|_| ())
        })
        .await
}

async fn look_up(session: &mut Session, mut request: Request, leg: &str) -> Result<Request, Problem> {
    let id = request.id.clone();
    let asked = request.leg_mut(leg).map(|leg| (leg.doubt, leg.attempt.last_sent_at));
    let Some(query) = transform::query(&mut request, leg) else { return Ok(request) };
    let (about, payment) = (Asked::about(&query), query.payment.clone());
    let outcome = match transform::found(&about, refunds_read::find(query).await) {
        Some(outcome) => outcome,
        None => Ok(GatewayReply::Absent(transform::terms(refunds_read::promises(payment).await))),
    };
    match asked {
        Some((Some(doubt), _)) => {
            record(session, &id, leg, |request, at| resolve(request, leg, doubt, &outcome, at)).await
        }
        Some((None, Some(attempt))) => record_outcome(session, &id, leg, attempt, &outcome).await,
        _ => Ok(request),
    }
}

async fn record_outcome(
    session: &mut Session,
    id: &str,
    leg: &str,
    attempt: Timestamp,
    outcome: &Result<GatewayReply, CallError>,
) -> Result<Request, Problem> {
    record(session, id, leg, |request, at| refund::record_outcome(request, leg, attempt, outcome, at)).await
}

/// Commits what the gateway said of a leg, together with news that came before the leg knew the gateway's name for its
/// refund.
async fn record(
    session: &mut Session,
    id: &str,
    leg: &str,
    change: impl Fn(&mut Request, Timestamp),
) -> Result<Request, Problem> {
    session
        .change(id, async |unit, request, at| {
            change(request, at);
            news::apply_waiting(unit, request, leg, at).await?;
            accounts::record(unit, request, at).await
        })
        .await
}
