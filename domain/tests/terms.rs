//! Terms by country, product, kind and reason: windows, destinations and evidence as data of the policy.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use contraflow_domain::account::{Accounts, InvoiceAccount, PaymentAccount};
use contraflow_domain::backup;
use contraflow_domain::catalogue::FindingCode;
use contraflow_domain::eligibility::{self, Asked};
use contraflow_domain::invoice::Payment;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::policy::{DEFAULT, Policy};
use contraflow_domain::request::ask::{Ask, Destination, Evidence, Kind};
use contraflow_domain::request::backup::Want;
use contraflow_domain::request::leg::Target;
use contraflow_domain::request::{Packet, Request, Severity, Source};
use contraflow_domain::time::Timestamp;
use contraflow_domain::zone::Zone;
use serde_json::json;

fn policy(rows: &str) -> Policy {
    Policy::parse(&format!("{DEFAULT}\n{rows}")).unwrap()
}

fn at() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

/// A refund of a lamp that was paid by card, on an invoice of so many days; "" for a country that nobody knows.
fn lamp(country: &str, days: u64, to: Destination) -> Request {
    let ask = Ask {
        kind: Kind::Refund,
        direction: None,
        invoice: Some("INV-1".into()),
        customer: None,
        reason: "return".into(),
        note: "as agreed".into(),
        lines: Vec::new(),
        amount: Some(Money::parse("10.00", Currency::EUR).unwrap()),
        destination: to,
        evidence: Vec::new(),
    };
    let source = Source { channel: "api".into(), reference: None, link: None };
    let mut request = Request::receive("request-1".into(), source, "alice".into(), ask, at());
    let issued_on = Zone::UTC.day(at()) - chrono::Days::new(days);
    let invoice = serde_json::from_value(json!({
        "number": "INV-1", "issued_on": issued_on, "currency": "EUR", "prices_include_tax": true,
        "tax_rounding": "line", "customer": {"id": "CUST-7", "name": "Muster", "country": country},
        "lines": [{"id": "1", "description": "Desk Lamp, green", "quantity": "1", "unit_price": "100.00",
            "tax_rate": "0", "net": "100.00", "tax": "0.00", "gross": "100.00"}],
        "payments": [{"id": "P1", "gateway": "sandbox", "reference": "ch_1", "method": "card", "captured": "100.00",
            "paid_at": "2026-01-01T00:00:00Z"}],
    }));
    request.packet = Some(Packet { built_at: at(), invoice: Some(invoice.unwrap()), customer: None });
    request
}

/// Checks it, and returns what was found that a person must see; `None` where it is refused.
fn check(request: &mut Request, policy: &Policy) -> Option<Vec<(FindingCode, String)>> {
    let found = |_: &Payment| Ok::<Option<PaymentAccount>, ()>(None);
    let account = Some(InvoiceAccount::untouched("INV-1"));
    let mut accounts = Accounts::gather(request, account, found).unwrap();
    eligibility::check(request, &mut accounts, &mut Asked::default(), &["sandbox"], policy, at()).unwrap();
    let told = request.findings.iter().filter(|told| told.severity >= Severity::Warning);
    let told = told.map(|told| (told.code, told.message.clone())).collect();
    (request.status == RequestStatus::Validated).then_some(told)
}

fn codes(request: &mut Request, policy: &Policy) -> Option<Vec<FindingCode>> {
    Some(check(request, policy)?.into_iter().map(|(code, _)| code).collect())
}

const WINDOWS: &str = r#"
[[eligibility]]
name = "lamps in Germany"
countries = ["DE"]
products = ["desk LAMP"]
days = 60
[[eligibility]]
name = "the Union"
countries = ["EU"]
days = 14
message = "Ask when it was delivered"
source = "the law"
[[eligibility]]
name = "Norway"
countries = ["NO"]
days = 5
then = "refuse"
"#;

#[test]
fn of_the_windows_that_fit_the_first_counts_and_takes_the_place_of_the_one_for_all() {
    let policy = policy(WINDOWS);
    let found = |country: &str, days| codes(&mut lamp(country, days, Destination::Auto), &policy);
    let late = Some(vec![FindingCode::WindowExceeded]);
    for (country, most) in [("DE", 60), ("FR", 14), ("se", 14), ("US", 365)] {
        assert_eq!((found(country, most), found(country, most + 1)), (Some(vec![]), late.clone()), "{country}");
    }
    assert_eq!((found("NO", 5), found("NO", 6)), (Some(vec![]), None), "refused");
    let told = check(&mut lamp("FR", 15, Destination::Auto), &policy).unwrap().remove(0).1;
    for part in ["15 days old", "allows 14", "Ask when it was delivered", "(the law)", "“the Union”"] {
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn a_country_that_nobody_knows_may_be_any_so_a_person_decides_and_nothing_is_refused() {
    let policy = policy(WINDOWS);
    let found = |days| check(&mut lamp("", days, Destination::Auto), &policy).unwrap();
    assert_eq!(found(5), []);
    let told = found(15);
    assert_eq!(told.len(), 2, "the Union's and Norway's may hold: {told:?}");
    assert!(told.iter().all(|(_, message)| message.contains("may not hold")), "{told:?}");
    assert_eq!(found(366).len(), 4, "and the one for all holds");
}

#[test]
fn a_row_says_where_money_may_go_by_country_and_where_it_goes_when_nobody_says() {
    let row = |then: &str| {
        policy(&format!(
            "[[eligibility]]\nname = \"means\"\ncountries = [\"EU\"]\nproducts = [\"lamp\"]\n\
             destinations = [\"original_tender\", \"store_credit\"]\nthen = \"{then}\"\n"
        ))
    };
    let not_allowed = Some(vec![FindingCode::DestinationNotAllowed]);
    assert_eq!(codes(&mut lamp("DE", 1, Destination::Manual), &row("refuse")), None);
    assert_eq!(codes(&mut lamp("DE", 1, Destination::Manual), &row("person")), not_allowed);
    assert_eq!(codes(&mut lamp("", 1, Destination::Manual), &row("refuse")), not_allowed, "who knows");
    for to in [Destination::OriginalTender, Destination::StoreCredit, Destination::Auto] {
        assert_eq!(codes(&mut lamp("DE", 1, to), &row("refuse")), Some(vec![]), "{to:?}");
    }
    assert_eq!(codes(&mut lamp("US", 1, Destination::Manual), &row("refuse")), Some(vec![]), "elsewhere");
    let credit =
        policy("[[eligibility]]\nname = \"credit\"\nproducts = [\"lamp\"]\ndestinations = [\"store_credit\"]\n");
    let mut request = lamp("DE", 1, Destination::Auto);
    assert_eq!(codes(&mut request, &credit), Some(vec![]));
    assert!(matches!(request.legs[0].target, Target::StoreCredit { .. }), "the first of them: {:?}", request.legs);
}

#[test]
fn evidence_that_a_row_wants_for_a_product_is_missing_until_it_comes() {
    let policy =
        policy("[[eligibility]]\nname = \"lamps\"\nproducts = [\"lamp\"]\nevidence = [\"photo\", \"receipt\"]\n");
    let mut request = lamp("DE", 1, Destination::Auto);
    let told = check(&mut request, &policy).unwrap();
    assert!(told[0].0 == FindingCode::EvidenceMissing && told[0].1.contains("photo"), "{told:?}");
    let kind = |kind: &str| Want::Evidence { kind: Some(kind.into()) };
    assert_eq!(backup::missing(&request, &policy), [kind("photo"), kind("receipt")]);
    request.ask.evidence = vec![Evidence::link("photo", "https://files.example/1")];
    assert_eq!(backup::missing(&request, &policy), [kind("receipt")]);
    let other =
        self::policy("[[eligibility]]\nname = \"desks\"\nproducts = [\"desk drawer\"]\nevidence = [\"photo\"]\n");
    assert_eq!(codes(&mut lamp("DE", 1, Destination::Auto), &other), Some(vec![]));
}

#[test]
fn a_mistake_in_a_row_of_terms_is_told_by_line_and_there_are_so_many_at_most() {
    let good = "[[eligibility]]\nname = \"a\"\ncountries = [\"DE\", \"EU\"]\nproducts = [\"x\"]\ndays = 3\n";
    let lines = DEFAULT.lines().count() + 1;
    for (from, to, line) in [
        ("\"EU\"", "\"Germany\"", 3),
        ("\"EU\"", "\"de\"", 3),
        ("\"x\"", "\" \"", 4),
        ("\"a\"", "\" \"", 2),
        ("days = 3", "", 1),
        ("days = 3", "days = 3\ndestinations = [\"auto\"]", 6),
        ("days = 3", "days = 3\nevidence = [\"\"]", 6),
        ("days = 3", "days = 3\ncategories = [\"none\"]", 6),
        ("days = 3", "days = 3\nwhen = 'risk.score > 1'", 6),
        ("days = 3", "days = 3\nwhen = 'request.kindd == \"refund\"'", 6),
        ("days = 3", "days = 3\nmessage = \"\"", 6),
        ("days = 3", "days = 3\ncountry = \"DE\"", 6),
        ("days = 3", "days = -3", 5),
    ] {
        let error = Policy::parse(&format!("{DEFAULT}\n{}", good.replace(from, to))).unwrap_err();
        assert_eq!(error.0[0].line, lines + line, "{to}: {error}");
    }
    let with = |text: String| Policy::parse(&format!("{DEFAULT}\n{text}"));
    assert!(with(good.repeat(limits::POLICY_RULES)).is_ok(), "at the bound");
    assert!(with(good.repeat(limits::POLICY_RULES + 1)).is_err(), "one more");
    let products = |count| good.replace("\"x\"", &vec!["\"x\""; count].join(", "));
    assert!(with(products(limits::TERM_NAMES)).is_ok() && with(products(limits::TERM_NAMES + 1)).is_err());
}
