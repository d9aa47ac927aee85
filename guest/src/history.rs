//! Looks up earlier requests for the conditions of the policy that ask for them.

use contraflow_domain::limits::{DAY_MS, HISTORY_DAYS, HISTORY_REQUESTS};
use contraflow_domain::policy::{Past, Policy, Surroundings};
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;

use crate::problem::Problem;
use crate::unit::decode;
use crate::{keys, limits, store};

/// Reads what the policy wants to know of earlier requests; nothing where none of its conditions asks for that. What is
/// read here is not checked by the commit: a bound that has to hold to the cent is one of `[automatic]`.
///
/// # Errors
/// When the store does not answer.
pub async fn around(request: &Request, policy: &Policy) -> Result<Surroundings, Problem> {
    from(String::new(), request, policy).await
}

/// Reads the same of the time at which a request came in: of what was there before it. Which of them were refused is
/// said as it is now.
///
/// # Errors
/// When the store does not answer.
pub async fn before(request: &Request, policy: &Policy) -> Result<Surroundings, Problem> {
    from(keys::place_in_time(request), request, policy).await
}

/// Reads it from a place on in the indexes, which have the newest first.
async fn from(place: String, request: &Request, policy: &Policy) -> Result<Surroundings, Problem> {
    let mut around = Surroundings::default();
    if !policy.asks_for_history() {
        return Ok(around);
    }
    if let Some(customer) = &request.customer {
        around.customer = past(&keys::customer_prefix(customer), &place, request, policy).await?;
    }
    around.requester = past(&keys::requester_prefix(&request.requester), &place, request, policy).await?;
    Ok(around)
}

/// Adds up the requests of an index from a place on, newest first, up to those of long ago. None where one can't be
/// read: then nobody knows.
async fn past(prefix: &str, place: &str, request: &Request, policy: &Policy) -> Result<Option<Past>, Problem> {
    let since = request.created_at.unix_ms().saturating_sub(u64::from(HISTORY_DAYS) * DAY_MS);
    let since = Timestamp::from_unix_ms(since);
    let mut past = Past::default();
    let mut start = format!("{prefix}{place}");
    // Among twice as many as are counted: most are not refused.
    for _ in 0..2 {
        let page = store::scan(start, store::end_of(prefix), HISTORY_REQUESTS).await?;
        let wanted: Vec<_> = page.entries.iter().map(|entry| keys::request(keys::id_of(&entry.key))).collect();
        for some in wanted.chunks(limits::ROWS_AT_ONCE) {
            for entry in store::get(some.to_vec()).await?.into_iter().flatten() {
                let earlier: Request = match decode(&entry.key, &entry.value) {
                    Ok(earlier) => earlier,
                    Err(problem) => {
                        eprintln!("{}", problem.detail);
                        return Ok(None);
                    }
                };
                if earlier.created_at < since || past.requests >= HISTORY_REQUESTS {
                    return Ok(Some(past));
                }
                if earlier.id != request.id && !earlier.status.is_refused() {
                    past.add(&earlier, policy);
                }
            }
        }
        let Some(next) = page.next else { break };
        start = next;
    }
    Ok(Some(past))
}
