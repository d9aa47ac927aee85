//! The invoice's JSON and its checks.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::{Value, json};

use super::*;

fn documented() -> Value {
    json!({
        "number": "INV-1001", "issued_on": "2026-10-01", "currency": "EUR",
        "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example"},
        "prices_include_tax": false, "tax_rounding": "line",
        "lines": [{"id": "1", "description": "Sensor", "quantity": "4", "unit_price": "25.00", "discount": "0.00",
                   "tax_rate": "0.19", "net": "100.00", "tax": "19.00", "gross": "119.00"}],
        "payments": [{"id": "PAY-1", "gateway": "sandbox", "reference": "ch_1001", "method": "card", "captured": "119.00",
                      "paid_at": "2026-10-02T09:00:00Z"}]
    })
}

fn faults(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut json = documented();
    change(&mut json);
    let wire: InvoiceWire = serde_json::from_value(json).expect("the right shape");
    match Invoice::try_from(wire) {
        Ok(_) => Vec::new(),
        Err(InvoiceFaults(faults)) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn reads_the_documented_json_and_fills_in_the_totals() {
    let invoice: Invoice = serde_json::from_value(documented()).expect("valid");
    assert_eq!(invoice.totals.gross, Money { minor: 11_900, currency: Currency::EUR });
    let mut expected = documented();
    expected["totals"] = json!({"net": "100.00", "tax": "19.00", "gross": "119.00"});
    assert_eq!(serde_json::to_value(&invoice).ok(), Some(expected.clone()));
    assert_eq!(serde_json::from_value::<Invoice>(expected).ok(), Some(invoice));
}

#[test]
fn finds_all_that_is_wrong_at_once() {
    let found = faults(|json| {
        json["lines"][0]["net"] = json!("100.0");
        json["lines"][0]["quantity"] = json!("1e3");
        json["payments"][0]["captured"] = json!("119");
    });
    assert_eq!(
        found,
        [
            "/lines/0/quantity: \"1e3\" is not a decimal; write digits with a point, such as \"0.19\"",
            "/lines/0/net: \"100.0\" has 1 decimal; EUR takes exactly 2",
            "/payments/0/captured: \"119\" has 0 decimals; EUR takes exactly 2",
        ]
    );
}

#[test]
fn refuses_sums_that_do_not_add_up() {
    assert_eq!(
        faults(|json| json["lines"][0]["gross"] = json!("120.00")),
        [
            "/lines/0/gross: is 120.00, but net 100.00 and tax 19.00 make 119.00",
            "/totals/gross: is 120.00, but net 100.00 and tax 19.00 make 119.00"
        ]
    );
    let totals = json!({"net": "100.00", "tax": "18.99", "gross": "118.99"});
    assert_eq!(
        faults(|json| json["totals"] = totals.clone()),
        ["/totals/tax: is 18.99, but the lines sum to 19.00", "/totals/gross: is 118.99, but the lines sum to 119.00"]
    );
    let by_document = |tax: &str, gross: &str| {
        let totals = json!({"net": "100.00", "tax": tax, "gross": gross});
        faults(|json| {
            json["totals"] = totals;
            json["tax_rounding"] = json!("document");
        })
    };
    assert!(by_document("18.99", "118.99").is_empty());
    assert_eq!(by_document("18.98", "118.98").len(), 2);
}

#[test]
fn refuses_ids_that_stand_twice_and_unknown_currencies_and_fields() {
    let doubled = |name: &'static str| {
        faults(move |json| {
            let first = json[name][0].clone();
            json[name].as_array_mut().expect("an array").push(first);
        })
    };
    assert_eq!(doubled("lines"), ["/lines/1/id: every line needs an id of its own"]);
    assert_eq!(doubled("payments"), ["/payments/1/id: every payment needs an id of its own"]);
    assert_eq!(faults(|json| json["currency"] = json!("EURO")).len(), 1);
    assert_eq!(faults(|json| json["lines"] = json!([])), ["/lines: takes 1 to 500 lines"]);
    let language = |tag: &str| faults(|json| json["customer"]["language"] = json!(tag));
    assert_eq!(language("Deutsch, bitte"), ["/customer/language: must be a language tag, such as de or fr-CA"]);
    assert!(language("fr-CA").is_empty() && language("").is_empty());
    let mut unknown = documented();
    unknown["lines"][0]["vat"] = json!("0.19");
    assert!(serde_json::from_value::<InvoiceWire>(unknown).is_err());
}
