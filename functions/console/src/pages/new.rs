//! Shows the form for a new request.

use contraflow_domain::limits as bounds;
use contraflow_domain::request::ask::{Destination, Direction, Kind};
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::new_id;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use super::new_body;
use crate::api_client;
use crate::form::{Form, segment};
use crate::locale::say;
use crate::parts::layout::{Frame, csrf, page};
use crate::reply;
use crate::session::Session;

/// Serves `GET /new`; the query may fill in fields.
pub fn get(incoming: &Incoming, frame: &Frame<'_>, session: &Session) -> Answer {
    let typed = Form::parse(incoming.query.as_bytes());
    reply::page(StatusCode::OK, render(frame, session, &typed, &new_id(), &[]))
}

/// Serves `POST /new`. The key came with the form, so a form that is sent twice makes one request.
pub async fn post(frame: &Frame<'_>, session: &Session, typed: &Form) -> Answer {
    let sent = match new_body::body(typed) {
        Ok(body) => api_client::submit(session, typed.get("key"), &body).await,
        Err(errors) => Err(Problem::invalid(errors)),
    };
    match sent {
        Ok(id) => reply::see_other_saying(session, &format!("/requests/{}", segment(&id)), say!("request-sent")),
        Err(problem) => {
            // Nothing was stored, so the form may be changed and sent again. It gets a new key, because changed content
            // under the same key would count as another use of that key.
            let key =
                if problem.status == 422 || problem.status == 400 { new_id() } else { typed.get("key").to_owned() };
            let (problem, errors) = at_fields(problem);
            let status = reply::status_of(&problem);
            reply::page(status, render(&frame.failed(problem), session, typed, &key, &errors))
        }
    }
}

/// Takes the errors out of the problem that belong to a field, so that they are shown at the field; the others stay in
/// the problem.
pub fn at_fields(mut problem: Problem) -> (Problem, Vec<(&'static str, String)>) {
    let mut told = Vec::new();
    problem.errors.retain(|error| {
        let field = new_body::field_of(&error.pointer);
        if !field.is_empty() {
            told.push((field, error.detail.clone()));
        }
        field.is_empty()
    });
    if !told.is_empty() {
        problem.detail = "What is not right is marked below. Nothing was stored.".into();
    }
    (problem, told)
}

/// Returns the destinations to choose from. The policy's choice comes first, because most people leave it to the
/// policy.
fn destinations() -> impl Iterator<Item = (&'static str, &'static str)> {
    let named = Destination::ALL.iter().filter(|to| **to != Destination::Auto);
    std::iter::once(&Destination::Auto).chain(named).map(|to| (to.name(), to.title()))
}

type Errors<'a> = &'a [(&'static str, String)];

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, typed: &Form, key: &str, errors: Errors<'_>) -> Markup {
    let body = html! {
        div.title { h1 { "New request" } }
        form.card.wide-form method="post" action="/new" {
            (csrf(session))
            input type="hidden" name="key" value=(key);
            fieldset {
                legend { "What" }
                div.grid {
                    (choice("kind", "Kind", Kind::ALL.iter().map(|kind| (kind.name(), kind.title())), typed.some("kind").unwrap_or("refund"), errors))
                    (choice("direction", "Direction of a correction", [("", "As the kind says")].into_iter().chain(Direction::ALL.iter().map(|way| (way.name(), way.title()))), typed.get("direction"), errors))
                    (text(&Field { name: "reason", label: "Reason", example: "damaged", hint: "A short word: damaged, late, wrong price …" }, typed, errors, bounds::REASON_CHARS))
                }
            }
            fieldset {
                legend { "For whom and how much" }
                div.grid {
                    (text(&Field { name: "invoice", label: "Invoice", example: "INV-1001", hint: "What corrects an invoice needs its number." }, typed, errors, bounds::REFERENCE_LENGTH))
                    (text(&Field { name: "customer", label: "Customer", example: "CUST-7", hint: "Only without an invoice." }, typed, errors, bounds::REFERENCE_LENGTH))
                    (text(&Field { name: "amount", label: "Amount", example: "12.50", hint: "With tax. Empty with an invoice: all that remains." }, typed, errors, bounds::DECIMAL_CHARS))
                    (text(&Field { name: "currency", label: "Currency", example: "EUR", hint: "Three letters." }, typed, errors, 3))
                }
                (area(&Field { name: "lines", label: "Lines", example: "1: 2\n3: 12.50 EUR", hint: "Instead of an amount, one line each: its id, then how many, or an amount with its currency." }, typed, errors))
            }
            fieldset {
                legend { "Why" }
                (area(&Field { name: "note", label: "Note", example: "", hint: "What happened, for whoever decides." }, typed, errors))
                (text(&Field { name: "evidence", label: "Link to evidence", example: "https://…", hint: "A photo, a receipt, a ticket." }, typed, errors, bounds::EVIDENCE_URL_BYTES))
                (choice("destination", "Destination", destinations(), typed.some("destination").unwrap_or("auto"), errors))
            }
            div.buttons { button.primary { "Send the request" } a.button href="/queue" { "Cancel" } }
        }
    };
    page(frame, "New request", body)
}

fn told<'a>(name: &str, errors: Errors<'a>) -> Vec<&'a str> {
    errors.iter().filter(|(field, _)| *field == name).map(|(_, detail)| detail.as_str()).collect()
}

/// Says what stands around a field.
struct Field<'a> {
    name: &'static str,
    label: &'a str,
    /// Shown in the field while it is empty.
    example: &'a str,
    hint: &'a str,
}

/// Draws a field with its label, its hint and what is wrong with it.
fn field(field: &Field<'_>, errors: Errors<'_>, input: Markup) -> Markup {
    let Field { name, label, hint, .. } = *field;
    let told = told(name, errors);
    html! {
        div.field.invalid[!told.is_empty()] {
            label for=(name) { (label) }
            (input)
            @if !hint.is_empty() || !told.is_empty() {
                p.hint id=(format!("{name}-hint")) {
                    @for error in &told { span.field-error { (error) ". " } }
                    (hint)
                }
            }
        }
    }
}

/// Draws a field of one line with at most `most` characters.
fn text(of: &Field<'_>, typed: &Form, errors: Errors<'_>, most: usize) -> Markup {
    let name = of.name;
    let invalid = (!told(name, errors).is_empty()).then_some("true");
    let input = html! {
        input id=(name) name=(name) value=(typed.get(name)) placeholder=(of.example) maxlength=(most) autocomplete="off" spellcheck="false"
            aria-describedby=(format!("{name}-hint")) aria-invalid=[invalid];
    };
    field(of, errors, input)
}

/// Draws a field of several lines.
fn area(of: &Field<'_>, typed: &Form, errors: Errors<'_>) -> Markup {
    let name = of.name;
    let invalid = (!told(name, errors).is_empty()).then_some("true");
    let input = html! {
        textarea id=(name) name=(name) rows="4" placeholder=(of.example) maxlength=(bounds::NOTE_CHARS)
            aria-describedby=(format!("{name}-hint")) aria-invalid=[invalid] { (typed.get(name)) }
    };
    field(of, errors, input)
}

fn choice<'a>(
    name: &'static str,
    label: &str,
    options: impl Iterator<Item = (&'a str, &'a str)>,
    chosen: &str,
    errors: Errors<'_>,
) -> Markup {
    let input = html! {
        select id=(name) name=(name) aria-describedby=[(!told(name, errors).is_empty()).then(|| format!("{name}-hint"))] {
            @for (value, words) in options { option value=(value) selected[value == chosen] { (words) } }
        }
    };
    field(&Field { name, label, example: "", hint: "" }, errors, input)
}
