//! Serves how much waits for somebody.

use std::collections::BTreeSet;

use contraflow_domain::approval::Person;
use contraflow_domain::request::Request;
use contraflow_domain::totals::{Counted, Counting, QueueCounts};
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{limits, now, policy};
use http::StatusCode;

use super::PARAMETERS;
use super::indexes::{Indexes, View};
use crate::delegate;
use crate::each::each;
use crate::walk::Walk;
use crate::wanted::Wanted;

/// Counts what waits: exactly where it is little, and otherwise by the places of the indexes, which also have what the
/// caller has asked for themselves.
async fn count(indexes: &Indexes, mut walk: Walk, wanted: impl Fn(&Request) -> bool) -> Result<Counted, Problem> {
    let places = walk.portion(limits::QUEUE_COUNTED).await?;
    if places.len() > limits::QUEUE_EXACT {
        let ids: BTreeSet<&str> = places.iter().map(|place| contraflow_guest::keys::id_of(place)).collect();
        return Ok(Counted { count: ids.len() as u64, is_complete: false });
    }
    let mut ids = BTreeSet::new();
    each(Walk::of(places), limits::QUEUE_EXACT, |request| {
        if indexes.is_mine(request) && wanted(request) {
            ids.insert(request.id.clone());
        }
        Ok(true)
    })
    .await?;
    Ok(Counted { count: ids.len() as u64, is_complete: true })
}

/// Serves `GET /v1/queue/counts`: returns how much waits in each view of the caller's queue.
pub async fn counted(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    incoming.only_parameters(&[])?;
    let at = now();
    let policy = policy::in_force().await?;
    let person = delegate::with_lent(&mut Unit::default(), person, at).await?;
    let of = async |view| Indexes::of(view, None, person.clone(), policy.clone()).await;
    let all = async |view| {
        let indexes = of(view).await?;
        count(&indexes, indexes.whole(), |_| true).await
    };
    let everything = of(View::Everything).await?;
    let is_late = |request: &Request| request.due_at().is_some_and(|due| due <= at);
    let counts = QueueCounts {
        decisions: all(View::Decisions).await?,
        tasks: all(View::Tasks).await?,
        questions: all(View::Questions).await?,
        alerts: all(View::Alerts).await?,
        overdue: count(&everything, everything.whole().before(format!("{at}0")), is_late).await?,
    };
    Ok(json(StatusCode::OK, &counts))
}

/// Serves `GET /v1/queue/totals`: returns what the queue comes to, or a view of it, with the same filters.
pub async fn totals(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let wanted = Wanted::read(incoming, &PARAMETERS).await?;
    let indexes = Indexes::asked_for(incoming, person).await?;
    let (mut counting, mut known) = (Counting::default(), BTreeSet::new());
    let is_complete = each(indexes.walk(incoming, now())?, limits::LIST_COUNTED, |request| {
        if indexes.is_mine(request) && wanted.fits(request) && known.insert(request.id.clone()) {
            counting.add(request);
        }
        Ok(true)
    })
    .await?;
    Ok(json(StatusCode::OK, &counting.totals(is_complete)))
}
