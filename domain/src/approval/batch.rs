//! Batches: many decisions at once, over a list that is frozen before anything is decided. Each request stands in it
//! with the content that was seen, so what changes meanwhile is not decided.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::approval::Verdict;
use crate::limits::BATCH_ITEMS;
use crate::money::{Currency, Money};
use crate::request::Request;
use crate::time::Timestamp;

/// A request in a batch, with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BatchEntry {
    /// The id of the request.
    pub request: String,
    /// The content that is decided on.
    pub content_hash: String,
    /// What it comes to; left out where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What became of it; left out while it is not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<BatchResult>,
}

/// What became of one request of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BatchResult {
    /// The status of HTTP that a decision on it alone would have been answered with: 200 for one that was made.
    pub status: u16,
    /// Why it was not decided; empty where it was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// When.
    pub at: Timestamp,
}

/// Many decisions at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// The batch's id.
    pub id: String,
    /// Who decides.
    pub by: String,
    /// What they decide on each.
    pub decision: Verdict,
    /// Their words, on each.
    pub note: String,
    /// How many requests it has.
    pub count: u32,
    /// What they come to, by currency.
    pub sums: Vec<Money>,
    /// A hash over the list of requests with their content: whoever decides names it.
    pub snapshot: String,
    /// Whether more requests fitted the filter than one batch holds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// How many were decided.
    #[serde(default)]
    pub decided: u32,
    /// How many could not be.
    #[serde(default)]
    pub refused: u32,
    /// When the list was frozen.
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

/// Why there is no such batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// It has no requests.
    #[error("a batch has at least one request")]
    Empty,
    /// It has too many.
    #[error("a batch has at most {BATCH_ITEMS} requests, and this one {0}; nothing was decided")]
    Long(usize),
    /// A request is in it twice.
    #[error("request {0} is in it twice")]
    Twice(String),
    /// The amounts can't be added up.
    #[error("its amounts in {0} can't be added up")]
    Sum(Currency),
}

/// Who makes a batch of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish<'a> {
    /// The batch's id.
    pub id: &'a str,
    /// Who decides.
    pub by: &'a str,
    /// What they decide on each.
    pub decision: Verdict,
    /// Their words, on each.
    pub note: &'a str,
    /// Whether more requests fitted the filter.
    pub more: bool,
}

impl BatchEntry {
    /// Makes the item of a request as it is now.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let (id, hash) = (request.id.clone(), request.content_hash.clone());
        Self { request: id, content_hash: hash, amount: request.amount, result: None }
    }
}

impl Batch {
    /// Freezes a list of requests. Nothing is decided by that.
    ///
    /// # Errors
    /// When it is empty or too long, has a request twice, or its amounts can't be added up.
    pub fn freeze(wish: Wish<'_>, items: &[BatchEntry], at: Timestamp) -> Result<Self, BatchError> {
        let count = match u32::try_from(items.len()) {
            Ok(0) => return Err(BatchError::Empty),
            Ok(count) if items.len() <= BATCH_ITEMS => count,
            _ => return Err(BatchError::Long(items.len())),
        };
        let mut known = BTreeSet::new();
        if let Some(twice) = items.iter().find(|item| !known.insert(&item.request)) {
            return Err(BatchError::Twice(twice.request.clone()));
        }
        let list: Vec<_> = items.iter().map(|item| (&item.request, &item.content_hash, item.amount)).collect();
        Ok(Self {
            id: wish.id.into(),
            by: wish.by.into(),
            decision: wish.decision,
            note: wish.note.into(),
            count,
            sums: sums(items)?,
            snapshot: contraflow_audit::canonical_hash(&list).unwrap_or_default(),
            more: wish.more,
            decided: 0,
            refused: 0,
            created_at: at,
            expires_at: at.plus_ms(crate::limits::BATCH_KEPT_MS),
        })
    }

    /// Records what became of one of its requests.
    pub fn count_in(&mut self, result: &BatchResult) {
        let counted = if result.status == 200 { &mut self.decided } else { &mut self.refused };
        *counted = counted.saturating_add(1);
    }

    /// Tells whether all of it was dealt with.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.decided.saturating_add(self.refused) >= self.count
    }
}

/// Adds amounts up, by currency.
fn sums(items: &[BatchEntry]) -> Result<Vec<Money>, BatchError> {
    let mut sums: BTreeMap<String, Money> = BTreeMap::new();
    for amount in items.iter().filter_map(|item| item.amount) {
        let sum = sums.entry(amount.currency.code().to_owned()).or_insert(Money::zero(amount.currency));
        *sum = sum.checked_add(amount).map_err(|_| BatchError::Sum(amount.currency))?;
    }
    Ok(sums.into_values().collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn at() -> Timestamp {
        Timestamp::from_unix_ms(1_795_262_400_000)
    }

    fn item(request: usize, minor: i64, currency: Currency) -> BatchEntry {
        let amount = Some(Money { minor, currency });
        BatchEntry { request: format!("r{request}"), content_hash: "h".into(), amount, result: None }
    }

    fn freeze(items: &[BatchEntry]) -> Result<Batch, BatchError> {
        let wish = Wish { id: "b", by: "lea", decision: Verdict::Approve, note: "", more: false };
        Batch::freeze(wish, items, at())
    }

    #[test]
    fn a_frozen_list_says_what_it_comes_to_in_each_currency_before_anything_is_decided() {
        let items = [item(1, 500, Currency::EUR), item(2, 700, Currency::JPY), item(3, 250, Currency::EUR)];
        let batch = freeze(&items).unwrap();
        let sums: Vec<_> = batch.sums.iter().map(|sum| (sum.currency.code(), sum.minor)).collect();
        assert_eq!((batch.count, sums), (3, vec![("EUR", 750), ("JPY", 700)]));
        assert_eq!((batch.decided, batch.refused, batch.is_done()), (0, 0, false));
    }

    #[test]
    fn the_snapshot_is_of_the_requests_with_their_content_in_their_order() {
        let items = [item(1, 500, Currency::EUR), item(2, 700, Currency::EUR)];
        let snapshot = freeze(&items).unwrap().snapshot;
        let mut changed = items.clone();
        changed[1].content_hash = "other".into();
        assert_ne!(freeze(&changed).unwrap().snapshot, snapshot);
        assert_ne!(freeze(&items[..1]).unwrap().snapshot, snapshot);
        assert_eq!(freeze(&items).unwrap().snapshot, snapshot);
    }

    #[test]
    fn a_batch_has_as_many_requests_as_it_may_and_none_twice() {
        let items: Vec<_> = (0..=BATCH_ITEMS).map(|number| item(number, 1, Currency::EUR)).collect();
        assert_eq!(freeze(&items), Err(BatchError::Long(BATCH_ITEMS + 1)));
        assert!(freeze(&items[..BATCH_ITEMS]).is_ok());
        assert_eq!(freeze(&[]), Err(BatchError::Empty));
        assert_eq!(freeze(&[items[0].clone(), items[0].clone()]), Err(BatchError::Twice("r0".into())));
    }

    #[test]
    fn a_batch_is_done_once_each_of_its_requests_was_dealt_with() {
        let mut batch = freeze(&[item(1, 1, Currency::EUR), item(2, 1, Currency::EUR)]).unwrap();
        for (status, is_done) in [(200, false), (403, true)] {
            batch.count_in(&BatchResult { status, detail: String::new(), at: at() });
            assert_eq!(batch.is_done(), is_done);
        }
        assert_eq!((batch.decided, batch.refused), (1, 1));
    }
}
