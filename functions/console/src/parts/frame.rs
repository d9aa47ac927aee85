//! Holds what every page needs: who looks at it, when, and what stands above it.

use contraflow_domain::authority::Effect;
use contraflow_domain::preferences::Preferences;
use contraflow_domain::request::message::view::OutboxCounts;
use contraflow_domain::time::Timestamp;
use contraflow_domain::totals::QueueCounts;

use super::notice::Notice;
use super::place::{Entry, Place};
use crate::session::Session;

/// Holds what every page needs.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// The session of whoever looks at the page; `None` before they have signed in.
    pub session: Option<&'a Session>,
    /// The time at which the page is drawn, for "3 h ago".
    pub now: Timestamp,
    /// The page's place in the navigation.
    pub place: Place,
    /// The message above the page, if there is one.
    pub notice: Option<Notice>,
    /// How much waits for whoever looks at the page; `None` where that is not known.
    pub counts: Option<QueueCounts>,
    /// How many messages did not go by themselves; `None` where that is not known.
    pub outbox: Option<OutboxCounts>,
    /// Whether the built-in books are the ERP; otherwise another ERP shows the documents.
    pub has_books: bool,
}

impl<'a> Frame<'a> {
    /// Makes a frame without a message.
    pub fn new(session: Option<&'a Session>, now: Timestamp, place: Place) -> Self {
        Self { session, now, place, notice: None, counts: None, outbox: None, has_books: false }
    }

    /// Returns the frame with a problem above the page.
    #[must_use]
    pub fn failed(&self, problem: contraflow_guest::problem::Problem) -> Self {
        Self { notice: Some(Notice::Failed(problem)), ..self.clone() }
    }

    /// Tells whether whoever looks at the page may cause an effect that concerns no single request.
    pub fn may(&self, effect: Effect) -> bool {
        self.session.is_some_and(|session| session.person.may(effect).is_ok())
    }

    /// Tells whether whoever looks at the page is led to a place.
    pub fn leads_to(&self, entry: &Entry) -> bool {
        let is_there = entry.place != Place::Documents || self.has_books;
        is_there && (entry.effects.is_empty() || entry.effects.iter().any(|effect| self.may(*effect)))
    }

    /// Returns what whoever looks at the page prefers, or what is so for everybody.
    pub fn preferences(&self) -> Preferences {
        self.session.and_then(|session| session.me.as_ref()).map(|me| me.preferences.clone()).unwrap_or_default()
    }
}
