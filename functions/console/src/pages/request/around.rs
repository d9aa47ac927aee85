//! Shows what stands around a request: requests that may be the same, what the customer had before, and what is left of
//! the invoice.

use contraflow_domain::account::InvoiceCredits;
use contraflow_domain::duplicates::Twin;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::DAY_MS;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::view::RequestView;
use contraflow_guest::view::{Page, Twins};
use maud::{Markup, html};

use crate::api_client;
use crate::form::{segment, with_query};
use crate::limits;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::flow::Standing;
use crate::parts::layout::Frame;
use crate::parts::{chips, time, totals};
use crate::session::Session;

/// Returns what others have credited and asked for of an invoice, and what is left, seen from a request that is not
/// settled yet; `None` where its own part can't be told from the rest.
pub fn standing(invoice: &InvoiceCredits, request: &RequestView) -> Option<Standing> {
    let amount = request.amount?;
    if request.status.is_settled() {
        return None;
    }
    let others = invoice.pending.checked_sub(amount).ok().filter(|rest| rest.minor >= 0)?;
    Some(Standing { credited: invoice.credited, pending: others, left: invoice.left })
}

/// Reads the state of the invoice of a request, as far as the api says it.
pub async fn invoice(session: &Session, request: &RequestView) -> Option<InvoiceCredits> {
    let invoice = request.invoice.as_ref().filter(|_| !request.status.is_settled())?;
    api_client::get(session, &format!("/v1/invoices/{}", segment(invoice))).await.ok()
}

/// Reads the newest requests of the customer of a request, for whoever may read them.
pub async fn history(session: &Session, request: &RequestView, reads: bool) -> Option<Page<RequestRow>> {
    let customer = request.customer.as_ref().filter(|_| reads)?;
    let path = with_query("/v1/requests", &[("customer", customer), ("limit", &limits::HISTORY.to_string())]);
    api_client::get(session, &path).await.ok()
}

/// Draws what the customer had in the last twelve months, besides this request.
pub fn customer(history: Option<&Page<RequestRow>>, request: &RequestView, frame: &Frame<'_>) -> Markup {
    let (Some(history), Some(number)) = (history, &request.customer) else { return html! {} };
    let year = 365 * DAY_MS;
    let is_recent = |row: &&RequestRow| row.id != request.id && frame.now.ms_since(row.created_at) < year;
    let recent: Vec<_> = history.items.iter().filter(is_recent).collect();
    let paid =
        recent.iter().filter(|row| matches!(row.status, RequestStatus::Completed | RequestStatus::PartiallyCompleted));
    let refused = recent.iter().filter(|row| row.status.is_refused()).count();
    let open = recent.iter().filter(|row| !row.status.is_settled()).count();
    let sums = totals::added(paid.clone().filter_map(|row| row.amount));
    html! {
        section.card aria-labelledby="history" {
            h2 #history { (say!("request-history")) }
            @if recent.is_empty() {
                p.quiet { (say!("request-history-none")) }
            } @else {
                p {
                    (say!("request-history-count", count = recent.len())) @if history.next.is_some() { " " (say!("request-history-least")) } ": "
                    (say!("request-history-paid", count = paid.count())) @if !sums.is_empty() { " (" (totals::sums(&sums)) ")" } ", "
                    (say!("request-history-refused", count = refused)) ", " (say!("request-history-open", count = open))
                }
                p { a href=(with_query("/requests", &[("customer", number)])) { (say!("request-history-all")) } }
            }
        }
    }
}

/// Draws the requests that may be the same, side by side with this one; nothing when there are none.
pub fn twins(twins: Option<&Twins>, frame: &Frame<'_>) -> Markup {
    let Some(twins) = twins.filter(|twins| !twins.items.is_empty()) else { return html! {} };
    html! {
        section.card.flush aria-labelledby="twins" {
            h2 #twins { (say!("request-twins")) }
            @for twin in &twins.items {
                details.twin open[twin.exact] {
                    summary {
                        @if twin.exact { (say!("request-twin-same")) } @else { (say!("request-twin-alike", percent = twin.alike)) }
                        ", " (time::relative(twin.created_at, frame.now)) " " (chips::status(twin.status))
                    }
                    (side_by_side(twin))
                    p.pad { a href=(format!("/requests/{}", segment(&twin.request))) { (say!("request-twin-open")) } }
                }
            }
        }
    }
}

fn side_by_side(twin: &Twin) -> Markup {
    html! {
        table.rows {
            caption.hidden { (say!("request-twins")) }
            thead { tr { td {} th scope="col" { (say!("flow-this")) } th scope="col" { (say!("request-twin-other")) } } }
            tbody {
                @for one in twin.aspects.iter().filter(|one| !one.this.is_empty() || !one.other.is_empty()) {
                    @let is_same = one.alike == Some(100);
                    tr {
                        th scope="row" { (one.aspect.said()) }
                        td data-label=(say!("flow-this")) { span dir="auto" { (one.this) } }
                        td data-label=(say!("request-twin-other")) { span dir="auto" { @if is_same { span.quiet { "= " } } @else { span.wait-sign { "≠ " } } (one.other) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::{desk, fixtures};
    use contraflow_domain::money::{Currency, Money};

    #[test]
    fn what_others_have_asked_for_is_told_apart_from_what_this_request_asks_for() {
        let euros = |minor| Money { minor, currency: Currency::EUR };
        let state =
            InvoiceCredits { credited: euros(10_000), pending: euros(8_000), left: euros(5_000), ..desk::invoice() };
        let of = |state: &InvoiceCredits| super::standing(state, &fixtures::pending());
        let standing = of(&state).expect("it is known");
        assert_eq!((standing.credited, standing.pending, standing.left), (euros(10_000), euros(860), euros(5_000)));
        let settled = super::standing(&state, &fixtures::completed());
        assert!(settled.is_none(), "it stands among what was credited");
        assert!(of(&InvoiceCredits { pending: euros(1), ..state }).is_none());
    }
}
