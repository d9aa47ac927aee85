//! Refunds that something else made.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::account::{Accounts, PaymentAccount};
use contraflow_domain::dispute;
use contraflow_domain::gateway;
use contraflow_domain::lifecycle::leg::{LegStatus, Standing};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Request;
use contraflow_domain::request::leg::Leg;
use samples::{at, eur, executing, steps, tasks, tender};

fn payment() -> PaymentAccount {
    PaymentAccount::untouched("sandbox", "ch_1", Some(eur(10_000)))
}

#[test]
fn what_was_refunded_elsewhere_is_not_there_any_more_in_whatever_order_it_is_told() {
    use Standing::{Failed, Pending, Succeeded};
    for (order, left) in [
        (vec![Pending, Succeeded], 6_000),
        (vec![Succeeded, Pending, Succeeded], 6_000),
        (vec![Succeeded, Failed], 10_000),
        (vec![Failed, Pending], 10_000),
        (vec![Standing::Canceled, Succeeded], 6_000),
    ] {
        let mut account = payment();
        for standing in &order {
            gateway::external_refund::apply_news(&mut account, "re_x", Some(eur(4_000)), *standing);
        }
        assert_eq!(account.available_minor(), left, "{order:?}");
        let leg = Leg::reserved("l1".into(), tender(), "card", eur(left + 1));
        assert!(account.reserve("r", &leg).is_err(), "{order:?}");
    }
}

#[test]
fn one_that_is_more_than_there_was_is_stored_and_told_and_nothing_more_goes_out() {
    let mut request = executing(7_000);
    let mut accounts = samples::accounts(10_000, &request);
    assert!(gateway::external_refund::apply_news(
        &mut accounts.payments[0],
        "re_x",
        Some(eur(4_000)),
        Standing::Succeeded
    ));
    gateway::external_refund::reconcile(&mut request, &accounts.payments[0], at(1));
    assert_eq!(tasks(&request), ["payment.difference"]);
    assert!(request.tasks[0].detail.contains("10.00") && request.tasks[0].detail.contains("re_x"));
    for seconds in [2, 10, 100] {
        assert!(dispute::case::hold(&mut request, "l1", &accounts, at(seconds)), "the leg is not sent");
        steps::seal(&mut request, at(seconds));
    }
    assert_eq!(request.status, RequestStatus::NeedsAttention);
    assert!(request.legs[0].attempt.not_before.is_some(), "it is retried");
    // It came back: there is enough again.
    gateway::external_refund::apply_news(&mut accounts.payments[0], "re_x", Some(eur(4_000)), Standing::Failed);
    gateway::external_refund::reconcile(&mut request, &accounts.payments[0], at(200));
    assert!(!tasks(&request).contains(&"payment.difference"));
    assert!(!dispute::case::hold(&mut request, "l1", &accounts, at(201)));
}

#[test]
fn one_that_turns_out_to_be_a_legs_own_counts_once() {
    let mut request = executing(10_000);
    let mut accounts = samples::accounts(10_000, &request);
    let account = &mut accounts.payments[0];
    gateway::external_refund::apply_news(account, "re_1", Some(eur(10_000)), Standing::Succeeded);
    gateway::external_refund::reconcile(&mut request, account, at(1));
    assert_eq!(account.over_minor(), 10_000);
    assert!(gateway::external_refund::forget(account, "re_1"));
    gateway::external_refund::reconcile(&mut request, account, at(2));
    assert_eq!((account.over_minor(), tasks(&request).len()), (0, 0));
}

fn counted(account: &mut PaymentAccount, minor: i64, seconds: u64) -> bool {
    gateway::external_refund::apply_total(account, eur(minor), at(seconds))
}

#[test]
fn what_the_gateway_counts_and_nobody_here_sent_is_not_there_any_more() {
    let mut account = payment();
    assert!(counted(&mut account, 5_000, 1));
    assert_eq!(account.available_minor(), 5_000);
    let leg = Leg::reserved("l1".into(), tender(), "card", eur(8_000));
    assert!(account.reserve("r", &leg).is_err(), "80.00 of 100.00, of which 50.00 are gone");
    assert!(!counted(&mut account, 5_000, 2), "told again");
    assert!(!counted(&mut account, 2_000, 1), "what was counted before that says nothing");
    assert_eq!(account.available_minor(), 5_000);
    // Those that get a name are in the count already, in whatever order both are told.
    gateway::external_refund::apply_news(&mut account, "re_x", Some(eur(3_000)), Standing::Succeeded);
    assert_eq!(account.available_minor(), 5_000);
    gateway::external_refund::apply_news(&mut account, "re_y", Some(eur(2_000)), Standing::Succeeded);
    assert!(!counted(&mut account, 5_000, 3));
    assert_eq!((account.available_minor(), account.outside_minor()), (5_000, 5_000));
}

#[test]
fn what_the_gateway_counts_of_our_own_refunds_is_counted_once() {
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    // Ordered, and counted by the gateway before its answer is here.
    accounts.send(&request, "l1");
    assert!(!counted(&mut accounts.payments[0], 4_000, 1));
    assert_eq!((accounts.payments[0].available_minor(), accounts.payments[0].outside_minor()), (6_000, 0));
    assert!(counted(&mut accounts.payments[0], 9_000, 2));
    assert_eq!(accounts.payments[0].available_minor(), 1_000);
    gateway::external_refund::reconcile(&mut request, &accounts.payments[0], at(2));
    assert_eq!(tasks(&request).len(), 0, "there was enough");
    // One that is only set aside is not in what the gateway counts.
    let request = executing(7_000);
    let mut accounts = samples::accounts(10_000, &request);
    assert!(counted(&mut accounts.payments[0], 5_000, 1));
    assert_eq!(accounts.payments[0].over_minor(), 2_000);
}

#[test]
fn money_that_is_held_back_sees_a_payment_that_comes_later_and_what_was_approved_stays() {
    use contraflow_domain::chain::{self, Next, Step};
    use contraflow_domain::request::ask::Destination;
    let mut request = executing(6_000);
    let part = |id: &str, minor: i64| samples::payment(id, "ch_1", eur(minor), eur(minor));
    let mut invoice = samples::invoice();
    invoice.payments = vec![part("P", 6_000)];
    request.packet.as_mut().unwrap().invoice = Some(invoice.clone());
    request.hash_content();
    let approved = (request.content_hash.clone(), request.legs.clone());
    let known = |request: &Request, stored: Option<&Accounts>| {
        let found =
            |_: &contraflow_domain::invoice::Payment| Ok::<_, ()>(stored.map(|known| known.payments[0].clone()));
        Accounts::gather(request, None, found).unwrap()
    };
    let mut accounts = known(&request, None);
    let leg = Leg { status: LegStatus::Reserved, ..request.legs[0].clone() };
    accounts.payments[0].reserve(&request.id, &leg).unwrap();
    gateway::external_refund::apply_news(&mut accounts.payments[0], "re_x", Some(eur(4_000)), Standing::Succeeded);
    for seconds in [2, 10, 100] {
        assert!(dispute::case::hold(&mut request, "l1", &accounts, at(seconds)));
        steps::seal(&mut request, at(seconds));
    }
    assert_eq!(tasks(&request), ["leg.held"]);
    request.outbox.clear();
    assert_eq!(chain::next(&request, at(100)), Next::Do(Step::InvoiceLookup), "by itself");
    assert!(!request.add_payments(None, at(100)), "the ERP is away");
    assert!(!request.add_payments(Some(&invoice), at(100)), "nothing came");
    assert!(matches!(chain::next(&request, at(100)), Next::Wait { .. }));
    let mut retried = request.clone();
    steps::retry(&mut retried, &mut accounts, None, Destination::Auto, "fina", at(101)).unwrap();
    assert_eq!(chain::next(&retried, at(101)), Next::Do(Step::InvoiceLookup), "and when a person retries");
    invoice.payments.push(part("P2", 4_000));
    assert!(request.add_payments(Some(&invoice), at(102)));
    let accounts = known(&request, Some(&accounts));
    assert!(!dispute::case::hold(&mut request, "l1", &accounts, at(103)), "100.00 were captured in all");
    request.hash_content();
    assert_eq!(request.content_hash, approved.0);
    assert_eq!(
        (&request.legs[0].target, request.legs[0].amount, request.legs.len()),
        (&approved.1[0].target, eur(6_000), 1)
    );
}
