//! What is heard late, twice, out of order, or from two mouths that disagree.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::chain::{self, Next, Step};
use contraflow_domain::gateway;
use contraflow_domain::gateway::news::GatewayReply;
use contraflow_domain::gateway::news::RefundReport;
use contraflow_domain::gateway::news::Terms;
use contraflow_domain::gateway::refund::Work;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::leg::Standing;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::attempt::CallError;
use samples::{at, eur, executing, steps, tasks};

const LEG: &str = "l1";

fn found(standing: Standing) -> steps::Gateway {
    Ok(GatewayReply::Refund(RefundReport { reference: "re_1".into(), amount: None, standing, failure: None }))
}

/// A request whose one leg is as the gateway said, one message after the other.
fn after(news: &[Standing]) -> contraflow_domain::request::Request {
    let mut request = executing(10_000);
    gateway::refund::submit(&mut request, LEG, at(0)).unwrap();
    for (minute, standing) in news.iter().enumerate() {
        steps::news(&mut request, LEG, "re_1", *standing, None, "sandbox", at(60 * (1 + minute as u64)));
    }
    request
}

#[test]
fn final_news_that_contradict_each_other_are_settled_by_what_the_gateway_has() {
    use Standing::{Canceled, Succeeded};
    let orders: [&[Standing]; 4] = [
        &[Succeeded, Canceled],
        &[Canceled, Succeeded],
        &[Succeeded, Canceled, Succeeded, Canceled],
        &[Canceled, Canceled, Succeeded, Succeeded],
    ];
    for order in orders {
        for (truth, status) in [(Succeeded, LegStatus::Succeeded), (Canceled, LegStatus::Canceled)] {
            let mut request = after(order);
            assert_eq!(gateway::refund::work(&request.legs[0], at(3_600)), Work::LookUp, "{order:?}");
            assert_eq!(
                chain::next(&request, at(3_600)),
                Next::Do(Step::PaymentReversal { gateway: "sandbox".into() }),
                "{order:?}"
            );
            let doubt = request.legs[0].doubt.unwrap();
            steps::resolve(&mut request, LEG, doubt, &found(truth), at(3_600));
            assert_eq!(request.legs[0].status, status, "{order:?}, {truth:?}");
            assert_eq!(request.legs[0].doubt, None);
            assert!(!tasks(&request).contains(&"leg.contradiction"), "{:?}", request.tasks);
            assert_eq!(request.status == RequestStatus::Completed, truth == Succeeded, "{order:?}, {truth:?}");
        }
    }
}

#[test]
fn an_answer_to_an_earlier_question_decides_nothing() {
    let mut request = after(&[Standing::Succeeded, Standing::Canceled]);
    let asked = request.legs[0].doubt.unwrap();
    // While the look-up is under way, the gateway says more.
    steps::news(&mut request, LEG, "re_1", Standing::Failed, None, "sandbox", at(200));
    steps::resolve(&mut request, LEG, asked, &found(Standing::Succeeded), at(201));
    assert_eq!(request.legs[0].status, LegStatus::LateFailed);
    assert!(request.legs[0].doubt.is_some_and(|doubt| doubt != asked), "it is asked again");
}

#[test]
fn only_a_look_up_that_cannot_decide_is_a_persons_task() {
    let mut request = after(&[Standing::Succeeded, Standing::Canceled]);
    let doubt = request.legs[0].doubt.unwrap();
    let mut now = at(3_600);
    for _ in 1..contraflow_domain::limits::TRIES {
        steps::resolve(&mut request, LEG, doubt, &Err(CallError::Unknown("no answer".into())), now);
        assert!(tasks(&request).is_empty());
        now = request.legs[0].attempt.not_before.unwrap();
    }
    steps::resolve(&mut request, LEG, doubt, &Err(CallError::Unknown("no answer".into())), now);
    assert_eq!(tasks(&request), ["leg.contradiction"]);
    assert_eq!(request.legs[0].status, LegStatus::Succeeded, "nothing moves on a guess");
    steps::resolve(&mut request, LEG, doubt, &found(Standing::Succeeded), at(100_000));
    assert!(tasks(&request).is_empty(), "the gateway answered: nothing is left to do");
}

#[test]
fn a_leg_that_was_never_sent_is_not_sent_while_the_gateway_speaks_of_its_refund() {
    let mut request = executing(10_000);
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(0));
    assert_eq!(gateway::refund::work(&request.legs[0], at(1)), Work::LookUp);
    let doubt = request.legs[0].doubt.unwrap();
    steps::resolve(&mut request, LEG, doubt, &found(Standing::Succeeded), at(2));
    assert_eq!(request.legs[0].status, LegStatus::Succeeded);
    assert_eq!(request.status, RequestStatus::Completed);
}

#[test]
fn money_that_counts_again_passes_the_guard_and_what_is_too_much_is_told() {
    let mut request = after(&[Standing::Canceled]);
    let mut accounts = samples::accounts(10_000, &request);
    accounts.record(&mut request, at(100)).unwrap();
    assert_eq!(accounts.payments[0].available_minor(), 10_000);
    // Meanwhile another request has set 70.00 aside.
    let other = contraflow_domain::request::leg::Leg::reserved("l1".into(), samples::tender(), "card", eur(7_000));
    accounts.payments[0].reserve("other", &other).unwrap();
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(200));
    let doubt = request.legs[0].doubt.unwrap();
    steps::resolve(&mut request, LEG, doubt, &found(Standing::Succeeded), at(300));
    accounts.record(&mut request, at(300)).unwrap();
    assert_eq!(request.legs[0].excess, Some(eur(7_000)));
    assert!(tasks(&request).contains(&"payment.overdrawn"), "{:?}", request.tasks);
    assert!(request.tasks.iter().any(|task| task.detail.contains("70.00")), "{:?}", request.tasks);
    assert_eq!(accounts.payments[0].available_minor(), 0, "nothing more goes out of it");
}

#[test]
fn what_was_to_go_instead_stays_when_the_first_was_paid_after_all() {
    use contraflow_domain::request::ask::Destination;
    let mut request = after(&[Standing::Canceled]);
    let mut accounts = samples::accounts(10_000, &request);
    accounts.record(&mut request, at(100)).unwrap();
    steps::retry(&mut request, &mut accounts, None, Destination::Auto, "fina", at(110)).unwrap();
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(200));
    let doubt = request.legs[0].doubt.unwrap();
    steps::resolve(&mut request, LEG, doubt, &found(Standing::Succeeded), at(300));
    accounts.record(&mut request, at(300)).unwrap();
    assert_eq!(
        request.legs.iter().map(|leg| leg.status).collect::<Vec<_>>(),
        [LegStatus::Succeeded, LegStatus::Canceled]
    );
    assert_eq!(request.status, RequestStatus::Completed, "{:?}", request.tasks);
    assert_eq!(accounts.payments[0].used_minor(), 10_000);
}

#[test]
fn what_went_instead_is_told_when_the_first_was_paid_after_all() {
    use contraflow_domain::request::ask::Destination;
    let mut request = after(&[Standing::Canceled]);
    let mut accounts = samples::accounts(10_000, &request);
    accounts.record(&mut request, at(100)).unwrap();
    steps::retry(&mut request, &mut accounts, None, Destination::Auto, "fina", at(110)).unwrap();
    gateway::refund::submit(&mut request, "l2", at(120)).unwrap();
    steps::news(&mut request, "l2", "re_2", Standing::Succeeded, None, "sandbox", at(130));
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(200));
    let doubt = request.legs[0].doubt.unwrap();
    steps::resolve(&mut request, LEG, doubt, &found(Standing::Succeeded), at(300));
    accounts.record(&mut request, at(300)).unwrap();
    assert!(tasks(&request).contains(&"leg.paid_twice") && tasks(&request).contains(&"payment.overdrawn"));
}

#[test]
fn the_erp_books_what_came_back_and_went_out_again_under_new_keys() {
    let mut request = after(&[Standing::Succeeded]);
    let mut keys = Vec::new();
    for truth in [Standing::Succeeded, Standing::Canceled, Standing::Succeeded, Standing::Canceled] {
        if request.legs[0].status.counts() != (truth == Standing::Succeeded) {
            steps::news(&mut request, LEG, "re_1", truth, None, "sandbox", at(200));
            let doubt = request.legs[0].doubt.unwrap();
            steps::resolve(&mut request, LEG, doubt, &found(truth), at(300));
        }
        assert!(request.legs[0].unbooked());
        keys.push(request.legs[0].booking_key("r"));
        let before = request.legs[0].booked;
        for _ in 0..2 {
            steps::bookings(&mut request, &[(LEG.into(), before)], None, at(400));
        }
        assert!(!request.legs[0].unbooked());
    }
    assert_eq!(keys, ["r-l1-settled", "r-l1-undone", "r-l1-settled-2", "r-l1-undone-2"]);
}

fn lost(minute: u64) -> (contraflow_domain::request::Request, contraflow_domain::time::Timestamp) {
    let mut request = executing(10_000);
    let attempt = gateway::refund::submit(&mut request, LEG, at(0)).unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &Err(CallError::Unknown("no answer".into())), at(60 * minute));
    (request, attempt)
}

const DAY: u64 = 86_400;
/// A gateway that can't search, and knows keys for a day.
const FORGETFUL: Terms = Terms { key_lifetime_ms: Some(DAY * 1_000), absence_is_proof: false };

#[test]
fn a_look_up_that_proves_absence_lets_a_leg_be_sent_again_whatever_became_of_its_key() {
    let (mut request, attempt) = lost(1);
    let terms = Terms { absence_is_proof: true, ..FORGETFUL };
    steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(terms)), at(3 * DAY));
    assert_eq!(gateway::refund::work(&request.legs[0], at(3 * DAY)), Work::Submit);
}

#[test]
fn without_proof_an_order_is_given_again_only_while_its_key_lives() {
    let (mut request, attempt) = lost(1);
    steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(FORGETFUL)), at(2));
    assert_ne!(gateway::refund::work(&request.legs[0], at(2)), Work::Submit, "a call may be under way");
    steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(FORGETFUL)), at(120));
    assert_eq!(request.legs[0].status, LegStatus::Unknown, "it is not free to be released");
    assert_eq!(gateway::refund::work(&request.legs[0], at(120)), Work::Submit);
    assert_ne!(gateway::refund::work(&request.legs[0], at(DAY)), Work::Submit, "nobody came to it in time");
    let again = gateway::refund::submit(&mut request, LEG, at(130)).unwrap();
    steps::refund_outcome(&mut request, LEG, again, &Err(CallError::Unknown("no answer".into())), at(131));
    steps::refund_outcome(&mut request, LEG, again, &Ok(GatewayReply::Absent(FORGETFUL)), at(DAY));
    assert_ne!(gateway::refund::work(&request.legs[0], at(2 * DAY)), Work::Submit);
    assert_eq!(tasks(&request), ["leg.key_expired"]);
    assert_eq!(request.status, RequestStatus::NeedsAttention);
}

#[test]
fn a_person_names_the_refund_that_no_look_up_finds() {
    let (mut request, attempt) = lost(1);
    steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(FORGETFUL)), at(DAY));
    steps::confirm(&mut request, LEG, "re_1", "fina", at(DAY + 1)).unwrap();
    assert_eq!(request.legs[0].status, LegStatus::Unknown, "a person's word moves no money");
    assert_eq!(gateway::refund::work(&request.legs[0], at(DAY + 1)), Work::LookUp);
    steps::refund_outcome(&mut request, LEG, attempt, &found(Standing::Succeeded), at(DAY + 2));
    assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Completed, 0));
}

#[test]
fn what_was_named_where_no_look_up_finds_anything_waits_for_the_gateways_news() {
    let (mut request, attempt) = lost(1);
    steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(FORGETFUL)), at(DAY));
    steps::confirm(&mut request, LEG, "re_1", "fina", at(DAY + 1)).unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(FORGETFUL)), at(DAY + 2));
    assert_eq!((request.legs[0].status, tasks(&request).len()), (LegStatus::Pending, 0));
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "adyen", at(DAY + 3));
    assert_eq!(request.status, RequestStatus::Completed);
}

#[test]
fn an_order_given_again_that_was_not_sent_leaves_the_first_as_unknown_as_it_was() {
    for kept in [
        Err(CallError::NotSent { detail: "busy".into(), after_ms: None }),
        Err(CallError::Misconfigured("the key was revoked".into())),
    ] {
        let (mut request, attempt) = lost(1);
        steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(FORGETFUL)), at(120));
        let again = gateway::refund::submit(&mut request, LEG, at(130)).unwrap();
        steps::refund_outcome(&mut request, LEG, again, &kept, at(131));
        assert_eq!(request.legs[0].status, LegStatus::Unknown, "it is not free to be released: {kept:?}");
        let due = request.legs[0].attempt.not_before.unwrap();
        assert_eq!(gateway::refund::work(&request.legs[0], due), Work::Submit, "the key still lives: {kept:?}");
        assert_ne!(gateway::refund::work(&request.legs[0], at(DAY)), Work::Submit, "it lives no more: {kept:?}");
    }
}

#[test]
fn a_refund_that_no_look_up_finds_stays_pending_until_its_news_come() {
    let mut request = executing(10_000);
    let attempt = gateway::refund::submit(&mut request, LEG, at(0)).unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &found(Standing::Pending), at(1));
    for look in 1..contraflow_domain::limits::PENDING_LOOK_UPS {
        assert!(tasks(&request).is_empty(), "after {look} look-ups");
        let now = request.legs[0].attempt.not_before.unwrap().plus_ms(60_000);
        steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(FORGETFUL)), now);
        assert_eq!(request.legs[0].status, LegStatus::Pending);
    }
    assert_eq!(tasks(&request), ["leg.pending"], "after about two weeks a person asks");
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "adyen", at(30 * DAY));
    assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Completed, 0));
}

#[test]
fn a_person_who_found_nothing_sends_it_again_and_the_gateways_word_still_stands_over_theirs() {
    use contraflow_domain::request::ask::Destination;
    let (mut request, attempt) = lost(1);
    let mut accounts = samples::accounts(10_000, &request);
    let retry = |request: &mut _, accounts: &mut _| {
        steps::retry(request, accounts, Some(LEG), Destination::Auto, "fina", at(DAY + 1))
    };
    assert!(retry(&mut request, &mut accounts).is_err(), "nobody was asked to look");
    steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(FORGETFUL)), at(DAY));
    retry(&mut request, &mut accounts).unwrap();
    assert_eq!(request.legs[1].replaces.as_deref(), Some(LEG));
    assert_eq!(accounts.payments[0].used_minor(), 10_000);
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(DAY + 2));
    assert_eq!(gateway::refund::work(&request.legs[0], at(DAY + 2)), Work::LookUp);
}

#[test]
fn a_leg_that_was_refused_and_is_told_to_be_paid_is_looked_up() {
    let mut request = executing(10_000);
    let attempt = gateway::refund::submit(&mut request, LEG, at(0)).unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &Err(CallError::Declined("no".into())), at(1));
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(2));
    assert_eq!(gateway::refund::work(&request.legs[0], at(3)), Work::LookUp);
}

#[test]
fn a_dispute_holds_a_leg_in_the_very_commit_that_would_send_it() {
    use contraflow_domain::dispute;
    use contraflow_domain::lifecycle::dispute::DisputeStatus;
    let mut request = executing(10_000);
    let mut accounts = samples::accounts(10_000, &request);
    assert!(!dispute::case::hold(&mut request, LEG, &accounts, at(0)));
    let news = dispute::case::News {
        dispute: "dp".into(),
        amount: None,
        status: DisputeStatus::Open,
        reason: String::new(),
        reinstated: false,
        round: None,
        at: at(0),
    };
    dispute::case::apply_news(&mut accounts.payments[0], &news);
    assert!(dispute::case::hold(&mut request, LEG, &accounts, at(1)));
    assert_eq!(gateway::refund::work(&request.legs[0], at(2)), Work::Nothing);
}

#[test]
fn what_a_wrong_clock_dated_lets_no_forgotten_key_be_trusted() {
    use contraflow_domain::gateway::news::Terms;
    use contraflow_domain::limits::DAY_MS;
    let terms = Terms { key_lifetime_ms: Some(DAY_MS), absence_is_proof: false };
    let sent_ahead = || {
        let mut request = executing(10_000);
        let ahead = at(20 * 86_400);
        let attempt = gateway::refund::submit(&mut request, LEG, ahead).unwrap();
        steps::refund_outcome(&mut request, LEG, attempt, &Err(CallError::Unknown("lost".into())), ahead);
        request.handoff.as_mut().unwrap().seen_at = Some(ahead);
        request
    };
    // The clock is right again, and says so. It had dated the request, too.
    let mut request = sent_ahead();
    request.created_at = at(20 * 86_400);
    request.forget_wrong_times(at(100));
    assert!(request.legs[0].sent_unsure);
    assert_eq!(request.handoff.as_ref().unwrap().seen_at, None, "the ERP is asked whether it has the document");
    let now = at(3 * 86_400);
    let attempt = request.legs[0].attempt.last_sent_at.unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &Ok(GatewayReply::Absent(terms)), now);
    assert_eq!((request.legs[0].replay_until, request.legs[0].status), (None, LegStatus::Unknown));
    assert!(samples::tasks(&request).contains(&"leg.key_expired"), "{:?}", samples::tasks(&request));
    // Nobody has found out yet that it was wrong.
    let mut request = sent_ahead();
    request.legs[0].attempt.last_sent_at = Some(at(0));
    steps::refund_outcome(&mut request, LEG, at(0), &Ok(GatewayReply::Absent(terms)), now);
    assert_eq!(request.legs[0].replay_until, None);
    assert!(samples::tasks(&request).contains(&"leg.key_expired"), "{:?}", samples::tasks(&request));
}
