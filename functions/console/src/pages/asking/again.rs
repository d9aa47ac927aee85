//! Fills the form with what was asked before: of a request that was refused, so that it can be put right.

use contraflow_domain::request::draft::{Draft, check};
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use serde_json::Value;

use super::body::{pieces_of, sum_of};
use crate::api_client;
use crate::form::{Form, segment, with_query};
use crate::limits;
use crate::session::Session;

/// Reads what a refused request asked for, as fields of the form.
///
/// # Errors
/// The problem that the api answered.
pub async fn fields(session: &Session, refused: &str) -> Result<Form, Problem> {
    Ok(of_draft(ask(session, refused).await?).with("corrects", refused))
}

fn of_draft(draft: Draft) -> Form {
    let mut fields =
        vec![("kind".to_owned(), draft.kind), ("reason".to_owned(), draft.reason), ("note".to_owned(), draft.note)];
    for (name, value) in [
        ("invoice", draft.invoice),
        ("customer", draft.customer),
        ("direction", draft.direction),
        ("destination", draft.destination),
    ] {
        fields.extend(value.map(|value| (name.to_owned(), value)));
    }
    if draft.lines.is_empty() && draft.amount.is_none() {
        fields.push(("all".into(), "yes".into()));
    }
    if let Some(amount) = draft.amount {
        fields.extend([("amount".into(), amount.value), ("currency".into(), amount.currency)]);
    }
    for line in draft.lines {
        fields.extend(line.quantity.map(|quantity| (pieces_of(&line.line), quantity)));
        fields.extend(line.amount.map(|amount| (sum_of(&line.line), amount.value)));
    }
    for document in draft.evidence {
        fields.extend([("evidence_kind".into(), document.kind), ("evidence".into(), document.url)]);
    }
    Form::of(fields)
}

/// Returns the request that the same person has just sent with the same form, if there is one.
pub async fn just_sent(session: &Session, typed: &Form, body: &Value, now: Timestamp) -> Option<String> {
    let (name, limit) = (session.person.name.as_str(), limits::JUST_SENT.to_string());
    let path = with_query("/v1/requests", &[("requester", name), ("limit", &limit)]);
    let newest = api_client::get::<Page<RequestRow>>(session, &path).await.ok()?;
    for row in newest.items.into_iter().filter(|row| is_same(row, name, body, now)) {
        if asks_the_same(&ask(session, &row.id).await.ok()?, typed, body) {
            return Some(row.id);
        }
    }
    None
}

async fn ask(session: &Session, id: &str) -> Result<Draft, Problem> {
    api_client::get(session, &format!("/v1/requests/{}/ask", segment(id))).await
}

/// Tells whether what was asked is what is asked now, with its lines and amounts. Of a line that was only ticked, all
/// that was left was asked for; meanwhile that is less, or nothing.
fn asks_the_same(before: &Draft, typed: &Form, body: &Value) -> bool {
    let Ok(mut now) = serde_json::from_value::<Draft>(body.clone()) else { return false };
    let is_only_ticked = |line: &str| [pieces_of(line), sum_of(line)].iter().all(|field| typed.some(field).is_none());
    for line in now.lines.iter_mut().filter(|line| is_only_ticked(&line.line)) {
        if let Some(known) = before.lines.iter().find(|known| known.line == line.line) {
            line.quantity.clone_from(&known.quantity);
        }
    }
    check(&now).is_ok_and(|now| check(before).is_ok_and(|before| now == before))
}

/// Tells whether a row may be what is asked now, as far as a row says it.
fn is_same(row: &RequestRow, name: &str, body: &Value, now: Timestamp) -> bool {
    let text = |member: &str| body.get(member).and_then(Value::as_str);
    let is_fresh = now.ms_since(row.created_at) < limits::JUST_SENT_MS;
    let same_about = match text("invoice") {
        Some(invoice) => row.invoice.as_deref() == Some(invoice),
        None => row.customer.as_deref() == text("customer"),
    };
    let note = row.note.trim_end_matches('…');
    is_fresh
        && same_about
        && row.requester == name
        && Some(row.kind.name()) == text("kind")
        && row.reason == text("reason").unwrap_or_default()
        && text("note").unwrap_or_default().starts_with(note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::fixtures::pending;
    use contraflow_domain::limits::MINUTE_MS;
    use contraflow_domain::request::correction::asked_again;
    use serde_json::json;

    #[test]
    fn what_was_asked_stands_in_the_form_again() {
        let draft: Draft = serde_json::from_value(json!({
            "kind": "refund", "invoice": "INV-1001", "reason": "damaged", "note": "late",
            "lines": [{"line": "1", "quantity": "2"}, {"line": "3", "amount": {"value": "5.00", "currency": "EUR"}}],
            "evidence": [{"kind": "photo", "url": "https://a.example/1"}],
        }))
        .expect("an ask");
        let form = of_draft(draft);
        let read = ["kind", "invoice", "reason", "note", "pieces:1", "sum:3", "evidence", "evidence_kind", "all"]
            .map(|name| form.get(name));
        assert_eq!(read, ["refund", "INV-1001", "damaged", "late", "2", "5.00", "https://a.example/1", "photo", ""]);
        let all: Draft = serde_json::from_value(json!({"kind": "refund", "invoice": "INV-1001"})).expect("an ask");
        assert_eq!(of_draft(all).get("all"), "yes");
    }

    #[test]
    fn pressing_twice_leads_to_the_same_request_and_asking_anew_does_not() {
        let row = RequestRow::from(pending());
        let body = json!({"kind": "refund", "invoice": "INV-1001", "reason": "damaged", "note": row.note});
        let soon = row.created_at.plus_ms(2_000);
        assert!(is_same(&row, "alice", &body, soon));
        assert!(!is_same(&row, "bob", &body, soon), "somebody else's");
        assert!(!is_same(&row, "alice", &body, row.created_at.plus_ms(10 * MINUTE_MS)), "long ago");
        let other = json!({"kind": "refund", "invoice": "INV-1002", "reason": "damaged", "note": row.note});
        assert!(!is_same(&row, "alice", &other, soon), "another invoice");
    }

    fn asked_of(lines: Value) -> Value {
        json!({"kind": "refund", "invoice": "INV-1001", "reason": "damaged", "destination": "auto", "lines": lines})
    }

    fn sent(lines: Value) -> Draft {
        asked_again(&check(&serde_json::from_value(asked_of(lines)).expect("a draft")).expect("an ask"))
    }

    #[test]
    fn another_line_of_the_same_invoice_is_not_what_was_sent_before() {
        let before = sent(json!([{"line": "1", "quantity": "2.0"}]));
        let same = |line: &str, pieces: &str| {
            let typed = Form::default().with(&pieces_of(line), pieces);
            asks_the_same(&before, &typed, &asked_of(json!([{"line": line, "quantity": pieces}])))
        };
        assert!(same("1", "2"));
        assert!(!same("3", "2") && !same("1", "1"));
    }

    #[test]
    fn a_line_that_was_only_ticked_is_the_same_though_nothing_of_it_is_left() {
        let before = sent(json!([{"line": "1", "quantity": "4"}]));
        let now = asked_of(json!([{"line": "1", "quantity": "0"}]));
        assert!(asks_the_same(&before, &Form::from([("line", "1")]), &now));
        assert!(!asks_the_same(&before, &Form::from([("line", "1"), ("pieces:1", "0")]), &now));
        let other = asked_of(json!([{"line": "2", "quantity": "4"}]));
        assert!(!asks_the_same(&before, &Form::from([("line", "2")]), &other));
    }
}
