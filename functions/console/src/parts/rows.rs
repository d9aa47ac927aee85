//! Shows requests as rows of a table, two lines each, also on a phone.

use contraflow_domain::approval::Verdict;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::request::{Finding, Severity};
use contraflow_domain::time::Timestamp;
use maud::{Markup, html};

use super::words::{self, humane, short_id};
use super::{chips, foreign, money, time};
use crate::form::{segment, with_query};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};

/// Says which time a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The time that is left, and since when it waits.
    Deadline,
    /// The time since the request came in.
    Received,
}

/// Names every box that can be ticked.
pub const PICKED: &str = "picked";

/// Holds a row's box that can be ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// The value that is sent when the box is ticked.
    pub value: String,
    /// True when the box is ticked.
    pub is_ticked: bool,
}

/// Names a function that says which box a row has, if any.
pub type Picks<'a> = &'a dyn Fn(&RequestRow) -> Option<Pick>;

/// Says how a table is drawn.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// Names the table for people who can't see the heading.
    pub caption: &'a str,
    /// Which time its rows show.
    pub when: When,
    /// The time at which it is drawn.
    pub now: Timestamp,
    /// Says which row has a box.
    pub picks: Option<Picks<'a>>,
    /// The query of the queue that the rows stand in; empty for another list.
    pub queue: &'a str,
    /// The heading of the column of times, where it is more than a word.
    pub sorted: Option<&'a Markup>,
    /// Whoever looks at it.
    pub me: &'a str,
}

/// Draws the table of another list than the queue.
pub fn table(caption: &str, requests: &[RequestRow], when: When, now: Timestamp, picks: Option<Picks<'_>>) -> Markup {
    looking(Look { caption, when, now, picks, queue: "", sorted: None, me: "" }, requests)
}

/// Draws the table.
pub fn looking(look: Look<'_>, requests: &[RequestRow]) -> Markup {
    html! {
        div.card.flush {
            table.rows.work.pickable[look.picks.is_some()] {
                caption.hidden { (look.caption) }
                thead {
                    tr {
                        @if look.picks.is_some() { th.pick scope="col" { span.hidden { (say!("row-select")) } } }
                        th scope="col" { (say!("row-customer")) }
                        th scope="col" { (say!("row-kind")) }
                        th scope="col" { (say!("row-why")) }
                        th scope="col" { (say!("row-status")) }
                        @match look.sorted {
                            Some(heading) => (heading),
                            None => th scope="col" { @if look.when == When::Deadline { (say!("row-deadline")) } @else { (say!("row-received")) } },
                        }
                        th.number scope="col" { (say!("row-amount")) }
                    }
                }
                tbody { @for request in requests { (row(request, look)) } }
            }
        }
    }
}

/// Returns the name of the customer of a request, where its invoice says it.
pub fn customer_name(request: &RequestView) -> Option<&str> {
    Some(request.packet.as_ref()?.invoice.as_ref()?.customer.name.as_str()).filter(|name| !name.is_empty())
}

/// Returns whom a request concerns, in the best words that are known: the name, else the number, else the invoice.
pub fn about(request: &RequestView) -> &str {
    let known = [customer_name(request), request.customer.as_deref(), request.invoice.as_deref()];
    known.into_iter().flatten().next().unwrap_or("–")
}

/// Returns for whom a request is, in the best words that a row has: the customer's name or number, else the invoice.
pub fn for_whom(request: &RequestRow) -> &str {
    let known = [request.customer_name.as_deref(), request.customer.as_deref(), request.invoice.as_deref()];
    known.into_iter().flatten().next().unwrap_or("–")
}

/// Returns the address of a request, from the queue that it stands in.
pub fn address(id: &str, queue: &str) -> String {
    with_query(&format!("/requests/{}", segment(id)), &[("queue", queue)])
}

fn row(request: &RequestRow, look: Look<'_>) -> Markup {
    let name = for_whom(request);
    let below =
        [request.customer.as_deref(), request.invoice.as_deref()].into_iter().flatten().filter(|part| *part != name);
    html! {
        tr id=(short_id(&request.id)) {
            @if let Some(picks) = look.picks { td.pick { @if let Some(pick) = picks(request) { (pick_box(request, &pick)) } } }
            th.who scope="row" {
                a.cover dir="auto" href=(address(&request.id, look.queue)) { (name) }
                span.second { @for (index, part) in below.enumerate() { @if index > 0 { " · " } (foreign::name(part)) } }
            }
            td.what { span { (request.kind.said()) } @if !request.reason.is_empty() { span.second dir="auto" { (humane(&request.reason)) } } }
            td.why { (why(request, look)) }
            td.stands {
                (chips::status(request.status))
                @if let Some(level) = &request.approvals.next { span.second { (say!("row-needs", level = words::slot(level))) } }
            }
            td.since {
                @match (look.when, request.due_at.or(request.deadline)) {
                    (When::Deadline, Some(deadline)) => { (time::deadline(deadline, look.now)) span.second { (woven!("row-since", when = time::relative(request.created_at, look.now))) } },
                    _ => (time::relative(request.created_at, look.now)),
                }
            }
            td.number.sum { (money::maybe(request.amount)) }
        }
    }
}

/// Says why a request stands where it does: what is to be done, what was asked, or what the checks found. Where there
/// is nothing to say, nothing is said.
fn why(request: &RequestRow, look: Look<'_>) -> Markup {
    let taken = request.taken.as_ref().filter(|taken| taken.until > look.now && taken.by != look.me);
    html! {
        @if let Some(task) = request.tasks.first() {
            span.clip2 { (task.code.said()) @if request.tasks.len() > 1 { span.quiet { " " (say!("finding-more", count = request.tasks.len() - 1)) } } }
        } @else if request.status == RequestStatus::InfoRequested {
            span.clip2 dir="auto" { (question(request).unwrap_or_else(|| say!("row-asked"))) }
        } @else if let Some(redirect) = &request.redirect {
            span.clip2 { (say!("row-elsewhere", destination = redirect.destination.said())) }
        } @else {
            span.clip2 { (chips::worst(&request.findings)) }
        }
        @if let Some(taken) = taken { span.second { (woven!("row-taken", name = foreign::name(&taken.by))) } }
    }
}

/// Returns the question that was asked last.
fn question(request: &RequestRow) -> Option<String> {
    let asked = request.approvals.decisions.iter().rev().find(|made| made.decision == Verdict::RequestInfo)?;
    Some(asked.note.clone()).filter(|note| !note.is_empty())
}

/// Tells whether the checks found something that a person should look at.
pub fn is_warned(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity >= Severity::Warning)
}

fn pick_box(request: &RequestRow, pick: &Pick) -> Markup {
    let name = say!("row-select-one", kind = request.kind.said(), name = for_whom(request));
    let amount = request.amount;
    // The label makes the space around the box part of it, because a finger is wider than a box.
    html! {
        label {
            input type="checkbox" name=(PICKED) value=(pick.value) checked[pick.is_ticked] aria-label=(name)
                data-minor=[amount.map(|amount| amount.minor)] data-currency=[amount.map(|amount| amount.currency.code())]
                data-digits=[amount.map(|amount| amount.currency.exponent())] data-warned[is_warned(&request.findings)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::{fixtures, now};

    fn drawn(request: RequestView) -> String {
        table("c", &[request.into()], When::Deadline, now(), None).into_string()
    }

    #[test]
    fn a_row_says_why_it_is_here_and_nothing_about_what_is_not() {
        assert!(drawn(fixtures::pending()).contains("Another request asks for the same"));
        assert!(drawn(fixtures::attention()).contains("A refund failed"));
        let mut plain = fixtures::pending();
        plain.findings.clear();
        let plain = drawn(plain);
        assert!(plain.contains("<span class=\"clip2\"></span>"), "{plain}");
    }

    #[test]
    fn a_row_of_the_queue_leads_back_to_where_it_stands() {
        assert_eq!(address("a/b", "view=tasks&kind=refund"), "/requests/a%2Fb?queue=view%3Dtasks%26kind%3Drefund");
        assert_eq!(address("1", ""), "/requests/1");
    }
}
