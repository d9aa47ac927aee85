#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use std::collections::BTreeMap;

use chrono::Days;
use serde_json::json;

use super::*;
use crate::account::PaymentAccount;
use crate::money::{Currency, Money};
use crate::policy::DEFAULT;
use crate::request::leg::{Leg, Target};
use crate::request::{Packet, Source};
use crate::time::Day;
use crate::zone::Zone;

fn at(day: u64) -> Timestamp {
    // Noon, so that business is open.
    Zone::UTC.start_of(Day::from_ymd_opt(2026, 1, 5).unwrap() + Days::new(day)).plus_ms(12 * limits::HOUR_MS)
}

fn eur(value: &str) -> Money {
    Money::parse(value, Currency::EUR).unwrap()
}

/// A goodwill credit of 12.34 for CUST-7, which alice asks for.
fn ask(number: usize, value: &str, day: u64) -> Request {
    let ask = serde_json::from_value(json!({
        "kind": "goodwill_credit", "customer": "CUST-7", "reason": "late", "note": "", "amount": eur(value), "destination": "auto"
    }));
    let source = Source { channel: "api".into(), reference: None, link: None };
    let id = format!("request-{:08}", number * 7_919);
    let mut request = Request::receive(id, source, "alice".into(), ask.unwrap(), at(day));
    request.amount = Some(eur(value));
    request
}

/// A refund of so much of an invoice of 100.00 that was issued long ago.
fn refund(number: usize, value: &str, day: u64) -> Request {
    let mut request = ask(number, value, day);
    request.ask.invoice = Some(format!("INV-{number}"));
    let invoice = serde_json::from_value(json!({
        "number": format!("INV-{number}"), "issued_on": "2025-01-01", "currency": "EUR",
        "customer": {"id": "CUST-7", "name": "C"}, "prices_include_tax": false, "tax_rounding": "line",
        "lines": [{"id": "1", "description": "Sensor", "quantity": "1", "unit_price": "100.00", "tax_rate": "0",
                   "net": "100.00", "tax": "0.00", "gross": "100.00"}],
    }));
    request.packet = Some(Packet { built_at: at(day), invoice: Some(invoice.unwrap()), customer: None });
    request
}

/// What is stored.
#[derive(Default)]
struct Stored(BTreeMap<(Whose, String, u32), Counter>);

impl Stored {
    fn read(&self, request: &Request) -> History {
        let mut history = History::of(request);
        let key = |place: &Place| (place.whose, place.who.clone(), place.part);
        let found: Vec<_> = history.places().map(|place| self.0.get(&key(place)).cloned()).collect();
        history.fill(found);
        history
    }

    fn assess_with(&mut self, request: &mut Request, basis: Basis<'_>, day: u64) -> Risk {
        let mut history = self.read(request);
        assess(request, &mut history, basis, at(day));
        for (place, counter) in history.changed() {
            self.0.insert((place.whose, place.who.clone(), place.part), counter.clone());
        }
        request.risk.clone().unwrap()
    }

    fn assess(&mut self, request: &mut Request, day: u64) -> Risk {
        let policy = Policy::parse(DEFAULT).unwrap();
        let basis = Basis { held: &Accounts::default(), is_first: true, policy: &policy };
        self.assess_with(request, basis, day)
    }

    fn decided(&mut self, request: &Request, by: &str, day: u64) {
        let place = of_decision(request);
        let counter = self.0.entry((place.whose, place.who, place.part)).or_default();
        counter.decided(by, Zone::UTC.day(at(day)));
    }
}

/// The sentence of a signal, where it gave points.
fn says(risk: &Risk, signal: Signal) -> Option<String> {
    risk.parts.iter().find(|part| part.signal == signal).map(|part| part.sentence.clone())
}

#[test]
fn the_fifth_request_for_a_customer_within_a_week_is_one_too_many_and_the_fourth_is_not() {
    let mut stored = Stored::default();
    for number in 0..4 {
        let risk = stored.assess(&mut ask(number, "12.34", 0), 0);
        assert_eq!(says(&risk, Signal::CustomerVelocity), None, "{number}");
    }
    let risk = stored.assess(&mut ask(4, "12.34", 6), 6);
    let part = risk.parts.iter().find(|part| part.signal == Signal::CustomerVelocity).unwrap();
    assert_eq!((part.points, part.counted, part.days), (20, 5, Some(7)));
    assert_eq!(part.sentence, "This is request 5 for this customer within 7 days.");
    let later = stored.assess(&mut ask(5, "12.34", 7), 7);
    assert_eq!(says(&later, Signal::CustomerVelocity), None, "the first four are over");
}

#[test]
fn a_customer_and_a_requester_are_the_same_however_they_are_written() {
    let mut stored = Stored::default();
    let spellings = [("CUST-7", "alice"), ("cust-7 ", "Alice"), ("Cust-7", "ALICE")];
    let risks = (0..5).map(|number| {
        let mut request = ask(number, "12.34", 0);
        let (customer, requester) = spellings[number % 3];
        (request.customer, request.requester) = (Some(customer.into()), requester.into());
        stored.assess(&mut request, 0)
    });
    let last = risks.last().unwrap();
    assert!(says(&last, Signal::CustomerVelocity).is_some() && says(&last, Signal::RequesterAndCustomer).is_some());
}

#[test]
fn a_requester_is_measured_by_what_they_usually_ask_for() {
    let mut stored = Stored::default();
    let mut number = 0;
    let mut day_of = |stored: &mut Stored, count: usize, day: u64| {
        let risks = (0..count).map(|_| {
            number += 1;
            let mut request = ask(number, "12.34", day);
            request.customer = Some(format!("CUST-{number}"));
            says(&stored.assess(&mut request, day), Signal::RequesterVelocity)
        });
        risks.collect::<Vec<_>>()
    };
    let first = day_of(&mut stored, 30, 0);
    assert_eq!(first[28], None);
    assert_eq!(first[29].as_deref(), Some("This is request 30 of alice today; about 0 are usual in that time."));
    for day in 1..29 {
        day_of(&mut stored, 20, day);
    }
    let busy = day_of(&mut stored, 62, 29);
    assert_eq!(busy[58], None, "59 are less than three times what is usual");
    assert!(busy[61].as_ref().unwrap().contains("request 62 of alice today; about 20 are usual"), "{:?}", busy[61]);
}

#[test]
fn the_third_request_that_pays_back_one_payment_is_told() {
    let policy = Policy::parse(DEFAULT).unwrap();
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", Some(eur("100.00")));
    let target = Target::Tender { gateway: "sandbox".into(), payment: "P".into(), reference: "ch_1".into() };
    let mut stored = Stored::default();
    let mut told = Vec::new();
    for number in 0..3 {
        let mut request = refund(number, "1.00", 0);
        account.reserve(&request.id, &Leg::reserved("l1".into(), target.clone(), "card", eur("1.00"))).unwrap();
        let held = Accounts { payments: vec![account.clone()], ..Accounts::default() };
        let basis = Basis { held: &held, is_first: true, policy: &policy };
        told.push(says(&stored.assess_with(&mut request, basis, 0), Signal::PaymentVelocity));
    }
    assert_eq!(told, [None, None, Some("This is request 3 that pays back payment ch_1.".into())]);
}

#[test]
fn a_customer_who_gives_most_of_it_back_is_told_once_there_are_three_invoices() {
    let policy = Policy::parse(DEFAULT).unwrap();
    let shares = |values: [&str; 3]| {
        let mut stored = Stored::default();
        let risks = values
            .iter()
            .enumerate()
            .map(|(number, value)| says(&stored.assess(&mut refund(number, value, 0), 0), Signal::RefundRatio));
        risks.collect::<Vec<_>>()
    };
    let words =
        "60 percent of 3 invoices of this customer go back, counting those that requests were about within 90 days.";
    assert_eq!(shares(["100.00", "50.00", "30.00"]), [None, None, Some(words.into())]);
    assert_eq!(shares(["100.00", "50.00", "29.99"]), [None, None, None], "one cent less");
    // A second request about the same invoice is no second invoice.
    let mut stored = Stored::default();
    for number in 0..2 {
        stored.assess(&mut refund(number, "100.00", 0), 0);
    }
    let again = Basis { held: &Accounts::default(), is_first: false, policy: &policy };
    let risk = stored.assess_with(&mut refund(9, "100.00", 0), again, 0);
    assert_eq!(says(&risk, Signal::RefundRatio), None);
}

#[test]
fn an_amount_is_unusual_by_what_the_reason_usually_comes_to() {
    let mut stored = Stored::default();
    let others = |stored: &mut Stored, count: usize, from: usize| {
        for number in from..from + count {
            let mut request = ask(number, "10.00", 0);
            request.customer = Some(format!("CUST-{number}"));
            stored.assess(&mut request, 0);
        }
    };
    others(&mut stored, 19, 0);
    let risk = |stored: &Stored, value: &str| {
        let mut stored = Stored(stored.0.clone());
        says(&stored.assess(&mut ask(999, value, 0), 0), Signal::UnusualAmount)
    };
    assert_eq!(risk(&stored, "400.00"), None, "too few to say what is usual");
    others(&mut stored, 1, 19);
    assert_eq!(risk(&stored, "39.99"), None);
    let words = "It is 400 percent of what is usual for “late”: 10.00 on average over 20 requests within 90 days.";
    assert_eq!(risk(&stored, "40.00").as_deref(), Some(words));
    let mut other = ask(999, "400.00", 0);
    other.ask.reason = "lost".into();
    assert_eq!(says(&stored.assess(&mut other, 0), Signal::UnusualAmount), None, "another reason");
}

#[test]
fn a_customer_is_new_until_something_older_is_known_of_them() {
    let mut stored = Stored::default();
    let new = |risk: &Risk| says(risk, Signal::NewCustomer);
    let first = stored.assess(&mut ask(1, "12.34", 0), 0);
    assert_eq!(new(&first).as_deref(), Some("Nothing older than today is known of this customer."));
    let then = stored.assess(&mut ask(2, "12.34", 13), 13);
    assert_eq!(new(&then).as_deref(), Some("Nothing older than 13 days is known of this customer."));
    assert_eq!(new(&stored.assess(&mut ask(3, "12.34", 14), 14)), None);
    let old_invoice = Stored::default().assess(&mut refund(4, "12.34", 0), 0);
    assert_eq!(new(&old_invoice), None, "they bought long ago");
}

#[test]
fn a_round_sum_has_one_digit_or_two_of_which_the_second_is_a_five() {
    for (value, is_round) in [
        ("50.00", true),
        ("100.00", true),
        ("150.00", true),
        ("40.00", false),
        ("51.00", false),
        ("120.00", false),
        ("55.55", false),
    ] {
        let risk = Stored::default().assess(&mut ask(1, value, 0), 0);
        assert_eq!(says(&risk, Signal::RoundSum).is_some(), is_round, "{value}");
    }
    let mut whole = refund(1, "100.00", 0);
    whole.ask.amount = None;
    assert_eq!(says(&Stored::default().assess(&mut whole, 0), Signal::RoundSum), None, "nobody asked for that sum");
}

#[test]
fn hours_are_those_of_the_business_and_a_schedule_has_none() {
    let text = DEFAULT.replace("time_zone = \"UTC\"", "time_zone = \"Asia/Tokyo\"");
    let tokyo = Policy::parse(&text.replace("closed_on = []", "closed_on = [\"tuesday\"]")).unwrap();
    let basis = Basis { held: &Accounts::default(), is_first: true, policy: &tokyo };
    let told = |hour: u64, channel: &str| {
        let mut request = ask(1, "12.34", 0);
        request.created_at = Zone::UTC.start_of(Zone::UTC.day(at(0))).plus_ms(hour * limits::HOUR_MS);
        request.source.channel = channel.into();
        says(&Stored::default().assess_with(&mut request, basis, 0), Signal::OffHours)
    };
    let words = "It was asked for on a Monday after 22 o'clock; business is open from 6 to 22.";
    assert_eq!(told(12, "api"), None, "21 o'clock in Tokyo");
    assert_eq!(told(13, "api").as_deref(), Some(words));
    assert_eq!(told(13, "schedule"), None);
    assert!(told(20, "api").unwrap().contains("on a Tuesday after 5 o'clock; business is closed on that day"));
}

#[test]
fn one_requester_and_one_customer_are_told_unless_it_is_little_of_what_they_ask_for() {
    let pair = |others: usize| {
        let mut stored = Stored::default();
        for number in 0..others {
            let mut request = ask(100 + number, "12.34", 0);
            request.customer = Some(format!("OTHER-{number}"));
            stored.assess(&mut request, 0);
        }
        let risks: Vec<_> = (0..4).map(|number| stored.assess(&mut ask(number, "12.34", 0), 0)).collect();
        assert_eq!(says(&risks[2], Signal::RequesterAndCustomer), None);
        says(&risks[3], Signal::RequesterAndCustomer)
    };
    let words = "alice asked 4 times for this customer within 30 days: 30 percent of all that alice asked for.";
    assert_eq!(pair(9).as_deref(), Some(words));
    assert_eq!(pair(10), None);
}

#[test]
fn one_requester_and_one_decider_are_told() {
    let decided = |by_max: usize, by_others: usize| {
        let mut stored = Stored::default();
        for number in 0..by_max {
            stored.decided(&ask(number, "12.34", 0), "max", 0);
        }
        for number in 0..by_others {
            stored.decided(&ask(number, "12.34", 0), "lea", 0);
        }
        says(&stored.assess(&mut ask(999, "12.34", 1), 1), Signal::RequesterAndApprover)
    };
    assert_eq!(decided(9, 0), None);
    assert_eq!(decided(12, 3).as_deref(), Some("max made 12 of 15 decisions on requests of alice within 90 days."));
    assert_eq!(decided(12, 4), None);
}

#[test]
fn a_series_just_below_a_bound_is_told_and_not_the_odd_one_of_a_busy_requester() {
    let mut stored = Stored::default();
    let told: Vec<_> =
        (0..3).map(|number| says(&stored.assess(&mut ask(number, "49.00", 0), 0), Signal::UnderThreshold)).collect();
    let words = "This is request 3 for this customer within 30 days that stays less than 10 percent below a bound of the \
                 policy, here 50.00.";
    assert_eq!(told, [None, None, Some(words.into())]);
    assert_eq!(says(&stored.assess(&mut ask(4, "45.00", 0), 0), Signal::UnderThreshold), None, "it is not below it");
    let series = |others: usize| {
        let mut stored = Stored::default();
        for number in 0..others {
            stored.assess(&mut ask(100 + number, "12.34", 0), 0);
        }
        let risks = (0..3).map(|number| {
            let mut request = ask(number, "49.00", 0);
            request.customer = Some(format!("OTHER-{number}"));
            says(&stored.assess(&mut request, 0), Signal::UnderThreshold)
        });
        risks.last().unwrap()
    };
    assert!(series(7).unwrap().contains("request 3 of alice within 30 days"), "3 of 10");
    assert_eq!(series(8), None, "3 of 11");
}

/// A policy in which the fifth request for a customer gives this score alone.
fn scoring(points: u32, person: u32, alert: u32) -> Policy {
    let (before, rest) = DEFAULT.split_once("[risk]").unwrap();
    let (_, after) = rest.split_once("\n[customers]").unwrap();
    let off = Signal::ALL.iter().filter(|signal| **signal != Signal::CustomerVelocity);
    let off: String = off.map(|signal| format!("{} = {{ points = 0 }}\n", signal.name())).collect();
    let risk = format!(
        "[risk]\nperson = {person}\nalert = {alert}\ntell = [\"manager\", \"mia\"]\n[risk.signals]\n{off}\
         customer_velocity = {{ points = {points}, from = 1 }}"
    );
    Policy::parse(&format!("{before}{risk}\n[customers]{after}")).unwrap()
}

#[test]
fn at_the_score_for_a_person_it_is_a_finding_and_at_the_score_for_an_alert_a_task_and_below_neither() {
    let outcome = |policy: &Policy| {
        let mut request = ask(1, "12.34", 0);
        let basis = Basis { held: &Accounts::default(), is_first: true, policy };
        let risk = Stored::default().assess_with(&mut request, basis, 0);
        let found = request.findings.iter().map(|finding| (finding.code, finding.severity)).collect::<Vec<_>>();
        (risk.score, found, request.has_task(TaskCode::RiskAlert, ""), risk.told)
    };
    let high = vec![(FindingCode::RiskHigh, Severity::Warning)];
    assert_eq!(outcome(&scoring(59, 60, 80)), (59, vec![], false, vec![]));
    assert_eq!(outcome(&scoring(60, 60, 80)), (60, high.clone(), false, vec![]));
    assert_eq!(outcome(&scoring(80, 60, 80)), (80, high, true, vec!["manager".into(), "mia".into()]));
    assert_eq!(outcome(&scoring(100, 0, 0)), (100, vec![], false, vec![]), "0 means never");
}

#[test]
fn a_signal_that_is_switched_off_gives_nothing_and_a_score_ends_at_a_hundred() {
    let accounts = Accounts::default();
    let score = |policy: &Policy| {
        let basis = Basis { held: &accounts, is_first: true, policy };
        Stored::default().assess_with(&mut ask(1, "100.00", 0), basis, 0)
    };
    assert_eq!(score(&scoring(0, 60, 80)), Risk::default());
    let text =
        DEFAULT.replace("points = 10, days", "points = 90, days").replace("points = 5, from", "points = 90, from");
    let much = score(&Policy::parse(&text).unwrap());
    assert_eq!((much.score, much.parts.len()), (100, 2));
}

#[test]
fn a_request_that_is_checked_again_is_not_counted_twice() {
    let mut stored = Stored::default();
    for number in 0..4 {
        stored.assess(&mut ask(number, "12.34", 0), 0);
    }
    let mut last = ask(4, "12.34", 0);
    for _ in 0..3 {
        let risk = stored.assess(&mut last, 0);
        let part = risk.parts.iter().find(|part| part.signal == Signal::CustomerVelocity).unwrap();
        assert_eq!(part.counted, 5);
    }
}

#[test]
fn an_amount_that_nobody_knows_the_worth_of_is_counted_and_compared_with_nothing() {
    let mut request = ask(1, "12.34", 0);
    let dinar = Money::parse("500.000", "BHD".parse().unwrap()).unwrap();
    (request.amount, request.ask.amount) = (Some(dinar), Some(dinar));
    let risk = Stored::default().assess(&mut request, 0);
    assert_eq!(risk.parts.iter().map(|part| part.signal).collect::<Vec<_>>(), [Signal::NewCustomer]);
}

#[test]
fn a_request_of_before_there_were_scores_reads_without_one_and_one_with_a_score_keeps_it() {
    let mut request = ask(1, "12.34", 0);
    let before = serde_json::to_value(&request).unwrap();
    assert!(before.get("risk").is_none());
    assert_eq!(serde_json::from_value::<Request>(before).unwrap().risk, None);
    let risk = Stored::default().assess(&mut request, 0);
    let stored = serde_json::to_value(&request).unwrap();
    assert_eq!(stored["risk"]["parts"][0]["signal"], "new_customer");
    assert_eq!(serde_json::from_value::<Request>(stored).unwrap().risk, Some(risk));
}
