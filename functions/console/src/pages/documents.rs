//! Shows the credit and debit memos of the books, and lets finance post and void drafts.

use contraflow_domain::authority::Effect;
use contraflow_domain::money::Money;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use crate::asked::Asked;
use crate::books;
use crate::form::{segment, with_query};
use crate::limits;
use crate::locale::say;
use crate::parts::chips::{self, Tone};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::{foreign, money, pager, time};
use crate::reply;
use crate::session::Session;

/// Says which way a document goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// In the customer's favour.
    Credit,
    /// A charge.
    Debit,
    /// What was paid too much goes back.
    Payout,
}

/// Says where a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It waits to be posted by a person.
    Draft,
    /// It is in the books.
    Posted,
    /// It is withdrawn in full.
    Voided,
}

/// Holds a document as the books have it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Booked {
    /// The printed number, once posted.
    pub number: Option<String>,
    /// The ERP's own id.
    pub erp_reference: String,
    /// Which way it goes.
    pub direction: Direction,
    /// Where it stands.
    pub status: Standing,
    /// The invoice that it corrects.
    pub invoice: Option<String>,
    /// The customer's id.
    pub customer: String,
    /// The request that it belongs to.
    pub request: String,
    /// The day that it bears.
    pub issued_on: String,
    /// Without tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// With tax.
    pub total: Money,
}

/// Serves `GET /documents`.
///
/// # Errors
/// The problem that the books answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    if !asked.frame.has_books {
        return Ok(elsewhere(asked.frame));
    }
    let (cursor, limit) = (asked.form.get("cursor"), limits::PAGE.to_string());
    let address = with_query("/v1/books/credit-memos", &[("cursor", cursor), ("limit", &limit)]);
    let list: Page<Booked> = books::get(asked.session, &address).await?;
    Ok(reply::page(StatusCode::OK, render(asked.frame, asked.session, &list, cursor)))
}

/// Serves `POST /documents/{id}/{what}`.
///
/// # Errors
/// The problem that the books answered.
pub async fn post(asked: &Asked<'_>, id: &str, what: &str) -> Result<Option<Answer>, Problem> {
    if !asked.frame.has_books {
        return Ok(Some(elsewhere(asked.frame)));
    }
    let said = match what {
        "post" => say!("documents-said-posted"),
        "void" => say!("documents-said-voided"),
        _ => return Ok(None),
    };
    books::post(asked.session, &format!("/v1/books/credit-memos/{}/{what}", segment(id))).await?;
    let back = with_query("/documents", &[("cursor", asked.form.get("cursor"))]);
    Ok(Some(reply::see_other_saying(asked.session, &back, said)))
}

fn standing(status: Standing) -> Markup {
    match status {
        Standing::Draft => chips::chip(Tone::Waiting, &say!("documents-draft")),
        Standing::Posted => chips::chip(Tone::Good, &say!("documents-posted")),
        Standing::Voided => chips::chip(Tone::Quiet, &say!("documents-voided")),
    }
}

fn direction(direction: Direction) -> String {
    match direction {
        Direction::Credit => say!("documents-credit"),
        Direction::Debit => say!("documents-debit"),
        Direction::Payout => say!("documents-payout"),
    }
}

/// Answers, where another ERP keeps the documents, with a page that says where the documents are.
pub fn elsewhere(frame: &Frame<'_>) -> Answer {
    reply::page(StatusCode::NOT_FOUND, render_elsewhere(frame))
}

/// Draws that page.
pub fn render_elsewhere(frame: &Frame<'_>) -> Markup {
    let body = html! {
        div.title { h1 { (say!("documents-title")) } }
        div.card.empty { h2 { (say!("documents-elsewhere")) } p { (say!("documents-elsewhere-hint")) } p.actions { a.button href="/requests" { (say!("documents-elsewhere-requests")) } } }
    };
    page(frame, &say!("documents-title"), body)
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, list: &Page<Booked>, cursor: &str) -> Markup {
    let drafts = list.items.iter().filter(|document| document.status == Standing::Draft).count();
    let body = html! {
        div.title { div {
            h1 { (say!("documents-title")) }
            @if drafts > 0 { p.quiet { (say!("documents-drafts", count = drafts)) } }
        } }
        @if list.items.is_empty() && list.next.is_none() {
            div.card.empty { h2 { (say!("documents-none")) } p { (say!("documents-none-hint")) } }
        } @else {
            div.card.flush {
                table.rows {
                    caption.hidden { (say!("documents-caption")) }
                    thead { tr {
                        th scope="col" { (say!("documents-number")) } th scope="col" { (say!("documents-status")) } th scope="col" { (say!("documents-for")) }
                        th scope="col" { (say!("documents-date")) } th scope="col" { span.hidden { (say!("documents-do")) } } th.number scope="col" { (say!("documents-total")) }
                    } }
                    tbody { @for document in &list.items { (row(frame, session, document, cursor)) } }
                }
            }
            (pager::pager("/documents", &[], cursor, list.next.as_deref()))
        }
    };
    page(frame, &say!("documents-title"), body)
}

fn row(frame: &Frame<'_>, session: &Session, document: &Booked, cursor: &str) -> Markup {
    let is_open = document.status == Standing::Draft && frame.may(Effect::PostDrafts);
    let number = document.number.as_deref().unwrap_or(&document.erp_reference);
    let issued = document.issued_on.parse().map_or_else(|_| document.issued_on.clone(), time::day);
    html! {
        tr {
            th scope="row" data-label=(say!("documents-number")) { a href=(format!("/requests/{}", segment(&document.request))) { (foreign::name(number)) } span.second { (direction(document.direction)) } }
            td data-label=(say!("documents-status")) { (standing(document.status)) }
            td data-label=(say!("documents-for")) { span { (foreign::name(&document.customer)) } @if let Some(invoice) = &document.invoice { span.second { (invoice) } } }
            td data-label=(say!("documents-date")) { span { (issued) } }
            td.doing data-label=(say!("documents-do")) {
                @if is_open {
                    div.buttons {
                        @for (what, words, class) in [("post", say!("documents-post"), "primary"), ("void", say!("documents-void"), "danger")] {
                            form method="post" action=(format!("/documents/{}/{what}", segment(&document.erp_reference))) {
                                (csrf(session))
                                input type="hidden" name="cursor" value=(cursor);
                                button class=(class) { (words) span.hidden { " " (number) } }
                            }
                        }
                    }
                }
            }
            td.number data-label=(say!("documents-total")) { (money::money(document.total)) span.second { (money::value(document.net)) " + " (money::value(document.tax)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{frame, office, session};

    #[test]
    fn only_drafts_are_posted_and_only_by_those_who_may() {
        let list = Page { items: office::documents(), next: None };
        let html = |roles: &[&str]| {
            let who = session("fina", roles);
            render(&frame(&who, Place::Documents), &who, &list, "").into_string()
        };
        let finance = html(&["finance"]);
        assert_eq!((finance.matches("/post\"").count(), finance.matches("/void\"").count()), (1, 1));
        assert!(!html(&["auditor"]).contains("/post\""));
    }

    #[test]
    fn where_another_erp_keeps_the_documents_the_page_says_so_and_nothing_leads_there() {
        let who = session("fina", &["finance"]);
        let built_in = frame(&who, Place::Queue);
        let other = Frame { has_books: false, ..built_in.clone() };
        assert_eq!(elsewhere(&other).status(), StatusCode::NOT_FOUND);
        let [there, not_there] = [&built_in, &other].map(|frame| render_elsewhere(frame).into_string());
        assert!(there.contains("href=\"/documents\"") && !not_there.contains("href=\"/documents\""));
        assert!(not_there.contains("The ERP keeps the documents"));
    }
}
