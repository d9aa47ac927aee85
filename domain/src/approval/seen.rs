//! Seen: the roles that somebody had when they were last here. Nobody tells contraflow who has which role but tokens,
//! so what the newest token of a person says is the newest that is known of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::approval::Person;
use crate::authority::{self, Effect, Held};
use crate::identity::Identity;
use crate::limits::SEEN_AGAIN_MS;
use crate::request::parts::Involving;
use crate::time::Timestamp;

/// What is known of a person: the roles that the newest of their tokens names that was used here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The person's name.
    pub name: String,
    /// The roles, as the token names them.
    pub roles: BTreeSet<String>,
    /// When the token was made.
    pub issued_at: Timestamp,
    /// When it was last used, to the day.
    pub at: Timestamp,
}

impl Seen {
    /// Makes what is known of a person who is here now.
    #[must_use]
    pub fn now(person: &Person, at: Timestamp) -> Self {
        Self { name: person.name.clone(), roles: person.roles.clone(), issued_at: person.issued_at, at }
    }

    /// Tells whether it is newer than what was known. An older token says nothing new.
    #[must_use]
    pub fn is_news_to(&self, known: Option<&Self>) -> bool {
        known.is_none_or(|known| {
            let changed = self.roles != known.roles && self.issued_at >= known.issued_at;
            let is_long_ago = self.at.ms_since(known.at) >= SEEN_AGAIN_MS;
            changed || self.issued_at >= known.issued_at && is_long_ago
        })
    }

    /// Tells whether the person may cause an effect on a request: by their roles, and by the parts that they had in it.
    #[must_use]
    pub fn may(&self, effect: Effect, request: &impl Involving) -> bool {
        let holds = Held::all(&self.roles).any(|held| effect.rule().roles.contains(&held.role));
        holds && authority::apart(effect, request, &Identity::read(&self.name)).is_ok()
    }
}
