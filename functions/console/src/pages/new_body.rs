//! Turns the form of a new request into JSON, and the intake's errors back into errors of the form's fields.

use contraflow_domain::request::draft::{self, FieldError, number};
use serde_json::{Map, Value, json};

use crate::form::Form;
use crate::limits;

/// Returns the JSON of the request. The intake and the checks say whether it is right; this only converts what a form
/// can't carry as it is.
///
/// # Errors
/// The errors of lines that can't be read.
pub fn body(form: &Form) -> Result<Value, Vec<FieldError>> {
    let mut body = Map::new();
    for name in draft::TEXTS.map(|field| field.name) {
        if let Some(value) = form.some(name) {
            body.insert(name.into(), value.into());
        }
    }
    if let Some(value) = form.some("amount") {
        body.insert("amount".into(), money(value, form.get("currency")));
    }
    let lines = lines(form.get("lines"))?;
    if !lines.is_empty() {
        body.insert("lines".into(), lines.into());
    }
    let evidence: Vec<_> = form
        .all("evidence")
        .filter(|url| !url.is_empty())
        .take(limits::EVIDENCE)
        .map(|url| json!({"kind": "link", "url": url}))
        .collect();
    if !evidence.is_empty() {
        body.insert("evidence".into(), evidence.into());
    }
    Ok(body.into())
}

/// An amount as people write it. One that can't be read goes on as it is, and the intake says what is wrong with it.
fn money(value: &str, currency: &str) -> Value {
    let currency = currency.to_ascii_uppercase();
    let value = number::amount(value, &currency).unwrap_or_else(|_| value.to_owned());
    json!({"value": value, "currency": currency})
}

/// Reads the lines of an invoice that are asked for: `1: 2` is two pieces of line 1, and `3: 12.50 EUR` is that amount
/// of line 3.
fn lines(text: &str) -> Result<Vec<Value>, Vec<FieldError>> {
    let mut lines = Vec::new();
    let mut errors = Vec::new();
    for (index, written) in text.lines().map(str::trim).filter(|written| !written.is_empty()).enumerate() {
        let parts = written
            .rsplit_once(':')
            .map(|(line, measure)| (line.trim(), measure.split_whitespace().collect::<Vec<_>>()));
        match parts.as_ref().map(|(line, measure)| (*line, measure.as_slice())) {
            Some((line, [quantity])) if !line.is_empty() => {
                let quantity = number::quantity(quantity).unwrap_or_else(|_| (*quantity).to_owned());
                lines.push(json!({"line": line, "quantity": quantity}));
            }
            Some((line, [value, currency])) if !line.is_empty() => {
                lines.push(json!({"line": line, "amount": money(value, currency)}))
            }
            _ => errors.push(FieldError {
                pointer: format!("/lines/{index}"),
                detail: format!(
                    "`{written}` can't be read: write `1: 2` for two pieces, or `1: 12.50 EUR` for an amount"
                ),
            }),
        }
    }
    if errors.is_empty() { Ok(lines) } else { Err(errors) }
}

/// Returns the field of the form that a JSON Pointer of the intake is about; empty when there is no such field.
pub fn field_of(pointer: &str) -> &'static str {
    if pointer.starts_with("/amount/currency") {
        return "currency";
    }
    let first = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
    let mut fields = draft::TEXTS.into_iter().map(|field| field.name).chain(draft::PARTS);
    fields.find(|field| *field == first).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_becomes_the_request_and_what_is_empty_is_left_out() {
        let form = Form::from([
            ("kind", "refund"),
            ("invoice", "INV-1"),
            ("customer", ""),
            ("reason", "damaged"),
            ("note", "two broke"),
            ("amount", ""),
            ("currency", "eur"),
            ("lines", "1: 2\r\n\r\nA:B : 12.50 eur"),
            ("destination", "auto"),
            ("evidence", "https://a.example/1"),
        ]);
        assert_eq!(
            body(&form),
            Ok(json!({
                "kind": "refund", "invoice": "INV-1", "reason": "damaged", "note": "two broke", "destination": "auto",
                "lines": [{"line": "1", "quantity": "2"}, {"line": "A:B", "amount": {"value": "12.50", "currency": "EUR"}}],
                "evidence": [{"kind": "link", "url": "https://a.example/1"}],
            }))
        );
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let form = Form::from([("amount", "1.249,9"), ("currency", "eur"), ("lines", "1: 0,5\n2: 49,9 EUR\n3: x EUR")]);
        assert_eq!(
            body(&form),
            Ok(json!({
                "amount": {"value": "1249.90", "currency": "EUR"},
                "lines": [
                    {"line": "1", "quantity": "0.5"},
                    {"line": "2", "amount": {"value": "49.90", "currency": "EUR"}},
                    {"line": "3", "amount": {"value": "x", "currency": "EUR"}},
                ],
            }))
        );
    }

    #[test]
    fn lines_that_cannot_be_read_are_all_told() {
        let errors = lines("1\n2: 3\n: 4\n5: 1 2 3").expect_err("three lines are wrong");
        assert_eq!(
            errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>(),
            ["/lines/0", "/lines/2", "/lines/3"]
        );
    }

    #[test]
    fn errors_find_their_field() {
        assert_eq!(field_of("/lines/0/quantity"), "lines");
        assert_eq!(field_of("/amount/currency"), "currency");
        assert_eq!(field_of("/amount"), "amount");
        assert_eq!(field_of("/nothing"), "");
    }
}
