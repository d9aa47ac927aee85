//! Shows a statement of a customer's store credit over a period.

use contraflow_domain::account::CreditStatement;
use contraflow_domain::money::Money;
use contraflow_domain::request::draft::FieldError;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::form::{Form, segment, with_query};
use crate::locale::named::Named as _;
use crate::locale::{current, say};
use crate::parts::fields::{self, Faults, Field};
use crate::parts::layout::{Frame, page};
use crate::parts::{money, time};
use crate::reply;
use crate::session::Session;

/// Serves `GET /customers/{id}/statement`: of this month, where the query names no period.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, id: &str, query: &Form) -> Result<Answer, Problem> {
    let today = current().zone.day(frame.now).to_string();
    let first = today.get(..8).map(|month| format!("{month}01")).unwrap_or_default();
    let from = query.some("from").map_or(first, str::to_owned);
    let asked = Form::default()
        .with("currency", query.some("currency").unwrap_or("EUR"))
        .with("from", &from)
        .with("until", query.get("until"));
    let parameters = ["currency", "from", "until"].map(|name| (name, asked.get(name)));
    let path = with_query(&format!("/v1/customers/{}/store-credit/statement", segment(id)), &parameters);
    let mut faults = Faults::default();
    let statement = match api_client::get::<CreditStatement>(session, &path).await {
        Ok(statement) => Some(statement),
        Err(problem) => {
            let Some(parameter) = problem.parameter.as_ref().map(ToString::to_string) else { return Err(problem) };
            faults.add_told(vec![FieldError { pointer: parameter, detail: problem.detail }], str::to_owned);
            None
        }
    };
    Ok(reply::page(StatusCode::OK, render(frame, id, &asked, statement.as_ref(), &faults)))
}

/// Draws the page.
pub fn render(
    frame: &Frame<'_>,
    id: &str,
    asked: &Form,
    statement: Option<&CreditStatement>,
    faults: &Faults,
) -> Markup {
    let day = |name, label| Field { kind: "date", ..Field::new(name, label) };
    let body = html! {
        div.title { div { h1 { (say!("customers-statement-title")) } p.quiet { a href=(format!("/customers/{}", segment(id))) { (say!("customers-number", number = id)) } } } }
        form.filters.card method="get" action=(format!("/customers/{}/statement", segment(id))) {
            (fields::text(&Field { most: 3, ..Field::new("currency", say!("customers-currency")) }, asked, faults))
            (fields::text(&day("from", say!("customers-from")), asked, faults))
            (fields::text(&day("until", say!("customers-until")), asked, faults))
            button { (say!("customers-show")) }
        }
        @if let Some(statement) = statement { (stated(statement)) }
    };
    page(frame, &say!("customers-statement-title"), body)
}

fn stated(statement: &CreditStatement) -> Markup {
    html! {
        div.card.flush {
            table.rows.statement {
                caption.hidden { (say!("customers-statement-caption")) }
                thead { tr {
                    th scope="col" { (say!("customers-entry")) } th scope="col" { (say!("customers-when")) } th scope="col" { (say!("customers-by")) }
                    th.number scope="col" { (say!("customers-change")) } th.number scope="col" { (say!("customers-balance")) }
                } }
                tbody {
                    (edge(&say!("customers-opening"), statement.from, statement.opening))
                    @for line in &statement.lines {
                        tr {
                            th scope="row" data-label=(say!("customers-entry")) { (line.what.said()) }
                            td data-label=(say!("customers-when")) { span { (time::absolute(line.at)) } }
                            td data-label=(say!("customers-by")) { bdi { (line.actor) } }
                            td.number data-label=(say!("customers-change")) { (money::value(line.change)) }
                            td.number data-label=(say!("customers-balance")) { (money::money(line.balance)) }
                        }
                    }
                    (edge(&say!("customers-closing"), statement.until, statement.closing))
                }
            }
            @if !statement.sums.is_empty() {
                h3 { (say!("customers-sums")) }
                dl.facts.pad { @for sum in &statement.sums { dt { (sum.what.said()) } dd.number { (money::money(sum.change)) } } }
            }
        }
    }
}

fn edge(words: &str, at: contraflow_domain::time::Timestamp, balance: Money) -> Markup {
    html! {
        tr.edge {
            th scope="row" data-label=(say!("customers-entry")) { (words) }
            td data-label=(say!("customers-when")) { span { (time::absolute(at)) } }
            td.wide {} td.wide {}
            td.number data-label=(say!("customers-balance")) { (money::money(balance)) }
        }
    }
}
