//! A dispute that is lost and won after all: what was counted as lost is back, what was booked is booked back, and
//! nobody is paid.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::account::Accounts;
use contraflow_domain::account::PaymentAccount;
use contraflow_domain::dispute;
use contraflow_domain::dispute::loss::Loss;
use contraflow_domain::doctor;
use contraflow_domain::erp;
use contraflow_domain::lifecycle::dispute::DisputeStatus::{self, Accepted, Lost, Open, UnderReview, Won};
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::leg::Target;
use contraflow_domain::zone::Zone;
use samples::{approved, at, eur, executing, steps, tasks};

fn news(seconds: u64, status: DisputeStatus) -> dispute::case::News {
    let (dispute, reason) = ("dp_1".into(), "fraudulent".into());
    dispute::case::News {
        dispute,
        amount: Some(eur(10_000)),
        status,
        reason,
        reinstated: false,
        round: None,
        at: at(seconds),
    }
}

/// The request after this was heard of its payment, and after what needs nobody outside is done.
fn hear(request: &mut Request, accounts: &mut Accounts, seconds: u64, status: DisputeStatus) {
    let account = &mut accounts.payments[0];
    dispute::case::apply_news(account, &news(seconds, status));
    dispute::case::reconcile(request, account, "sandbox", at(seconds));
    accounts.reconcile(request).unwrap();
    steps::seal(request, at(seconds));
    if erp::document::work(request, at(seconds)) == erp::document::Work::Internal {
        erp::document::internal_legs(request, None, at(seconds)).unwrap();
        steps::seal(request, at(seconds));
    }
    doctor::balance::check(request).unwrap();
    let holders = [(request.id.clone(), request.clone())].into();
    assert_eq!(doctor::payment("payment/x", &accounts.payments[0], &holders, true), []);
}

/// Every order in which these can be told.
fn orders(told: &[(u64, DisputeStatus)]) -> Vec<Vec<(u64, DisputeStatus)>> {
    if told.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for place in 0..told.len() {
        let mut rest = told.to_vec();
        let first = rest.remove(place);
        all.extend(orders(&rest).into_iter().map(|order| [vec![first], order].concat()));
    }
    all
}

#[test]
fn the_last_decision_counts_in_whatever_order_and_however_often_they_are_told() {
    for (told, end) in [
        (vec![(1, Open), (2, Lost), (3, Won)], Won),
        (vec![(1, Open), (2, Accepted), (3, Won)], Won),
        (vec![(1, Won), (2, Lost)], Lost),
        (vec![(1, Won), (2, Accepted)], Accepted),
        (vec![(1, Lost), (2, Won), (3, Lost), (4, UnderReview)], Lost),
        (vec![(1, Lost), (2, Won), (3, Lost), (4, Won)], Won),
        // What happened at the same moment: the money counts as gone.
        (vec![(1, Won), (1, Lost)], Lost),
    ] {
        for order in orders(&told) {
            let mut account = PaymentAccount::untouched("sandbox", "ch_1", Some(eur(10_000)));
            for (seconds, status) in order.iter().chain(&order) {
                dispute::case::apply_news(&mut account, &news(*seconds, *status));
            }
            assert_eq!(account.disputes[0].status, end, "{order:?}");
            let left = if end == Won { 10_000 } else { 0 };
            assert_eq!(account.available_minor(), left, "{order:?}");
        }
    }
}

#[test]
fn a_loss_that_was_stored_with_its_day_alone_still_reads() {
    let stored = serde_json::json!({
        "gateway": "stripe", "payment": "ch_1", "dispute": "dp_1", "amount": {"value": "1.00", "currency": "EUR"},
        "lost_on": "2026-11-20", "booked": true, "turns": [{"on": "2026-11-21", "booked": false}],
        "tries": 0, "due": null,
    });
    let loss: Loss = serde_json::from_value(stored).unwrap();
    let entry = loss.next_entry().unwrap();
    let los_angeles: Zone = "America/Los_Angeles".parse().unwrap();
    assert_eq!(loss.lost_on.day(los_angeles).to_string(), "2026-11-20", "whatever the time zone is set to since");
    assert_eq!(entry.on.day(los_angeles).to_string(), "2026-11-21");
    let again: Loss = serde_json::from_value(serde_json::to_value(&loss).unwrap()).unwrap();
    assert_eq!(again, loss);
}

#[test]
fn a_loss_is_booked_turn_by_turn_each_under_its_own_key() {
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", None);
    dispute::case::apply_news(&mut account, &news(1, Lost));
    let mut loss = Loss::of(&account, "dp_1", at(1)).unwrap();
    assert!(!loss.record_turn(true, at(2)), "the same again is no turn");
    // The first entry may be at the ERP although nobody knows it yet: it is booked all the same, and then undone.
    assert!(loss.record_turn(false, at(2)) && loss.record_turn(true, at(3)) && loss.record_turn(false, at(4)));
    assert!(!loss.stands());
    let mut booked = Vec::new();
    while let Some(entry) = loss.next_entry() {
        assert!(!loss.record_outcome(entry.place + 1, &Ok(()), at(5)), "late word of another entry changes nothing");
        loss.record_outcome(entry.place, &Ok(()), at(5));
        assert_eq!(loss.due.is_some(), loss.next_entry().is_some());
        booked.push(entry);
    }
    assert_eq!(booked.iter().map(|entry| entry.is_return).collect::<Vec<_>>(), [false, true, false, true]);
    let keys: std::collections::BTreeSet<_> = booked.iter().map(|entry| &entry.key).collect();
    assert_eq!(keys.len(), 4);
    assert!(keys.iter().all(|key| key.len() <= 64));
}

#[test]
fn what_the_bank_had_paid_is_not_paid_any_more_and_a_person_decides() {
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    hear(&mut request, &mut accounts, 1, Lost);
    assert_eq!((request.status, request.legs[1].status), (RequestStatus::Completed, LegStatus::Succeeded));
    for _ in 0..2 {
        hear(&mut request, &mut accounts, 2, Won);
        assert_eq!((request.status, tasks(&request)), (RequestStatus::NeedsAttention, vec!["leg.reroute"]));
        assert!(request.tasks[0].detail.contains("won after all"), "{}", request.tasks[0].detail);
        assert_eq!((request.legs.len(), request.legs[1].status), (2, LegStatus::Reversed));
        assert_eq!(accounts.payments[0].available_minor(), 10_000);
    }
    // A person sends it the way that it was meant to go.
    steps::retry(&mut request, &mut accounts, None, Destination::OriginalTender, "fina", at(3)).unwrap();
    assert_eq!((&request.legs[2].target, request.legs[2].amount), (&request.legs[0].target, eur(4_000)));
    assert_eq!((request.status, accounts.payments[0].available_minor()), (RequestStatus::Executing, 6_000));
    // Taken once more before it went out: it is settled by the bank again, and counted once.
    hear(&mut request, &mut accounts, 4, Lost);
    assert_eq!((request.legs[2].status, &request.legs[3].target), (LegStatus::Canceled, &Target::OutOfBand));
    assert_eq!((request.status, accounts.payments[0].lost_unclaimed_minor()), (RequestStatus::Completed, 6_000));
}

#[test]
fn what_the_bank_takes_again_before_anybody_has_decided_settles_the_document_again() {
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    for round in 0..3 {
        hear(&mut request, &mut accounts, 2 * round + 1, Lost);
        assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Completed, 0), "{:?}", request.tasks);
        assert_eq!(accounts.payments[0].lost_unclaimed_minor(), 6_000);
        hear(&mut request, &mut accounts, 2 * round + 2, Won);
        assert_eq!((request.status, tasks(&request)), (RequestStatus::NeedsAttention, vec!["leg.reroute"]));
    }
    let paid = request.legs.iter().filter(|leg| leg.status == LegStatus::Succeeded).count();
    assert_eq!(paid, 0);
}

#[test]
fn what_the_bank_has_paid_of_a_foreign_tender_settles_what_that_was_worth_in_the_document() {
    let dollars = Money { minor: 4_400, currency: Currency::USD };
    let mut request = executing(4_000);
    (request.legs[0].amount, request.legs[0].settles) = (dollars, Some(eur(4_000)));
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", None);
    account.apply("INV-1", &samples::payment("P", "ch_1", dollars, eur(4_000)));
    account.reserve(&request.id, &request.legs[0]).unwrap();
    dispute::case::apply_news(&mut account, &dispute::case::News { amount: Some(dollars), ..news(1, Lost) });
    dispute::case::reconcile(&mut request, &mut account, "sandbox", at(1));
    assert_eq!((&request.legs[1].target, request.legs[1].amount), (&Target::OutOfBand, eur(4_000)));
    doctor::balance::check(&request).unwrap();
}

#[test]
fn a_request_that_was_refused_for_the_loss_is_told() {
    let mut request = approved(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    hear(&mut request, &mut accounts, 1, Lost);
    assert_eq!(request.status, RequestStatus::Rejected);
    hear(&mut request, &mut accounts, 2, Won);
    assert_eq!((request.status, tasks(&request)), (RequestStatus::Rejected, vec!["dispute.given_back"]));
    assert_eq!(accounts.payments[0].concerned().len(), 1);
    hear(&mut request, &mut accounts, 3, Lost);
    assert_eq!(tasks(&request).len(), 0, "the customer has it again");
}

#[test]
fn only_as_much_as_came_back_is_taken_from_those_who_had_it_from_the_bank() {
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    let other = dispute::case::News { dispute: "dp_2".into(), amount: Some(eur(4_000)), ..news(1, Lost) };
    for news in [other, dispute::case::News { amount: Some(eur(6_000)), ..news(1, Lost) }] {
        dispute::case::apply_news(&mut accounts.payments[0], &news);
    }
    hear(&mut request, &mut accounts, 1, Lost);
    hear(&mut request, &mut accounts, 2, Won);
    assert_eq!(request.status, RequestStatus::Completed, "the other dispute pays it still");
    assert_eq!(request.legs[1].status, LegStatus::Succeeded);
}

#[test]
fn the_doctor_tells_what_is_counted_and_not_so_and_what_is_not_to_be_booked() {
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    hear(&mut request, &mut accounts, 1, Lost);
    let holders = [(request.id.clone(), request.clone())].into();
    let codes = |account: &PaymentAccount, known: &[Loss]| -> Vec<_> {
        let known = known.iter().map(|loss| (loss.dispute.clone(), loss.clone())).collect();
        let found = doctor::payment("payment/x", account, &holders, true);
        found.into_iter().chain(doctor::losses("payment/x", account, &known)).map(|found| found.code).collect()
    };
    let loss = Loss::of(&accounts.payments[0], "dp_1", at(1)).unwrap();
    assert!(codes(&accounts.payments[0], std::slice::from_ref(&loss)).is_empty());
    assert_eq!(codes(&accounts.payments[0], &[]), ["payment.loss"]);
    // Given back, and nobody followed.
    dispute::case::apply_news(&mut accounts.payments[0], &news(2, Won));
    assert_eq!(codes(&accounts.payments[0], &[loss]), ["payment.given_back", "payment.loss"]);
    // Replaced by nothing that the bank paid.
    let mut account = accounts.payments[0].clone();
    dispute::case::apply_news(&mut account, &news(3, Lost));
    request.legs[1].status = LegStatus::Reversed;
    let holders = [(request.id.clone(), request)].into();
    let found = doctor::payment("payment/x", &account, &holders, true);
    assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), ["payment.by_bank"]);
}

#[test]
fn money_that_is_put_back_of_a_dispute_that_stays_lost_is_a_persons_matter() {
    let back = |seconds, status| dispute::case::News { reinstated: true, ..news(seconds, status) };
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    // Put back, and taken a second time: it is gone, whatever comes late.
    hear(&mut request, &mut accounts, 3, Lost);
    assert!(!dispute::case::apply_news(&mut accounts.payments[0], &back(2, UnderReview)));
    // Put back after it was lost: for the time being, or in part.
    for told in [back(4, UnderReview), back(4, Lost)] {
        let (mut request, mut accounts) = (request.clone(), accounts.clone());
        assert!(dispute::case::apply_news(&mut accounts.payments[0], &told));
        assert!(!dispute::case::apply_news(&mut accounts.payments[0], &told), "told once");
        steps::reconcile_dispute(&mut request, &mut accounts.payments[0], "sandbox", at(4));
        assert_eq!((request.status, tasks(&request)), (RequestStatus::Completed, vec!["dispute.reinstated"]));
        assert_eq!((request.legs[1].status, accounts.payments[0].available_minor()), (LegStatus::Succeeded, 0));
        hear(&mut request, &mut accounts, 5, Won);
        assert_eq!(tasks(&request), ["leg.reroute"], "all of it is back");
    }
}

#[test]
fn a_decision_that_was_made_before_a_dispute_opened_again_does_not_close_it() {
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", Some(eur(10_000)));
    for (seconds, status) in [(2, Won), (3, Open), (2, Won), (1, Lost), (1, Won)] {
        dispute::case::apply_news(&mut account, &news(seconds, status));
    }
    assert_eq!(account.disputes[0].status, Open);
    dispute::case::apply_news(&mut account, &news(4, Won));
    assert_eq!(account.disputes[0].status, Won);
}

#[test]
fn what_is_told_of_a_round_that_is_over_changes_nothing_whatever_date_it_bears() {
    let of = |round, seconds, status| dispute::case::News { round: Some(round), ..news(seconds, status) };
    let told = [of(1, 5, Open), of(2, 4, Lost), of(3, 3, Won), of(4, 2, Lost)];
    for order in orders(&[(0, Open), (1, Open), (2, Open), (3, Open)]) {
        let mut account = PaymentAccount::untouched("sandbox", "ch_1", Some(eur(10_000)));
        for (place, _) in order {
            dispute::case::apply_news(&mut account, &told[usize::try_from(place).unwrap()]);
        }
        assert_eq!((account.disputes[0].status, account.available_minor()), (Lost, 0));
        // The very same signed news again, with a later date.
        assert!(!dispute::case::apply_news(&mut account, &of(3, 99, Won)));
        let late = dispute::case::News { reinstated: true, ..of(1, 99, UnderReview) };
        assert!(!dispute::case::apply_news(&mut account, &late));
    }
}
