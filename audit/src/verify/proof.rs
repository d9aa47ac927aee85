//! Holds the events of an export against its checkpoints.

use std::collections::BTreeMap;

use super::{Export, Link, RecordError, count, is_signed, moment};
use crate::checkpoint::Checkpoint;
use crate::head::Head;
use crate::key::PublicKey;
use crate::tree::Frontier;

/// Holds what the reader of an export knows from elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The keys that checkpoints may be signed by; none: all must be signed by one, whichever that is.
    pub keys: Vec<PublicKey>,
    /// The last checkpoint that the reader has seen of this record.
    pub last_seen: Option<Checkpoint>,
}

/// Names an event that no checkpoint covers although it is dated before one that should cover it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// The id of the request.
    pub request: String,
    /// The number of the event in its request's record.
    pub sequence: u64,
}

/// Says what an export proves, and what it does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// The number of requests in the export.
    pub requests: u64,
    /// The number of events of all these requests.
    pub events: u64,
    /// The last checkpoint; with none, nothing is proven but that each chain agrees with itself.
    pub last: Option<Checkpoint>,
    /// Whether the reader named the key that signed.
    pub key_named: bool,
    /// Whether the reader named a checkpoint seen before, which this record goes on from.
    pub continues_last_seen: bool,
    /// The requests with events that came after the last checkpoint.
    pub open_requests: u64,
    /// The events that came after the last checkpoint.
    pub open_events: u64,
    /// The first of those that are dated before the last checkpoint but one. They may have been put in afterwards; or
    /// the clock was wrong.
    pub late: Option<Late>,
}

impl Export {
    /// Holds the events against the checkpoints.
    ///
    /// # Errors
    /// Everything that is not as it was signed: for a request, its first break. Where a checkpoint is wrong, that
    /// alone.
    pub fn prove(&self, trust: &Trust) -> Result<Proof, Vec<RecordError>> {
        self.chain_of_checkpoints(trust).map_err(|error| vec![error])?;
        let mut proof = Proof {
            requests: count(self.chains.len()),
            events: self.chains.values().map(|chain| count(chain.len())).sum(),
            last: self.checkpoints.last_key_value().map(|(_, last)| last.clone()),
            key_named: !trust.keys.is_empty(),
            continues_last_seen: trust.last_seen.is_some(),
            ..Proof::default()
        };
        let covered = self.log_as_signed().map_err(|error| vec![error])?;
        let broken = self.breaks(&covered);
        if !broken.is_empty() {
            return Err(broken);
        }
        let before = self.checkpoints.values().rev().nth(1).map_or(0, |one| moment(&one.at));
        for (request, chain) in &self.chains {
            let covered = covered.get(request.as_str()).copied().unwrap_or_default();
            let open = chain.iter().zip(1..).skip(usize::try_from(covered).unwrap_or(usize::MAX));
            let late = open.clone().find(|(event, _)| event.at < before);
            proof.open_events += count(open.clone().count());
            proof.open_requests += u64::from(open.count() > 0);
            if proof.late.is_none() {
                proof.late = late.map(|(_, sequence)| Late { request: request.clone(), sequence });
            }
        }
        Ok(proof)
    }

    /// Checks that no checkpoint is missing, replaced or signed by somebody else, and that the record goes on from what
    /// was seen before.
    fn chain_of_checkpoints(&self, trust: &Trust) -> Result<(), RecordError> {
        let mut before: Option<&Checkpoint> = None;
        for one in self.checkpoints.values() {
            let expected = before.map_or(0, |before| before.number) + 1;
            if one.number != expected {
                return Err(RecordError::NoCheckpoint { number: expected, after: one.number });
            }
            let named = trust.keys.iter().any(|key| key.to_string() == one.key);
            let alike = trust.keys.is_empty() && before.is_none_or(|before| before.key == one.key);
            if !named && !alike {
                return Err(RecordError::OtherKey { number: one.number, key: one.key.clone() });
            }
            if let Some(before) = before.filter(|before| before.heads == one.heads && before.root != one.root) {
                return Err(RecordError::Fork { one: before.number, other: one.number, heads: one.heads });
            }
            if one.previous != before.map(Checkpoint::hash) {
                return Err(RecordError::Replaced { number: one.number, before: expected - 1 });
            }
            before = Some(one);
        }
        let Some(seen) = &trust.last_seen else { return Ok(()) };
        if !is_signed(seen) {
            return Err(RecordError::Forged { line: 1, number: seen.number });
        }
        match self.checkpoints.get(&seen.number) {
            Some(there) if there.hash() == seen.hash() => Ok(()),
            Some(there) if there.heads == seen.heads && there.root != seen.root => {
                Err(RecordError::Fork { one: there.number, other: seen.number, heads: seen.heads })
            }
            Some(there) => Err(RecordError::OtherRecord { number: there.number }),
            None => Err(RecordError::CutBack {
                seen: seen.number,
                at: seen.at.clone(),
                last: before.map_or_else(|| "none at all".into(), |last| last.number.to_string()),
            }),
        }
    }

    /// Builds the tree over the log again, and compares it with every checkpoint. Returns how far each request is
    /// covered.
    fn log_as_signed(&self) -> Result<BTreeMap<&str, u64>, RecordError> {
        let mut covered = BTreeMap::new();
        let mut frontier = Frontier::default();
        let mut events = 0;
        for checkpoint in self.checkpoints.values() {
            if checkpoint.heads < frontier.size() {
                return Err(RecordError::OtherHeads { checkpoint: checkpoint.number });
            }
            for place in frontier.size()..checkpoint.heads {
                let head = self.log.get(&place).ok_or(RecordError::NoHead {
                    place,
                    checkpoint: checkpoint.number,
                    heads: checkpoint.heads,
                })?;
                frontier.append(head).map_err(|_| RecordError::OtherHeads { checkpoint: checkpoint.number })?;
                let before = covered.insert(head.request.as_str(), head.sequence).unwrap_or_default();
                events += head.sequence.saturating_sub(before);
            }
            if frontier.root() != checkpoint.root {
                return Err(RecordError::OtherHeads { checkpoint: checkpoint.number });
            }
            let requests = count(covered.len());
            if (checkpoint.requests, checkpoint.events) != (requests, events) {
                return Err(RecordError::Miscounted {
                    checkpoint: checkpoint.number,
                    stated: format!("{} events of {} requests", checkpoint.events, checkpoint.requests),
                    found: format!("{events} of {requests}"),
                });
            }
        }
        Ok(covered)
    }

    /// Finds the requests whose events are not those that were signed.
    fn breaks(&self, covered: &BTreeMap<&str, u64>) -> Vec<RecordError> {
        let signed = self.checkpoints.last_key_value().map_or(0, |(_, last)| last.heads);
        let mut rebuilt = BTreeMap::new();
        for (_, head) in self.log.range(..signed) {
            if self.link(head).is_some_and(|event| event.hash != head.hash) {
                let first = rebuilt.entry(head.request.as_str()).or_insert(head.sequence);
                *first = head.sequence.min(*first);
            }
        }
        let broken = covered.iter().filter_map(|(request, sequence)| {
            let request = (*request).to_owned();
            let last = self.chains.get(&request).map_or(0, |chain| count(chain.len()));
            match rebuilt.get(request.as_str()) {
                _ if last == 0 => Some(RecordError::NoRequest { request, events: *sequence }),
                Some(sequence) => Some(RecordError::Rebuilt { request, sequence: *sequence }),
                None if last < *sequence => Some(RecordError::NoTail { request, last, sequence: *sequence }),
                None => None,
            }
        });
        broken.collect()
    }

    /// Returns the event that a head names.
    fn link(&self, head: &Head) -> Option<&Link> {
        let index = usize::try_from(head.sequence.checked_sub(1)?).ok()?;
        self.chains.get(&head.request)?.get(index)
    }
}
