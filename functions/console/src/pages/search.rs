//! Finds invoices and customers by what somebody knows of them, and draws what was found.

use contraflow_domain::account::InvoiceCredits;
use contraflow_domain::find::{Found, InvoiceSummary};
use contraflow_domain::invoice::Customer;
use contraflow_domain::money::Money;
use contraflow_guest::problem::Problem;
use futures::StreamExt as _;
use maud::{Markup, html};

use crate::api_client;
use crate::form::{segment, with_query};
use crate::limits;
use crate::locale::say;
use crate::parts::words::spoken;
use crate::parts::{foreign, money, time};
use crate::session::Session;

/// Holds an invoice that was found, with what is still left of it, where the reader may know that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundInvoice {
    /// What it takes to choose it among others.
    pub summary: InvoiceSummary,
    /// What is still left of it.
    pub left: Option<Money>,
}

/// Holds what became of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search<T> {
    /// Nothing was looked for.
    None,
    /// What was typed can't be looked for; the sentence says why.
    Unfit(String),
    /// The first of what was found, and whether there is more.
    Found(Vec<T>, bool),
}

async fn find<T: serde::de::DeserializeOwned>(
    session: &Session,
    what: &str,
    wanted: &str,
) -> Result<Search<T>, Problem> {
    if wanted.is_empty() {
        return Ok(Search::None);
    }
    let limit = limits::FOUND.to_string();
    match api_client::get::<Found<T>>(session, &with_query(what, &[("find", wanted), ("limit", &limit)])).await {
        Ok(found) => Ok(Search::Found(found.items, found.more)),
        Err(problem) if problem.parameter.is_some() => Ok(Search::Unfit(spoken(&problem.detail))),
        Err(problem) => Err(problem),
    }
}

/// Looks for invoices. Whoever may not read them is not told what is left of each.
///
/// # Errors
/// The problem that the api answered.
pub async fn invoices(session: &Session, wanted: &str) -> Result<Search<FoundInvoice>, Problem> {
    match find::<InvoiceSummary>(session, "/v1/invoices", wanted).await? {
        Search::None => Ok(Search::None),
        Search::Unfit(why) => Ok(Search::Unfit(why)),
        Search::Found(found, more) => {
            let with_rest = found.into_iter().map(async |summary| {
                let path = format!("/v1/invoices/{}", segment(&summary.number));
                let left = api_client::get::<InvoiceCredits>(session, &path).await.ok().map(|state| state.left);
                FoundInvoice { summary, left }
            });
            let found = futures::stream::iter(with_rest).buffered(limits::READS_AT_ONCE).collect().await;
            Ok(Search::Found(found, more))
        }
    }
}

/// Looks for customers.
///
/// # Errors
/// The problem that the api answered.
pub async fn customers(session: &Session, wanted: &str) -> Result<Search<Customer>, Problem> {
    find(session, "/v1/customers", wanted).await
}

/// Draws the field in which somebody types what they know.
pub fn bar(action: &str, label: &str, hint: &str, wanted: &str, kept: &[(&str, &str)]) -> Markup {
    html! {
        form.seek.card method="get" action=(action) role="search" aria-label=(label) {
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            label for="seek" { (label) }
            div.pair {
                input #seek name="find" type="search" value=(wanted) autocomplete="off" spellcheck="false" dir="auto" autofocus[wanted.is_empty()] aria-describedby="seek-hint";
                button.primary { (say!("find-button")) }
            }
            p.hint #seek-hint { (hint) }
        }
    }
}

/// Draws what became of a search: each thing that was found by `draw`, in a table with these columns.
fn result<T>(search: &Search<T>, caption: &str, columns: &[(String, bool)], draw: impl Fn(&T) -> Markup) -> Markup {
    match search {
        Search::None => html! {},
        Search::Unfit(why) => html! { p.notice.notice-bad role="alert" { (foreign::record(why)) } },
        Search::Found(found, _) if found.is_empty() => html! {
            div.card.empty { h2 { (say!("find-nothing")) } p { (say!("find-nothing-hint")) } }
        },
        Search::Found(found, more) => html! {
            div.card.flush {
                table.rows.even[!columns.last().is_some_and(|(_, is_number)| *is_number)] {
                    caption.hidden { (caption) }
                    thead { tr { @for (column, is_number) in columns { th.number[*is_number] scope="col" { (column) } } } }
                    tbody { @for one in found { (draw(one)) } }
                }
            }
            @if *more { p.quiet { (say!("find-more")) } }
        },
    }
}

/// Draws invoices that were found; each leads to the address that `to` makes of its number.
pub fn found_invoices(search: &Search<FoundInvoice>, to: impl Fn(&str) -> String) -> Markup {
    let columns = [
        (say!("find-invoice"), false),
        (say!("find-customer"), false),
        (say!("find-issued"), false),
        (say!("find-left"), true),
        (say!("find-total"), true),
    ];
    result(search, &say!("find-invoices-caption"), &columns, |found: &FoundInvoice| {
        let FoundInvoice { summary, left } = found;
        html! {
            tr {
                th scope="row" data-label=(say!("find-invoice")) { a.cover href=(to(&summary.number)) { (summary.number) } }
                td data-label=(say!("find-customer")) { span dir="auto" { (summary.customer.name) } span.second { (summary.customer.id) } }
                td data-label=(say!("find-issued")) { span { (summary.issued_on.parse().map_or_else(|_| summary.issued_on.clone(), time::day)) } }
                td.number data-label=(say!("find-left")) {
                    @match left {
                        Some(left) if left.is_positive() => (money::money(*left)),
                        Some(_) => span.quiet { (say!("find-nothing-left")) },
                        None => span.quiet { "–" },
                    }
                }
                td.number data-label=(say!("find-total")) { (money::money(summary.gross)) }
            }
        }
    })
}

/// Draws customers that were found; each leads to the address that `to` makes of their id.
pub fn found_customers(search: &Search<Customer>, to: impl Fn(&str) -> String) -> Markup {
    let columns = [
        (say!("find-customer"), false),
        (say!("find-country"), false),
        (say!("find-email"), false),
        (say!("find-number"), false),
    ];
    result(search, &say!("find-customers-caption"), &columns, |customer: &Customer| {
        html! {
            tr {
                th scope="row" data-label=(say!("find-customer")) { a.cover href=(to(&customer.id)) dir="auto" { (if customer.name.is_empty() { &customer.id } else { &customer.name }) } }
                td data-label=(say!("find-country")) { span { (if customer.country.is_empty() { "–" } else { &customer.country }) } }
                td data-label=(say!("find-email")) { span.break { (if customer.email.is_empty() { "–" } else { &customer.email }) } }
                td data-label=(say!("find-number")) { span.break { (customer.id) } }
            }
        }
    })
}
