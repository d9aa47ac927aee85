//! Shows the beginning of a new request: the search for the invoice that it is about, or for the customer.

use contraflow_domain::invoice::Customer;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use crate::form::{Form, with_query};
use crate::locale::say;
use crate::pages::search::{self, FoundInvoice, Search};
use crate::parts::layout::{Frame, page};
use crate::reply;
use crate::session::Session;

/// Holds what was looked for, and found.
#[derive(Debug, Clone)]
pub enum Start {
    /// Invoices.
    Invoices(Search<FoundInvoice>),
    /// Customers, for what needs no invoice.
    Customers(Search<Customer>),
}

/// Serves the search. Where one invoice alone has what was typed, it leads to the form for it.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, typed: &Form) -> Result<Answer, Problem> {
    let wanted = typed.get("find");
    let found = if typed.some("without").is_some() {
        Start::Customers(search::customers(session, wanted).await?)
    } else {
        Start::Invoices(search::invoices(session, wanted).await?)
    };
    if let Some(number) = leads_to(&found, typed.get("invoice")) {
        return Ok(reply::see_other(&to_invoice(number)));
    }
    Ok(reply::page(StatusCode::OK, render(frame, wanted, &found)))
}

/// Returns the one invoice that was found; `None` where it is the one that could not be read a moment ago, because the
/// form for it would lead back here.
fn leads_to<'a>(found: &'a Start, missing: &str) -> Option<&'a str> {
    let Start::Invoices(Search::Found(invoices, false)) = found else { return None };
    let [only] = invoices.as_slice() else { return None };
    Some(only.summary.number.as_str()).filter(|number| *number != missing)
}

fn to_invoice(number: &str) -> String {
    with_query("/new", &[("invoice", number)])
}

fn to_customer(id: &str) -> String {
    with_query("/new", &[("customer", id)])
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, wanted: &str, found: &Start) -> Markup {
    let (of_customer, label, hint) = match found {
        Start::Invoices(_) => (false, say!("asking-find-invoice"), say!("asking-find-invoice-hint")),
        Start::Customers(_) => (true, say!("asking-find-customer"), say!("asking-find-customer-hint")),
    };
    let kept: &[(&str, &str)] = if of_customer { &[("without", "yes")] } else { &[] };
    let body = html! {
        div.title { h1 { (say!("asking-title")) } }
        nav.ways aria-label=(say!("asking-about")) {
            a href=(with_query("/new", &[("find", wanted)])) aria-current=[(!of_customer).then_some("page")] { (say!("asking-with-invoice")) }
            a href=(with_query("/new", &[("without", "yes"), ("find", wanted)])) aria-current=[of_customer.then_some("page")] { (say!("asking-without-invoice")) }
        }
        (search::bar("/new", &label, &hint, wanted, kept))
        @match found {
            Start::Invoices(search) => (search::found_invoices(search, to_invoice)),
            Start::Customers(search) => {
                (search::found_customers(search, to_customer))
                @if !wanted.is_empty() { p { a href=(to_customer(wanted)) { (say!("asking-unknown-customer", typed = wanted)) } } }
            },
        }
    };
    page(frame, &say!("asking-title"), body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::desk;

    #[test]
    fn one_invoice_alone_is_chosen_unless_it_could_not_be_read() {
        let found = |count| Start::Invoices(Search::Found(desk::found(count), false));
        assert_eq!(leads_to(&found(1), ""), Some("INV-1001"));
        assert_eq!(leads_to(&found(1), "inv-1001"), Some("INV-1001"));
        assert_eq!(leads_to(&found(1), "INV-1001"), None, "it would lead back here, again and again");
        assert_eq!(leads_to(&found(2), ""), None);
    }
}
