//! Lets the requests on a payment hear its news, after the commit that took them in: in portions, each request in a
//! commit of its own. Whoever took the news in begins with it, and the clock goes on.

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::approval;
use contraflow_domain::chain::{self, Next};
use contraflow_domain::dispute::loss::Loss;
use contraflow_domain::follow::{Follow, Topic};
use contraflow_domain::limits::DRIVER_LEASE_MS;
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;

use crate::due::{self, Due, Moved};
use crate::problem::Problem;
use crate::unit::{Session, Unit, transact};
use crate::{accounts, keys};

/// What of a walk is done.
struct Done {
    walk: String,
    last: String,
    failed: bool,
}

/// Plans, in the commit that changes the payment's account, that the requests on it hear of that. The clock does it
/// from `due` on. Returns false where there is nobody to tell.
///
/// # Errors
/// When the store does not answer.
pub async fn begin(unit: &mut Unit, account: &PaymentAccount, topic: Topic, due: Timestamp) -> Result<bool, Problem> {
    let known: Option<Follow> = unit.read(&keys::follow(&account.gateway, &account.reference)).await?;
    let before = known.as_ref().map(|known| known.due);
    let begun = Follow::begin(known, account, topic, crate::new_id(), due);
    begun.map_or(Ok(false), |begun| store(unit, &begun, before).map(|()| true))
}

/// Returns when the clock is to take up what its caller goes on with at once, in case that it does not come to it.
#[must_use]
pub fn lease() -> Timestamp {
    crate::now().plus_ms(DRIVER_LEASE_MS)
}

fn store(unit: &mut Unit, follow: &Follow, before: Option<Timestamp>) -> Result<(), Problem> {
    Due::follow(&follow.gateway, &follow.payment).store(unit, follow, Moved { before, then: Some(follow.due) })
}

fn forget(unit: &mut Unit, follow: &Follow, before: Timestamp) {
    Due::follow(&follow.gateway, &follow.payment).forget(unit, Some(before));
}

/// Goes on with a payment's news for so many portions of its requests, whenever that is due. Returns the requests that
/// changed, and what comes next for each.
///
/// # Errors
/// When the store does not answer. What is done then is done, and the clock goes on with the rest.
pub async fn go_on(gateway: &str, payment: &str, portions: usize) -> Result<Vec<(String, Next)>, Problem> {
    walk(&keys::follow(gateway, payment), portions, false).await
}

/// Goes on with what the index of what is due names, if it is due.
///
/// # Errors
/// As [`go_on`].
pub async fn resume(due: &Due, portions: usize) -> Result<Vec<(String, Next)>, Problem> {
    walk(&due.key(), portions, true).await
}

async fn walk(key: &str, portions: usize, if_due: bool) -> Result<Vec<(String, Next)>, Problem> {
    let mut moved = Vec::new();
    let mut done: Option<Done> = None;
    for portion in 0..=portions {
        let goes_on = portion < portions;
        let is_wanted = |follow: &Follow| !if_due || portion > 0 || follow.due <= crate::now();
        let Some((follow, ids)) = next(key, done.as_ref(), goes_on, is_wanted).await? else { break };
        // What a session has read stays in its memory, so each portion has its own.
        let mut session = Session::default();
        let mut failed = false;
        for id in &ids {
            match hear(&mut session, &follow, id).await {
                Ok(next) => moved.extend(next.map(|next| (id.clone(), next))),
                // The others hear all the same, and this one on the next walk.
                Err(problem) => {
                    eprintln!("request {id}, news of payment {}: {}", follow.payment, problem.detail);
                    failed = true;
                }
            }
        }
        let Some(last) = ids.last().cloned() else { break };
        done = Some(Done { walk: follow.walk, last, failed });
    }
    Ok(moved)
}

/// Writes down what is done, and returns what comes next; `None` where that is nothing, or somebody else's.
async fn next(
    key: &str,
    done: Option<&Done>,
    goes_on: bool,
    is_wanted: impl Fn(&Follow) -> bool,
) -> Result<Option<(Follow, Vec<String>)>, Problem> {
    transact(async |unit| {
        let at = crate::now();
        let Some(known) = unit.read::<Follow>(key).await? else { return Ok(None) };
        if !is_wanted(&known) {
            return Ok(None);
        }
        let mut follow = known.clone();
        // Of another walk nothing is done.
        if let Some(done) = done.filter(|done| done.walk == follow.walk) {
            follow.advance(&done.last, done.failed);
        }
        let account: Option<PaymentAccount> = unit.read(&keys::payment(&follow.gateway, &follow.payment)).await?;
        let ids = account.map(|account| follow.portion(&account)).unwrap_or_default();
        if ids.is_empty() {
            match follow.clone().end(crate::new_id(), at) {
                Some(again) => store(unit, &again, Some(known.due))?,
                None => forget(unit, &follow, known.due),
            }
            return Ok(None);
        }
        if !goes_on {
            follow.due = at;
        } else if done.is_some() || follow.due <= at {
            follow.due = at.plus_ms(DRIVER_LEASE_MS);
        }
        if follow != known {
            store(unit, &follow, Some(known.due))?;
        }
        Ok(goes_on.then_some((follow, ids)))
    })
    .await
}

/// Lets one request hear, in a commit of its own. Returns what comes next for it, where it has changed.
async fn hear(session: &mut Session, follow: &Follow, id: &str) -> Result<Option<Next>, Problem> {
    session
        .transact(async |unit| {
            let at = crate::now();
            let mut request = match unit.request(id).await {
                Ok(request) => request,
                Err(problem) if problem.is_not_found() => return Ok(None),
                Err(problem) => return Err(problem),
            };
            if !tell(unit, follow, &mut request, at).await? {
                return Ok(None);
            }
            unit.save(&mut request, at)?;
            Ok(Some(chain::next(&request, at)))
        })
        .await
}

/// Lets a request hear, in the commit that goes on with it. Returns whether that changed anything: then the request is
/// to be saved.
async fn tell(unit: &mut Unit, follow: &Follow, request: &mut Request, at: Timestamp) -> Result<bool, Problem> {
    let mut losses: Vec<Loss> = Vec::new();
    for topic in &follow.topics {
        if let Topic::Loss(dispute) = topic {
            losses.extend(unit.read::<Loss>(&keys::loss(&follow.gateway, dispute)).await?);
        }
    }
    let before = request.clone();
    let known = accounts::load(unit, request).await?;
    let mut held = known.clone();
    let is_it =
        |account: &&mut PaymentAccount| account.gateway == follow.gateway && account.reference == follow.payment;
    let Some(account) = held.payments.iter_mut().find(is_it) else { return Ok(false) };
    follow.tell(request, account, &losses, at);
    if !before.status.is_refused() {
        approval::rejection::release(request, &mut held, at)?;
    }
    held.reconcile(request)?;
    let is_changed = accounts::store_changes(unit, &known, &held)?;
    Ok(is_changed || *request != before)
}

/// Reads a request as it is once it has heard all news of its payments, also those that the walk has not brought it
/// yet. Whatever decides on a request, hands it off or pays it reads it so, in its own commit. Returns whether it has
/// heard something: then the request is to be saved.
///
/// # Errors
/// 404 when there is no request of that id.
pub async fn informed(unit: &mut Unit, id: &str, at: Timestamp) -> Result<(Request, bool), Problem> {
    let mut request = unit.request(id).await?;
    let invoice = request.packet.as_ref().and_then(|packet| packet.invoice.as_ref());
    let payments = invoice.map(|invoice| invoice.payments.as_slice()).unwrap_or_default();
    let keys: Vec<_> = payments
        .iter()
        .filter(|payment| !payment.gateway.is_empty())
        .map(|payment| keys::follow(&payment.gateway, &payment.reference))
        .collect();
    let mut has_heard = false;
    for follow in unit.read_many::<Follow>(&keys).await?.into_iter().flatten() {
        if follow.is_ahead(id) {
            has_heard |= tell(unit, &follow, &mut request, at).await?;
        }
    }
    Ok((request, has_heard))
}

/// Lets a follow-up go on soon: a clock that was wrong may have put it off.
///
/// # Errors
/// When the store does not answer.
pub async fn look_again(name: &Due) -> Result<(), Problem> {
    transact(async |unit| {
        let Some(mut follow) = unit.read::<Follow>(&name.key()).await? else { return Ok(()) };
        let before = follow.due;
        follow.due = due::soon(before);
        if follow.due == before { Ok(()) } else { store(unit, &follow, Some(before)) }
    })
    .await
}
