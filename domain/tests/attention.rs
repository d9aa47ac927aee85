//! After too many tries a request needs attention; it is retried, and goes on by itself as soon as a try succeeds.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::catalogue::{MessageKind, TaskCode};
use contraflow_domain::chain::{self, Next, Step};
use contraflow_domain::erp;
use contraflow_domain::erp::reply::ErpReply;
use contraflow_domain::gateway;
use contraflow_domain::gateway::news::GatewayReply;
use contraflow_domain::gateway::news::RefundReport;
use contraflow_domain::gateway::refund::Work;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::leg::Standing;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::{PENDING_LOOK_UPS, TRIES};
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::request::{Request, message};
use contraflow_domain::time::Timestamp;
use contraflow_domain::zone::Zone;
use samples::{approved, at, executing, steps, tasks};

const LEG: &str = "l1";

fn down() -> steps::Gateway {
    Err(CallError::NotSent { detail: "no connection".into(), after_ms: None })
}

fn erp_down() -> steps::Erp {
    Err(CallError::NotSent { detail: "no connection".into(), after_ms: None })
}

fn document() -> steps::Erp {
    Ok(ErpReply::Document { reference: "DOC-1".into(), number: Some("CM-1".into()), found: false })
}

/// It needs attention for this task, is due again, and its customer was told once.
fn needs_attention(request: &Request, task: &str) -> Timestamp {
    assert_eq!(request.status, RequestStatus::NeedsAttention, "{task}: {:?}", request.tasks);
    assert_eq!(tasks(request), [task]);
    let told = request.outbox.iter().filter(|message| message.kind == MessageKind::RequestNeedsAttention).count();
    assert!(told <= 1, "{told}");
    let mut quiet = request.clone();
    quiet.outbox.clear();
    match chain::next(&quiet, at(0)) {
        Next::Wait { until } => until,
        other => panic!("{task}: it is retried, later: {other:?}"),
    }
}

/// Calls the gateway until the request needs attention, and gives when it is next tried.
fn gateway_away(request: &mut Request) -> Timestamp {
    let mut now = at(0);
    for _ in 0..TRIES {
        let attempt = gateway::refund::submit(request, LEG, now).unwrap();
        steps::refund_outcome(request, LEG, attempt, &down(), now);
        now = request.legs[0].attempt.not_before.unwrap();
    }
    now
}

#[test]
fn a_gateway_that_is_away_for_long() {
    let mut request = executing(10_000);
    let now = gateway_away(&mut request);
    assert_eq!(needs_attention(&request, "gateway.unavailable"), now);
    let attempt = gateway::refund::submit(&mut request, LEG, now).unwrap();
    let paid = Ok(GatewayReply::Refund(RefundReport {
        reference: "re_1".into(),
        amount: None,
        standing: Standing::Succeeded,
        failure: None,
    }));
    steps::refund_outcome(&mut request, LEG, attempt, &paid, now);
    assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Completed, 0));
}

#[test]
fn whoever_sees_the_task_sees_the_leg_that_it_is_about_and_when_it_is_tried_again() {
    let mut request = executing(10_000);
    assert_eq!(RequestRow::from(RequestView::from(request.clone())).next_try_at, None, "nothing has failed");
    let next = gateway_away(&mut request);
    let row = RequestRow::from(RequestView::from(request));
    assert_eq!(row.next_try_at, Some(next));
    assert_eq!(row.tasks.iter().map(|task| task.subject.as_str()).collect::<Vec<_>>(), [LEG]);
    assert_eq!(row.task_legs.iter().map(|leg| leg.amount.minor).collect::<Vec<_>>(), [10_000]);
}

#[test]
fn a_person_hurries_what_is_tried_on() {
    let mut request = executing(10_000);
    gateway_away(&mut request);
    let mut accounts = samples::accounts(10_000, &request);
    steps::retry(&mut request, &mut accounts, None, Destination::Auto, "fina", at(1)).unwrap();
    assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Executing, 0));
    assert_eq!(gateway::refund::work(&request.legs[0], at(1)), Work::Submit);
    let attempt = gateway::refund::submit(&mut request, LEG, at(1)).unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &down(), at(1));
    needs_attention(&request, "gateway.unavailable");
}

#[test]
fn a_refund_whose_outcome_stays_unknown() {
    let mut request = executing(10_000);
    let attempt = gateway::refund::submit(&mut request, LEG, at(0)).unwrap();
    for _ in 0..TRIES {
        steps::refund_outcome(&mut request, LEG, attempt, &Err(CallError::Unknown("no answer".into())), at(1));
    }
    needs_attention(&request, "leg.unknown");
    let pending = Ok(GatewayReply::Refund(RefundReport {
        reference: "re_1".into(),
        amount: None,
        standing: Standing::Pending,
        failure: None,
    }));
    steps::refund_outcome(&mut request, LEG, attempt, &pending, at(2));
    assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Executing, 0), "it is known again");
}

#[test]
fn a_refund_that_stays_pending() {
    let mut request = executing(10_000);
    gateway::refund::submit(&mut request, LEG, at(0)).unwrap();
    for _ in 0..=PENDING_LOOK_UPS {
        steps::news(&mut request, LEG, "re_1", Standing::Pending, None, "sandbox", at(1));
    }
    needs_attention(&request, "leg.pending");
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(2));
    assert_eq!(request.status, RequestStatus::Completed);
}

#[test]
fn a_hand_off_that_is_not_taken_or_not_answered() {
    for (answer, task) in [(erp_down(), "erp.unavailable"), (Err(CallError::Unknown("?".into())), "erp.unknown")] {
        let mut request = approved(10_000);
        let mut attempt = erp::document::send(&mut request, Zone::UTC, at(0)).unwrap();
        for _ in 0..TRIES {
            steps::document_outcome(&mut request, attempt, &answer, None, at(1)).unwrap();
            if task == "erp.unavailable" && request.status != RequestStatus::NeedsAttention {
                attempt = erp::document::send(&mut request, Zone::UTC, at(1)).unwrap();
            }
        }
        needs_attention(&request, task);
        steps::document_outcome(&mut request, attempt, &document(), None, at(2)).unwrap();
        let found = request.handoff.as_ref().unwrap().status.is_accepted();
        if found {
            assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Executing, 0), "{task}");
        } else {
            let attempt = erp::document::send(&mut request, Zone::UTC, at(100_000)).unwrap();
            steps::document_outcome(&mut request, attempt, &document(), None, at(100_001)).unwrap();
            assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Executing, 0), "{task}");
        }
    }
}

#[test]
fn a_booking_that_fails_after_the_end_and_the_voiding_of_a_document() {
    let mut request = executing(10_000);
    gateway::refund::submit(&mut request, LEG, at(0)).unwrap();
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(1));
    assert_eq!(request.status, RequestStatus::Completed);
    let told = request.outbox.len();
    for _ in 0..=TRIES {
        steps::bookings(&mut request, &[], Some("closed period"), at(2));
    }
    needs_attention(&request, "erp.booking");
    let before = request.legs[0].booked;
    steps::bookings(&mut request, &[(LEG.into(), before)], None, at(3));
    assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Completed, 0));
    assert_eq!(request.outbox.len(), told, "it had ended for its customer");

    let mut request = executing(10_000);
    let mut accounts = samples::accounts(10_000, &request);
    steps::reverse(&mut request, &mut accounts, None, false, "fina", at(4)).unwrap();
    for _ in 0..=TRIES {
        steps::void_outcome(&mut request, &erp_down(), at(5));
    }
    needs_attention(&request, "erp.void");
    steps::void_outcome(&mut request, &document(), at(6));
    assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Completed, 0));
}

#[test]
fn a_step_that_fails_is_retried_where_it_stood() {
    let step = |request: &Request| {
        let mut request = request.clone();
        // The ERP had the document a moment ago.
        if let Some(handoff) = &mut request.handoff {
            handoff.seen_at = Some(at(10_000_000));
        }
        match chain::next(&request, at(10_000_000)) {
            Next::Do(step) => step,
            other => panic!("{other:?}"),
        }
    };
    for (status, expected) in [
        (RequestStatus::Received, Step::Eligibility),
        (RequestStatus::Validated, Step::Approval),
        (RequestStatus::Approved, Step::ErpHandoff),
        (RequestStatus::Executing, Step::PaymentReversal { gateway: "sandbox".into() }),
    ] {
        let mut request = if status == RequestStatus::Executing { executing(10_000) } else { approved(10_000) };
        request.status = status;
        for _ in 0..TRIES {
            request.postpone(at(1), "no such component");
            steps::seal(&mut request, at(1));
        }
        let due = needs_attention(&request, "step.failing");
        request.postpone(due, "no such component");
        steps::seal(&mut request, at(1));
        assert!(needs_attention(&request, "step.failing") > due, "ever more slowly");
        assert_eq!(step(&request), expected, "{status:?}");
        match status {
            RequestStatus::Approved => drop(erp::document::send(&mut request, Zone::UTC, at(2)).unwrap()),
            RequestStatus::Executing => {
                let attempt = gateway::refund::submit(&mut request, LEG, at(2)).unwrap();
                let paid = Ok(GatewayReply::Refund(RefundReport {
                    reference: "re".into(),
                    amount: None,
                    standing: Standing::Pending,
                    failure: None,
                }));
                steps::refund_outcome(&mut request, LEG, attempt, &paid, at(2));
            }
            _ => request.resume("the step", at(2)).unwrap(),
        }
        steps::seal(&mut request, at(2));
        let back = if status == RequestStatus::Approved { RequestStatus::Executing } else { status };
        assert_eq!((request.status, tasks(&request).len()), (back, 0));
    }
}

#[test]
fn a_step_that_delivers_messages_is_no_other() {
    let mut request = executing(10_000);
    message::queue(&mut request, MessageKind::RequestReversed, "", at(0));
    let id = request.outbox.last().unwrap().id.clone();
    for _ in 0..TRIES {
        request.postpone(at(1), "no such component");
        steps::seal(&mut request, at(1));
    }
    needs_attention(&request, "step.failing");
    steps::delivery(&mut request, &id, &Ok(message::Delivery::Delivered), at(2));
    assert_eq!(request.status, RequestStatus::Executing);
}

#[test]
fn what_outlives_the_end_is_not_done_by_a_retry() {
    let mut request = executing(10_000);
    request.raise(at(0), TaskCode::DisputeEvidence, LEG, "it is disputed");
    gateway_away(&mut request);
    let mut accounts = samples::accounts(10_000, &request);
    steps::retry(&mut request, &mut accounts, None, Destination::Auto, "fina", at(1)).unwrap();
    assert_eq!(tasks(&request), ["dispute.evidence"]);
    assert_eq!(request.legs[0].status, LegStatus::Reserved);
}

/// Taken back while its money was still waiting, for a dispute or for a gateway that is away: nothing is left to do for
/// it.
#[test]
fn a_request_that_is_taken_back_before_its_money_went_ends() {
    for mend in [false, true] {
        let mut request = executing(10_000);
        request.legs[0].frozen = true;
        let mut accounts = samples::accounts(10_000, &request);
        steps::reverse(&mut request, &mut accounts, None, false, "fina", at(1)).unwrap();
        if mend {
            // Someone presses retry while the ERP is asked.
            let _ = steps::retry(&mut request, &mut accounts, None, Destination::Auto, "fina", at(1));
        }
        steps::void_outcome(&mut request, &document(), at(2));
        assert_eq!((request.status, request.legs[0].status), (RequestStatus::Completed, LegStatus::Canceled));
        assert_eq!(chain::next(&Request { outbox: Vec::new(), ..request }, at(3)), Next::Rest);
    }
}
