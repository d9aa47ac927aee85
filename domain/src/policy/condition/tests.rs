#![allow(clippy::unwrap_used)]
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::*;
use crate::limits;

fn known() -> BTreeMap<Field, Value> {
    let number = |text: &str| Value::Number(text.parse().unwrap());
    let text = |text: &str| Value::Text(text.into());
    BTreeMap::from([
        (Field::RequestAmount, number("500.10")),
        (Field::RequestKind, text("goodwill_credit")),
        (Field::RequestNote, text("Straße  Nr. 7")),
        (Field::RequestHasInvoice, Value::Flag(true)),
        (Field::RequestWeekday, number("6")),
        (Field::InvoiceAgeDays, number("31")),
        (Field::InvoiceMethods, Value::Texts(vec!["gift_card".into(), "card".into()])),
        (Field::CustomerTier, text("Gold")),
        (Field::RiskScore, number("0")),
    ])
}

fn told(text: &str) -> Result<bool, String> {
    let condition = Condition::new(text);
    if let Some(fault) = condition.fault() {
        return Err(format!("{}: {}", fault.offset, fault.message));
    }
    let known = known();
    condition.holds(&|field| known.get(&field)).map_err(|error| error.to_string())
}

#[test]
fn a_condition_says_what_is_true_of_a_request() {
    for text in [
        "request.amount > 500",
        "request.amount == 500.1",
        "request.amount <= 500.10 && request.amount >= 500.1",
        "request.amount * 2 == 1000.2",
        "request.amount % 100 != 0",
        "request.amount + 0.2 == 500.3",
        "-request.amount < 0",
        "request.weekday in [6, 7]",
        "request.kind == \"goodwill_credit\"",
        "request.kind in ['refund', \"Goodwill Credit\"]",
        "'card' in invoice.methods && !('cash' in invoice.methods)",
        "size(invoice.methods) == 2 && invoice.methods.size() == 2",
        "request.note.contains('STRASSE nr.') && request.note.startsWith('stra') && request.note.endsWith('7')",
        "customer.tier == 'gold' ? invoice.age_days > 30 : false",
        "has(customer.tier) && !has(customer.country)",
        "request.has_invoice",
        "request.has_invoice == true",
        "!(request.amount < 1 || invoice.age_days < 1)",
        "risk.score == 0",
    ] {
        assert_eq!(told(text), Ok(true), "{text}");
        assert_eq!(told(&format!("!({text})")), Ok(false), "{text}");
    }
}

#[test]
fn numbers_in_conditions_are_exact() {
    assert_eq!(told("0.1 + 0.2 == 0.3"), Ok(true), "not so with floats");
    assert_eq!(told("request.amount * 100 == 50010"), Ok(true));
    assert_eq!(told("999999999999999 + 1 > 999999999999999"), Ok(true));
    assert_eq!(told("0.00000000000001 > 0"), Ok(true), "fifteen digits");
    assert!(told("0.123456789012345 > 0").unwrap_err().contains("at most 15 digits"));
    assert!(told("request.amount > 1e300").is_err(), "beyond what is counted exactly");
    let tiny = "0.00000000000001";
    assert!(told(&format!("{tiny} * {tiny} * {tiny} > 0")).is_err(), "a digit would be lost");
    assert!(told("79000000000000 * 79000000000000 * 79000000000000 > 0").is_err(), "too large");
    assert!(told("request.amount % 0 == 0").unwrap_err().contains("beyond what is counted exactly"));
}

#[test]
fn what_is_not_known_is_never_guessed_and_one_side_that_decides_is_enough() {
    for text in ["customer.country == 'DE'", "customer.country != 'DE'", "!(customer.country == 'DE')"] {
        assert_eq!(told(text), Err("customer.country is not known of this request".into()), "{text}");
    }
    for unknown in ["customer.country == 'DE'", "request.worth > 5"] {
        assert_eq!(told(&format!("{unknown} && request.amount < 1")), Ok(false));
        assert_eq!(told(&format!("request.amount < 1 && {unknown}")), Ok(false));
        assert_eq!(told(&format!("{unknown} || request.amount > 1")), Ok(true));
        assert_eq!(told(&format!("request.amount > 1 || {unknown}")), Ok(true));
        assert!(told(&format!("{unknown} || request.amount < 1")).is_err());
        assert!(told(&format!("request.amount > 1 && {unknown}")).is_err());
    }
    assert_eq!(told("has(customer.country) && customer.country == 'DE'"), Ok(false));
}

#[test]
fn a_mistake_is_told_where_it_stands() {
    for (text, offset, says) in [
        ("request.amount > 5 && request.amout < 9", 22, "there is no `request.amout`; there are request.kind"),
        ("amount > 5", 0, "there are request, invoice, customer"),
        ("request.amount > '5'", 8, "`>` does not go with a number and a text"),
        ("request.has_invoice && request.amount", 8, "`&&` does not go with"),
        ("request.amount", 0, "is true or false, and this is a number"),
        ("'card' in request.kind", 0, "`in` does not go with"),
        ("request.amount / 2 > 1", 0, "there is no division"),
        ("invoice.methods.exists(m, m == 'card')", 0, "no loops"),
        ("invoice.methods[0] == 'card'", 0, "lists have no places"),
        ("request.reason.matches('a.*')", 15, "there is no function `matches`"),
        ("has(request.amount) ? 1 : 'x'", 12, "both sides"),
        ("request.kind == null", 8, "there is no null"),
        ("request.amount >", 16, "this is no condition"),
        ("request.amount > 5 &&& true", 21, "this is no condition"),
        ("{'a': 1} == {'a': 1}", 0, "conditions have numbers"),
        ("request.kind in []", 8, "at least one"),
        ("request.kind in ['a', 1]", 8, "a list has numbers or texts"),
        ("!request.amount", 9, "`!` is followed by"),
        ("", 0, "this is no condition"),
    ] {
        let condition = Condition::new(text);
        let fault = condition.fault().unwrap_or_else(|| panic!("{text} was taken"));
        assert!(fault.message.contains(says), "{text}: {}", fault.message);
        assert_eq!(fault.offset, offset, "{text}: {}", fault.message);
    }
    let named = Condition::new("request.amount > 5 && request.amout < 9");
    assert_eq!(named.fault().unwrap().offset, 22, "the second `request`, not the first");
}

#[test]
fn a_condition_has_an_end_in_length_parts_depth_and_steps() {
    let padded = |length: usize| format!("true{}", " ".repeat(length - 4));
    assert_eq!(told(&padded(limits::CONDITION_BYTES)), Ok(true), "at the bound");
    assert!(told(&padded(limits::CONDITION_BYTES + 1)).unwrap_err().contains("1000 bytes"), "one more");

    let chain = |parts: usize| vec!["true"; parts].join("||");
    let balanced = |parts: usize| format!("({})||({})", chain(parts / 2), chain(parts - parts / 2));
    assert!(told(&balanced(40)).is_ok());
    assert!(
        told(&["1 in [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"; 10].join("||")).unwrap_err().contains("200 parts")
    );

    let deep = |depth: usize| format!("{}true{}", "(true && ".repeat(depth), ")".repeat(depth));
    assert_eq!(told(&deep(usize::from(limits::CONDITION_DEPTH))), Ok(true), "at the bound");
    let deeper = told(&deep(usize::from(limits::CONDITION_DEPTH) + 2)).unwrap_err();
    assert!(deeper.contains("deep") || deeper.contains("limit"), "{deeper}");
    for text in
        ["!".repeat(900), "-".repeat(900), "(".repeat(900), "[".repeat(900), "a.".repeat(450), "has(".repeat(200)]
    {
        assert!(told(&text).is_err(), "{text}");
        let _ = told(&format!("{text}true"));
    }

    let methods = |count: usize| BTreeMap::from([(Field::InvoiceMethods, Value::Texts(vec!["card".into(); count]))]);
    let condition = Condition::new("'cash' in invoice.methods");
    // One step for each of the three parts and for each text.
    let holds = |count: usize| {
        let known = methods(count);
        condition.holds(&|field| known.get(&field))
    };
    assert_eq!(holds(limits::CONDITION_STEPS - 3), Ok(false), "at the bound");
    assert_eq!(holds(limits::CONDITION_STEPS - 2), Err(UnknownError::Steps), "one more");
}

#[test]
fn every_field_has_a_value_of_its_type_in_some_condition() {
    for field in Field::ALL {
        let name = field.name();
        let text = match field.kind() {
            Type::Number => format!("{name} > 0"),
            Type::Text => format!("{name} == 'x'"),
            Type::Flag => name.to_owned(),
            Type::Texts => format!("'x' in {name}"),
            Type::Numbers => format!("1 in {name}"),
        };
        let condition = Condition::new(&text);
        assert_eq!(condition.fault(), None, "{text}");
        assert_eq!(condition.fields(), [*field], "{text}");
        let nothing = condition.holds(&|_| None);
        assert_eq!(nothing, Err(UnknownError::Missing(*field)), "{text}");
    }
    assert_eq!(Value::Number(Decimal::new(50010, 2)).to_string(), "500.1");
}

#[test]
fn an_answer_is_that_of_cel_itself_wherever_both_know_it() {
    for text in [
        "1 + 2 * 3 == 7",
        "(1 + 2) * 3 == 9",
        "7 % 3 == 1 && -7 % 3 == -1",
        "1 < 2 == true",
        "true || false && false",
        "!(true && false) ? 1 < 2 : 2 < 1",
        "2 in [1, 2, 3] && !(4 in [1, 2, 3])",
        "'b' in ['a', 'b']",
        "'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.endsWith('c')",
        "size('abc') == 3 && size([1, 2]) == 2",
        "'it\\'s' == \"it's\"",
        "1 - 2 - 3 == -4",
        "false ? false : true ? false : true",
        "1 != 2 && 'a' != 'b' && true != false",
    ] {
        let program = cel::Program::compile(text).unwrap();
        let theirs = program.execute(&cel::Context::default()).unwrap();
        assert_eq!(told(text).map(cel::Value::Bool), Ok(theirs), "{text}");
    }
}
