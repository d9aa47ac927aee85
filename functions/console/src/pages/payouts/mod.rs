//! Shows all money that people pay out by hand, and lets them confirm several payouts together.

pub mod confirm;
pub mod file;
pub mod result;

use contraflow_domain::authority::Effect;
use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::limits as bounds;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::view::LegView;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment};
use crate::limits;
use crate::locale::{say, woven};
use crate::pages::tasks;
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::rows::PICKED;
use crate::parts::task::{About, payee};
use crate::parts::{foreign, money, pager, time, totals};
use crate::reply;
use crate::session::Session;

/// Holds one payment that a person is to make.
#[derive(Debug, Clone, Copy)]
pub struct Payout<'a> {
    /// The request that it belongs to.
    pub row: &'a RequestRow,
    /// The leg that is to be paid.
    pub leg: &'a LegView,
    /// Since when it waits.
    pub since: Timestamp,
}

impl Payout<'_> {
    /// Returns the name of its box and of its fields: the request and the leg.
    pub fn name(&self) -> String {
        format!("{} {}", self.row.id, self.leg.id)
    }

    /// Returns what stands on the payment: the number of the credit memo, or that of the invoice.
    pub fn purpose(&self) -> &str {
        let memo = self.row.credit_memo.as_ref().and_then(|memo| memo.number.as_deref());
        memo.or(self.row.invoice.as_deref()).unwrap_or(&self.row.id)
    }
}

/// Returns the payouts of these requests.
pub fn payouts(rows: &[RequestRow]) -> Vec<Payout<'_>> {
    let of =
        |row| About::all(row).filter(|about| about.task.code == TaskCode::LegPayOut).map(move |about| (row, about));
    let all = rows.iter().flat_map(of);
    all.filter_map(|(row, about)| Some(Payout { row, leg: about.leg?, since: about.task.since })).collect()
}

/// Returns the address of the api at which a page of them stands.
fn source(session: &Session, cursor: &str, limit: usize) -> String {
    tasks::list::source(session, TaskCode::LegPayOut, cursor, limit)
}

/// Serves `GET /payouts`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    show(StatusCode::OK, asked.frame, asked.session, asked.form.get("cursor"), &Form::default()).await
}

/// Answers with the page as it is now; `typed` is what a refused form held.
///
/// # Errors
/// The problem that the api answered.
pub async fn show(
    status: StatusCode,
    frame: &Frame<'_>,
    session: &Session,
    cursor: &str,
    typed: &Form,
) -> Result<Answer, Problem> {
    let list: Page<RequestRow> = api_client::get(session, &source(session, cursor, limits::PAYOUTS)).await?;
    Ok(reply::page(status, render(frame, session, &list, cursor, typed)))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, list: &Page<RequestRow>, cursor: &str, typed: &Form) -> Markup {
    let all = payouts(&list.items);
    let body = html! {
        div.title {
            div {
                h1 { (say!("payouts-title")) }
                @if !all.is_empty() {
                    p.quiet {
                        (woven!("payouts-sum", count = html! { (say!("payouts-count", count = all.len())) }, sum = totals::sums(&totals::added(all.iter().map(|payout| payout.leg.amount)))))
                        @if list.next.is_some() { " " (say!("payouts-more")) }
                    }
                }
            }
            @if !all.is_empty() { a.button href="/payouts.csv" download { (say!("payouts-file")) } }
        }
        @if all.is_empty() && list.next.is_none() {
            div.card.empty {
                p.big aria-hidden="true" { "✓" }
                h2 { (say!("payouts-none")) }
                p { (say!("payouts-none-hint")) }
            }
        } @else {
            @if all.is_empty() { (pager::nothing_here()) } @else { (waiting(frame, session, &all, cursor, typed)) }
            (pager::pager("/payouts", &[], cursor, list.next.as_deref()))
        }
    };
    page(frame, &say!("payouts-title"), body)
}

fn waiting(frame: &Frame<'_>, session: &Session, all: &[Payout<'_>], cursor: &str, typed: &Form) -> Markup {
    let may = |payout: &Payout<'_>| session.person.may_on(Effect::ConfirmPayout, payout.row).is_ok();
    let every = typed.get("decision") == "all";
    let ticked = |name: &str| every || typed.all(PICKED).any(|picked| picked == name);
    html! {
        form.several method="post" action="/payouts" {
            (csrf(session))
            input type="hidden" name="cursor" value=(cursor);
            // The enter key presses a form's first button, and this one pays nothing.
            button.hidden name="decision" value="" tabindex="-1" aria-hidden="true" { (say!("payouts-keep")) }
            @if all.iter().any(may) { p.select { button name="decision" value="all" { (say!("payouts-select-all")) } } }
            div.card.flush {
                table.rows.pickable {
                    caption.hidden { (say!("payouts-caption")) }
                    thead { tr {
                        th.pick scope="col" { span.hidden { (say!("payouts-select")) } }
                        th scope="col" { (say!("payouts-payee")) }
                        th scope="col" { (say!("payouts-purpose")) }
                        th scope="col" { (say!("payouts-since")) }
                        th scope="col" { (say!("payouts-reference")) }
                        th.number scope="col" { (say!("payouts-amount")) }
                    } }
                    tbody { @for (place, payout) in all.iter().enumerate() {
                        (row(frame, payout, may(payout).then_some(place), ticked(&payout.name()), typed))
                    } }
                }
            }
            @if all.iter().any(may) { (together(typed)) }
        }
    }
}

/// Draws one payout; `place` is its place on the page, or `None` where the reader may not confirm it.
fn row(frame: &Frame<'_>, payout: &Payout<'_>, place: Option<usize>, is_ticked: bool, typed: &Form) -> Markup {
    let Payout { row, leg, since } = *payout;
    let name = payout.name();
    html! {
        tr {
            td.pick {
                @if place.is_some() {
                    label { input type="checkbox" name=(PICKED) value=(name) checked[is_ticked] aria-label=(say!("payouts-select-one", payee = payee(row), amount = money::value(leg.amount))); }
                }
            }
            th scope="row" data-label=(say!("payouts-payee")) {
                a.cover href=(format!("/requests/{}", segment(&row.id))) { (foreign::name(payee(row))) }
                @if let Some(customer) = row.customer.as_deref().filter(|customer| *customer != payee(row)) { span.second { (customer) } }
            }
            td data-label=(say!("payouts-purpose")) {
                span { (payout.purpose()) }
                @if let Some(invoice) = row.invoice.as_deref().filter(|invoice| *invoice != payout.purpose()) { span.second { (say!("payouts-of-invoice", invoice = invoice)) } }
            }
            td data-label=(say!("payouts-since")) { (time::relative(since, frame.now)) }
            td.field-cell data-label=(say!("payouts-reference")) {
                @match place {
                    Some(place) => {
                        label.hidden for=(format!("reference-{place}")) { (say!("payouts-reference-of", payee = payee(row))) }
                        input id=(format!("reference-{place}")) name=(format!("reference {name}")) maxlength=(bounds::REFERENCE_LENGTH) autocomplete="off" value=(typed.get(&format!("reference {name}")));
                    },
                    None => { span.quiet { (say!("payouts-somebody-else")) } },
                }
            }
            td.number data-label=(say!("payouts-amount")) { (money::money(leg.amount)) }
        }
    }
}

fn together(typed: &Form) -> Markup {
    html! {
        section.card.together aria-labelledby="together" {
            h2 #together { (say!("payouts-together")) }
            label for="reference" { (say!("payouts-reference-all")) }
            input #reference name="reference" maxlength=(bounds::REFERENCE_LENGTH) autocomplete="off" value=(typed.get("reference"));
            p.hint { (say!("payouts-reference-hint")) }
            div.buttons { button.primary name="decision" value="confirm" { (say!("payouts-confirm")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Locale, within};
    use crate::parts::layout::Place;
    use crate::preview::{fixtures, frame, session};

    fn html(name: &str) -> String {
        let who = session(name, &["finance"]);
        let list = Page { items: vec![RequestRow::from(fixtures::attention())], next: None };
        render(&frame(&who, Place::Payouts), &who, &list, "", &Form::default()).into_string()
    }

    #[test]
    fn whoever_asked_for_the_money_has_no_box_to_tick_and_enter_pays_nothing() {
        let finas = html("fina");
        assert_eq!(finas.matches("type=\"checkbox\"").count(), 1);
        let first = finas.split("action=\"/payouts\"").nth(1).and_then(|form| form.split("<button").nth(1));
        assert!(first.expect("a button").contains("value=\"\""));
        let asker = fixtures::pending().requester;
        assert!(!html(&asker).contains("type=\"checkbox\""), "{asker}");
    }

    #[test]
    fn only_legs_that_are_to_be_paid_by_hand_are_payouts_and_each_says_what_it_is_for() {
        let rows = [RequestRow::from(fixtures::attention())];
        let all = payouts(&rows);
        assert_eq!(all.iter().map(|payout| payout.leg.id.as_str()).collect::<Vec<_>>(), ["l2"]);
        assert_eq!(all[0].purpose(), "CM-2026-00018");
        let german = Locale { language: Language::German, ..Locale::default() };
        assert!(within(german, || html("fina")).contains("20,00"));
    }
}
