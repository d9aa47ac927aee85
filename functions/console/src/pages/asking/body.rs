//! Turns the form of a new request into what the api takes, and the api's errors back into errors of the form's fields.

use contraflow_domain::money::Currency;
use contraflow_domain::request::ask::Kind;
use contraflow_domain::request::draft::number;
use serde_json::{Map, Value, json};

use super::known::Known;
use crate::form::Form;
use crate::limits;
use crate::locale::say;
use crate::parts::fields::Faults;

/// Names the boxes of lines that are ticked.
pub const LINE: &str = "line";
/// Names the field for what says how much, where that is not said at all or twice.
pub const HOW_MUCH: &str = "how";

/// Says what a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// An invoice.
    Invoice(Known),
    /// A customer, by their id and, where it is known, their name.
    Customer(String, String),
}

/// Holds what the api is asked, with the lines in the order in which it is asked for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The body of the call.
    pub body: Value,
    /// The ids of the lines.
    pub lines: Vec<String>,
}

/// Returns the name of the field for the pieces of a line.
pub fn pieces_of(line: &str) -> String {
    format!("pieces:{line}")
}

/// Returns the name of the field for the amount of a line.
pub fn sum_of(line: &str) -> String {
    format!("sum:{line}")
}

/// Tells whether a kind of request takes amounts alone, and no pieces of lines.
pub const fn is_by_amount(kind: Option<Kind>) -> bool {
    matches!(kind, Some(Kind::TaxAdjustment | Kind::PriceCorrection | Kind::DiscountApplication))
}

/// Tells whether something is asked of a line.
pub fn is_picked(form: &Form, line: &str) -> bool {
    form.all(LINE).any(|picked| picked == line)
        || form.some(&pieces_of(line)).is_some()
        || form.some(&sum_of(line)).is_some()
}

/// Returns what the api is asked, and what is wrong with what was typed. Where something can't be read, it is asked as
/// it was typed, so that the api tells what else is wrong.
pub fn asked(form: &Form, about: &About) -> (Asked, Faults) {
    let mut faults = Faults::default();
    let kind = Kind::named(form.get("kind"));
    let mut body = Map::new();
    for name in ["kind", "note", "destination"] {
        if let Some(value) = form.some(name) {
            body.insert(name.into(), value.into());
        }
    }
    if let Some(reason) = form.some("own_reason").or(form.some("reason")) {
        body.insert("reason".into(), reason.into());
    }
    if let Some(direction) = form.some("direction").filter(|_| kind.is_some_and(|kind| kind.direction().is_none())) {
        body.insert("direction".into(), direction.into());
    }
    let mut lines = Vec::new();
    match about {
        About::Invoice(known) => {
            body.insert("invoice".into(), known.number.as_str().into());
            lines = of_invoice(form, known, kind, &mut body, &mut faults);
        }
        About::Customer(id, _) => {
            body.insert("customer".into(), id.as_str().into());
            let currency = form.get("currency").to_ascii_uppercase();
            match (form.some("amount"), currency.parse::<Currency>()) {
                (Some(typed), Ok(currency)) => {
                    body.insert("amount".into(), money(typed, currency, "amount", &mut faults));
                }
                (typed, read) => {
                    if typed.is_none() {
                        faults.add("amount", say!("asking-amount-missing"));
                    }
                    if read.is_err() {
                        faults.add("currency", say!("asking-currency-unknown"));
                    }
                }
            }
        }
    }
    let evidence = evidence(form);
    if !evidence.is_empty() {
        body.insert("evidence".into(), evidence.into());
    }
    (Asked { body: body.into(), lines }, faults)
}

/// Puts in how much of an invoice is asked for: lines, an amount, or all that is left. Returns the ids of the lines.
fn of_invoice(
    form: &Form,
    known: &Known,
    kind: Option<Kind>,
    body: &mut Map<String, Value>,
    faults: &mut Faults,
) -> Vec<String> {
    let picked: Vec<_> = known.lines.iter().filter(|line| is_picked(form, &line.id)).collect();
    let (amount, is_all) = (form.some("amount"), form.some("all").is_some());
    let ways = usize::from(!picked.is_empty()) + usize::from(amount.is_some()) + usize::from(is_all);
    if ways != 1 {
        let text = if ways == 0 { say!("asking-how-much-missing") } else { say!("asking-how-much-twice") };
        faults.add(HOW_MUCH, text);
    }
    if let Some(typed) = amount.filter(|_| ways == 1) {
        body.insert("amount".into(), money(typed, known.currency, "amount", faults));
    }
    if ways != 1 || picked.is_empty() {
        return Vec::new();
    }
    let mut asked = Vec::new();
    for line in &picked {
        let (pieces, sum) = (pieces_of(&line.id), sum_of(&line.id));
        asked.push(match (form.some(&pieces), form.some(&sum)) {
            (Some(_), Some(_)) => {
                faults.add(&pieces, say!("asking-line-twice"));
                json!({"line": line.id})
            }
            (_, Some(typed)) => json!({"line": line.id, "amount": money(typed, known.currency, &sum, faults)}),
            (Some(typed), None) => json!({"line": line.id, "quantity": quantity(typed, &pieces, faults)}),
            (None, None) if is_by_amount(kind) => {
                faults.add(&sum, say!("asking-line-amount-missing"));
                json!({"line": line.id})
            }
            (None, None) => json!({"line": line.id, "quantity": line.pieces}),
        });
    }
    body.insert("lines".into(), asked.into());
    picked.into_iter().map(|line| line.id.clone()).collect()
}

/// Reads an amount as people write it.
fn money(typed: &str, currency: Currency, field: &str, faults: &mut Faults) -> Value {
    let value = number::amount(typed, currency.code()).unwrap_or_else(|_| {
        faults.add(field, say!("asking-amount-unclear", typed = typed));
        typed.to_owned()
    });
    json!({"value": value, "currency": currency.code()})
}

fn quantity(typed: &str, field: &str, faults: &mut Faults) -> String {
    number::quantity(typed).unwrap_or_else(|_| {
        faults.add(field, say!("asking-pieces-unclear", typed = typed));
        typed.to_owned()
    })
}

fn evidence(form: &Form) -> Vec<Value> {
    let kinds: Vec<_> = form.all("evidence_kind").collect();
    let urls = form.all("evidence").enumerate().filter(|(_, url)| !url.is_empty()).take(limits::EVIDENCE);
    let kind = |index: usize| kinds.get(index).copied().filter(|kind| !kind.is_empty()).unwrap_or("link");
    urls.map(|(index, url)| json!({"kind": kind(index), "url": url})).collect()
}

/// Returns the field of the form that a pointer into the body is about; empty when there is no such field.
pub fn field_of(pointer: &str, asked: &Asked) -> String {
    let mut parts = pointer.trim_start_matches('/').split('/');
    match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
        ("lines", Some(index), member) => {
            let line = index.parse::<usize>().ok().and_then(|index| asked.lines.get(index));
            let field = if member == Some("amount") { sum_of } else { pieces_of };
            line.map_or_else(|| HOW_MUCH.to_owned(), |line| field(line))
        }
        ("lines", None, _) => HOW_MUCH.to_owned(),
        ("amount", Some("currency"), _) => "currency".to_owned(),
        (field @ ("kind" | "direction" | "reason" | "note" | "amount" | "destination" | "evidence"), ..) => {
            field.to_owned()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::desk::invoice;

    fn of(fields: &[(&str, &str)]) -> (Asked, Faults) {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        asked(&Form::of(fields), &About::Invoice(invoice().into()))
    }

    #[test]
    fn two_lines_that_are_ticked_are_asked_for_with_all_that_is_left_of_them() {
        let (asked, faults) = of(&[("kind", "refund"), ("line", "1"), ("line", "3"), ("reason", "damaged")]);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(
            asked.body,
            json!({
                "kind": "refund", "invoice": "INV-1001", "reason": "damaged",
                "lines": [{"line": "1", "quantity": "4"}, {"line": "3", "quantity": "2"}],
            })
        );
    }

    #[test]
    fn numbers_are_read_as_people_write_them_and_a_number_alone_picks_its_line() {
        let (asked, faults) = of(&[("kind", "refund"), ("pieces:1", "0,5"), ("sum:3", "1.249,9")]);
        assert!(faults.is_empty(), "{faults:?}");
        let lines = json!([
            {"line": "1", "quantity": "0.5"},
            {"line": "3", "amount": {"value": "1249.90", "currency": "EUR"}},
        ]);
        assert_eq!(asked.body.get("lines"), Some(&lines));
        let (asked, _) = of(&[("kind", "refund"), ("amount", "12,5")]);
        assert_eq!(asked.body.get("amount"), Some(&json!({"value": "12.50", "currency": "EUR"})));
    }

    #[test]
    fn nobody_asks_for_all_of_an_invoice_by_forgetting_to_tick_a_line() {
        let (_, faults) = of(&[("kind", "refund")]);
        assert_eq!(faults.of(HOW_MUCH).count(), 1);
        let (_, twice) = of(&[("kind", "refund"), ("line", "1"), ("amount", "5")]);
        assert_eq!(twice.of(HOW_MUCH).count(), 1);
        let (all, faults) = of(&[("kind", "refund"), ("all", "yes")]);
        assert!(faults.is_empty() && all.body.get("lines").is_none() && all.body.get("amount").is_none());
    }

    #[test]
    fn what_is_unclear_is_told_at_its_field_all_at_once() {
        let (_, faults) = of(&[("kind", "price_correction"), ("line", "1"), ("sum:3", "1,234")]);
        let fields: Vec<_> = faults.0.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["sum:1", "sum:3"]);
        let about = About::Customer("CUST-7".into(), String::new());
        let (_, faults) = asked(&Form::from([("kind", "goodwill_credit"), ("currency", "euro")]), &about);
        let fields: Vec<_> = faults.0.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["amount", "currency"]);
    }

    #[test]
    fn only_a_correction_says_its_direction() {
        let about = About::Customer("CUST-7".into(), String::new());
        let form = |kind| Form::from([("kind", kind), ("direction", "debit"), ("amount", "5"), ("currency", "eur")]);
        let (asked_of, _) = asked(&form("account_correction"), &about);
        assert_eq!(asked_of.body.get("direction"), Some(&json!("debit")));
        let (asked_of, _) = asked(&form("goodwill_credit"), &about);
        assert_eq!(asked_of.body.get("direction"), None);
        assert_eq!(asked_of.body.get("amount"), Some(&json!({"value": "5.00", "currency": "EUR"})));
    }

    #[test]
    fn errors_of_the_api_find_their_field() {
        let (asked, _) = of(&[("line", "3")]);
        for (pointer, field) in [
            ("/lines/0/quantity", "pieces:3"),
            ("/lines/0/amount/value", "sum:3"),
            ("/lines/7", "how"),
            ("/lines", "how"),
            ("/amount/currency", "currency"),
            ("/evidence/0/url", "evidence"),
            ("/nothing", ""),
        ] {
            assert_eq!(field_of(pointer, &asked), field, "{pointer}");
        }
    }
}
