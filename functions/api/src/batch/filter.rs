//! Finds the requests of a batch by a filter: those of the caller's queue that they may decide on.

use std::collections::BTreeSet;

use contraflow_domain::approval::batch::BatchEntry;
use contraflow_domain::approval::{Person, may_decide};
use contraflow_domain::limits::BATCH_ITEMS;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::Kind;
use contraflow_domain::words;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::decode;
use contraflow_guest::{keys, limits, now, store};
use serde::{Deserialize, Serialize};

use crate::queue;
use crate::walk::Walk;

/// Says which requests of the queue are meant; what is left out is not looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Of these kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<Kind>,
    /// For one of these reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
    /// For this customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer: Option<String>,
    /// Of this requester.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    requester: Option<String>,
    /// In this currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    /// Of at most this amount, in its currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    up_to: Option<Money>,
    /// Whether what is due already is meant only.
    #[serde(default)]
    overdue: bool,
    /// Whether what the checks found nothing about is meant only.
    #[serde(default)]
    without_findings: bool,
}

impl Filter {
    fn takes(&self, request: &Request) -> bool {
        let currency = request.amount.map(|amount| amount.currency);
        let is_of = |name: &Option<String>, given: Option<&str>| name.is_none() || name.as_deref() == given;
        let fits = |bound: Money| {
            request.amount.is_some_and(|amount| amount.currency == bound.currency && amount.minor <= bound.minor)
        };
        (self.kinds.is_empty() || self.kinds.contains(&request.ask.kind))
            && (self.reasons.is_empty() || self.reasons.iter().any(|reason| words::same(reason, &request.ask.reason)))
            && is_of(&self.customer, request.customer.as_deref())
            && is_of(&self.requester, Some(&request.requester))
            && (self.currency.is_none() || self.currency == currency)
            && self.up_to.is_none_or(fits)
            && (!self.overdue || request.due_at().is_some_and(|due| due <= now()))
            && (!self.without_findings || request.findings.is_empty())
    }
}

/// Returns the requests that fit and that the person may decide on, what is due first before the others; and whether
/// there are more than one batch holds.
pub async fn matching(filter: &Filter, person: &Person, policy: &Policy) -> Result<(Vec<BatchEntry>, bool), Problem> {
    let (places, mut more) = places(person, policy).await?;
    let (mut known, mut found, mut bytes) = (BTreeSet::new(), Vec::new(), 0);
    for some in places.chunks(limits::ROWS_AT_ONCE) {
        if bytes >= limits::BATCH_READ_BYTES {
            more = true;
            break;
        }
        let read = store::get(some.iter().map(|place| keys::request(keys::id_of(place))).collect()).await?;
        for entry in read.into_iter().flatten() {
            bytes += entry.value.len();
            let request: Request = decode(&entry.key, &entry.value)?;
            if !may_decide(&request, person, policy) || !filter.takes(&request) || !known.insert(request.id.clone()) {
                continue;
            }
            if found.len() == BATCH_ITEMS {
                return Ok((found, true));
            }
            found.push(BatchEntry::of(&request));
        }
    }
    Ok((found, more))
}

/// Returns the places of the queues that the person decides from, what is due first before the others, and whether
/// there are more.
async fn places(person: &Person, policy: &Policy) -> Result<(Vec<String>, bool), Problem> {
    let mut walk = Walk::over(queue::decided_from(person, policy));
    let mut places = Vec::new();
    while !walk.is_done() && places.len() < limits::BATCH_SCAN {
        places.extend(walk.portion(limits::PAGE_MOST).await?);
    }
    Ok((places, !walk.is_done()))
}
