#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use std::collections::BTreeMap;

use chrono::Days;

use super::*;
use crate::policy::DEFAULT;
use crate::request::Source;
use crate::request::ask::{Ask, Destination, Kind};
use crate::zone::Zone;

fn day(number: u32) -> Day {
    Day::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(u64::from(number))
}

fn at(number: u32) -> Timestamp {
    Zone::UTC.start_of(day(number))
}

/// A policy with these bounds alone: for whom, within how many days, up to what.
fn policy(bounds: &[(&str, u32, &str)]) -> Policy {
    let (before, _) = DEFAULT.split_once("[[automatic.limits]]").unwrap();
    let (_, after) = DEFAULT.split_once("[levels]").unwrap();
    let bounds = bounds.iter().map(|(per, days, up_to)| {
        format!("[[automatic.limits]]\nper = \"{per}\"\ndays = {days}\nup_to = \"{up_to}\"\n")
    });
    Policy::parse(&format!("{before}{}[levels]{after}", bounds.collect::<String>())).unwrap()
}

fn request(number: u32, value: &str) -> Request {
    let amount = Money::parse(value, crate::money::Currency::EUR).unwrap();
    let ask = Ask {
        kind: Kind::GoodwillCredit,
        direction: None,
        invoice: None,
        customer: Some("CUST-7".into()),
        reason: String::new(),
        note: String::new(),
        lines: Vec::new(),
        amount: Some(amount),
        destination: Destination::Auto,
        evidence: Vec::new(),
    };
    let source = Source { channel: "api".into(), reference: None, link: None };
    let mut request = Request::receive(format!("request-{number:08}"), source, "alice".into(), ask, at(0));
    request.amount = Some(amount);
    request
}

/// What is stored, by whose it is and by part.
#[derive(Default)]
struct Stored(BTreeMap<(&'static str, String, u32), Tally>);

impl Stored {
    /// Lets a request pass where it may; gives what stops it.
    fn pass(&mut self, request: &Request, policy: &Policy, at: Timestamp) -> Vec<String> {
        let mut passing = Passing::of(request, Origin::Asked, policy, at);
        assert!(!passing.counts.is_empty(), "its rule lets it pass");
        for count in &mut passing.counts {
            while let Some(part) = count.next() {
                let key = (count.per.name(), count.who.clone(), part);
                count.look(part, self.0.get(&key).cloned().unwrap_or_default());
            }
        }
        let findings = passing.findings(request, policy);
        if findings.is_empty() {
            for count in &passing.counts {
                let fresh = count.changed().map(|(part, tally)| ((count.per.name(), count.who.clone(), part), tally));
                self.0.extend(fresh.collect::<Vec<_>>());
            }
        }
        findings.into_iter().map(|finding| finding.message).collect()
    }
}

#[test]
fn the_parts_of_a_sum_end_at_its_bound_to_the_cent_in_whatever_order_they_fill() {
    for (per, up_to) in [("customer", "150.00"), ("requester", "150.01"), ("all", "0.17"), ("all", "123.45")] {
        let policy = policy(&[(per, 30, up_to)]);
        let bound = AutomaticLimit { per: Per::All, days: 1, up_to: up_to.parse().unwrap() }.hundredths();
        let (mut stored, mut passed) = (Stored::default(), 0);
        for number in 0..400 {
            let value = i64::from(number * 7_919 % 977) + 1;
            if stored.pass(&request(number, &plain(value)), &policy, at(0)).is_empty() {
                passed += value;
            }
            assert!(passed <= bound, "{per} {up_to}: {passed}");
        }
        let rest = request(1_000, &plain((bound - passed).max(1)));
        assert_eq!(stored.pass(&rest, &policy, at(0)).is_empty(), passed < bound, "all of it can be used");
        let told = stored.pass(&request(1_001, "0.01"), &policy, at(0));
        let title = Per::named(per).unwrap().title();
        let words =
            format!("passed by itself in the last 30 days: {up_to} of {up_to} EUR {title}; this one is 0.01 more");
        assert_eq!(told, [words]);
    }
}

#[test]
fn what_passed_before_the_days_of_the_bound_counts_no_more() {
    let policy = policy(&[("customer", 30, "99.00"), ("customer", 1, "50.00")]);
    let mut stored = Stored::default();
    assert_eq!(stored.pass(&request(1, "50.00"), &policy, at(0)), [""; 0]);
    let told = stored.pass(&request(2, "10.00"), &policy, at(0));
    assert_eq!(told, ["passed by itself today: 50.00 of 50.00 EUR for this customer; this one is 10.00 more"]);
    assert_eq!(stored.pass(&request(2, "49.00"), &policy, at(1)), [""; 0]);
    let told = stored.pass(&request(3, "0.01"), &policy, at(29));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("99.00 of 99.00"), "{told:?}");
    assert_eq!(stored.pass(&request(3, "50.00"), &policy, at(30)), [""; 0], "the first day is over");
    // A clock that was wrong for a day gives nothing back.
    assert_eq!(stored.pass(&request(4, "49.00"), &policy, at(60)), [""; 0]);
    assert_eq!(stored.pass(&request(5, "50.00"), &policy, at(50)).len(), 1);
}

#[test]
fn what_passed_before_a_customers_sum_had_parts_still_counts() {
    let policy = policy(&[("customer", 30, "150.00")]);
    let mut stored = Stored::default();
    let mut earlier = Tally::default();
    earlier.add(10_000, day(0));
    stored.0.insert(("customer", "cust-7".into(), limits::EARLIER_PART), earlier.clone());
    let passed = (0..400).filter(|number| stored.pass(&request(*number, "1.00"), &policy, at(1)).is_empty()).count();
    assert_eq!(passed, 50, "the rest, to the cent");
    let told = stored.pass(&request(1_000, "0.01"), &policy, at(1));
    let words = "passed by itself in the last 30 days: 150.00 of 150.00 EUR for this customer; this one is 0.01 more";
    assert_eq!(told, [words]);
    assert_eq!(stored.0[&("customer", "cust-7".to_owned(), limits::EARLIER_PART)], earlier, "it is added to no more");
}

#[test]
fn requests_for_one_customer_at_once_seldom_change_the_same_part() {
    let policy = policy(&[("customer", 30, "150.00")]);
    let mut parts = BTreeMap::new();
    for number in 0..64 {
        let mut stored = Stored::default();
        assert_eq!(stored.pass(&request(number, "1.00"), &policy, at(0)), [""; 0]);
        *parts.entry(stored.0.into_keys().next().unwrap().2).or_insert(0) += 1;
    }
    assert!(parts.len() == 8 && parts.values().all(|count| *count < 16), "{parts:?}");
}

#[test]
fn a_customer_or_requester_is_the_same_however_they_are_written() {
    let policy = policy(&[("customer", 30, "50.00")]);
    let mut stored = Stored::default();
    assert_eq!(stored.pass(&request(1, "50.00"), &policy, at(0)), [""; 0]);
    for customer in ["cust-7", " Cust-7\u{a0}", "ＣＵＳＴ-7"] {
        let mut other = request(2, "1.00");
        other.customer = Some(customer.into());
        assert_eq!(stored.pass(&other, &policy, at(0)).len(), 1, "{customer}");
    }
    let policy = self::policy(&[("requester", 30, "50.00")]);
    let mut stored = Stored::default();
    for (asker, fits) in [("alice@firm.example", true), ("zendesk:Alice@firm.example", false), ("bob", true)] {
        let mut asked = request(1, "50.00");
        asked.requester = asker.into();
        assert_eq!(stored.pass(&asked, &policy, at(0)).is_empty(), fits, "{asker}");
    }
}

#[test]
fn what_passes_by_itself_is_bounded_for_each_reason_however_it_is_written() {
    let policy = policy(&[("reason", 30, "40.00")]);
    let mut stored = Stored::default();
    let with = |number: u32, reason: &str| {
        let mut request = request(number, "30.00");
        request.ask.reason = reason.into();
        request
    };
    assert_eq!(stored.pass(&with(1, "late delivery"), &policy, at(0)), Vec::<String>::new());
    assert_eq!(stored.pass(&with(2, "damaged"), &policy, at(0)), Vec::<String>::new(), "another reason");
    let over = stored.pass(&with(3, "Late_Delivery"), &policy, at(0));
    assert!(over[0].contains("30.00 of 40.00") && over[0].contains("for this reason"), "{over:?}");
}
