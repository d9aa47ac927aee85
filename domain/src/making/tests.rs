#![allow(clippy::unwrap_used)]

use serde_json::{Map, Value as Json, json};

use super::*;
use crate::approval::automatic::Tally;
use crate::limits;
use crate::policy::DEFAULT;
use crate::time::Day;

const RULES: &str = r#"
[[templates]]
name = "late"
fields = { customer = "text", hours = "number", total = "number", vip = "flag" }
kind = "goodwill_credit"
customer = "{{event.customer}}"
amount = "event.total * 0.1 > 20 ? 20 : event.total * 0.1"
currency = "EUR"
reason = "late_delivery"
note = "Delivery {{ event.subject }} came {{event.hours}} hours late."

[[rules]]
name = "late-delivery"
on = "delivery.late"
when = "event.hours > 48 || (has(event.vip) && event.vip)"
template = "late"
owner = "team-lead"
limits = [{ per = "customer", days = 30, count = 2 }, { per = "rule", days = 1, count = 3, up_to = "45" }]
"#;

fn policy(rules: &str) -> Result<Policy, String> {
    Policy::parse(&format!("{DEFAULT}\n{rules}")).map_err(|error| error.to_string())
}

fn event(data: &Json) -> Event {
    let body = json!({"specversion": "1.0", "id": "42", "source": "/erp", "type": "delivery.late", "subject": "D-7",
                      "time": "2026-11-21T09:00:00Z", "data": data});
    Event::read(body.as_object().unwrap()).unwrap()
}

fn made(data: &Json) -> Result<Option<Ask>, String> {
    let policy = policy(RULES).unwrap();
    let mut wishes = wishes(&policy, &event(data));
    assert_eq!(wishes.len(), 1);
    match wishes.remove(0).1 {
        Ok(Wish::Ask(ask)) => Ok(Some(*ask)),
        Ok(Wish::Nothing(_)) => Ok(None),
        Err(errors) => Err(errors.into_iter().map(|error| format!("{} {}", error.pointer, error.detail)).collect()),
    }
}

#[test]
fn a_rule_fills_its_template_from_the_event_and_counts_in_exact_decimals() {
    let ask = made(&json!({"customer": "C-1", "hours": 50, "total": "100.45"})).unwrap().unwrap();
    assert_eq!(ask.customer.as_deref(), Some("C-1"));
    let amount = ask.amount.unwrap();
    assert_eq!(
        (amount.to_string().as_str(), amount.currency.code()),
        ("10.05", "EUR"),
        "10.045, halves away from zero"
    );
    assert_eq!(ask.note, "Delivery D-7 came 50 hours late.");
    for (total, amount) in [(json!(12.34), "1.23"), (json!("500"), "20.00"), (json!(0.3), "0.03")] {
        let ask = made(&json!({"customer": "C-1", "hours": "48.5", "total": total})).unwrap().unwrap();
        assert_eq!(ask.amount.unwrap().to_string(), amount, "{total}");
    }
}

#[test]
fn an_event_of_which_the_condition_is_not_true_asks_for_nothing() {
    assert_eq!(made(&json!({"customer": "C-1", "hours": 48, "total": 100})), Ok(None));
    assert_eq!(made(&json!({"customer": "C-1", "hours": 48, "total": 100, "vip": false})), Ok(None));
    assert!(made(&json!({"customer": "C-1", "hours": 1, "total": 100, "vip": true})).unwrap().is_some());
    assert_eq!(made(&json!({"customer": "C-1", "hours": 99, "total": 0})), Ok(None), "its amount is nothing");
    assert_eq!(made(&json!({"customer": "C-1", "hours": 99, "total": "0.04"})), Ok(None), "less than half a cent");
    assert_eq!(made(&json!({"customer": "C-1", "hours": 99, "total": -5})), Ok(None));
    let other = Event { kind: "price.dropped".into(), ..event(&json!({})) };
    assert_eq!(wishes(&policy(RULES).unwrap(), &other), []);
}

#[test]
fn what_a_rule_needs_and_the_event_lacks_is_said_by_its_place() {
    for (data, told) in [
        (json!({"customer": "C-1", "total": 100}), "event.hours is not in this event"),
        (json!({"hours": 99, "total": 100}), "event.customer is not in this event"),
        (json!({"customer": 7, "hours": 99, "total": 100}), "/data/customer must be a text"),
        (json!({"customer": "C-1", "hours": "soon", "total": 100}), "/data/hours `soon` is no number"),
        (
            serde_json::from_str(r#"{"customer": "C-1", "hours": 99, "total": 1.2345678901234567}"#).unwrap(),
            "/data/total",
        ),
        (json!({"customer": "C-1", "hours": 99, "total": "1e3"}), "/data/total"),
        (json!({"customer": "C-1", "hours": 99, "total": 1, "vip": "yes"}), "/data/vip must be true or false"),
        (json!({"customer": "", "hours": 99, "total": 100}), "customer"),
    ] {
        let said = made(&data).unwrap_err();
        assert!(said.contains(told), "{data}: {said}");
    }
}

#[test]
fn what_an_event_says_is_text_and_never_a_place_of_the_template() {
    let body = json!({"customer": "{{event.total}}", "hours": 50, "total": "100"});
    assert_eq!(made(&body).unwrap().unwrap().customer.as_deref(), Some("{{event.total}}"), "as it was sent");
    for customer in ["C\u{0}1", "C\n1", " C-1", &"C".repeat(limits::EVENT_TEXT_CHARS + 1)] {
        assert!(made(&json!({"customer": customer, "hours": 50, "total": "100"})).is_err(), "{customer:?}");
    }
    let mut hostile = event(&json!({"customer": "C-1", "hours": 50, "total": "100"}));
    hostile.subject = "x".repeat(limits::EVENT_SOURCE_CHARS);
    let note = wishes(&policy(RULES).unwrap(), &hostile).remove(0).1;
    let Ok(Wish::Ask(ask)) = note else { panic!("{note:?}") };
    assert!(ask.note.contains(&hostile.subject), "of any length that an event may have");
}

#[test]
fn what_is_no_cloud_event_is_refused_by_its_places() {
    let read = |body: Json| {
        let errors = Event::read(body.as_object().unwrap()).unwrap_err();
        errors.into_iter().map(|error| error.pointer).collect::<Vec<_>>()
    };
    assert_eq!(read(json!({})), ["/specversion", "/id", "/source", "/type"]);
    let with = |name: &str, value: Json| {
        let mut body: Map<String, Json> =
            json!({"specversion": "1.0", "id": "1", "source": "s", "type": "t"}).as_object().unwrap().clone();
        body.insert(name.into(), value);
        Json::Object(body)
    };
    assert!(
        Event::read(with("extension", json!(1)).as_object().unwrap()).is_ok(),
        "others' attributes are passed over"
    );
    for (name, value) in [
        ("specversion", json!("0.3")),
        ("id", json!("x".repeat(limits::EVENT_ID_CHARS + 1))),
        ("id", json!("a\nb")),
        ("time", json!("yesterday")),
        ("data", json!("text")),
        ("data_base64", json!("e30=")),
        ("subject", json!(7)),
    ] {
        assert_eq!(read(with(name, value)), [format!("/{name}")]);
    }
    assert!(Event::read(with("id", json!("x".repeat(limits::EVENT_ID_CHARS))).as_object().unwrap()).is_ok());
}

#[test]
fn what_is_beyond_a_bound_of_the_rule_is_said_and_at_the_bound_it_fits() {
    let policy = policy(RULES).unwrap();
    let rule = policy.making_rule("late-delivery").unwrap();
    let today: Day = "2026-11-21".parse().unwrap();
    let mut sums = Sums::default();
    for _ in 0..2 {
        assert_eq!(sums.over(rule, Some(2_000), today), None);
        sums.add(Some(2_000), today);
    }
    assert_eq!(
        sums.over(rule, Some(1), today).as_deref(),
        Some("2 of 2 requests were made in the last 30 days for this customer")
    );
    let of_others = Sums { customer_count: Tally::default(), customer_worth: Tally::default(), ..sums.clone() };
    assert_eq!(of_others.over(rule, Some(500), today), None, "45.00 in all");
    assert_eq!(
        of_others.over(rule, Some(501), today).as_deref(),
        Some("40.00 of 45.00 were made today by this rule; this one is 5.01 more")
    );
    assert!(of_others.over(rule, None, today).unwrap().contains("is not known"));
    let tomorrow = today.succ_opt().unwrap();
    assert_eq!(of_others.over(rule, Some(4_500), tomorrow), None, "another day");
    assert!(sums.over(rule, Some(1), tomorrow).is_some(), "and the customer has had two in thirty days");
    let after = |days| today.checked_add_days(chrono::Days::new(days)).unwrap();
    assert!(sums.over(rule, Some(1), after(29)).is_some(), "today is the first of thirty days");
    assert_eq!(sums.over(rule, Some(1), after(30)), None);
}

/// The mistakes of these rules, in the line and at the words where they stand.
fn wrong(from: &str, to: &str) -> String {
    assert!(RULES.contains(from), "{from}");
    policy(&RULES.replacen(from, to, 1)).unwrap_err()
}

#[test]
fn a_mistake_in_a_rule_or_a_template_is_told_where_it_stands() {
    let before = DEFAULT.matches('\n').count() + 1;
    let line_of = |words: &str| before + RULES.lines().position(|line| line.contains(words)).unwrap() + 1;
    for (from, to, line, told) in [
        (
            "event.hours > 48",
            "event.days > 48",
            "when =",
            "there is no `event.days`; there are event.customer, event.hours",
        ),
        ("event.hours > 48", "event.customer > 48", "when =", "`>` does not go with a text and a number"),
        ("event.hours > 48 ||", "request.amount > 48 ||", "when =", "there is no `request.amount`"),
        ("\"event.total * 0.1 >", "\"event.vip ? event.vip : event.total * 0.1 >", "amount =", "template `late`"),
        (
            "event.total * 0.1 > 20 ? 20 : event.total * 0.1",
            "event.vip",
            "amount =",
            "a number is wanted here, and this is true or false",
        ),
        ("{{event.customer}}", "{{customer}}", "customer = \"{{", "a place is a name in braces"),
        ("{{event.hours}}", "{{event.days}}", "note =", "there is no `event.days`"),
        ("{{event.hours}}", "{{event.hours", "note =", "a place is a name in braces"),
        ("currency = \"EUR\"", "currency = \"EURO\"", "currency =", "`EURO` is no currency"),
        ("currency = \"EUR\"\n", "", "amount =", "`amount` and `currency` go together"),
        ("template = \"late\"", "template = \"early\"", "template = \"late\"", "names template `early`"),
        ("owner = \"team-lead\"", "owner = \"nobody\"", "owner =", "names level `nobody`"),
        ("per = \"rule\", days = 1", "per = \"customer\", days = 1", "limits =", "needs a limit per = \"rule\""),
        ("days = 1,", "days = 0,", "limits =", "days must be 1 to 366"),
        (", count = 2 }", " }", "limits =", "a limit has `count`, `up_to` or both"),
        (
            "name = \"late-delivery\"",
            "name = \"Late delivery\"",
            "name = \"late-delivery\"",
            "its name must be lower-case",
        ),
        ("hours = \"number\"", "type = \"number\", hours = \"number\"", "fields =", "`type` must be lower-case"),
        ("customer = \"{{event.customer}}\"\n", "", "name = \"late\"", "needs a `customer` or an `invoice`"),
    ] {
        let said = wrong(from, to);
        assert!(said.contains(told), "{to}: {said}");
        if !to.is_empty() {
            assert!(said.contains(&format!("line {},", line_of(line))), "{to}: line {}: {said}", line_of(line));
        }
    }
    let twice = policy(&format!("{RULES}{RULES}")).unwrap_err();
    assert!(
        twice.contains("[[rules]] names `late-delivery` twice") && twice.contains("[[templates]] names `late` twice")
    );
}

#[test]
fn so_many_rules_take_one_event_and_no_more() {
    let (template, rule) = RULES.split_once("[[rules]]").unwrap();
    let many = |count: usize| {
        let rules =
            (0..count).map(|place| format!("[[rules]]{}", rule.replace("late-delivery", &format!("late-{place}"))));
        policy(&format!("{template}{}", rules.collect::<String>()))
    };
    let policy = many(limits::RULES_PER_EVENT).unwrap();
    assert_eq!(
        wishes(&policy, &event(&json!({"customer": "C", "hours": 99, "total": 50}))).len(),
        limits::RULES_PER_EVENT
    );
    assert!(many(limits::RULES_PER_EVENT + 1).unwrap_err().contains("at most 10 rules take events of one type"));
}
