//! Names everything that may be due: the index `due/…` leads the clock to it by its id.

use std::fmt;

use contraflow_domain::limits::DRIVER_LEASE_MS;
use contraflow_domain::time::Timestamp;
use serde::Serialize;

use crate::problem::Problem;
use crate::unit::Unit;
use crate::{batches, keys};

/// Names what is due. All but requests carry a mark in their ids, which no request's id and no segment of a key has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A request, by its id.
    Request(String),
    /// A lost dispute that is to be booked, by the segments of its key.
    Loss {
        /// The gateway's segment.
        gateway: String,
        /// The dispute's segment.
        dispute: String,
    },
    /// A payment whose requests are to hear its news, by the segments of its key.
    Follow {
        /// The gateway's segment.
        gateway: String,
        /// The payment's segment.
        payment: String,
    },
    /// A schedule, by its id.
    Schedule(String),
    /// A message that could not be read, by its id.
    Unread(String),
    /// A token that was ended and has expired since, by its name.
    EndedToken(String),
    /// A session whose longest time is over, by its name.
    Session(String),
    /// A dry run of a policy that is under way, by its id.
    DryRun(String),
    /// A batch of decisions whose time is over, by its id.
    Batch(String),
    /// An import that is to go on, or whose time is over, by its id.
    Import(String),
    /// A move of store credit that requests are to be told of, by the segments of its key.
    Credit {
        /// The customer's segment.
        customer: String,
        /// The currency's segment.
        currency: String,
        /// The number of its entry.
        sequence: String,
    },
    /// The letter of a day of a person, by the segment of their name.
    Digest(String),
    /// A link to decide whose time is over, by the name under which it is stored.
    DecisionLink(String),
    /// Store credit that came from another customer and expires, by the segments of its account's key.
    CreditExpiry {
        /// The customer's segment.
        customer: String,
        /// The currency's segment.
        currency: String,
    },
}

/// Returns when what waits for its next try is due at the latest, once a clock is found to have been wrong: after the
/// time that a driver may need which works on it now. A try that comes early does no harm; one that comes weeks late
/// does.
#[must_use]
pub fn soon(due: Timestamp) -> Timestamp {
    due.min(crate::now().plus_ms(DRIVER_LEASE_MS))
}

const LOSS: &str = "loss~";
const FOLLOW: &str = "follow~";
const SCHEDULE: &str = "schedule~";
const UNREAD: &str = "unread~";
const ENDED_TOKEN: &str = "ended-token~";
const SESSION: &str = "session~";
const DRY_RUN: &str = "dry-run~";
const CREDIT: &str = "credit~";
const CREDIT_EXPIRY: &str = "credit-expiry~";
const DECISION_LINK: &str = "decision-link~";
const BATCH: &str = "batch~";
const IMPORT: &str = "import~";
const DIGEST: &str = "digest~";

impl Due {
    /// Returns the name of a lost dispute, from the names that its gateway gave to itself and the dispute.
    #[must_use]
    pub fn loss(gateway: &str, dispute: &str) -> Self {
        Self::Loss { gateway: keys::segment(gateway), dispute: keys::segment(dispute) }
    }

    /// Returns the name of a payment whose requests are to hear its news, from the names that its gateway gave to
    /// itself and the payment.
    #[must_use]
    pub fn follow(gateway: &str, payment: &str) -> Self {
        Self::Follow { gateway: keys::segment(gateway), payment: keys::segment(payment) }
    }

    /// Names a schedule that is due, by its id.
    #[must_use]
    pub fn schedule(id: &str) -> Self {
        Self::Schedule(keys::segment(id))
    }

    /// Names an entry of a customer's store credit that requests are to be told of.
    #[must_use]
    pub fn credit(customer: &str, currency: &str, sequence: u64) -> Self {
        let (customer, currency) = (keys::segment(customer), keys::segment(currency));
        Self::Credit { customer, currency, sequence: sequence.to_string() }
    }

    /// Names the account of a customer whose store credit came from another one and expires.
    #[must_use]
    pub fn credit_expiry(customer: &str, currency: &str) -> Self {
        Self::CreditExpiry { customer: keys::segment(customer), currency: keys::segment(currency) }
    }

    /// Reads an id of the index of what is due.
    #[must_use]
    pub fn read(id: &str) -> Self {
        if let Some([customer, currency, sequence]) =
            id.strip_prefix(CREDIT).and_then(|rest| <[&str; 3]>::try_from(rest.split('~').collect::<Vec<_>>()).ok())
        {
            return Self::Credit { customer: customer.into(), currency: currency.into(), sequence: sequence.into() };
        }
        if let Some((customer, currency)) = id.strip_prefix(CREDIT_EXPIRY).and_then(|rest| rest.split_once('~')) {
            return Self::CreditExpiry { customer: customer.into(), currency: currency.into() };
        }
        if let Some((gateway, dispute)) = id.strip_prefix(LOSS).and_then(|rest| rest.split_once('~')) {
            return Self::Loss { gateway: gateway.into(), dispute: dispute.into() };
        }
        if let Some((gateway, payment)) = id.strip_prefix(FOLLOW).and_then(|rest| rest.split_once('~')) {
            return Self::Follow { gateway: gateway.into(), payment: payment.into() };
        }
        if let Some(unread) = id.strip_prefix(UNREAD) {
            return Self::Unread(unread.into());
        }
        if let Some(token) = id.strip_prefix(ENDED_TOKEN) {
            return Self::EndedToken(token.into());
        }
        if let Some(session) = id.strip_prefix(SESSION) {
            return Self::Session(session.into());
        }
        if let Some(run) = id.strip_prefix(DRY_RUN) {
            return Self::DryRun(run.into());
        }
        if let Some(name) = id.strip_prefix(DECISION_LINK) {
            return Self::DecisionLink(name.into());
        }
        if let Some(batch) = id.strip_prefix(BATCH) {
            return Self::Batch(batch.into());
        }
        if let Some(import) = id.strip_prefix(IMPORT) {
            return Self::Import(import.into());
        }
        if let Some(person) = id.strip_prefix(DIGEST) {
            return Self::Digest(person.into());
        }
        match id.strip_prefix(SCHEDULE) {
            Some(schedule) => Self::Schedule(schedule.into()),
            None => Self::Request(id.into()),
        }
    }

    /// Returns the key under which the due thing is stored.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Request(id) => keys::request(id),
            // The segments are escaped already.
            Self::Loss { gateway, dispute } => format!("loss/{gateway}/{dispute}"),
            Self::Follow { gateway, payment } => format!("follow/{gateway}/{payment}"),
            Self::Schedule(id) => keys::schedule(id),
            Self::Unread(id) => keys::unread(id),
            Self::EndedToken(name) => keys::ended_token(name),
            Self::Session(name) => keys::session(name),
            Self::DryRun(id) => keys::dry_run(id),
            Self::Batch(id) => batches::key(id),
            Self::Import(id) => keys::import(id),
            Self::Credit { customer, currency, sequence } => format!("credit-tell/{customer}/{currency}/{sequence}"),
            Self::DecisionLink(name) => keys::decision_link(name),
            // The segment is escaped already.
            Self::Digest(person) => format!("digest/{person}"),
            Self::CreditExpiry { customer, currency } => format!("credit/{customer}/{currency}"),
        }
    }
}

/// Says when a thing was due until now, and when it is due from now on; `None` where it is not due by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// When it was due until now.
    pub before: Option<Timestamp>,
    /// When it is due from now on.
    pub then: Option<Timestamp>,
}

impl Due {
    /// Writes a due thing in the commit, and moves the index entry that leads the clock to it.
    ///
    /// # Errors
    /// When it can't be written as JSON.
    pub fn store<T: Serialize>(&self, unit: &mut Unit, thing: &T, moved: Moved) -> Result<(), Problem> {
        let id = self.to_string();
        if let Some(before) = moved.before.filter(|before| moved.then != Some(*before)) {
            unit.remove(&keys::due(before, &id));
        }
        if let Some(then) = moved.then {
            unit.write(&keys::due(then, &id), &())?;
        }
        unit.write(&self.key(), thing)
    }

    /// Removes a due thing in the commit, with its index entry.
    pub fn forget(&self, unit: &mut Unit, due: Option<Timestamp>) {
        if let Some(due) = due {
            unit.remove(&keys::due(due, &self.to_string()));
        }
        unit.remove(&self.key());
    }
}

/// Writes the id that stands in the index of what is due, and that [`Due::read`] reads.
impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(id) => f.write_str(id),
            Self::Loss { gateway, dispute } => write!(f, "{LOSS}{gateway}~{dispute}"),
            Self::Follow { gateway, payment } => write!(f, "{FOLLOW}{gateway}~{payment}"),
            Self::Schedule(id) => write!(f, "{SCHEDULE}{id}"),
            Self::Unread(id) => write!(f, "{UNREAD}{id}"),
            Self::EndedToken(name) => write!(f, "{ENDED_TOKEN}{name}"),
            Self::DryRun(id) => write!(f, "{DRY_RUN}{id}"),
            Self::Session(name) => write!(f, "{SESSION}{name}"),
            Self::Batch(id) => write!(f, "{BATCH}{id}"),
            Self::Import(id) => write!(f, "{IMPORT}{id}"),
            Self::Digest(person) => write!(f, "{DIGEST}{person}"),
            Self::Credit { customer, currency, sequence } => write!(f, "{CREDIT}{customer}~{currency}~{sequence}"),
            Self::DecisionLink(name) => write!(f, "{DECISION_LINK}{name}"),
            Self::CreditExpiry { customer, currency } => write!(f, "{CREDIT_EXPIRY}{customer}~{currency}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_was_written_and_leads_to_its_key() {
        for (due, id, key) in [
            (Due::Request("0199-a".into()), "0199-a", "request/0199-a"),
            (Due::loss("stripe", "dp/1~x"), "loss~stripe~dp%2F1%7Ex", "loss/stripe/dp%2F1%7Ex"),
            (Due::follow("stripe", "ch/1~x"), "follow~stripe~ch%2F1%7Ex", "follow/stripe/ch%2F1%7Ex"),
            (Due::schedule("0199-b"), "schedule~0199-b", "schedule/0199-b"),
            (Due::Unread("0a1b".into()), "unread~0a1b", "unread/0a1b"),
            (Due::DryRun("0199-d".into()), "dry-run~0199-d", "dry-run/0199-d"),
            (Due::Session("a-_b".into()), "session~a-_b", "session/a-_b"),
            (Due::Batch("0a1b".into()), "batch~0a1b", "batch/0a1b"),
            (Due::Import("0199-e".into()), "import~0199-e", "import/0199-e"),
            (Due::Digest("max%40a".into()), "digest~max%40a", "digest/max%40a"),
            (Due::credit("C/1~", "EUR", 7), "credit~C%2F1%7E~EUR~7", "credit-tell/C%2F1%7E/EUR/7"),
            (Due::DecisionLink("a-_b".into()), "decision-link~a-_b", "decision-link/a-_b"),
            (Due::credit_expiry("C/1~", "EUR"), "credit-expiry~C%2F1%7E~EUR", "credit/C%2F1%7E/EUR"),
        ] {
            assert_eq!(due.to_string(), id);
            assert_eq!(due.key(), key);
            assert_eq!(Due::read(id), due);
        }
    }

    #[test]
    fn a_loss_and_a_follow_up_are_stored_where_their_ids_lead() {
        assert_eq!(Due::loss("stripe", "dp 1").key(), keys::loss("stripe", "dp 1"));
        assert_eq!(Due::follow("stripe", "ch 1").key(), keys::follow("stripe", "ch 1"));
    }
}
