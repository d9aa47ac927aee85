//! A gateway that speaks of another amount or currency than was ordered: in its answer, when it is asked, in its news.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::attention::retry::RetryError;
use contraflow_domain::gateway::news::{GatewayReply, RefundReport, Terms};
use contraflow_domain::gateway::refund::{self, Work};
use contraflow_domain::lifecycle::leg::{LegStatus, Standing};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::told_amount::ToldAmount;
use samples::{at, executing, steps, tasks};

const LEG: &str = "l1";

/// Less, more, next to nothing, nothing, a negative amount, and as many minor units of something else.
const OTHERS: [(i64, &str); 8] = [
    (9_999, "EUR"),
    (10_001, "EUR"),
    (1, "EUR"),
    (0, "EUR"),
    (-10_000, "EUR"),
    (10_000, "USD"),
    (10_000, "JPY"),
    (10_000, "nothing that is known"),
];

/// What the gateway says of a refund; the leg is to pay 100.00 EUR.
fn says(standing: Standing, amount: Option<(i64, &str)>) -> RefundReport {
    let amount = amount.map(|(minor, currency)| ToldAmount { minor, currency: currency.into() });
    RefundReport { reference: "re_1".into(), amount, standing, failure: None }
}

fn answer(standing: Standing, amount: (i64, &str)) -> steps::Gateway {
    Ok(GatewayReply::Refund(says(standing, Some(amount))))
}

fn told(request: &mut Request, report: &RefundReport, seconds: u64) {
    refund::apply_news(request, LEG, report, "sandbox", at(seconds));
    steps::seal(request, at(seconds));
}

/// A request whose leg was ordered, and the gateway answered with another amount.
fn answered_amiss() -> Request {
    let mut request = executing(10_000);
    let attempt = refund::submit(&mut request, LEG, at(0)).unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &answer(Standing::Succeeded, (9_900, "EUR")), at(1));
    request
}

#[test]
fn an_answer_for_another_amount_or_currency_is_no_outcome_and_calls_a_person() {
    for standing in Standing::ALL.iter().copied() {
        for other in OTHERS {
            let mut request = executing(10_000);
            let attempt = refund::submit(&mut request, LEG, at(0)).unwrap();
            steps::refund_outcome(&mut request, LEG, attempt, &answer(standing, other), at(1));
            assert_eq!(request.legs[0].status, LegStatus::RequiresAction, "{standing:?} {other:?}");
            assert_eq!(tasks(&request), ["leg.other_amount"], "{standing:?} {other:?}");
            assert_eq!(request.legs[0].gateway_reference, None, "that refund is not known to be the leg's");
        }
    }
}

#[test]
fn a_person_reads_both_amounts_and_the_refund_that_is_meant() {
    let detail = &answered_amiss().tasks[0].detail;
    for part in ["100.00 EUR", "99.00 EUR", "re_1"] {
        assert!(detail.contains(part), "{part}: {detail}");
    }
}

#[test]
fn a_look_up_that_finds_another_amount_is_no_outcome_and_calls_a_person_once() {
    let mut request = executing(10_000);
    let attempt = refund::submit(&mut request, LEG, at(0)).unwrap();
    let mut now = at(600);
    for _ in 0..50 {
        steps::refund_outcome(&mut request, LEG, attempt, &answer(Standing::Succeeded, (9_999, "EUR")), now);
        assert_eq!(request.legs[0].status, LegStatus::RequiresAction);
        assert_eq!(tasks(&request)[0], "leg.other_amount");
        let Work::Wait(then) = refund::work(&request.legs[0], now) else { panic!("it is looked up after a pause") };
        now = then;
        assert_eq!(refund::work(&request.legs[0], now), Work::LookUp, "and never sent again");
    }
    let told = request.fresh.iter().filter(|event| event.what.name() == "leg.other_amount").count();
    assert!(told <= 1, "the record does not grow by what is known");
}

#[test]
fn news_of_another_amount_are_no_outcome_wherever_the_leg_stands() {
    for other in OTHERS {
        for standing in Standing::ALL.iter().copied() {
            // Not sent, under way, and at each of its ends.
            for before in std::iter::once(None).chain(Standing::ALL.iter().map(Some)) {
                let mut request = executing(10_000);
                if let Some(before) = before {
                    refund::submit(&mut request, LEG, at(0)).unwrap();
                    told(&mut request, &says(*before, Some((10_000, "EUR"))), 1);
                }
                let was = request.legs[0].status;
                told(&mut request, &says(standing, Some(other)), 2);
                let is = request.legs[0].status;
                let waits = is == LegStatus::RequiresAction && was == LegStatus::Pending;
                assert!(is == was || waits, "{was:?} became {is:?} by {standing:?} {other:?}");
                assert!(tasks(&request).contains(&"leg.other_amount"), "{was:?}, {standing:?} {other:?}");
                assert_eq!(refund::work(&request.legs[0], at(86_400)), Work::LookUp, "{was:?}, {standing:?} {other:?}");
            }
        }
    }
}

#[test]
fn a_message_without_an_amount_does_not_undo_that_another_was_named() {
    let mut request = answered_amiss();
    told(&mut request, &says(Standing::Succeeded, None), 2);
    assert_eq!((request.legs[0].status, tasks(&request)), (LegStatus::RequiresAction, vec!["leg.other_amount"]));
    told(&mut request, &says(Standing::Succeeded, Some((10_000, "EUR"))), 3);
    assert_eq!((request.legs[0].status, tasks(&request)), (LegStatus::Succeeded, vec![]));
    assert_eq!(request.status, RequestStatus::Completed);
}

#[test]
fn a_contradiction_is_not_settled_by_a_refund_of_another_amount() {
    let mut request = executing(10_000);
    refund::submit(&mut request, LEG, at(0)).unwrap();
    told(&mut request, &says(Standing::Succeeded, Some((10_000, "EUR"))), 1);
    told(&mut request, &says(Standing::Canceled, Some((10_000, "EUR"))), 2);
    let doubt = request.legs[0].doubt.unwrap();
    for other in OTHERS {
        steps::resolve(&mut request, LEG, doubt, &answer(Standing::Canceled, other), at(3));
        assert_eq!((request.legs[0].status, request.legs[0].doubt), (LegStatus::Succeeded, Some(doubt)), "{other:?}");
        assert!(tasks(&request).contains(&"leg.other_amount"), "{other:?}");
    }
    steps::resolve(&mut request, LEG, doubt, &answer(Standing::Succeeded, (10_000, "EUR")), at(4));
    assert_eq!((request.legs[0].doubt, tasks(&request)), (None, vec![]), "the gateway has what was ordered");
}

#[test]
fn a_refund_of_another_amount_that_is_not_found_any_more_is_not_sent_again() {
    for absence_is_proof in [true, false] {
        let mut request = answered_amiss();
        let attempt = request.legs[0].attempt.last_sent_at.unwrap();
        let terms = Terms { key_lifetime_ms: None, absence_is_proof };
        steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(terms)), at(100_000));
        assert_eq!(request.legs[0].status, LegStatus::RequiresAction);
        assert!(tasks(&request).contains(&"leg.other_amount"));
    }
}

#[test]
fn a_person_names_the_legs_own_refund_and_the_gateway_is_asked_for_it() {
    let mut request = answered_amiss();
    steps::confirm(&mut request, LEG, "re_2", "fina", at(10)).unwrap();
    assert_eq!(request.legs[0].gateway_reference.as_deref(), Some("re_2"));
    assert_eq!(refund::work(&request.legs[0], at(10)), Work::LookUp, "at once");
    let attempt = request.legs[0].attempt.last_sent_at.unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &answer(Standing::Succeeded, (10_000, "EUR")), at(11));
    assert_eq!((request.legs[0].status, tasks(&request)), (LegStatus::Succeeded, vec![]));
}

#[test]
fn a_person_who_saw_that_nothing_is_paid_sends_the_money_again() {
    let mut request = answered_amiss();
    let mut accounts = samples::accounts(10_000, &request);
    // A retry of the whole request does not do it: the leg has to be named.
    let all = steps::retry(&mut request, &mut accounts, None, Destination::Auto, "fina", at(5));
    assert!(all.is_ok() || matches!(all, Err(RetryError::Nothing(_))), "{all:?}");
    assert_eq!((request.legs.len(), tasks(&request)), (1, vec!["leg.other_amount"]));
    steps::retry(&mut request, &mut accounts, Some(LEG), Destination::Auto, "fina", at(10)).unwrap();
    assert_eq!(
        request.legs.iter().map(|leg| leg.status).collect::<Vec<_>>(),
        [LegStatus::Canceled, LegStatus::Reserved]
    );
    assert_eq!(tasks(&request), [""; 0]);
    // Had it been paid after all, that is not lost from sight.
    told(&mut request, &says(Standing::Succeeded, Some((9_900, "EUR"))), 20);
    assert!(tasks(&request).contains(&"leg.other_amount"));
}
