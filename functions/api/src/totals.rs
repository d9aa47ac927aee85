//! Serves what a list comes to: how many requests, and their sums.

use contraflow_domain::approval::Person;
use contraflow_domain::totals::Counting;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::limits;
use contraflow_guest::problem::Problem;
use http::StatusCode;

use crate::each::each;
use crate::wanted::Wanted;

/// Serves `GET /v1/requests/totals`: returns the totals of the requests that are wanted.
pub async fn of_requests(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let wanted = Wanted::read(incoming, &[]).await?;
    let mut counting = Counting::default();
    let is_complete = each(wanted.walk(person).await?, limits::LIST_COUNTED, |request| {
        if wanted.fits(request) {
            counting.add(request);
        }
        Ok(true)
    })
    .await?;
    Ok(json(StatusCode::OK, &counting.totals(is_complete)))
}
