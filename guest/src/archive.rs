//! Archives requests that have ended long ago: says which may leave, and removes what was exported of them.
//!
//! A request leaves in one commit, with its index entries; what it holds of its invoice and its payments goes into the
//! sums of these accounts in the same commit. Its events follow, some at a time, and whoever archives next goes on with
//! what was left.

use contraflow_domain::account::Accounts;
use contraflow_domain::request::Request;
use contraflow_domain::request::leg::Leg;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::problem::Problem;
use crate::touched::Touched;
use crate::unit::{Unit, transact};
use crate::{accounts, credit, keys, limits, now, policy, store};

/// Says what became of the wish to remove a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// It was removed.
    Removed,
    /// It stays as it is.
    Stays {
        /// Why, in words.
        why: String,
    },
    /// There is no request of that id.
    Unknown,
}

/// Names a request as it was exported.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exported {
    /// The request's id.
    pub id: String,
    /// The hash of the last event that was exported.
    pub head: String,
}

/// Checks that a request may leave. Returns its accounts then.
///
/// # Errors
/// When the store does not answer. Why the request stays is the inner error.
pub async fn check(unit: &mut Unit, request: &Request) -> Result<Result<Accounts, String>, Problem> {
    let accounts = accounts::load(unit, request).await?;
    let sealed: Option<u64> = unit.read(&keys::sealed(&request.id)).await?;
    if sealed != Some(request.sequence) {
        return Ok(Err("its last events are not sealed in the record yet".into()));
    }
    // Whatever begins a follow-up changes the payment's account with it, whose version the commit checks.
    let follows: Vec<_> = accounts::payment_keys(request).iter().map(|key| keys::follow_of(key)).collect();
    if unit.look_at_many::<Value>(&follows).await?.iter().any(Option::is_some) {
        return Ok(Err("it is still to hear news of one of its payments".into()));
    }
    let credit = credit::of_request(unit, request).await?;
    let retention = policy::in_force().await?.retention;
    match retention.may_leave(request, &accounts, credit.as_ref(), now()) {
        Ok(()) => Ok(Ok(accounts)),
        Err(stays) => Ok(Err(stays.to_string())),
    }
}

/// Removes a request that was exported, if it may leave and has not changed since.
///
/// # Errors
/// When the store does not answer; what has not left then leaves the next time.
pub async fn remove(exported: &Exported) -> Result<Outcome, Problem> {
    let outcome = transact(async |unit| leave(unit, exported).await).await?;
    if outcome == Outcome::Removed {
        while remove_rest(&keys::leaving(&exported.id)).await? {}
    }
    Ok(outcome)
}

async fn leave(unit: &mut Unit, exported: &Exported) -> Result<Outcome, Problem> {
    let request = match unit.request(&exported.id).await {
        Ok(request) => request,
        Err(problem) if problem.is_not_found() => return Ok(Outcome::Unknown),
        Err(problem) => return Err(problem),
    };
    if request.head != exported.head {
        return Ok(Outcome::Stays { why: "it has changed since it was exported".into() });
    }
    let mut after = match check(unit, &request).await? {
        Ok(accounts) => accounts,
        Err(why) => return Ok(Outcome::Stays { why }),
    };
    let before = after.clone();
    after.archive(&request)?;
    accounts::store_changes(unit, &before, &after)?;
    for key in keys::touched(&request) {
        // A newer request about the same has written its own id there, and earlier versions wrote none.
        let last = unit.read_as_written(&key).await?.and_then(|last| serde_json::from_slice::<Touched>(last).ok());
        if last.is_some_and(|last| last.request == request.id) {
            unit.remove(&key);
        }
    }
    let place = |leg: &Leg| Some(keys::refund(leg.gateway()?, leg.gateway_reference.as_deref()?));
    let refunds: Vec<_> = request.legs.iter().filter_map(place).collect();
    for key in keys::indexes(&request) {
        unit.remove(&key);
    }
    for key in [keys::request(&request.id), keys::packet(&request.id), keys::sealed(&request.id)] {
        unit.remove(&key);
    }
    // Its record, which was exported, keeps name, hash, size and type of each.
    for file in &request.files {
        unit.remove(&keys::file(&request.id, &file.sha256));
    }
    let leaving = Leaving { request: request.id.clone(), events: request.sequence, refunds };
    unit.write(&keys::leaving(&request.id), &leaving)?;
    Ok(Outcome::Removed)
}

/// Says what of a request that has left is still there.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Leaving {
    request: String,
    /// How many of its events: those from the first on.
    events: u64,
    /// The keys that lead from its refunds to it.
    refunds: Vec<String>,
}

impl Leaving {
    /// Takes what one commit removes.
    fn take(&mut self) -> Vec<String> {
        let first = self.refunds.len().saturating_sub(limits::LEAVING_AT_ONCE);
        let mut gone = self.refunds.split_off(first);
        let room = u64::try_from(limits::LEAVING_AT_ONCE - gone.len()).unwrap_or(0);
        let left = self.events.saturating_sub(room);
        gone.extend((left + 1..=self.events).map(|sequence| keys::event(&self.request, sequence)));
        self.events = left;
        gone
    }

    const fn is_gone(&self) -> bool {
        self.events == 0 && self.refunds.is_empty()
    }
}

/// Removes some of what is still there of a request that has left. Returns whether more is.
async fn remove_rest(key: &str) -> Result<bool, Problem> {
    transact(async |unit| {
        let Some(mut leaving) = unit.read::<Leaving>(key).await? else { return Ok(false) };
        for gone in leaving.take() {
            unit.remove(&gone);
        }
        if leaving.is_gone() {
            unit.remove(key);
        } else {
            unit.write(key, &leaving)?;
        }
        Ok(!leaving.is_gone())
    })
    .await
}

/// Goes on with what is still there of requests that have left, where that was interrupted.
///
/// # Errors
/// When the store does not answer.
pub async fn finish() -> Result<(), Problem> {
    loop {
        let page = store::scan(keys::LEAVING.into(), store::end_of(keys::LEAVING), limits::ARCHIVED_AT_ONCE).await?;
        if page.entries.is_empty() {
            return Ok(());
        }
        for entry in &page.entries {
            while remove_rest(&entry.key).await? {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_in_one_commit_is_bounded_and_all_of_it_leaves() {
        let refunds = (0..500).map(|number| format!("refund/g/{number}")).collect();
        let mut leaving = Leaving { request: "r".into(), events: 1_234, refunds };
        let mut gone = std::collections::BTreeSet::new();
        while !leaving.is_gone() {
            let taken = leaving.take();
            assert!(!taken.is_empty() && taken.len() <= limits::LEAVING_AT_ONCE);
            gone.extend(taken);
        }
        assert_eq!(gone.len(), 500 + 1_234);
        assert!(gone.contains("event/r/0000000001") && gone.contains("event/r/0000001234"));
    }
}
