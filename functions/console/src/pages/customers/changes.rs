//! Shows the changes of a customer's store credit that two people make, and takes them: one asks, another confirms.

use contraflow_domain::account::{CreditAsk, CreditChange, CreditChangeStatus, CustomerBalanceView};
use contraflow_domain::authority::Effect;
use contraflow_domain::identity::Identity;
use contraflow_domain::limits as bounds;
use contraflow_domain::money::Currency;
use contraflow_domain::request::draft::number;
use contraflow_guest::http_io::Answer;
use contraflow_guest::new_id;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};
use serde_json::{Value, json};

use crate::api_client;
use crate::form::{Form, segment};
use crate::limits;
use crate::listed;
use crate::locale::named::Named as _;
use crate::locale::{current, say, woven};
use crate::moment::{end_of, start_of};
use crate::parts::fields::{self, Faults, Field};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::{foreign, money, time};
use crate::reply;
use crate::session::Session;

/// Holds what the page shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The customer's store credit.
    pub balance: CustomerBalanceView,
    /// The changes, the oldest first.
    pub changes: Page<CreditChange>,
}

async fn load(session: &Session, id: &str) -> Result<Shown, Problem> {
    let base = format!("/v1/customers/{}", segment(id));
    let (balance, changes) = (format!("{base}/balance"), format!("{base}/store-credit/changes"));
    let changes = listed::beginning(session, &changes, limits::CREDIT_CHANGE_PAGES);
    let (balance, changes) = futures::join!(api_client::get(session, &balance), changes);
    Ok(Shown { balance: balance?, changes: changes? })
}

/// Serves `GET /customers/{id}/credit`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, id: &str) -> Result<Answer, Problem> {
    let shown = load(session, id).await?;
    let typed = Form::default().with("key", &new_id());
    Ok(reply::page(StatusCode::OK, render(frame, session, id, &shown, (&typed, &Faults::default()))))
}

/// Serves `POST /customers/{id}/credit` and what lies below it: asks for a change, confirms or refuses one.
///
/// # Errors
/// The problem that the api answered, when not even the page can be shown again.
pub async fn post(
    frame: &Frame<'_>,
    session: &Session,
    id: &str,
    rest: &[&str],
    typed: &Form,
) -> Result<Option<Answer>, Problem> {
    let base = format!("/v1/customers/{}/store-credit/changes", segment(id));
    let mut faults = Faults::default();
    let done = match *rest {
        [] => match asked(typed, &mut faults) {
            Some(body) => api_client::ask_once::<CreditChange>(session, typed.get("key"), &base, &body)
                .await
                .map(|_| say!("credit-done-asked")),
            None => Err(Problem::invalid(Vec::new())),
        },
        [change, "confirm"] => {
            confirm(session, &format!("{base}/{}/confirm", segment(change)), typed.get("note")).await
        }
        [change, "refuse"] => {
            let path = format!("{base}/{}/refuse", segment(change));
            api_client::post(session, &path, &json!({"note": typed.get("note")}))
                .await
                .map(|()| say!("credit-done-refused"))
        }
        _ => return Ok(None),
    };
    let mut problem = match done {
        Ok(said) => {
            return Ok(Some(reply::see_other_saying(session, &format!("/customers/{}/credit", segment(id)), said)));
        }
        Err(problem) => problem,
    };
    let shown = load(session, id).await?;
    let status = reply::status_of(&problem);
    faults.add_told(std::mem::take(&mut problem.errors), |pointer| field_of(pointer).to_owned());
    if !faults.is_empty() {
        problem.detail = say!("credit-marked");
    }
    let typed =
        if status == StatusCode::UNPROCESSABLE_ENTITY { typed.clone().with("key", &new_id()) } else { typed.clone() };
    Ok(Some(reply::page(status, render(&frame.failed(problem), session, id, &shown, (&typed, &faults)))))
}

/// Confirms a change, until all of it is moved: the api moves so many grants at a time.
async fn confirm(session: &Session, path: &str, note: &str) -> Result<String, Problem> {
    let body = json!({"note": note});
    for _ in 0..limits::CONFIRM_ROUNDS {
        let change: CreditChange = api_client::ask(session, path, &body).await?;
        if change.status != CreditChangeStatus::Waiting {
            return Ok(say!("credit-done-confirmed"));
        }
    }
    Ok(say!("credit-done-partly"))
}

fn field_of(pointer: &str) -> &'static str {
    match pointer.trim_start_matches('/').split('/').next() {
        Some("to") => "to",
        Some("amount") => "amount",
        Some("currency") => "currency",
        Some("expiring_before") => "expiring_before",
        Some("until") => "until",
        Some("note") => "note",
        _ => "",
    }
}

/// Returns what the api is asked; none when something can't be read.
fn asked(typed: &Form, faults: &mut Faults) -> Option<Value> {
    let what = typed.get("what");
    let currency = typed.get("currency").to_ascii_uppercase();
    if currency.parse::<Currency>().is_err() {
        faults.add("currency", say!("credit-currency-unknown"));
    }
    let mut body = json!({"what": what, "note": typed.get("note")});
    let members = body.as_object_mut()?;
    if what != "carry_forward" {
        members.insert("to".into(), typed.get("to").into());
    }
    match what {
        "transfer" => match number::amount(typed.get("amount"), &currency) {
            Ok(value) => _ = members.insert("amount".into(), json!({"value": value, "currency": currency})),
            Err(_) => faults.add("amount", say!("credit-amount-unclear")),
        },
        "carry_forward" => {
            let zone = current().zone;
            // The last day belongs to the time in which it may be spent.
            let days = [
                ("expiring_before", start_of(typed.get("expiring_before"), zone)),
                ("until", end_of(typed.get("until"), zone)),
            ];
            for (field, at) in days {
                match at {
                    Some(at) => _ = members.insert(field.into(), json!(at)),
                    None => faults.add(field, say!("credit-day-missing")),
                }
            }
            members.insert("currency".into(), currency.into());
        }
        _ => _ = members.insert("currency".into(), currency.into()),
    }
    faults.is_empty().then_some(body)
}

/// Draws the page.
pub fn render(
    frame: &Frame<'_>,
    session: &Session,
    id: &str,
    shown: &Shown,
    (typed, faults): (&Form, &Faults),
) -> Markup {
    let (waiting, over): (Vec<_>, Vec<_>) = shown.changes.items.iter().partition(|change| change.is_waiting());
    let body = html! {
        div.title { div { h1 { (say!("credit-title")) } p.quiet { a href=(format!("/customers/{}", segment(id))) { (say!("customers-number", number = id)) } " · " @for balance in &shown.balance.balances { (money::money(balance.balance)) " " } } } }
        @for change in &waiting { (waits(change, frame, session)) }
        @if frame.may(Effect::AskCreditChange) { (form(session, id, &shown.balance, (typed, faults))) }
        section.stack aria-labelledby="earlier" {
            h2 #earlier { (say!("credit-earlier")) }
            @if over.is_empty() { div.card { p.quiet { (say!("credit-none")) } } } @else { div.card.flush { (earlier(&over, frame)) } }
            @if over.len() > limits::EARLIER_CHANGES || shown.changes.next.is_some() { p.quiet { (say!("credit-more")) } }
        }
    };
    page(frame, &say!("credit-title"), body)
}

/// Says what a change does, in one sentence.
fn sentence(change: &CreditChange) -> Markup {
    let customer = |id: &str| html! { a href=(format!("/customers/{}", segment(id))) { bdi { (id) } } };
    match &change.ask {
        CreditAsk::Transfer { to, amount } => {
            woven!("credit-transfers", amount = money::money(*amount), to = customer(to))
        }
        CreditAsk::Merge { to, currency } => {
            woven!("credit-merges", currency = html! { (currency) }, to = customer(to))
        }
        CreditAsk::CarryForward { currency, expiring_before, until } => woven!(
            "credit-extends",
            currency = html! { (currency) },
            before = html! { (time::absolute(*expiring_before)) },
            until = html! { (time::absolute(*until)) }
        ),
    }
}

fn waits(change: &CreditChange, frame: &Frame<'_>, session: &Session) -> Markup {
    let base = format!("/customers/{}/credit/{}", segment(&change.customer), segment(&change.id));
    let is_own = !Identity::read(&change.asked_by).is_surely_not(&session.person.identity());
    let note = format!("note-{}", change.id);
    html! {
        section.card.attention aria-label=(say!("credit-waiting")) {
            h2 { (sentence(change)) }
            (foreign::quote(&change.note))
            p.quiet { (woven!("credit-asked", who = foreign::name(&change.asked_by), when = time::relative(change.asked_at, frame.now))) }
            @if is_own { p { (say!("credit-own")) } }
            @if frame.may(Effect::AskCreditChange) || frame.may(Effect::ConfirmCreditChange) {
                form method="post" action=(format!("{base}/refuse")) {
                    (csrf(session))
                    label for=(note) { (say!("credit-note-optional")) }
                    input id=(note) name="note" maxlength=(bounds::NOTE_CHARS) dir="auto" autocomplete="off";
                    div.buttons {
                        @if frame.may(Effect::ConfirmCreditChange) && !is_own { button.primary formaction=(format!("{base}/confirm")) { (say!("credit-confirm")) } }
                        button.danger { @if is_own { (say!("credit-take-back")) } @else { (say!("credit-refuse")) } }
                    }
                }
            }
        }
    }
}

fn form(session: &Session, id: &str, balance: &CustomerBalanceView, (typed, faults): (&Form, &Faults)) -> Markup {
    let ways = [
        ("transfer", say!("credit-way-transfer")),
        ("merge", say!("credit-way-merge")),
        ("carry_forward", say!("credit-way-extend")),
    ];
    let ways = ways.map(|(value, words)| (value.to_owned(), words));
    let currencies: Vec<_> =
        balance.balances.iter().map(|one| (one.currency.code().to_owned(), one.currency.code().to_owned())).collect();
    let day = |name, label, hint| Field { kind: "date", hint, ..Field::new(name, label) };
    html! {
        form.card.wide-form.credit-change method="post" action=(format!("/customers/{}/credit", segment(id))) {
            (csrf(session))
            input type="hidden" name="key" value=(typed.get("key"));
            fieldset {
                legend { (say!("credit-ask")) }
                div.grid {
                    (fields::choice(&Field::new("what", say!("credit-what")), &ways, typed.get("what"), faults))
                    (fields::choice(&Field::new("currency", say!("customers-currency")), &currencies, typed.get("currency"), faults))
                    div.of-transfer.of-merge { (fields::text(&Field { hint: say!("credit-to-hint"), most: bounds::REFERENCE_LENGTH, ..Field::new("to", say!("credit-to")) }, typed, faults)) }
                    div.of-transfer { (fields::text(&Field { example: "12.50", most: bounds::DECIMAL_CHARS, ..Field::new("amount", say!("customers-amount")) }, typed, faults)) }
                    div.of-extend { (fields::text(&day("expiring_before", say!("credit-before"), String::new()), typed, faults)) }
                    div.of-extend { (fields::text(&day("until", say!("credit-until"), say!("credit-until-hint")), typed, faults)) }
                }
                (fields::area(&Field { most: bounds::NOTE_CHARS, hint: say!("credit-note-hint"), ..Field::new("note", say!("credit-note")) }, 2, typed, faults))
            }
            div.buttons { button.primary { (say!("credit-send")) } }
        }
    }
}

fn earlier(changes: &[&CreditChange], frame: &Frame<'_>) -> Markup {
    html! {
        table.rows {
            caption.hidden { (say!("credit-earlier")) }
            thead { tr { th scope="col" { (say!("credit-what")) } th scope="col" { (say!("customers-when")) } th scope="col" { (say!("credit-status")) } th.number scope="col" { (say!("credit-moved")) } } }
            tbody {
                @for change in changes.iter().rev().take(limits::EARLIER_CHANGES) {
                    tr {
                        th scope="row" data-label=(say!("credit-what")) { span { (sentence(change)) } span.second dir="auto" { (change.note) } }
                        td data-label=(say!("customers-when")) { (time::relative(change.decided_at.unwrap_or(change.asked_at), frame.now)) }
                        td data-label=(say!("credit-status")) { span { (change.status.said()) } @if let Some(by) = &change.decided_by { span.second { bdi { (by) } } } }
                        td.number data-label=(say!("credit-moved")) { (money::money(change.moved)) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_carries_what_belongs_to_it_and_nothing_else() {
        let ask = |fields: &[(&str, &str)]| {
            let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let mut faults = Faults::default();
            (asked(&Form::of(fields), &mut faults), faults)
        };
        let all = |what| {
            [
                ("what", what),
                ("currency", "eur"),
                ("to", "CUST-8"),
                ("amount", "12,5"),
                ("expiring_before", "2027-01-01"),
                ("until", "2027-12-31"),
                ("note", "moved"),
            ]
        };
        let (transfer, _) = ask(&all("transfer"));
        assert_eq!(
            transfer,
            Some(
                json!({"what": "transfer", "to": "CUST-8", "amount": {"value": "12.50", "currency": "EUR"}, "note": "moved"})
            )
        );
        let (merge, _) = ask(&all("merge"));
        assert_eq!(merge, Some(json!({"what": "merge", "to": "CUST-8", "currency": "EUR", "note": "moved"})));
        let (extend, _) = ask(&all("carry_forward"));
        let wants = json!({
            "what": "carry_forward", "currency": "EUR", "note": "moved",
            "expiring_before": "2027-01-01T00:00:00.000Z", "until": "2028-01-01T00:00:00.000Z",
        });
        assert_eq!(extend, Some(wants), "the last day belongs to it");
        let (none, faults) = ask(&[("what", "carry_forward"), ("currency", "x")]);
        assert_eq!((none, faults.0.len()), (None, 3));
    }
}
