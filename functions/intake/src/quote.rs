//! Says what a request would do, and stores nothing: the steps do their work on a request that is only handed round.

use contraflow_domain::authority::Effect;
use contraflow_domain::request::quote::{QuoteView, Quoted};
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::{auth, now, quotes};
use http::StatusCode;

use crate::{ask, asked, read};

/// Serves `POST /v1/quotes`: answers 200 with what would become of the ask, were it sent to `POST /v1/requests` now.
///
/// # Errors
/// 422 with every field that is wrong. 503 when the ERP or the policy can't be asked.
pub async fn give(incoming: &Incoming) -> Result<Answer, Problem> {
    let person = auth::person(&incoming.headers).await?;
    person.may(Effect::Ask)?;
    let draft = read(incoming).await?.into_iter().find_map(|inbound| asked(inbound.meaning));
    let draft = draft.ok_or_else(|| Problem::malformed(Vec::new()))?;
    let request = ask::checked("api", draft)?.request(&person.name, now()).await;
    let quoted = quotes::hand_round(Quoted::new(request, None)).await?;
    Ok(json(StatusCode::OK, &QuoteView::from(quoted)))
}
