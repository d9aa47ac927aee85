//! Decides on many requests at once: the list is frozen first, decided in slices, and its page can be reloaded and
//! shared.

use contraflow_domain::approval::Verdict;
use contraflow_domain::approval::batch::{Batch, BatchEntry};
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::view::RequestView;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use futures::StreamExt as _;
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::queue::wanted::{self, Wanted};
use super::queue::{self, Choice};
use crate::api_client;
use crate::form::{Form, segment};
use crate::limits;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::rows::{self, PICKED};
use crate::parts::{chips, foreign, money, totals, words};
use crate::reply;
use crate::session::Session;

/// Holds a batch with some of its requests, as the api shows it.
#[derive(Debug, Clone, Deserialize)]
pub struct Shown {
    /// The batch.
    #[serde(flatten)]
    pub batch: Batch,
    /// True when all of it is decided.
    pub is_done: bool,
    /// Some of its requests.
    pub items: Vec<BatchEntry>,
    /// The cursor of the next slice.
    pub next: Option<String>,
}

/// Holds a request of a batch with what is known of it now.
#[derive(Debug, Clone)]
pub struct Item {
    /// The request as it stands in the batch.
    pub entry: BatchEntry,
    /// The request as it is now; `None` when it can't be read.
    pub request: Option<RequestRow>,
}

/// Serves `POST /batches`: freezes all of a view, and decides nothing.
///
/// # Errors
/// The problem that the api answered.
pub async fn freeze(session: &Session, form: &Form) -> Result<Answer, Problem> {
    let wanted = Wanted::read(form.get("queue"), session);
    let Some(filter) = wanted::frozen(&wanted) else { return Err(Problem::not_found("list")) };
    let body = json!({"decision": "approve", "note": form.get("note"), "filter": filter});
    let shown: Shown = api_client::ask_once(session, form.get("key"), "/v1/decisions/batches", &body).await?;
    Ok(reply::see_other(&address(&shown.batch.id, false)))
}

/// Serves `POST /queue/decide`: decides on what is ticked, or ticks something else.
///
/// # Errors
/// The problem that the api answered, when even the queue can't be shown again.
pub async fn ticked(frame: &Frame<'_>, session: &Session, form: &Form) -> Result<Answer, Problem> {
    let decision = form.get("decision");
    let ticked = if decision == "none" { Default::default() } else { form.all(PICKED).map(str::to_owned).collect() };
    let choice = Choice { ticked, all: decision == "all", calm: decision == "calm", note: form.get("note").into() };
    let again = async |problem: Option<Problem>| {
        let status = problem.as_ref().map_or(StatusCode::OK, reply::status_of);
        let frame = problem.map_or_else(|| frame.clone(), |problem| frame.failed(problem));
        queue::show(status, &frame, session, Wanted::read(form.get("queue"), session), &choice).await
    };
    let Some(verdict @ (Verdict::Approve | Verdict::Reject)) = Verdict::named(decision) else {
        return again(None).await;
    };
    let picked: Vec<_> = form.all(PICKED).filter_map(|value| value.split_once(' ')).collect();
    let unprocessable = |detail| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "nothing-selected", detail);
    if picked.is_empty() {
        return again(Some(unprocessable(say!("batch-nothing")))).await;
    }
    if verdict == Verdict::Reject && choice.note.is_empty() {
        return again(Some(unprocessable(say!("batch-why")))).await;
    }
    let requests: Vec<_> = picked.iter().map(|(id, hash)| json!({"request": id, "content_hash": hash})).collect();
    let body = json!({"decision": decision, "note": choice.note, "requests": requests});
    let frozen: Shown = match api_client::ask_once(session, form.get("key"), "/v1/decisions/batches", &body).await {
        Ok(frozen) => frozen,
        Err(problem) => return again(Some(problem)).await,
    };
    // What stands on one page is decided at once; the page of the batch goes on where this stops.
    for _ in 0..limits::BATCH_SLICES_SHOWN {
        match slice(session, &frozen.batch.id, &frozen.batch.snapshot).await {
            Ok(shown) if shown.is_done => break,
            Ok(_) => {}
            Err(_) => break,
        }
    }
    Ok(reply::see_other(&address(&frozen.batch.id, false)))
}

async fn slice(session: &Session, id: &str, snapshot: &str) -> Result<Shown, Problem> {
    let path = format!("/v1/decisions/batches/{}/decide", segment(id));
    api_client::ask(session, &path, &json!({"snapshot": snapshot})).await
}

fn address(id: &str, runs: bool) -> String {
    format!("/batches/{}{}", segment(id), if runs { "?run=yes" } else { "" })
}

/// Serves `POST /batches/{id}/decide`: decides the next requests, and leads to what became of them.
///
/// # Errors
/// The problem that the api answered.
pub async fn decide(session: &Session, id: &str, form: &Form) -> Result<Answer, Problem> {
    let shown = slice(session, id, form.get("snapshot")).await?;
    Ok(reply::see_other(&address(id, !shown.is_done)))
}

/// Serves `GET /batches/{id}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, id: &str, query: &Form) -> Result<Answer, Problem> {
    let path = format!("/v1/decisions/batches/{}", segment(id));
    let mut shown: Shown =
        api_client::get(session, &crate::form::with_query(&path, &[("cursor", query.get("cursor"))])).await?;
    for _ in 1..limits::BATCH_SLICES_SHOWN {
        let Some(next) = shown.next.take() else { break };
        let more: Shown = api_client::get(session, &crate::form::with_query(&path, &[("cursor", &next)])).await?;
        shown.items.extend(more.items);
        shown.next = more.next;
    }
    let items = items(session, shown.items.clone()).await;
    let runs = query.some("run").is_some();
    Ok(reply::page(StatusCode::OK, render(frame, session, &shown, &items, (query.get("cursor"), runs))))
}

/// Reads each request of a batch as it is now.
async fn items(session: &Session, entries: Vec<BatchEntry>) -> Vec<Item> {
    let read = async |entry: BatchEntry| {
        let path = format!("/v1/requests/{}", segment(&entry.request));
        let request: Option<RequestView> = api_client::get(session, &path).await.ok();
        Item { entry, request: request.map(RequestRow::from) }
    };
    futures::stream::iter(entries.into_iter().map(read)).buffered(limits::READS_AT_ONCE).collect().await
}

/// Returns what was done, for the title.
fn title(batch: &Batch, is_done: bool) -> String {
    let (done, count) = (batch.decided, batch.count);
    let rejects = batch.decision == Verdict::Reject;
    match (is_done, done == count, rejects) {
        (false, _, false) => say!("batch-approve", count = count),
        (false, _, true) => say!("batch-reject", count = count),
        (true, true, false) => say!("batch-approved", count = count),
        (true, true, true) => say!("batch-rejected", count = count),
        (true, false, false) => say!("batch-approved-of", done = done, count = count),
        (true, false, true) => say!("batch-rejected-of", done = done, count = count),
    }
}

/// Draws the page; `(cursor, runs)` says where the rows begin, and whether it goes on by itself.
pub fn render(
    frame: &Frame<'_>,
    session: &Session,
    shown: &Shown,
    items: &[Item],
    (cursor, runs): (&str, bool),
) -> Markup {
    let batch = &shown.batch;
    let title = title(batch, shown.is_done);
    let reached = batch.decided + batch.refused;
    let body = html! {
        div.title {
            h1 { (title) }
            a.button.primary[shown.is_done] href="/queue" data-key="u" { (say!("batch-back")) }
        }
        div #batch {
            @if shown.is_done && batch.refused > 0 {
                div.notice.notice-bad role="alert" tabindex="-1" autofocus {
                    span.sign aria-hidden="true" { "!" }
                    p { (say!("batch-not-all", count = batch.refused)) }
                }
            } @else if shown.is_done {
                div.notice.notice-good role="status" tabindex="-1" autofocus { span.sign aria-hidden="true" { "✓" } p { (say!("batch-all")) } }
            } @else {
                (going(session, shown, reached, runs))
            }
        }
        p.quiet { (say!("batch-frozen", count = batch.count)) " " (totals::sums(&batch.sums)) @if batch.more { " · " (say!("batch-more")) } }
        @if !batch.note.is_empty() { (foreign::quote(&batch.note)) }
        div.card.flush {
            table.rows {
                caption.hidden { (say!("batch-caption")) }
                thead { tr { th scope="col" { (say!("row-customer")) } th scope="col" { (say!("row-kind")) } th.result scope="col" { (say!("batch-result")) } th.number scope="col" { (say!("row-amount")) } } }
                tbody { @for item in items { (row(item, batch)) } }
            }
        }
        (crate::parts::pager::pager(&address(&batch.id, false), &[], cursor, shown.next.as_deref()))
    };
    page(frame, &title, body)
}

/// Draws how far it is, and the button that goes on. With a script it goes on by itself once it was begun.
fn going(session: &Session, shown: &Shown, reached: u32, runs: bool) -> Markup {
    let batch = &shown.batch;
    let path = format!("/batches/{}/decide", segment(&batch.id));
    let by_itself = runs.then_some(path.as_str());
    html! {
        form.card method="post" action=(path) hx-post=[by_itself] hx-trigger=[by_itself.map(|_| "load delay:300ms")]
            hx-target=[by_itself.map(|_| "#main")] hx-select=[by_itself.map(|_| "#main")] hx-swap=[by_itself.map(|_| "outerHTML")] {
            (csrf(session))
            input type="hidden" name="snapshot" value=(batch.snapshot);
            @if runs {
                label for="progress" { (say!("batch-progress", done = reached, count = batch.count)) }
                progress #progress max=(batch.count) value=(reached) {}
            } @else {
                p { (say!("batch-confirm")) }
            }
            div.buttons { button.primary data-key="a" { @if reached == 0 { (title(batch, false)) } @else { (say!("batch-go-on")) } } }
        }
    }
}

fn row(item: &Item, batch: &Batch) -> Markup {
    let request = item.request.as_ref();
    let id = &item.entry.request;
    html! {
        tr {
            th scope="row" data-label=(say!("row-customer")) {
                a.cover dir="auto" href=(format!("/requests/{}", segment(id))) { (request.map_or_else(|| words::short_id(id), rows::for_whom)) }
                @if let Some(invoice) = request.and_then(|request| request.invoice.as_ref()) { span.second { (foreign::name(invoice)) } }
            }
            td data-label=(say!("row-kind")) { @if let Some(request) = request { (request.kind.said()) } @else { (say!("words-dash")) } }
            td data-label=(say!("batch-result")) {
                div {
                    @match &item.entry.result {
                        Some(result) if result.status == 200 => {
                            (chips::done(&batch.decision.said()))
                            @if let Some(request) = request {
                                span.second {
                                    (say!("batch-now", status = request.status.said()))
                                    @if let Some(level) = &request.approvals.next { ", " (say!("row-needs", level = words::slot(level))) }
                                }
                            }
                        },
                        Some(result) => { (chips::refused(&say!("batch-not-done"))) span.second { (foreign::record(&words::spoken(&result.detail))) } },
                        None => span.quiet { (say!("batch-waits")) },
                    }
                }
            }
            td.number data-label=(say!("row-amount")) { (money::maybe(item.entry.amount)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::session;

    #[test]
    fn a_view_is_frozen_by_exactly_its_own_filters_or_not_at_all() {
        let bob = session("bob", &["finance"]);
        let of = |query: &str| wanted::frozen(&Wanted::read(query, &bob));
        assert_eq!(of("view=decisions"), Some(json!({"kinds": [], "reasons": []})));
        assert_eq!(
            of("view=decisions&kind=refund,chargeback&customer=CUST-7&currency=eur&max=1.000,50"),
            Some(json!({
                "kinds": ["refund", "chargeback"], "reasons": [], "customer": "CUST-7", "currency": "EUR",
                "up_to": {"value": "1000.50", "currency": "EUR"},
            }))
        );
        let whole = of("view=decisions&currency=EUR&max=1000&reason=late,%20wet").expect("a filter");
        assert_eq!(whole["up_to"], json!({"value": "1000.00", "currency": "EUR"}), "with the currency's decimals");
        let most = |query: &str| of(query).map(|filter| filter["up_to"]["value"].clone());
        assert_eq!(most("view=decisions&currency=EUR&max=12.505"), Some(json!("12505.00")), "as the list reads it");
        assert_eq!(most("view=decisions&currency=JPY&max=500"), Some(json!("500")));
        assert_eq!(whole["reasons"], json!(["late, wet"]), "a list takes a reason as it stands");
        for wrong in ["currency=EUR&max=12.5055", "currency=JPY&max=5.5", "currency=euro&max=5", "currency=EUR&max=x"] {
            let wrong = format!("view=decisions&{wrong}");
            assert_eq!(of(&wrong), None, "{wrong}");
        }
        for other in ["view=tasks", "view=decisions&min=5", "view=decisions&max=5"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
