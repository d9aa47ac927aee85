//! Draws a request to be printed: nothing is folded, and every time is exact.

use maud::{Markup, html};

use super::{Shown, asked, document, heading};
use crate::locale::say;
use crate::parts::layout::{Frame, page};
use crate::parts::{approvals, findings, flow, foreign, packet, rows, time};
use crate::session::Session;

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, shown: &Shown) -> Markup {
    let request = &shown.request;
    let body = html! {
        div.paper {
            p.hide-on-paper { a href=(format!("/requests/{}", crate::form::segment(&request.id))) data-key="u" { "← " (say!("request-back")) } " · " (say!("request-print-hint")) }
            (heading(request, frame))
            (asked(request))
            (findings::findings(&request.findings))
            (approvals::approvals(request, frame.now))
            (flow::flow(request, shown.standing()))
            (flow::legs(&request.legs))
            @if let Some(memo) = &request.credit_memo { (document(memo)) }
            (packet::packet(request, frame.now))
            section.card.flush aria-labelledby="record" {
                h2 #record { (say!("event-title")) }
                table.rows {
                    caption.hidden { (say!("event-title")) }
                    thead { tr { th scope="col" { (say!("event-time")) } th scope="col" { (say!("request-what")) } th scope="col" { (say!("request-who")) } th scope="col" { (say!("event-hash")) } } }
                    tbody {
                        @for event in &shown.events.items {
                            tr {
                                th scope="row" data-label=(say!("event-time")) { (time::absolute(event.at)) span.second { (event.at) } }
                                td data-label=(say!("request-what")) { (crate::locale::named::Named::said(event.what)) @if !event.why.is_empty() { span.second { (foreign::record(&event.why)) } } }
                                td data-label=(say!("request-who")) { (foreign::name(&event.actor)) }
                                td.mono.break data-label=(say!("event-hash")) { (event.hash) }
                            }
                        }
                    }
                }
                @if shown.events.next.is_some() { p.pad.quiet { (say!("event-more")) } }
            }
            p.quiet { (say!("frame-printed", when = time::absolute(frame.now), name = session.person.name.as_str())) }
        }
    };
    page(frame, &format!("{} {}", say!("request-paper"), rows::about(request)), body)
}
