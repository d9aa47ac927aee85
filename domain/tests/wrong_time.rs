//! What a wall clock that was wrong has written, once it is right again.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::account::StoreCreditAccount;
use contraflow_domain::approval::rejection;
use contraflow_domain::chain::{self, Next};
use contraflow_domain::erp::reply::ErpReply;
use contraflow_domain::erp::{self, document, store_credit};
use contraflow_domain::gateway;
use contraflow_domain::gateway::news::{GatewayReply, Terms};
use contraflow_domain::gateway::refund::Work;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits;
use contraflow_domain::money::Currency;
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::leg::Target;
use contraflow_domain::time::Timestamp;
use contraflow_domain::zone::Zone;
use samples::{approved, at, eur, executing, steps, tasks};

const LEG: &str = "l1";
const DAY: u64 = 86_400;
/// A gateway that can't search, and knows keys for a day.
const FORGETFUL: Terms = Terms { key_lifetime_ms: Some(DAY * 1_000), absence_is_proof: false };

fn draft() -> steps::Erp {
    Ok(ErpReply::Document { reference: "DOC-1".into(), number: None, found: true })
}

/// A request whose draft the ERP took while the clock was that many seconds ahead.
fn drafted(ahead: u64) -> Request {
    let mut request = approved(10_000);
    let attempt = document::send(&mut request, Zone::UTC, at(ahead)).unwrap();
    let answer = Ok(ErpReply::Document { reference: "DOC-1".into(), number: None, found: false });
    steps::document_outcome(&mut request, attempt, &answer, None, at(ahead)).unwrap();
    gateway::refund::submit(&mut request, LEG, at(ahead)).unwrap();
    request
}

/// Looks of the ERP's draft until there is a pause; gives how many there were.
fn looks(request: &mut Request, now: Timestamp) -> usize {
    for count in 0..10 {
        if document::work(request, now) != document::Work::Look {
            return count;
        }
        steps::look(request, "DOC-1", (now, &draft()), now);
    }
    panic!("it is looked at again and again");
}

#[test]
fn a_draft_that_was_seen_by_a_wrong_clock_is_looked_at_and_not_again_and_again() {
    for ahead in [20, 7_200, 20 * DAY] {
        let mut request = drafted(ahead);
        // Clocks that differ by a second are none of those, and make it no busier.
        let now = if ahead == 20 { at(19) } else { at(10) };
        request.handoff.as_mut().unwrap().look.not_before = None;
        assert_eq!(looks(&mut request, now), 1, "{ahead} s");
        let posted = Ok(ErpReply::Document { reference: "DOC-1".into(), number: Some("CM-1".into()), found: true });
        let later = now.plus_ms(limits::DAY_MS);
        steps::look(&mut request, "DOC-1", (later, &posted), later);
        assert_eq!(request.document.as_ref().unwrap().number.as_deref(), Some("CM-1"), "{ahead} s");
    }
}

#[test]
fn an_order_that_a_wrong_clock_dated_is_not_repeated_once_its_key_may_be_forgotten() {
    let ahead = 20 * DAY;
    let mut request = executing(10_000);
    let attempt = gateway::refund::submit(&mut request, LEG, at(ahead)).unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &Err(CallError::Unknown("no answer".into())), at(ahead + 5));
    steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(FORGETFUL)), at(ahead + 60));
    assert_eq!(gateway::refund::work(&request.legs[0], at(ahead + 60)), Work::Submit, "while the clock is wrong");
    // The clock is right again, and somebody comes to it two days later.
    let mut later = request.clone();
    steps::seal(&mut later, at(2 * DAY));
    assert_eq!(gateway::refund::work(&later.legs[0], at(2 * DAY)), Work::LookUp);
    let attempt = later.legs[0].attempt.last_sent_at.unwrap();
    steps::refund_outcome(&mut later, LEG, attempt, &Ok(GatewayReply::Absent(FORGETFUL)), at(2 * DAY + 60));
    for day in 2..30 {
        assert_ne!(gateway::refund::work(&later.legs[0], at(day * DAY + 60)), Work::Submit, "day {day}");
    }
    assert_eq!((later.legs[0].status, tasks(&later)), (LegStatus::Unknown, vec!["leg.key_expired"]));
    // At once it is repeated: its request is younger than the key lives.
    steps::seal(&mut request, at(60));
    let attempt = request.legs[0].attempt.last_sent_at.unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(FORGETFUL)), at(120));
    assert_eq!(gateway::refund::work(&request.legs[0], at(120)), Work::Submit);
    assert_ne!(gateway::refund::work(&request.legs[0], at(DAY)), Work::Submit, "and no longer than that");
}

#[test]
fn a_call_that_a_wrong_clock_made_is_looked_up_now() {
    let mut request = executing(10_000);
    gateway::refund::submit(&mut request, LEG, at(3 * 3_600)).unwrap();
    steps::seal(&mut request, at(10));
    let Next::Wait { until } = chain::next(&request, at(10)) else { panic!("its call may be under way") };
    assert!(until <= at(60), "{until}");
}

#[test]
fn store_credit_expires_only_once_its_time_was_found_to_be_over_twice() {
    let mut request = approved(5_000);
    request.legs[0].target = Target::StoreCredit { payment: None };
    request.credit_days = Some(30);
    let mut account = StoreCreditAccount::empty("C", Currency::EUR);
    let attempt = erp::document::send(&mut request, Zone::UTC, at(0)).unwrap();
    let answer = Ok(ErpReply::Document { reference: "DOC-1".into(), number: Some("CM-1".into()), found: false });
    steps::document_outcome(&mut request, attempt, &answer, Some(&mut account), at(0)).unwrap();
    let lapse = |request: &mut Request, account: &mut StoreCreditAccount, now: Timestamp| {
        let is_due = document::work(request, now) == document::Work::Lapse;
        if is_due {
            store_credit::expire(request, account, now).unwrap();
            steps::seal(request, now);
        }
        (is_due, account.balance(at(1)).minor)
    };
    request.legs[0].booked.settled = true;
    // A clock that is 40 days ahead for a moment.
    assert_eq!(lapse(&mut request, &mut account, at(40 * DAY)), (true, 5_000));
    assert_eq!(lapse(&mut request, &mut account, at(40 * DAY + 60)), (false, 5_000));
    assert_eq!(lapse(&mut request, &mut account, at(60)), (false, 5_000));
    assert_eq!(request.legs[0].lapses_at, Some(at(30 * DAY)));
    // And by the right one.
    assert_eq!(lapse(&mut request, &mut account, at(30 * DAY)), (true, 5_000));
    assert_eq!(lapse(&mut request, &mut account, at(31 * DAY)), (true, 0));
    assert_eq!((request.legs[0].lapses_at, request.overdue_since), (None, None));
    assert_eq!(account.balance(at(31 * DAY)), eur(0));
}

#[test]
fn what_was_overdue_by_a_wrong_clock_is_not_by_another_wrong_one() {
    let mut request = approved(10_000);
    request.status = RequestStatus::PendingApproval;
    request.deadline = Some(at(14 * DAY));
    assert!(!rejection::is_over(&mut request, at(15 * DAY)));
    steps::seal(&mut request, at(15 * DAY));
    steps::seal(&mut request, at(60));
    assert!(!rejection::is_over(&mut request, at(20 * DAY)), "found for the first time");
    steps::seal(&mut request, at(20 * DAY));
    assert!(rejection::is_over(&mut request, at(21 * DAY)));
}
