//! A memo that somebody voids in the ERP after it was posted: it is noticed before money moves on, and nothing is
//! looked at for nothing.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::chain::{self, Next, Step};
use contraflow_domain::erp;
use contraflow_domain::erp::document::Work;
use contraflow_domain::erp::reply::ErpReply;
use contraflow_domain::gateway;
use contraflow_domain::lifecycle::document::DocumentStatus;
use contraflow_domain::lifecycle::leg::Standing;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::attempt::CallError;
use samples::{accounts, at, executing, steps, tasks};

const LEG: &str = "l1";
const HOUR: u64 = 3_600;

fn posted() -> steps::Erp {
    Ok(ErpReply::Document { reference: "DOC-1".into(), number: Some("CM-1".into()), found: true })
}

fn voided() -> steps::Erp {
    Ok(ErpReply::Voided { reference: "DOC-1".into(), number: Some("CM-1".into()) })
}

fn step(request: &Request, seconds: u64) -> Next {
    chain::next(&Request { outbox: Vec::new(), ..request.clone() }, at(seconds))
}

#[test]
fn money_that_is_sent_at_once_costs_no_look() {
    let mut request = executing(10_000);
    let pay = Next::Do(Step::PaymentReversal { gateway: "sandbox".into() });
    for seconds in [0, HOUR - 1] {
        assert_eq!(step(&request, seconds), pay, "after {seconds} s");
    }
    gateway::refund::submit(&mut request, LEG, at(1)).unwrap();
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(2));
    assert_eq!(erp::document::work(&request, at(2)), Work::Settle);
    let before = request.legs[0].booked;
    steps::bookings(&mut request, &[(LEG.into(), before)], None, at(3));
    assert_eq!(step(&request, 100 * HOUR), Next::Rest, "nobody looks for ever");
}

#[test]
fn money_that_is_sent_late_waits_for_a_look_and_is_not_sent_for_a_memo_that_is_void() {
    let mut request = executing(10_000);
    // A dispute kept it for long.
    request.legs[0].frozen = true;
    assert_eq!(step(&request, 2 * HOUR), Next::Rest, "there is nothing to look for");
    request.legs[0].frozen = false;
    assert_eq!(erp::document::work(&request, at(2 * HOUR)), Work::Look);
    let mut stands = request.clone();
    steps::look(&mut stands, "DOC-1", (at(2 * HOUR), &posted()), at(2 * HOUR));
    assert_eq!(step(&stands, 2 * HOUR), Next::Do(Step::PaymentReversal { gateway: "sandbox".into() }));
    assert_eq!(stands.fresh.len(), request.fresh.len(), "a look that finds nothing new leaves no trace");

    steps::look(&mut request, "DOC-1", (at(2 * HOUR), &voided()), at(2 * HOUR));
    assert_eq!((request.status, tasks(&request)), (RequestStatus::NeedsAttention, vec!["erp.voided_there"]));
    assert_eq!(request.document.as_ref().unwrap().status, DocumentStatus::Void);
    assert!(!request.may_pay());
    assert_eq!(step(&request, 3 * HOUR), Next::Rest);
    // A person has a new one made.
    let mut held = accounts(10_000, &request);
    steps::retry(&mut request, &mut held, None, Destination::Auto, "fina", at(4 * HOUR)).unwrap();
    assert_eq!(erp::document::work(&request, at(4 * HOUR)), Work::Send);
}

#[test]
fn an_erp_that_does_not_answer_holds_nothing_up() {
    let mut request = executing(10_000);
    steps::look(&mut request, "DOC-1", (at(2 * HOUR), &Err(CallError::Unknown("no connection".into()))), at(2 * HOUR));
    assert_eq!(step(&request, 2 * HOUR), Next::Do(Step::PaymentReversal { gateway: "sandbox".into() }));
}

#[test]
fn money_that_arrives_late_is_booked_on_a_memo_that_was_looked_at() {
    let mut request = executing(10_000);
    gateway::refund::submit(&mut request, LEG, at(1)).unwrap();
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(30 * HOUR));
    assert_eq!(request.status, RequestStatus::Completed);
    assert_eq!(erp::document::work(&request, at(30 * HOUR)), Work::Look);
    let mut stands = request.clone();
    steps::look(&mut stands, "DOC-1", (at(30 * HOUR), &posted()), at(30 * HOUR));
    assert_eq!(erp::document::work(&stands, at(30 * HOUR)), Work::Settle);
    steps::look(&mut request, "DOC-1", (at(30 * HOUR), &voided()), at(30 * HOUR));
    assert_eq!((request.status, tasks(&request)), (RequestStatus::NeedsAttention, vec!["erp.voided_there"]));
    assert!(request.tasks[0].detail.contains("100.00 EUR is out"), "{}", request.tasks[0].detail);
}

#[test]
fn what_a_person_retries_is_sent_only_for_a_memo_that_stands() {
    let mut request = executing(10_000);
    let attempt = gateway::refund::submit(&mut request, LEG, at(1)).unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &Err(CallError::Declined("closed".into())), at(2));
    let mut held = accounts(10_000, &request);
    held.reconcile(&request).unwrap();
    steps::retry(&mut request, &mut held, None, Destination::Auto, "fina", at(60)).unwrap();
    assert_eq!(erp::document::work(&request, at(60)), Work::Look);
    steps::look(&mut request, "DOC-1", (at(60), &voided()), at(60));
    assert!(!request.may_pay() && tasks(&request).contains(&"erp.voided_there"));
}
