//! What news of a payment mean for the requests on it, however many there are.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::collections::BTreeSet;

use contraflow_domain::account::{FraudWarning, LegClaim, PaymentAccount};
use contraflow_domain::attention::retry::{self, Retry};
use contraflow_domain::dispute::loss::Loss;
use contraflow_domain::dispute::{case, fraud_warning};
use contraflow_domain::follow::{Follow, Topic};
use contraflow_domain::gateway::external_refund;
use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::lifecycle::leg::{LegStatus, Standing};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits;
use contraflow_domain::policy::{DEFAULT, Policy};
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::attempt::CallError;
use samples::{approved, at, eur, tasks};
use serde::Serialize;

/// The most bytes of one value of the store.
const VALUE_BYTES: usize = 1024 * 1024;

fn id(number: usize) -> String {
    format!("0199c7b0-0000-7000-8000-{number:012}")
}

/// A name as long as any may be.
fn name(number: usize) -> String {
    format!("{number:0>width$}", width = limits::REFERENCE_LENGTH)
}

/// A claim whose fields are all set, on one of as many invoices as a payment may have paid.
fn claim(number: usize) -> LegClaim {
    let leg = serde_json::json!({"request": id(number), "leg": "l64", "amount": eur(100), "settles": eur(100),
                                 "counted": true, "sent": false, "by_bank": true, "given_back": true,
                                 "payment": name(number % limits::APPLICATIONS)});
    serde_json::from_value(leg).unwrap()
}

/// All of its amounts as large as any may be.
fn with_large_amounts(account: &PaymentAccount) -> PaymentAccount {
    let mut large = account.clone();
    let most = eur(limits::MONEY_MINOR);
    for claim in &mut large.claims {
        (claim.amount, claim.settles) = (most, Some(most));
    }
    large.shares.iter_mut().for_each(|share| share.amount = most);
    for known in &mut large.applications {
        (known.captured, known.applied) = (most, Some(most));
    }
    large.disputes.iter_mut().for_each(|dispute| dispute.amount = Some(most));
    large.outside.iter_mut().for_each(|outside| outside.amount = Some(most));
    for sum in &mut large.archived {
        (sum.used_minor, sum.settled_minor, sum.by_bank_minor) = (most.minor, most.minor, most.minor);
    }
    large
}

/// A payment with so many requests on it.
fn account(claims: usize) -> PaymentAccount {
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", Some(eur(1_000_000)));
    account.claims = (0..claims).map(claim).collect();
    account
}

fn dispute(number: usize, status: DisputeStatus) -> case::News {
    case::News {
        dispute: name(number),
        amount: Some(eur(1_000)),
        status,
        reason: "fraudulent".into(),
        reinstated: true,
        round: Some(1),
        at: at(60),
    }
}

fn warning(number: usize) -> FraudWarning {
    FraudWarning { id: name(number), actionable: true, kind: "made_with_stolen_card".into() }
}

fn begun(known: Option<Follow>, account: &PaymentAccount, topic: Topic) -> Follow {
    Follow::begin(known, account, topic, "w".into(), at(0)).unwrap()
}

fn bytes(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).unwrap().len()
}

/// All ids that the walk comes to, portion by portion.
fn walked(follow: &mut Follow, account: &PaymentAccount) -> Vec<Vec<String>> {
    let mut portions = Vec::new();
    loop {
        let portion = follow.portion(account);
        let Some(last) = portion.last().cloned() else { return portions };
        follow.advance(&last, false);
        portions.push(portion);
    }
}

#[test]
fn every_event_on_a_payment_that_is_full_makes_a_commit_of_a_few_values_that_fit() {
    let mut account = account(limits::CLAIMS);
    // Lists other than the claims are filled to their bounds, under names as long as any may be.
    for number in 0..limits::SHARES {
        account.share(&id(number), "l64", eur(100)).unwrap();
    }
    for number in 0..limits::APPLICATIONS {
        let captured = serde_json::to_value(eur(100)).unwrap();
        let told = serde_json::json!({"payment": name(number), "invoice": name(number), "captured": captured, "applied": captured});
        account.applications.push(serde_json::from_value(told).unwrap());
        let archived = serde_json::json!({"payment": name(number), "legs": 1, "used_minor": 0, "settled_minor": 0,
                                          "by_bank_minor": 0});
        account.archived.push(serde_json::from_value(archived).unwrap());
    }
    for number in 0..limits::PAYMENT_NEWS {
        assert!(case::apply_news(&mut account, &dispute(number, DisputeStatus::Open)));
        assert!(fraud_warning::apply_news(&mut account, &warning(number)));
        assert!(external_refund::apply_news(&mut account, &name(number), Some(eur(1)), Standing::Succeeded));
    }
    account.check_news([0; 3]).unwrap();
    let mut follow = None;
    let mut most = 0;
    type News = Box<dyn Fn(&mut PaymentAccount) -> bool>;
    let lost = |status: DisputeStatus, minute| case::News { at: at(minute), ..dispute(7, status) };
    let events: [(Topic, News); 5] = [
        (Topic::Dispute, Box::new(move |account| case::apply_news(account, &lost(DisputeStatus::Lost, 120)))),
        (Topic::Dispute, Box::new(move |account| case::apply_news(account, &lost(DisputeStatus::Won, 180)))),
        (
            Topic::Fraud,
            Box::new(|account| fraud_warning::apply_news(account, &FraudWarning { actionable: false, ..warning(7) })),
        ),
        (Topic::Outside, Box::new(|account| external_refund::forget(account, &name(7)))),
        (Topic::Outside, Box::new(|account| external_refund::apply_total(account, eur(900_000), at(9)))),
    ];
    for (topic, apply) in events {
        assert!(apply(&mut account), "{topic:?}");
        let next = begun(follow.take(), &account, topic);
        most = most.max(bytes(&with_large_amounts(&account))).max(bytes(&next));
        follow = Some(next);
    }
    account.check_news([0; 3]).unwrap();
    for number in 0..limits::PAYMENT_NEWS {
        follow = Some(begun(follow.take(), &account, Topic::Loss(name(number))));
    }
    let mut follow = follow.unwrap();
    most = most.max(bytes(&follow));
    assert!(most < VALUE_BYTES, "{most} bytes");
    let stored: PaymentAccount = serde_json::from_slice(&serde_json::to_vec(&account).unwrap()).unwrap();
    assert_eq!(stored, account);
    assert_eq!(limits::CLAIMS, 2_000);
    // The requests are not in that commit: they come a few at a time, and each once.
    let portions = walked(&mut follow, &account);
    assert!(portions.iter().all(|portion| portion.len() <= limits::FOLLOWED_AT_ONCE));
    let all: BTreeSet<_> = portions.iter().flatten().collect();
    assert_eq!((all.len(), portions.concat().len()), (limits::CLAIMS, limits::CLAIMS));
    assert_eq!(follow.end("w2".into(), at(1)), None);
}

#[test]
fn more_news_of_one_payment_than_it_has_room_for_are_refused_and_not_dropped() {
    let fill: [fn(&mut PaymentAccount, usize); 3] = [
        |account, number| assert!(case::apply_news(account, &dispute(number, DisputeStatus::Open))),
        |account, number| assert!(fraud_warning::apply_news(account, &warning(number))),
        |account, number| {
            assert!(external_refund::apply_news(account, &number.to_string(), Some(eur(1)), Standing::Succeeded));
        },
    ];
    for fill in fill {
        let mut account = account(1);
        (0..limits::PAYMENT_NEWS).for_each(|number| fill(&mut account, number));
        assert!(account.check_news([0; 3]).is_ok());
        fill(&mut account, limits::PAYMENT_NEWS);
        assert!(account.check_news([0; 3]).unwrap_err().to_string().contains("takes no more"));
        assert!(
            account.check_news(account.news()).is_ok(),
            "one that is fuller since before takes news of what it holds"
        );
    }
}

#[test]
fn further_news_begin_the_walk_anew_with_all_that_it_had_to_tell() {
    let account = account(50);
    let mut follow = begun(None, &account, Topic::Dispute);
    let portion = follow.portion(&account);
    follow.advance(&portion[19], true);
    assert!(follow.is_ahead(&id(20)) && follow.is_ahead(&id(3)), "one of them could not hear");
    let follow = Follow::begin(Some(follow), &account, Topic::Fraud, "w2".into(), at(5)).unwrap();
    assert_eq!(follow.topics, BTreeSet::from([Topic::Dispute, Topic::Fraud]));
    assert_eq!((follow.after.as_deref(), follow.walk.as_str(), follow.due), (None, "w2", at(5)));
    assert_eq!(follow.portion(&account), portion);
}

#[test]
fn a_request_that_could_not_hear_hears_on_a_later_walk() {
    let account = account(30);
    let mut follow = begun(None, &account, Topic::Dispute);
    follow.advance(&id(19), true);
    follow.advance(&id(29), false);
    assert!(follow.portion(&account).is_empty());
    let again = follow.end("w2".into(), at(10)).unwrap();
    assert!(again.due > at(10) && again.after.is_none() && !again.failed);
    assert_eq!(again.portion(&account).len(), limits::FOLLOWED_AT_ONCE);
}

#[test]
fn where_nobody_is_concerned_there_is_nothing_to_follow() {
    let mut account = account(3);
    for claim in &mut account.claims {
        (claim.counted, claim.by_bank, claim.given_back) = (false, false, false);
    }
    for topic in [Topic::Dispute, Topic::Fraud, Topic::Outside] {
        assert_eq!(Follow::begin(None, &account, topic, "w".into(), at(0)), None);
    }
    assert_eq!(Follow::begin(None, &self::account(0), Topic::Loss("dp".into()), "w".into(), at(0)), None);
}

/// A request of 40.00 on a payment of 100.00, and its account.
fn on_it() -> (Request, PaymentAccount) {
    let request = approved(4_000);
    let account = samples::accounts(10_000, &request).payments.remove(0);
    (request, account)
}

#[test]
fn what_a_request_hears_a_second_time_changes_nothing() {
    let (mut request, mut account) = on_it();
    case::apply_news(&mut account, &case::News { amount: Some(eur(10_000)), ..dispute(1, DisputeStatus::Open) });
    fraud_warning::apply_news(&mut account, &warning(1));
    external_refund::apply_news(&mut account, "re_x", Some(eur(9_000)), Standing::Succeeded);
    let mut follow = begun(None, &account, Topic::Dispute);
    follow.topics.extend([Topic::Fraud, Topic::Outside]);
    follow.tell(&mut request, &mut account, &[], at(1));
    assert!(request.legs[0].frozen);
    assert_eq!(request.status, RequestStatus::Validated, "nobody had decided: a person looks");
    assert!(tasks(&request).contains(&"payment.difference"));
    let heard = (request.clone(), account.clone());
    follow.tell(&mut request, &mut account, &[], at(2));
    assert_eq!((request, account), heard);
}

fn failing(loss: &mut Loss) -> bool {
    let error = Err(CallError::not_sent("no connection"));
    (0..limits::TRIES).map(|_| loss.record_outcome(0, &error, at(1))).last().unwrap()
}

/// A payment that a dispute took, whose loss is to be booked.
fn lost() -> (Request, PaymentAccount, Loss) {
    let (request, mut account) = on_it();
    case::apply_news(&mut account, &case::News { amount: Some(eur(3_000)), ..dispute(1, DisputeStatus::Lost) });
    let loss = Loss::of(&account, &account.disputes[0].id, at(0)).unwrap();
    (request, account, loss)
}

#[test]
fn a_loss_that_is_booked_at_the_first_try_is_told_to_nobody() {
    let (_, _, mut loss) = lost();
    assert!(!loss.record_outcome(0, &Ok(()), at(1)));
    // One that was stored before it was written down whether anybody had heard.
    let (_, _, loss) = lost();
    let mut stored = serde_json::to_value(&loss).unwrap();
    assert!(stored.as_object_mut().unwrap().remove("untold").is_some());
    let mut old: Loss = serde_json::from_value(stored).unwrap();
    assert!(old.record_outcome(0, &Ok(()), at(1)));
}

#[test]
fn a_loss_that_the_erp_does_not_book_is_told_and_no_more_once_it_has() {
    let (mut request, mut account, mut loss) = lost();
    let follow = begun(None, &account, Topic::Loss(loss.dispute.clone()));
    follow.tell(&mut request, &mut account, std::slice::from_ref(&loss), at(1));
    assert!(tasks(&request).is_empty(), "it is still tried");
    assert!(failing(&mut loss));
    follow.tell(&mut request, &mut account, std::slice::from_ref(&loss), at(1));
    assert_eq!(tasks(&request), ["dispute.unbooked"]);
    // Its claim is released meanwhile: it hears all the same.
    account.claims[0].counted = false;
    assert!(loss.record_outcome(0, &Ok(()), at(2)));
    let follow = begun(None, &account, Topic::Loss(loss.dispute.clone()));
    follow.tell(&mut request, &mut account, &[loss], at(2));
    assert!(tasks(&request).is_empty());
}

#[test]
fn a_loss_that_the_erp_does_not_book_is_told_to_no_request_for_nothing() {
    let (request, mut account, mut loss) = lost();
    assert!(failing(&mut loss));
    let told = |account: &PaymentAccount, id: &str| {
        let mut request = Request { id: id.into(), ..request.clone() };
        loss.tell(&mut request, account, at(1));
        !request.tasks.is_empty()
    };
    for number in 0..3 {
        account.claims.push(LegClaim { counted: false, by_bank: false, given_back: false, ..claim(number) });
    }
    assert!(told(&account, &request.id) && !told(&account, &id(2)));
    account.claims.retain(|claim| claim.request != request.id);
    assert!(told(&account, &id(2)) && !told(&account, &id(0)), "the last one that had to do with it");
}

#[test]
fn a_won_dispute_thaws_what_it_froze_when_the_request_hears() {
    let (mut request, mut account) = on_it();
    let follow = |account: &PaymentAccount| begun(None, account, Topic::Dispute);
    case::apply_news(&mut account, &dispute(1, DisputeStatus::Open));
    follow(&account).tell(&mut request, &mut account.clone(), &[], at(1));
    assert!(request.legs[0].frozen);
    case::apply_news(&mut account, &case::News { at: at(90), ..dispute(1, DisputeStatus::Won) });
    follow(&account).tell(&mut request, &mut account.clone(), &[], at(2));
    assert_eq!((request.legs[0].frozen, request.legs[0].status), (false, LegStatus::Reserved));
}

#[test]
fn a_warning_holds_back_what_nobody_decided_on_also_after_the_hand_off_until_a_person_has_looked() {
    for decided in [false, true] {
        let mut request = samples::executing(4_000);
        if decided {
            request.approvals.required = vec!["team-lead".into()];
        }
        let mut accounts = samples::accounts(10_000, &request);
        fraud_warning::apply_news(&mut accounts.payments[0], &warning(1));
        let follow = begun(None, &accounts.payments[0], Topic::Fraud);
        follow.tell(&mut request, &mut accounts.payments[0], &[], at(1));
        assert_eq!(fraud_warning::hold(&mut request, "l1", at(1)), !decided);
        if decided {
            continue;
        }
        samples::steps::seal(&mut request, at(1));
        assert_eq!((request.status, tasks(&request)), (RequestStatus::NeedsAttention, vec!["leg.warned"]));
        assert!(request.legs[0].attempt.not_before.is_some_and(|then| then > at(1)));
        let wish = Retry {
            leg: None,
            destination: Destination::OriginalTender,
            by: "fina",
            levels: &[],
            policy: &Policy::parse(DEFAULT).unwrap(),
        };
        retry::retry(&mut request, &mut accounts, wish, at(2)).unwrap();
        follow.tell(&mut request, &mut accounts.payments[0], &[], at(3));
        assert!(!fraud_warning::hold(&mut request, "l1", at(3)), "a person has looked");
    }
}
