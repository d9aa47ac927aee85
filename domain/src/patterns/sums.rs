//! The sums of one day, by requester and by product.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::limits::{PATTERN_NAME_CHARS, PATTERN_NAMES};
use crate::policy::Policy;
use crate::request::parts::Involving as _;
use crate::request::{Packet, Request};
use crate::words;

/// How many requests there were, and what they are worth in hundredths of the unit of the policy's bounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The requests.
    pub asks: i64,
    /// What they are worth.
    pub worth: i64,
}

impl Sum {
    pub(super) const fn plus(self, other: Self) -> Self {
        Self { asks: self.asks.saturating_add(other.asks), worth: self.worth.saturating_add(other.worth) }
    }
}

/// The sums of one day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DaySums {
    /// The requests of each requester.
    pub(super) requesters: BTreeMap<String, Sum>,
    /// The requests that credit a line of that text.
    pub(super) products: BTreeMap<String, Sum>,
}

/// Adds to the sum of a name. Of too many names the one with the least leaves, but never the one that was added to.
fn add(sums: &mut BTreeMap<String, Sum>, name: &str, sum: Sum) {
    let known = sums.entry(name.to_owned()).or_default();
    *known = known.plus(sum);
    if sums.len() <= PATTERN_NAMES {
        return;
    }
    let others = sums.iter().filter(|(other, _)| *other != name);
    let least = others.min_by_key(|(_, sum)| (sum.asks, sum.worth)).map(|(name, _)| name.clone());
    if let Some(least) = least {
        sums.remove(&least);
    }
}

/// Returns the text of a line in the form in which products are compared, and its beginning where it is long.
fn product(text: &str) -> String {
    words::canonical(text).chars().take(PATTERN_NAME_CHARS).collect()
}

impl DaySums {
    /// Adds a request that was stored on the day; one that did not pass the checks adds nothing.
    pub fn add(&mut self, request: &Request, packet: Option<&Packet>, policy: &Policy) {
        let Some(amount) = request.amount else { return };
        let worth = |amount| policy.worth(amount).filter(|worth| *worth < i64::MAX).unwrap_or(0);
        add(&mut self.requesters, &request.asker().key(), Sum { asks: 1, worth: worth(amount) });
        let Some(invoice) = packet.and_then(|packet| packet.invoice.as_ref()) else { return };
        let mut products: BTreeMap<String, Sum> = BTreeMap::new();
        for credited in &request.lines {
            let Some(line) = invoice.line(&credited.line) else { continue };
            let sum = products.entry(product(&line.description)).or_default();
            *sum = Sum { asks: 1, worth: sum.worth.saturating_add(worth(credited.gross)) };
        }
        for (name, sum) in products.iter().filter(|(name, _)| !name.is_empty()) {
            add(&mut self.products, name, *sum);
        }
    }
}
