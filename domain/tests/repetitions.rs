//! What the checks find about a request without an invoice: the same ask once more, a customer whom nobody knows.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::account::Accounts;
use contraflow_domain::catalogue::FindingCode;
use contraflow_domain::eligibility::{self, Asked, Wish};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::{ASKED, DAY_MS};
use contraflow_domain::policy::{DEFAULT, Policy};
use contraflow_domain::request::ask::{Destination, Kind};
use contraflow_domain::request::{KnownCustomer, Packet, Request, Severity};
use contraflow_domain::time::Timestamp;
use samples::{approved, eur};

/// A goodwill credit that nobody has checked yet, from a ticket where there is one.
fn ask(id: &str, channel: &str, ticket: Option<&str>) -> Request {
    let mut request = approved(2_500);
    request.id = id.into();
    request.status = RequestStatus::Received;
    request.legs.clear();
    (request.ask.kind, request.ask.destination) = (Kind::GoodwillCredit, Destination::Auto);
    (request.ask.invoice, request.packet) = (None, None);
    (request.ask.customer, request.customer) = (Some("CUST-7".into()), Some("CUST-7".into()));
    (request.ask.amount, request.ask.reason) = (Some(eur(2_500)), "late".into());
    (request.source.channel, request.source.reference) = (channel.into(), ticket.map(str::to_owned));
    request
}

fn check(mut request: Request, asked: &mut Asked, day: u64) -> (RequestStatus, Vec<FindingCode>) {
    let policy = Policy::parse(DEFAULT).unwrap();
    let at = Timestamp::from_unix_ms(DAY_MS * (20_000 + day));
    eligibility::check(&mut request, &mut Accounts::default(), asked, &[], &policy, at).unwrap();
    (request.status, request.findings.iter().map(|finding| finding.code).collect())
}

#[test]
fn the_same_ask_without_an_invoice_is_a_duplicate_from_the_same_ticket_and_suspected_from_elsewhere() {
    let suspected = (RequestStatus::Validated, vec![FindingCode::DuplicateSuspected]);
    let duplicate = (RequestStatus::Duplicate, vec![FindingCode::DuplicateSameTicket]);
    let fine = (RequestStatus::Validated, vec![]);
    let mut asked = Asked::default();
    assert_eq!(check(ask("r1", "zendesk", Some("7")), &mut asked, 0), fine);
    assert_eq!(check(ask("r1", "zendesk", Some("7")), &mut asked, 0), fine, "it is no repetition of itself");
    assert_eq!(check(ask("r2", "zendesk", Some("8")), &mut asked, 1), suspected);
    assert_eq!(check(ask("r3", "zendesk", Some("7")), &mut asked, 2), duplicate, "also behind another");
    assert_eq!(check(ask("r4", "api", None), &mut asked, 3), suspected);
    assert_eq!(check(ask("r5", "api", None), &mut asked, 33), suspected, "in the window of the one before");
    assert_eq!(check(ask("r6", "zendesk", Some("7")), &mut asked, 64), fine, "nobody asked for 30 days");
    asked.forget(|id| id == "r6");
    assert_eq!(check(ask("r7", "zendesk", Some("7")), &mut asked, 65), fine, "what came to nothing is none");
}

#[test]
fn asks_are_the_same_whatever_their_spelling_and_their_note() {
    let wish = |change: fn(&mut Request)| {
        let mut request = ask("r", "api", None);
        change(&mut request);
        Wish::of(&request).unwrap()
    };
    let first = wish(|_| {});
    let same: [fn(&mut Request); 4] = [
        |request| request.ask.note = "please".into(),
        |request| request.ask.reason = " Late ".into(),
        |request| request.ask.customer = Some("cust-7".into()),
        |request| request.ask.destination = Destination::StoreCredit,
    ];
    for change in same {
        assert_eq!(wish(change), first);
    }
    let other: [fn(&mut Request); 4] = [
        |request| request.ask.kind = Kind::PromotionalCredit,
        |request| request.ask.reason = "lost".into(),
        |request| request.ask.customer = Some("CUST-8".into()),
        |request| request.ask.amount = Some(eur(2_501)),
    ];
    for change in other {
        assert_ne!(wish(change), first);
    }
    let mut on_invoice = ask("r", "api", None);
    on_invoice.ask.invoice = Some("INV-1".into());
    assert_eq!(Wish::of(&on_invoice), None, "its account keeps that");
}

#[test]
fn the_periods_of_one_schedule_repeat_each_other_on_purpose_and_two_schedules_do_not() {
    let mut asked = Asked::default();
    let fine = (RequestStatus::Validated, vec![]);
    for period in ["2026-01", "2026-02", "2026-03"] {
        assert_eq!(check(ask(period, "schedule", Some(&format!("s1/{period}"))), &mut asked, 0), fine);
    }
    let other = check(ask("r", "schedule", Some("s2/2026-01")), &mut asked, 0);
    assert_eq!(other, (RequestStatus::Validated, vec![FindingCode::DuplicateSuspected]));
    let same = check(ask("r2", "schedule", Some("s1/2026-03")), &mut asked, 0);
    assert_eq!(same.0, RequestStatus::Duplicate);
}

#[test]
fn of_many_repetitions_the_newest_are_kept() {
    let mut asked = Asked::default();
    for number in 0..100 {
        check(ask(&format!("r{number}"), "api", None), &mut asked, 0);
    }
    let kept: Vec<_> = asked.requests().map(str::to_owned).collect();
    assert_eq!((kept.len(), kept[0].as_str(), kept[ASKED - 1].as_str()), (ASKED, "r92", "r99"));
    let text = serde_json::to_string(&asked).unwrap();
    assert_eq!(serde_json::from_str::<Asked>(&text).unwrap(), asked);
}

#[test]
fn a_reason_that_should_come_with_evidence_is_the_same_however_it_is_written() {
    for (reason, found) in [("damaged", true), ("Damaged", true), (" DAMAGED\u{a0}", true), ("damage", false)] {
        let mut request = ask("r", "api", None);
        request.ask.reason = reason.into();
        let codes = check(request, &mut Asked::default(), 0).1;
        assert_eq!(codes.contains(&FindingCode::EvidenceMissing), found, "{reason:?}");
    }
}

#[test]
fn a_customer_whom_the_erp_does_not_know_is_told_with_those_that_look_like_it() {
    let found = |known: bool, alike: &[&str], policy: &str| {
        let mut request = ask("r", "api", None);
        let customer = KnownCustomer { known, alike: alike.iter().map(|id| (*id).into()).collect() };
        request.packet = Some(Packet { built_at: Timestamp::from_unix_ms(0), invoice: None, customer: Some(customer) });
        let policy = Policy::parse(policy).unwrap();
        let (mut accounts, mut asked) = (Accounts::default(), Asked::default());
        eligibility::check(&mut request, &mut accounts, &mut asked, &[], &policy, Timestamp::from_unix_ms(0)).unwrap();
        request.findings.into_iter().map(|finding| (finding.severity, finding.message)).collect::<Vec<_>>()
    };
    let told = |severity, message: &str| vec![(severity, message.to_owned())];
    assert_eq!(found(true, &[], DEFAULT), []);
    assert_eq!(found(false, &[], DEFAULT), told(Severity::Warning, "the ERP knows no customer CUST-7"));
    let one = "the ERP knows no customer CUST-7; it knows cust-7, which looks like it";
    assert_eq!(found(false, &["cust-7"], DEFAULT), told(Severity::Warning, one));
    let two = "the ERP knows no customer CUST-7; it knows Cust-7, cust-7, which look like it";
    let pass = DEFAULT.replace("unknown = \"person\"", "unknown = \"pass\"");
    assert_eq!(found(false, &["Cust-7", "cust-7"], &pass), told(Severity::Info, two));
    assert!(Policy::parse(&DEFAULT.replace("unknown = \"person\"", "unknown = \"perhaps\"")).is_err());
    let silent = DEFAULT.replace("[customers]\n", "").replace("unknown = \"person\"\n", "");
    assert_eq!(found(false, &[], &silent).len(), 1, "a policy that says nothing trusts nobody");
}

#[test]
fn an_earlier_ask_that_cannot_be_read_is_put_before_a_person_and_stops_nothing() {
    let suspected = (RequestStatus::Validated, vec![FindingCode::DuplicateSuspected]);
    let fine = (RequestStatus::Validated, vec![]);
    let mut asked = Asked::default();
    assert_eq!(check(ask("r1", "zendesk", Some("7")), &mut asked, 0), fine);
    let known = serde_json::to_string(&asked).unwrap();
    // Not even one from the same ticket: it may have come to nothing.
    for (id, ticket) in [("r2", "7"), ("r3", "8")] {
        let mut asked: Asked = serde_json::from_str(&known).unwrap();
        asked.cannot_read("r1");
        assert_eq!(check(ask(id, "zendesk", Some(ticket)), &mut asked, 1), suspected);
        assert!(asked.is_readable());
        // Once it can be read it is compared as ever.
        let mut again: Asked = serde_json::from_str(&serde_json::to_string(&asked).unwrap()).unwrap();
        assert_eq!(check(ask("r4", "zendesk", Some("7")), &mut again, 1).0, RequestStatus::Duplicate);
    }
    let mut asked: Asked = serde_json::from_str(&known).unwrap();
    asked.cannot_read("r1");
    assert_eq!(check(ask("r2", "zendesk", Some("7")), &mut asked, 64), fine, "nobody asked for 30 days");
    let mut asked = Asked::unreadable();
    assert_eq!(check(ask("r2", "api", None), &mut asked, 1), suspected);
    assert!(!asked.is_readable(), "what nobody can read stays as it is");
}
