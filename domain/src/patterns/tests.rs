#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use std::collections::BTreeMap;

use chrono::Days;
use serde_json::json;

use super::sums::Sum;
use super::*;
use crate::limits::{PATTERN_NAME_CHARS, PATTERN_NAMES};
use crate::money::{Currency, Money};
use crate::policy::{DEFAULT, Policy};
use crate::request::{Packet, Request, Source};
use crate::time::Timestamp;

fn day(number: u64) -> Day {
    Day::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(number)
}

/// Days on each of which these asked so often, for so much each time.
fn asked(count: u64, by: &[(&str, i64, i64)]) -> BTreeMap<Day, DaySums> {
    let sums = |asks: i64, each: i64| Sum { asks, worth: asks * each };
    let requesters = by.iter().map(|(name, asks, each)| ((*name).to_owned(), sums(*asks, *each))).collect();
    let sums = DaySums { requesters, ..DaySums::default() };
    (0..count).map(|number| (day(number), sums.clone())).collect()
}

fn found(days: &BTreeMap<Day, DaySums>, until: u64) -> Vec<(PatternKind, String)> {
    find(days, day(until)).items.into_iter().map(|pattern| (pattern.kind, pattern.about)).collect()
}

const PEERS: [(&str, i64, i64); 4] = [("a", 1, 1_000), ("b", 2, 1_000), ("c", 2, 1_000), ("d", 3, 1_000)];

#[test]
fn a_requester_stands_out_by_the_middle_of_the_others_and_not_below_three_times_that() {
    let with = |name: &'static str, asks: i64, each: i64| {
        let by: Vec<_> = PEERS.into_iter().chain([(name, asks, each)]).collect();
        asked(28, &by)
    };
    assert_eq!(found(&with("eve", 5, 1_000), 27), []);
    let patterns = find(&with("eve", 6, 1_000), day(27));
    let words = "eve asked 168 times within 28 days; in the middle others asked 56 times.";
    assert_eq!((patterns.items[0].sentence.as_str(), patterns.items[0].kind), (words, PatternKind::RequesterRate));
    let words = "eve asked for 1680.00 within 28 days; in the middle others asked for 560.00.";
    assert_eq!((patterns.items[1].sentence.as_str(), patterns.items.len()), (words, 2));
    assert_eq!(found(&with("eve", 1, 9_000), 27), [(PatternKind::RequesterWorth, "eve".into())], "few, and large");
}

#[test]
fn nobody_stands_out_among_too_few_or_with_too_little() {
    let few: Vec<_> = PEERS[..3].iter().copied().chain([("eve", 60, 1_000)]).collect();
    assert_eq!(found(&asked(28, &few), 27), []);
    let little: Vec<_> = PEERS.into_iter().chain([("eve", 9, 1_000)]).collect();
    assert_eq!(found(&asked(2, &little), 1), [], "18 requests");
    let old = asked(28, &PEERS.into_iter().chain([("eve", 60, 1_000)]).collect::<Vec<_>>());
    assert_eq!(found(&old, 60), [], "it is over");
}

#[test]
fn a_product_stands_out_by_its_own_weeks_before() {
    let days = |early: i64, late: i64, first: u64| {
        let of = |asks| DaySums {
            products: BTreeMap::from([("sensor".to_owned(), Sum { asks, worth: 0 })]),
            ..DaySums::default()
        };
        (first..28).map(|number| (day(number), of(if number < 21 { early } else { late }))).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(found(&days(1, 2, 0), 27), []);
    let patterns = find(&days(1, 3, 0), day(27));
    let words = "“sensor” was credited by 21 requests within 7 days; about 7 were usual before.";
    assert_eq!(patterns.items[0].sentence, words);
    assert_eq!(found(&days(0, 1, 0), 27).len(), 1, "it never came back before");
    assert_eq!(found(&days(0, 1, 15), 27), [], "less than two weeks are known");
}

#[test]
fn a_request_adds_its_requester_and_each_product_once_and_nothing_where_it_did_not_pass() {
    let policy = Policy::parse(DEFAULT).unwrap();
    let eur = |value| Money::parse(value, Currency::EUR).unwrap();
    let line = |id: &str, text: &str| {
        json!({"id": id, "description": text, "quantity": "1", "unit_price": "10.00", "tax_rate": "0",
                                             "net": "10.00", "tax": "0.00", "gross": "10.00"})
    };
    let invoice = serde_json::from_value(json!({
        "number": "INV-1", "issued_on": "2026-01-01", "currency": "EUR", "customer": {"id": "C", "name": "C"},
        "prices_include_tax": false, "tax_rounding": "line",
        "lines": [line("1", "Sensor"), line("2", " SENSOR "), line("3", &"x".repeat(500))],
    }));
    let at = Timestamp::from_unix_ms(0);
    let packet = Packet { built_at: at, invoice: Some(invoice.unwrap()), customer: None };
    let ask = serde_json::from_value(
        json!({"kind": "refund", "invoice": "INV-1", "reason": "", "note": "", "destination": "auto"}),
    );
    let source = Source { channel: "api".into(), reference: None, link: None };
    let mut request = Request::receive("r".into(), source, "Alice".into(), ask.unwrap(), at);
    let mut sums = DaySums::default();
    sums.add(&request, Some(&packet), &policy);
    assert_eq!(sums, DaySums::default());
    request.amount = Some(eur("30.00"));
    let credit = |line: &str| crate::allocation::CreditLine {
        line: line.into(),
        basis: crate::allocation::Basis::Money,
        quantity: 1.into(),
        net: eur("10.00"),
        tax: eur("0.00"),
        gross: eur("10.00"),
        discount: eur("0.00"),
    };
    request.lines = vec![credit("1"), credit("2"), credit("3")];
    sums.add(&request, Some(&packet), &policy);
    assert_eq!(sums.requesters, BTreeMap::from([("alice".to_owned(), Sum { asks: 1, worth: 3_000 })]));
    assert_eq!(sums.products["sensor"], Sum { asks: 1, worth: 2_000 });
    assert!(sums.products.contains_key(&"x".repeat(PATTERN_NAME_CHARS)));
}

#[test]
fn a_day_holds_no_more_names_than_its_bound_and_keeps_those_with_most() {
    let policy = Policy::parse(DEFAULT).unwrap();
    let mut sums = DaySums::default();
    let mut add = |name: String| {
        let ask = serde_json::from_value(
            json!({"kind": "goodwill_credit", "customer": "C", "reason": "", "note": "", "destination": "auto"}),
        );
        let source = Source { channel: "api".into(), reference: None, link: None };
        let mut request = Request::receive("r".into(), source, name, ask.unwrap(), Timestamp::from_unix_ms(0));
        request.amount = Some(Money::parse("1.00", Currency::EUR).unwrap());
        sums.add(&request, None, &policy);
    };
    for _ in 0..2 {
        add("eve".into());
    }
    for number in 0..PATTERN_NAMES * 2 {
        add(format!("p{number}"));
    }
    assert_eq!((sums.requesters.len(), sums.requesters["eve"].asks), (PATTERN_NAMES, 2));
}
