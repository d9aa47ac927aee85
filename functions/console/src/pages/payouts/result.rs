//! Shows what became of payouts that were confirmed together. All that it shows stands in the requests; the address
//! says which they are, and why some were not taken.

use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::request::view::{LegView, RequestView};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use futures::StreamExt as _;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment, with_query};
use crate::limits;
use crate::locale::say;
use crate::parts::layout::{Frame, page};
use crate::parts::{chips, foreign, money, rows, words};
use crate::reply;

/// Says why a payout was not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The person may not.
    Forbidden,
    /// It does not wait for that any more.
    TooLate,
    /// There is no such payout.
    Gone,
    /// The reference is not taken.
    Reference,
    /// Nobody knows: it could not be reached.
    Away,
}

impl Fault {
    const ALL: [Self; 5] = [Self::Forbidden, Self::TooLate, Self::Gone, Self::Reference, Self::Away];

    /// Returns what a problem of the api comes to.
    pub const fn of(problem: &Problem) -> Self {
        match problem.status {
            403 => Self::Forbidden,
            409 => Self::TooLate,
            404 => Self::Gone,
            400 | 422 => Self::Reference,
            _ => Self::Away,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::TooLate => "late",
            Self::Gone => "gone",
            Self::Reference => "reference",
            Self::Away => "away",
        }
    }

    fn said(self) -> String {
        match self {
            Self::Forbidden => say!("payouts-fault-forbidden"),
            Self::TooLate => say!("payouts-fault-late"),
            Self::Gone => say!("payouts-fault-gone"),
            Self::Reference => say!("payouts-fault-reference"),
            Self::Away => say!("payouts-fault-away"),
        }
    }
}

/// Returns the address of the page that shows these outcomes.
pub fn address(outcomes: &[(&str, &str, Option<Fault>)]) -> String {
    let named = |(request, leg, fault): &(&str, &str, Option<Fault>)| match fault {
        None => format!("{request}/{leg}"),
        Some(fault) => format!("{request}/{leg}/{}", fault.name()),
    };
    let all: Vec<_> = outcomes.iter().map(named).collect();
    with_query("/payouts/result", &all.iter().map(|one| ("of", one.as_str())).collect::<Vec<_>>())
}

/// Holds one payout that was to be confirmed.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The request's id.
    pub id: String,
    /// The leg's id.
    pub leg: String,
    /// The request as it is now; `None` when it can't be read.
    pub request: Option<RequestView>,
    /// Why it was not taken; `None` where it was.
    pub fault: Option<Fault>,
}

impl Outcome {
    fn leg(&self) -> Option<&LegView> {
        self.request.as_ref()?.legs.iter().find(|leg| leg.id == self.leg)
    }

    /// Tells whether it counts as paid. The address alone does not say so: the request does.
    fn is_paid(&self) -> bool {
        self.leg().is_some_and(|leg| leg.status == LegStatus::Succeeded)
    }
}

/// Returns what an address names.
fn named(query: &Form) -> Vec<(&str, &str, Option<Fault>)> {
    query.all("of").filter_map(one).take(limits::PAYOUTS).collect()
}

fn one(text: &str) -> Option<(&str, &str, Option<Fault>)> {
    let mut parts = text.splitn(3, '/');
    let (request, leg) = (parts.next()?, parts.next()?);
    let fault = parts.next().and_then(|name| Fault::ALL.into_iter().find(|fault| fault.name() == name));
    Some((request, leg, fault))
}

/// Serves `GET /payouts/result`.
///
/// # Errors
/// None: a request that can't be read is shown as one.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let read = async |(id, leg, fault): (&str, &str, Option<Fault>)| {
        let request = api_client::get(asked.session, &format!("/v1/requests/{}", segment(id))).await.ok();
        Outcome { id: id.to_owned(), leg: leg.to_owned(), request, fault }
    };
    let each = named(&asked.form).into_iter().map(read);
    let outcomes: Vec<_> = futures::stream::iter(each).buffered(limits::READS_AT_ONCE).collect().await;
    Ok(reply::page(StatusCode::OK, render(asked.frame, &outcomes)))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, outcomes: &[Outcome]) -> Markup {
    let paid = outcomes.iter().filter(|outcome| outcome.is_paid()).count();
    let left = outcomes.len() - paid;
    let title = say!("payouts-confirmed", count = paid);
    let body = html! {
        div.title { h1 { (title) } a.button.primary href="/payouts" { (say!("payouts-back")) } }
        @if left > 0 {
            div.notice.notice-bad role="alert" tabindex="-1" autofocus {
                span.sign aria-hidden="true" { "!" }
                p { strong { (say!("payouts-not-confirmed", count = left)) } " " (say!("payouts-others-done")) }
            }
        }
        div.card.flush {
            table.rows {
                caption.hidden { (say!("payouts-result-caption")) }
                thead { tr {
                    th scope="col" { (say!("payouts-payee")) } th.result scope="col" { (say!("payouts-result")) } th.number scope="col" { (say!("payouts-amount")) }
                } }
                tbody { @for outcome in outcomes { (row(outcome)) } }
            }
        }
    };
    page(frame, &title, body)
}

fn row(outcome: &Outcome) -> Markup {
    let customer = outcome.request.as_ref().map_or("–", rows::about);
    let leg = outcome.leg();
    html! {
        tr {
            th scope="row" data-label=(say!("payouts-payee")) {
                a.cover href=(format!("/requests/{}", segment(&outcome.id))) { (foreign::name(customer)) }
                span.second.mono { "…" (words::short_id(&outcome.id)) }
            }
            td data-label=(say!("payouts-result")) {
                div {
                    @if outcome.is_paid() {
                        (chips::done(&say!("payouts-done")))
                        @if let Some(reference) = leg.and_then(|leg| leg.gateway_reference.as_deref()) { span.second { (foreign::name(reference)) } }
                    } @else {
                        (chips::refused(&say!("payouts-refused")))
                        span.second { (outcome.fault.unwrap_or(Fault::Away).said()) }
                    }
                }
            }
            td.number data-label=(say!("payouts-amount")) { (money::maybe(leg.map(|leg| leg.amount))) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{fixtures, frame, session};

    #[test]
    fn an_address_names_each_payout_with_what_became_of_it() {
        let outcomes = [("r1", "l1", None), ("r2", "l2", Some(Fault::TooLate))];
        let address = address(&outcomes);
        let query = Form::parse(address.split('?').nth(1).unwrap_or_default().as_bytes());
        assert_eq!(named(&query), outcomes);
        assert_eq!(named(&Form::parse(b"of=x&of=&of=a/b/made-up")), [("a", "b", None)]);
    }

    #[test]
    fn an_address_alone_makes_nothing_paid() {
        let request = fixtures::attention();
        let outcome = Outcome { id: request.id.clone(), leg: "l2".into(), request: Some(request), fault: None };
        let who = session("fina", &["finance"]);
        let html = render(&frame(&who, Place::Payouts), &[outcome]).into_string();
        assert!(html.contains("1 payout not confirmed") && !html.contains("Paid out"), "{html}");
    }
}
