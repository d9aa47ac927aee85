//! Amounts that a gateway has not said, or said in another currency: they count as all there is, and a person is told.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::account::Accounts;
use contraflow_domain::account::PaymentAccount;
use contraflow_domain::dispute;
use contraflow_domain::dispute::loss::Loss;
use contraflow_domain::gateway;
use contraflow_domain::lifecycle::dispute::DisputeStatus::{self, Lost, Open, Won};
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::leg::Standing;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::request::Request;
use samples::{approved, at, eur, executing, steps, tasks};

const FEW_DOLLARS: Money = Money { minor: 500, currency: Currency::USD };

fn hear(account: &mut PaymentAccount, amount: Option<Money>, status: DisputeStatus, seconds: u64) -> bool {
    let news = dispute::case::News {
        dispute: "dp_1".into(),
        amount,
        status,
        reason: "fraudulent".into(),
        reinstated: false,
        round: None,
        at: at(seconds),
    };
    dispute::case::apply_news(account, &news)
}

fn payment() -> PaymentAccount {
    PaymentAccount::untouched("sandbox", "ch_1", Some(eur(10_000)))
}

fn follow(request: &mut Request, accounts: &mut Accounts, seconds: u64) {
    dispute::case::reconcile(request, &mut accounts.payments[0], "sandbox", at(seconds));
    accounts.reconcile(request).unwrap();
    steps::seal(request, at(seconds));
}

#[test]
fn a_dispute_in_another_currency_takes_the_whole_payment_and_gives_all_of_it_back() {
    let mut account = payment();
    hear(&mut account, Some(FEW_DOLLARS), Open, 1);
    assert!(account.is_frozen());
    hear(&mut account, Some(FEW_DOLLARS), Lost, 2);
    assert_eq!((account.lost_minor(), account.available_minor(), account.lost_unclaimed_minor()), (10_000, 0, 0));
    // With another that can be compared it is still no more than all.
    account.disputes.push(contraflow_domain::account::Dispute {
        id: "dp_2".into(),
        amount: Some(eur(4_000)),
        ..account.disputes[0].clone()
    });
    assert_eq!((account.lost_minor(), account.over_minor()), (10_000, 0));
    account.disputes.pop();
    hear(&mut account, Some(FEW_DOLLARS), Won, 3);
    assert_eq!(account.available_minor(), 10_000);
}

#[test]
fn what_a_dispute_took_in_another_currency_is_a_persons_matter() {
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    hear(&mut accounts.payments[0], Some(FEW_DOLLARS), Open, 1);
    follow(&mut request, &mut accounts, 1);
    assert_eq!((request.legs[0].frozen, tasks(&request)), (true, vec!["dispute.currency", "dispute.open"]));
    let detail = &request.tasks[0].detail;
    assert!(detail.contains("5.00 USD") && detail.contains("captured in EUR"), "{detail}");
    assert_eq!(dispute::evidence::of(&request, &accounts)["payments"][0]["exposure"]["value"], "0.00");
    hear(&mut accounts.payments[0], Some(FEW_DOLLARS), Lost, 2);
    follow(&mut request, &mut accounts, 2);
    // Nobody can say that the customer has it, so the bank settles nothing in the leg's stead.
    assert_eq!((request.legs.len(), request.legs[0].status), (1, LegStatus::Canceled));
    assert_eq!(
        (request.status, tasks(&request)),
        (RequestStatus::NeedsAttention, vec!["dispute.currency", "leg.reroute"])
    );
    assert_eq!(Loss::of(&accounts.payments[0], "dp_1", at(2)), None, "nothing is booked by itself");
}

#[test]
fn a_request_that_comes_after_such_a_dispute_is_warned() {
    let mut request = approved(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    hear(&mut accounts.payments[0], Some(FEW_DOLLARS), Open, 1);
    dispute::case::freeze_new_legs(&mut request, &accounts);
    let codes: Vec<_> = request.findings.iter().map(|finding| finding.code.name()).collect();
    assert_eq!(codes, ["dispute.currency", "dispute.open"]);
}

#[test]
fn a_dispute_that_names_no_amount_is_kept_before_its_payment_is_known() {
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", None);
    assert!(hear(&mut account, None, Open, 1));
    assert!(account.is_frozen());
    hear(&mut account, None, Lost, 2);
    assert_eq!(Loss::of(&account, "dp_1", at(2)), None, "nobody knows how much");
    assert!(dispute::case::name_amounts(&mut account).is_empty());
    // Now a request knows of the payment.
    account.captured = Some(eur(10_000));
    assert_eq!(account.available_minor(), 0);
    assert_eq!(dispute::case::name_amounts(&mut account), ["dp_1"]);
    assert_eq!(Loss::of(&account, "dp_1", at(3)).unwrap().amount, eur(10_000));
    assert!(dispute::case::name_amounts(&mut account).is_empty(), "once");
    hear(&mut account, Some(eur(1)), Lost, 4);
    assert_eq!(account.lost_minor(), 10_000, "what was booked stays");
}

#[test]
fn an_amount_that_is_named_later_counts_from_then_on() {
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", None);
    hear(&mut account, None, Open, 1);
    assert!(hear(&mut account, Some(eur(3_000)), Open, 2));
    account.captured = Some(eur(10_000));
    hear(&mut account, None, Lost, 3);
    assert_eq!(account.available_minor(), 7_000);

    let mut account = PaymentAccount::untouched("sandbox", "ch_1", None);
    hear(&mut account, None, Lost, 1);
    assert!(hear(&mut account, Some(eur(3_000)), Lost, 1));
    assert_eq!(Loss::of(&account, "dp_1", at(1)).unwrap().amount, eur(3_000));
}

#[test]
fn a_refund_elsewhere_of_which_nobody_knows_how_much_takes_what_is_left() {
    for amount in [None, Some(FEW_DOLLARS)] {
        let mut account = payment();
        assert!(gateway::external_refund::apply_news(&mut account, "re_x", amount, Standing::Pending));
        assert_eq!((account.available_minor(), account.over_minor()), (0, 0), "{amount:?}");
        gateway::external_refund::apply_news(&mut account, "re_x", amount, Standing::Failed);
        assert_eq!(account.available_minor(), 10_000, "{amount:?}: it did not go");
    }
    let mut account = payment();
    gateway::external_refund::apply_news(&mut account, "re_x", None, Standing::Succeeded);
    assert!(gateway::external_refund::apply_news(&mut account, "re_x", Some(eur(4_000)), Standing::Succeeded));
    assert_eq!(account.available_minor(), 6_000);
}

#[test]
fn while_nobody_knows_how_much_went_back_elsewhere_nothing_more_goes_out_and_a_person_is_told() {
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    gateway::external_refund::apply_news(&mut accounts.payments[0], "re_x", None, Standing::Succeeded);
    gateway::external_refund::reconcile(&mut request, &accounts.payments[0], at(1));
    assert_eq!(tasks(&request), ["payment.unsure"]);
    assert!(request.tasks[0].detail.contains("re_x"), "{}", request.tasks[0].detail);
    assert!(dispute::case::hold(&mut request, "l1", &accounts, at(2)));
    gateway::external_refund::apply_news(&mut accounts.payments[0], "re_x", Some(eur(6_000)), Standing::Succeeded);
    gateway::external_refund::reconcile(&mut request, &accounts.payments[0], at(3));
    assert_eq!(tasks(&request).len(), 0);
    assert!(!dispute::case::hold(&mut request, "l1", &accounts, at(4)), "there is enough for it");

    let mut later = approved(1_000);
    gateway::external_refund::apply_news(&mut accounts.payments[0], "re_y", None, Standing::Succeeded);
    gateway::external_refund::add_findings(&mut later, &accounts.payments[0]);
    assert_eq!(later.findings[0].code.name(), "payment.refund_unsure");
}
