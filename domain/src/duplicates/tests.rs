#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use serde_json::{Value, json};

use super::*;
use crate::request::Source;

fn request(id: &str, ask: Value, reference: Option<&str>) -> Request {
    let mut whole = json!({
        "kind": "refund", "invoice": "INV-1", "reason": "damaged", "note": "The box was damaged on arrival",
        "amount": {"minor": 5000, "currency": "EUR"}, "destination": "auto"
    });
    let amount: Money = Money::parse("50.00", "EUR".parse().unwrap()).unwrap();
    whole["amount"] = serde_json::to_value(amount).unwrap();
    for (name, value) in ask.as_object().unwrap() {
        whole[name] = value.clone();
    }
    let source = Source { channel: "zendesk".into(), reference: reference.map(str::to_owned), link: None };
    let at = Timestamp::from_unix_ms(1_795_262_400_000);
    let mut request = Request::receive(id.into(), source, "alice".into(), serde_json::from_value(whole).unwrap(), at);
    request.customer = Some("CUST-7".into());
    request
}

fn eur(value: &str) -> Value {
    serde_json::to_value(Money::parse(value, "EUR".parse().unwrap()).unwrap()).unwrap()
}

fn of(twin: &Twin, aspect: Aspect) -> &Compared {
    twin.aspects.iter().find(|compared| compared.aspect == aspect).unwrap()
}

#[test]
fn the_same_ask_from_another_ticket_is_exact_and_shows_what_differs() {
    let this = request("r1", json!({}), Some("7"));
    let other = request("r2", json!({"note": "box arrived damaged"}), Some("8"));
    let twins = among(&this, &[other, this.clone()]);
    assert_eq!(twins.len(), 1, "a request is no twin of itself");
    assert!(twins[0].exact && twins[0].alike < 100);
    assert_eq!(of(&twins[0], Aspect::Amount).alike, Some(100));
    let source = of(&twins[0], Aspect::Source);
    assert_eq!((source.alike, source.this.as_str(), source.other.as_str()), (Some(0), "zendesk 7", "zendesk 8"));
}

#[test]
fn nearly_the_same_is_near_and_something_else_is_not_shown() {
    let this = request("r1", json!({}), None);
    let cent = request("r2", json!({"amount": eur("49.99"), "note": "box arrived damaged"}), None);
    let other = json!({"invoice": "INV-2", "amount": eur("9.00"), "reason": "late", "note": "Wrong price on it", "kind": "price_correction"});
    let twins = among(&this, &[request("r3", other, None), cent]);
    assert_eq!(twins.iter().map(|twin| (twin.request.as_str(), twin.exact)).collect::<Vec<_>>(), [("r2", false)]);
    assert_eq!(of(&twins[0], Aspect::Amount).alike, Some(99));
}

#[test]
fn the_most_alike_stands_first_and_no_more_than_are_shown() {
    let this = request("r1", json!({}), None);
    let mut others: Vec<_> =
        (0..50).map(|number| request(&format!("n{number}"), json!({"amount": eur("48.00")}), None)).collect();
    others.push(request("same", json!({}), None));
    let twins = among(&this, &others);
    assert_eq!((twins.len(), twins[0].request.as_str()), (limits::TWINS, "same"));
}

#[test]
fn another_customers_request_is_shown_only_where_it_is_about_the_same_invoice() {
    let this = request("r1", json!({}), None);
    let mut stranger = request("r2", json!({"invoice": "INV-2"}), None);
    stranger.customer = Some("CUST-8".into());
    assert_eq!(among(&this, &[stranger.clone()]), []);
    stranger.ask.invoice = this.ask.invoice.clone();
    assert_eq!(among(&this, &[stranger]).len(), 1);
}

#[test]
fn lines_are_alike_by_how_many_both_have_and_amounts_by_their_difference() {
    let set = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(overlap(&set(&["1", "2"]), &set(&["2", "3"])), Some(33));
    assert_eq!(overlap(&set(&[]), &set(&[])), None);
    let money = |value, currency: &str| Money::parse(value, currency.parse().unwrap()).unwrap();
    let near = |one, other| near(money(one, "EUR"), money(other, "EUR"));
    assert_eq!((near("100.00", "100.00"), near("100.00", "99.99"), near("100.00", "90.00")), (100, 99, 50));
    assert_eq!(near("100.00", "1.00"), 0);
    assert_eq!(super::near(money("1.00", "EUR"), money("1.00", "USD")), 0);
}
