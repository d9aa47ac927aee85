//! Whatever stands still is on somebody's list: every state that a request can reach is walked, and in each there is
//! somebody who moves it next.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::collections::{BTreeSet, VecDeque};

use contraflow_domain::account::Accounts;
use contraflow_domain::attention::stands;
use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::chain::{self, Next};
use contraflow_domain::commit::{self, Keeper};
use contraflow_domain::dispute::case;
use contraflow_domain::dispute::confirmation::{self, Answer};
use contraflow_domain::erp::document::{self, Work};
use contraflow_domain::erp::draft::{self, Look};
use contraflow_domain::erp::reply::ErpReply;
use contraflow_domain::erp::void;
use contraflow_domain::gateway::news::{GatewayReply, RefundReport, Terms};
use contraflow_domain::gateway::{refund, resolution};
use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::lifecycle::leg::Standing;
use contraflow_domain::lifecycle::request::{RequestEvent, RequestStatus};
use contraflow_domain::limits::TRIES;
use contraflow_domain::money::Money;
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::leg::Leg;
use contraflow_domain::time::Timestamp;
use contraflow_domain::zone::Zone;
use samples::{approved, at, eur, plain, steps};

/// Legs of one request, so that the walk ends: the first, and what goes in its stead.
const LEGS: usize = 2;

#[derive(Clone)]
struct Place {
    request: Request,
    accounts: Accounts,
    now: Timestamp,
    dispute: Option<DisputeStatus>,
}

/// What tells one state from another: where the machines stand. Amounts, names, instants and tries do not.
fn key(place: &Place) -> String {
    let request = &place.request;
    let leg = |leg: &Leg| {
        let asked = (leg.doubt.is_some(), leg.other_amount.is_some());
        (std::mem::discriminant(&leg.target), leg.status, leg.frozen, asked)
    };
    let legs: Vec<_> = request.legs.iter().map(leg).collect();
    let handoff = request.handoff.as_ref().map(|handoff| handoff.status);
    let document = request.document.as_ref().map(|document| document.status);
    format!("{:?}", (request.status, request.paused, legs, handoff, document))
}

/// Gets a change ready to be stored, as its commit does.
fn sealed(mut place: Place) -> Option<Place> {
    if place.request.legs.len() > LEGS {
        return None;
    }
    let now = place.now;
    place.accounts.record(&mut place.request, now).unwrap();
    commit::seal(&mut place.request, now).unwrap();
    plain::texts(&place.request);
    // Messages keep a request moving for as long as they are not delivered: without them it must do so by itself.
    place.request.outbox.clear();
    let keeper = commit::seal(&mut place.request, now).unwrap();
    plain::texts(&place.request);
    place.request.fresh.clear();
    somebody_moves_it_next(&place, keeper);
    // Whatever is due is done: the walk takes the time that it needs.
    if let Some(due) = place.request.due {
        place.now = now.max(due).plus_ms(1);
    }
    Some(place)
}

fn somebody_moves_it_next(place: &Place, keeper: Keeper) {
    let request = &place.request;
    assert!(!request.has_task(TaskCode::StandsStill, ""), "nobody was asked: {}", key(place));
    assert_eq!(commit::keeper(request), Some(keeper), "{}", key(place));
    match keeper {
        Keeper::Clock(due) => assert_ne!(chain::next(request, due.plus_ms(1)), Next::Rest, "{}", key(place)),
        Keeper::Deciders => assert!(request.status.awaits_people()),
        Keeper::People => {
            let idle = request.tasks.iter().find(|task| !stands(task.code, &task.subject, request));
            assert_eq!(idle, None, "a task that asks for nothing: {}", key(place));
        }
        Keeper::Ended => assert!(request.status.is_settled(), "{}", key(place)),
    }
}

fn errors() -> [CallError; 4] {
    let why = || "why".to_owned();
    [CallError::not_sent("why"), CallError::Unknown(why()), CallError::Declined(why()), CallError::Misconfigured(why())]
}

/// What a gateway may say of a refund: also that it is of another amount than this one.
fn reports(amount: Money) -> Vec<RefundReport> {
    let report = |standing: &Standing, amount: Money| RefundReport {
        reference: "RE1".into(),
        amount: Some(amount.into()),
        standing: *standing,
        failure: (*standing == Standing::Failed).then(|| plain::FAILURE.into()),
    };
    let other = report(&Standing::Succeeded, Money { minor: amount.minor + 1, ..amount });
    Standing::ALL.iter().map(|standing| report(standing, amount)).chain([other]).collect()
}

fn document_reply(number: Option<&str>, found: bool) -> ErpReply {
    ErpReply::Document { reference: "DOC".into(), number: number.map(str::to_owned), found }
}

/// A change of a place, with what a step does around it left out.
fn changed(place: &Place, change: impl FnOnce(&mut Place)) -> Option<Place> {
    let mut next = place.clone();
    change(&mut next);
    sealed(next)
}

/// What the ERP may make of what is to be done for the document now.
fn hand_off(place: &Place, found: &mut Vec<Place>) {
    let now = place.now;
    let mut replies: Vec<Result<ErpReply, CallError>> = errors().into_iter().map(Err).collect();
    match document::work(&place.request, now) {
        Work::Send => {
            let mut sent = place.clone();
            let Ok(attempt) = document::send(&mut sent.request, Zone::UTC, now) else { return };
            // The answer may never come, too.
            found.extend(sealed(sent.clone()));
            replies.extend([Ok(document_reply(Some("CM"), false)), Ok(document_reply(None, false))]);
            for reply in replies {
                found.extend(changed(&sent, |place| {
                    document::record_outcome(&mut place.request, attempt, &reply, None, now).unwrap();
                }));
            }
        }
        Work::LookUp => {
            let attempt = place.request.handoff.as_ref().unwrap().attempt.last_sent_at.unwrap();
            replies.extend([
                Ok(document_reply(Some("CM"), true)),
                Ok(document_reply(None, true)),
                Ok(ErpReply::Voided { reference: "DOC".into(), number: None }),
                Ok(ErpReply::Absent),
            ]);
            for reply in replies.into_iter().filter(|reply| !matches!(reply, Err(CallError::Declined(_)))) {
                found.extend(changed(place, |place| {
                    document::record_outcome(&mut place.request, attempt, &reply, None, now).unwrap();
                }));
            }
        }
        Work::Void => {
            replies.extend([Ok(ErpReply::Voided { reference: "DOC".into(), number: None }), Ok(ErpReply::Absent)]);
            for reply in replies {
                found.extend(changed(place, |place| void::record_outcome(&mut place.request, &reply, now)));
            }
        }
        Work::Internal => found.extend(changed(place, |place| {
            // Store credit needs an account of its own, which the walk leaves out.
            document::internal_legs(&mut place.request, None, now).unwrap();
        })),
        Work::Settle => {
            let booked: Vec<_> = place
                .request
                .legs
                .iter()
                .filter(|leg| leg.unbooked())
                .map(|leg| (leg.id.clone(), leg.booked))
                .collect();
            found.extend(changed(place, |place| document::record_bookings(&mut place.request, &booked, None, now)));
            let closed = CallError::Declined("closed period".into());
            found.extend(changed(place, |place| {
                document::record_bookings(&mut place.request, &[], Some(&closed), now);
            }));
        }
        Work::Look => {
            let reference = place.request.document.as_ref().unwrap().erp_reference.clone().unwrap();
            let named = |number: Option<&str>| {
                Ok(ErpReply::Document { reference: reference.clone(), number: number.map(str::to_owned), found: true })
            };
            let voided = Ok(ErpReply::Voided { reference: reference.clone(), number: None });
            replies.extend([named(Some("CM")), named(None), voided, Ok(ErpReply::Absent)]);
            for reply in &replies {
                let look = Look { reference: &reference, began_at: now, outcome: reply };
                found.extend(changed(place, |place| draft::record_look(&mut place.request, look, now)));
            }
        }
        Work::Lapse | Work::Wait(_) | Work::Nothing => {}
    }
}

/// What the gateway may make of what is to be done for a leg now.
fn pay_back(place: &Place, leg: &str, found: &mut Vec<Place>) {
    let now = place.now;
    let known = place.request.legs.iter().find(|known| known.id == leg).unwrap();
    let mut outcomes: Vec<Result<GatewayReply, CallError>> = errors().into_iter().map(Err).collect();
    outcomes.extend(reports(known.amount).into_iter().map(|report| Ok(GatewayReply::Refund(report))));
    match refund::work(known, now) {
        refund::Work::Submit if place.request.may_pay() => {
            let mut sent = place.clone();
            if case::hold(&mut sent.request, leg, &sent.accounts, now) {
                let Some(question) = case::question(&sent.request, leg, &sent.accounts) else {
                    return found.extend(sealed(sent));
                };
                let stands = DisputeStatus::ALL.iter().map(|status| Ok(Answer::Stands(*status)));
                let silent = [Ok(Answer::Absent), Ok(Answer::NotTold)].into_iter().chain(errors().map(Err));
                for answer in stands.chain(silent) {
                    found.extend(changed(&sent, |place| {
                        confirmation::record(&mut place.request, leg, &mut place.accounts, &question, &answer, now);
                    }));
                }
                return;
            }
            let attempt = refund::submit(&mut sent.request, leg, now).unwrap();
            found.extend(sealed(sent.clone()));
            for outcome in outcomes {
                found.extend(changed(&sent, |place| {
                    refund::record_outcome(&mut place.request, leg, attempt, &outcome, now);
                }));
            }
        }
        refund::Work::LookUp => {
            for absence_is_proof in [true, false] {
                let terms = Terms { key_lifetime_ms: Some(86_400_000), absence_is_proof };
                outcomes.push(Ok(GatewayReply::Absent(terms)));
            }
            let (doubt, attempt) = (known.doubt, known.attempt.last_sent_at);
            // A look-up has no effect, so nothing is declined by it.
            for outcome in outcomes.into_iter().filter(|outcome| !matches!(outcome, Err(CallError::Declined(_)))) {
                found.extend(changed(place, |place| match (doubt, attempt) {
                    (Some(doubt), _) => resolution::resolve(&mut place.request, leg, doubt, &outcome, now),
                    (None, Some(attempt)) => refund::record_outcome(&mut place.request, leg, attempt, &outcome, now),
                    (None, None) => {}
                }));
            }
        }
        _ => {}
    }
    if known.gateway().is_some() {
        for report in reports(known.amount) {
            found.extend(changed(place, |place| refund::apply_news(&mut place.request, leg, &report, "sandbox", now)));
        }
    }
}

/// What people may do.
fn people(place: &Place, found: &mut Vec<Place>) {
    let now = place.now;
    for destination in [Destination::Auto, Destination::Manual] {
        let mut next = place.clone();
        if steps::retry(&mut next.request, &mut next.accounts, None, destination, "fina", now).is_ok() {
            found.extend(sealed(next));
        }
    }
    for leg in place.request.legs.iter().map(|leg| leg.id.clone()) {
        let mut next = place.clone();
        if steps::retry(&mut next.request, &mut next.accounts, Some(&leg), Destination::Auto, "fina", now).is_ok() {
            found.extend(sealed(next));
        }
        let mut next = place.clone();
        if steps::confirm(&mut next.request, &leg, "ref", "fina", now).is_ok() {
            found.extend(sealed(next));
        }
    }
    let mut next = place.clone();
    if steps::reverse(&mut next.request, &mut next.accounts, None, false, "fina", now).is_ok() {
        found.extend(sealed(next));
    }
}

/// What the bank may say.
fn bank(place: &Place, found: &mut Vec<Place>) {
    let told: &[DisputeStatus] = match place.dispute {
        None => &[DisputeStatus::Open],
        Some(DisputeStatus::Open) => &[DisputeStatus::Won, DisputeStatus::Lost],
        Some(_) => &[],
    };
    for status in told.iter().copied() {
        let mut next = place.clone();
        next.dispute = Some(status);
        let news = case::News {
            dispute: "dp_1".into(),
            amount: Some(eur(10_000)),
            status,
            reason: "fraudulent".into(),
            reinstated: false,
            round: None,
            at: next.now,
        };
        let account = &mut next.accounts.payments[0];
        if case::apply_news(account, &news) {
            case::reconcile(&mut next.request, account, "sandbox", next.now);
            found.extend(sealed(next));
        }
    }
}

/// What people decide before anything is handed over, and a step that keeps failing.
fn decisions(place: &Place, found: &mut Vec<Place>) {
    let now = place.now;
    for event in RequestEvent::ALL {
        let is_decision = matches!(
            event,
            RequestEvent::PassAutomatically
                | RequestEvent::AskPeople
                | RequestEvent::RequestInfo
                | RequestEvent::Answer
                | RequestEvent::Escalate
                | RequestEvent::Approve
        );
        let mut next = place.clone();
        if is_decision && next.request.handoff.is_none() && next.request.on(*event, now, "max", "").is_ok() {
            next.request.deadline = Some(now.plus_ms(86_400_000));
            found.extend(sealed(next));
        }
    }
    if place.request.due.is_some() {
        found.extend(changed(place, |place| {
            for _ in 0..TRIES {
                place.request.postpone(now, "no such component");
            }
        }));
    }
    if place.request.status == RequestStatus::NeedsAttention && place.request.step.tries > 0 {
        let mut next = place.clone();
        next.request.stepped();
        if next.request.resume("the step", now).is_ok() {
            found.extend(sealed(next));
        }
    }
}

#[test]
fn in_every_reachable_state_somebody_moves_the_request_next() {
    let mut request = approved(10_000);
    request.status = RequestStatus::Validated;
    let start = Place { accounts: samples::accounts(10_000, &request), request, now: at(1), dispute: None };
    let start = sealed(start).unwrap();
    let mut seen = BTreeSet::from([key(&start)]);
    let mut open = VecDeque::from([start]);
    let mut statuses = BTreeSet::new();
    while let Some(place) = open.pop_front() {
        statuses.insert(place.request.status);
        let mut found = Vec::new();
        decisions(&place, &mut found);
        hand_off(&place, &mut found);
        for leg in place.request.legs.iter().map(|leg| leg.id.clone()) {
            pay_back(&place, &leg, &mut found);
        }
        people(&place, &mut found);
        bank(&place, &mut found);
        for next in found {
            if seen.insert(key(&next)) {
                open.push_back(next);
            }
        }
    }
    println!("{} states of a request were walked", seen.len());
    assert!(seen.len() > 1_000, "the walk ended early: {} states", seen.len());
    for status in [RequestStatus::Completed, RequestStatus::NeedsAttention, RequestStatus::Rejected] {
        assert!(statuses.contains(&status), "{status:?} was never reached");
    }
}
