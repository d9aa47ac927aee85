//! Names everything that may be due: the index `due/…` leads the clock to it by its id.

use std::fmt;

use crate::keys;

/// Names what is due. A lost dispute and a schedule carry a mark in their ids, which no request's id and no segment of
/// a key has.
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
    /// A schedule, by its id.
    Schedule(String),
    /// A message that could not be read, by its id.
    Unread(String),
    /// A token that was ended and has expired since, by its name.
    EndedToken(String),
}

const LOSS: &str = "loss~";
const SCHEDULE: &str = "schedule~";
const UNREAD: &str = "unread~";
const ENDED_TOKEN: &str = "ended-token~";

impl Due {
    /// Returns the name of a lost dispute, from the names that its gateway gave to itself and the dispute.
    #[must_use]
    pub fn loss(gateway: &str, dispute: &str) -> Self {
        Self::Loss { gateway: keys::segment(gateway), dispute: keys::segment(dispute) }
    }

    /// Names a schedule that is due, by its id.
    #[must_use]
    pub fn schedule(id: &str) -> Self {
        Self::Schedule(keys::segment(id))
    }

    /// Reads an id of the index of what is due.
    #[must_use]
    pub fn read(id: &str) -> Self {
        if let Some((gateway, dispute)) = id.strip_prefix(LOSS).and_then(|rest| rest.split_once('~')) {
            return Self::Loss { gateway: gateway.into(), dispute: dispute.into() };
        }
        if let Some(unread) = id.strip_prefix(UNREAD) {
            return Self::Unread(unread.into());
        }
        if let Some(token) = id.strip_prefix(ENDED_TOKEN) {
            return Self::EndedToken(token.into());
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
            Self::Schedule(id) => keys::schedule(id),
            Self::Unread(id) => keys::unread(id),
            Self::EndedToken(name) => keys::ended_token(name),
        }
    }
}

/// Writes the id that stands in the index of what is due, and that [`Due::read`] reads.
impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(id) => f.write_str(id),
            Self::Loss { gateway, dispute } => write!(f, "{LOSS}{gateway}~{dispute}"),
            Self::Schedule(id) => write!(f, "{SCHEDULE}{id}"),
            Self::Unread(id) => write!(f, "{UNREAD}{id}"),
            Self::EndedToken(name) => write!(f, "{ENDED_TOKEN}{name}"),
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
            (Due::schedule("0199-b"), "schedule~0199-b", "schedule/0199-b"),
            (Due::Unread("0a1b".into()), "unread~0a1b", "unread/0a1b"),
        ] {
            assert_eq!(due.to_string(), id);
            assert_eq!(due.key(), key);
            assert_eq!(Due::read(id), due);
        }
    }

    #[test]
    fn a_loss_is_stored_where_its_id_leads() {
        assert_eq!(Due::loss("stripe", "dp 1").key(), keys::loss("stripe", "dp 1"));
    }
}
