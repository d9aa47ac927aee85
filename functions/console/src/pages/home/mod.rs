//! Shows what concerns whoever is signed in, at a glance.

mod ages;

use contraflow_domain::authority::Effect;
use contraflow_domain::request::exception::{ExceptionCount, ExceptionCounts};
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::totals::Counted;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::asked::Asked;
use crate::form::{segment, with_query};
use crate::limits;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::layout::{Frame, page};
use crate::parts::totals::counted;
use crate::parts::{chips, foreign, money, time};
use crate::reply;
use crate::session::Session;

/// Holds what the page shows. What the api does not give is left out, and the rest stands.
#[derive(Debug, Clone, Default)]
pub struct Glance {
    /// The queues of exceptions.
    pub exceptions: Vec<ExceptionCount>,
    /// The first of what waits for the person, and whether that is all.
    pub waiting: Option<(Vec<RequestRow>, bool)>,
    /// What they asked for last.
    pub mine: Vec<RequestRow>,
}

/// Serves `GET /`.
///
/// # Errors
/// None: what can't be read is left out.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let Asked { frame, session, .. } = *asked;
    let reads = frame.may(Effect::ReadRequests);
    let exceptions = async {
        if !reads {
            return Vec::new();
        }
        let counted = api_client::get::<ExceptionCounts>(session, "/v1/queue/exceptions").await;
        counted.map(|counted| counted.items).unwrap_or_default()
    };
    let limit = limits::PICTURED.to_string();
    let queue = with_query("/v1/queue", &[("limit", &limit)]);
    let waiting = async {
        let page = api_client::get::<Page<RequestRow>>(session, &queue).await.ok()?;
        Some((page.items, page.next.is_none()))
    };
    let (exceptions, waiting, mine) = futures::join!(exceptions, waiting, mine(session));
    let glance = Glance { exceptions, waiting, mine };
    Ok(reply::page(StatusCode::OK, render(frame, session, &glance)))
}

/// Reads what the person asked for last.
async fn mine(session: &Session) -> Vec<RequestRow> {
    let (name, limit) = (&session.person.name, limits::MINE.to_string());
    let address = with_query("/v1/requests", &[("requester", name), ("limit", &limit)]);
    let page = api_client::get::<Page<RequestRow>>(session, &address).await;
    page.map(|page| page.items).unwrap_or_default()
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, glance: &Glance) -> Markup {
    let body = html! {
        div.title {
            h1 { (say!("home-title")) }
            p.actions { @if frame.may(Effect::Ask) { a.button.primary href="/new" { (say!("home-new")) } } }
        }
        (counts(frame))
        div.halves {
            @if let Some((rows, is_all)) = &glance.waiting { (ages::picture(rows, *is_all, frame.now)) }
            (exceptions(&glance.exceptions))
        }
        (own(frame, session, &glance.mine))
        (links(frame))
    };
    page(frame, &say!("home-title"), body)
}

fn counts(frame: &Frame<'_>) -> Markup {
    // Where nobody knows what waits, nothing is said of it.
    let Some(counts) = frame.counts else { return html! {} };
    let all: [(Counted, &str, String); 5] = [
        (counts.overdue, "/queue?view=overdue", say!("home-overdue")),
        (counts.decisions, "/queue?view=decisions", say!("home-decisions")),
        (counts.tasks, "/tasks", say!("home-tasks")),
        (counts.questions, "/queue?view=questions", say!("home-questions")),
        (counts.alerts, "/queue?view=alerts", say!("home-alerts")),
    ];
    let waits = all.iter().any(|(count, ..)| count.count > 0);
    html! {
        @if waits {
            ul.tiles aria-label=(say!("home-waiting")) {
                @for (count, address, words) in all.iter().filter(|(count, ..)| count.count > 0) {
                    li.card.late[address.contains("overdue")] { a href=(address) { strong { (counted(*count)) } span { (words) } } }
                }
            }
        } @else {
            p.card { span aria-hidden="true" { "✓ " } (say!("home-nothing")) }
        }
    }
}

fn exceptions(queues: &[ExceptionCount]) -> Markup {
    let waiting: Vec<_> = queues.iter().filter(|queue| queue.waiting > 0).collect();
    html! {
        @if !waiting.is_empty() {
            section.card aria-labelledby="exceptions" {
                h2 #exceptions { (say!("home-exceptions")) }
                ul.plain {
                    @for queue in waiting {
                        li {
                            a href=(with_query("/queue", &[("view", "exceptions"), ("exception", queue.queue.name())])) { (queue.queue.said()) } " "
                            strong { (queue.waiting) @if queue.more { "+" } }
                            @if queue.overdue > 0 { " " span.overdue { (say!("home-exceptions-overdue", count = queue.overdue)) } }
                            @if queue.is_mine { " " span.quiet { (say!("home-exceptions-mine")) } }
                        }
                    }
                }
            }
        }
    }
}

fn own(frame: &Frame<'_>, session: &Session, mine: &[RequestRow]) -> Markup {
    html! {
        @if !mine.is_empty() {
            section.stack aria-labelledby="mine" {
                h2 #mine { (say!("home-mine")) }
                div.card.flush {
                    table.rows {
                        caption.hidden { (say!("home-mine")) }
                        thead { tr {
                            th scope="col" { (say!("home-request")) } th scope="col" { (say!("home-for")) } th scope="col" { (say!("home-status")) }
                            th scope="col" { (say!("home-asked")) } th.number scope="col" { (say!("home-amount")) }
                        } }
                        tbody { @for row in mine {
                            tr {
                                th scope="row" data-label=(say!("home-request")) { a.cover href=(format!("/requests/{}", segment(&row.id))) { (row.kind.said()) } }
                                td data-label=(say!("home-for")) { (foreign::name(row.invoice.as_deref().or(row.customer.as_deref()).unwrap_or("–"))) }
                                td data-label=(say!("home-status")) { (chips::status(row.status)) }
                                td data-label=(say!("home-asked")) { (time::relative(row.created_at, frame.now)) }
                                td.number data-label=(say!("home-amount")) { (money::maybe(row.amount)) }
                            }
                        } }
                    }
                }
                p { a href=(with_query("/requests", &[("requester", &session.person.name)])) { (say!("home-mine-all")) } }
            }
        }
    }
}

/// Draws the ways to what auditors and admins look after.
fn links(frame: &Frame<'_>) -> Markup {
    let all: [(&str, Effect, String, String); 6] = [
        ("/audit", Effect::ExportRecord, say!("frame-audit"), say!("home-link-audit")),
        ("/patterns", Effect::SeePatterns, say!("frame-patterns"), say!("home-link-patterns")),
        ("/policy", Effect::ReadPolicy, say!("frame-policy"), say!("home-link-policy")),
        ("/people", Effect::SeePeople, say!("frame-people"), say!("home-link-people")),
        ("/clients", Effect::SeeClients, say!("frame-clients"), say!("home-link-clients")),
        ("/documents", Effect::ReadBooks, say!("frame-documents"), say!("home-link-documents")),
    ];
    let open: Vec<_> = all
        .into_iter()
        .filter(|(address, effect, ..)| frame.may(*effect) && (frame.has_books || *address != "/documents"))
        .collect();
    html! {
        @if !open.is_empty() {
            section.stack aria-labelledby="links" {
                h2 #links { (say!("home-links")) }
                ul.tiles.links { @for (address, _, name, about) in open { li.card { a href=(address) { strong { (name) } span { (about) } } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::queue::wanted::{View, Wanted};
    use crate::parts::layout::Place;
    use crate::preview::{frame, session};
    use contraflow_domain::totals::QueueCounts;

    fn main_of(roles: &[&str], counts: Option<QueueCounts>) -> String {
        let who = session("mia", roles);
        let frame = Frame { counts, ..frame(&who, Place::Home) };
        let html = render(&frame, &who, &Glance::default()).into_string();
        html.split("<main").nth(1).unwrap_or_default().to_owned()
    }

    #[test]
    fn everybody_is_led_to_what_they_look_after_and_to_nothing_else() {
        let auditor = main_of(&["auditor"], None);
        assert!(auditor.contains("href=\"/audit\"") && auditor.contains("href=\"/people\""));
        assert!(!auditor.contains("href=\"/new\""));
        let requester = main_of(&["requester"], None);
        assert!(requester.contains("href=\"/new\"") && !requester.contains("href=\"/audit\""), "{requester}");
    }

    #[test]
    fn what_waits_is_counted_and_nothing_is_said_of_what_does_not() {
        let some = |count| Counted { count, is_complete: count < 1000 };
        let counts = QueueCounts { decisions: some(1000), overdue: some(0), ..QueueCounts::default() };
        let html = main_of(&["approver:manager"], Some(counts));
        assert!(html.contains("1000+") && !html.contains("view=overdue"), "{html}");
        assert!(main_of(&["approver:manager"], Some(QueueCounts::default())).contains("Nothing waits for you"));
        assert!(!main_of(&["approver:manager"], None).contains("Nothing waits for you"), "nobody knows");
    }

    #[test]
    fn every_tile_leads_to_the_part_of_the_queue_that_it_counts() {
        let some = Counted { count: 1, is_complete: true };
        let counts = QueueCounts { decisions: some, tasks: some, questions: some, alerts: some, overdue: some };
        let html = main_of(&["approver:manager", "finance"], Some(counts));
        let who = session("mia", &["approver:manager", "finance"]);
        for view in [View::Decisions, View::Questions, View::Alerts, View::Overdue] {
            let address = Wanted { view, ..Wanted::read("", &who) }.address();
            assert!(html.contains(&format!("href=\"{address}\"")), "{address}: {html}");
        }
    }
}
