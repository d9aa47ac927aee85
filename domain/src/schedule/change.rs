//! Changes of a schedule: somebody asks for something else, or at other times, or takes it over from whoever left. What
//! somebody had confirmed was the schedule as it was before.

use serde::Serialize;

use super::missed::Missed;
use super::plan::Plan;
use super::{Schedule, Touch};
use crate::identity::Identity;
use crate::limits;
use crate::request::ask::Ask;
use crate::time::Timestamp;

/// What people say of a schedule: all that a change can replace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Content {
    /// The name that people call it by.
    pub name: String,
    /// When it comes.
    pub plan: Plan,
    /// The ask that is made each time.
    pub ask: Ask,
    /// What is made of runs that were missed.
    #[serde(skip_serializing_if = "Missed::is_each")]
    pub missed: Missed,
}

/// Why a schedule is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// It was ended, or has made all its requests.
    #[error("this schedule asks for nothing more: make a new one")]
    Over,
    /// Somebody else has changed it since it was read.
    #[error("this schedule was changed meanwhile and is revision {0} now: read it, and say what is to change of that")]
    OtherRevision(u32),
    /// Too many people have had a hand in it.
    #[error(
        "{} people have changed this schedule, and no more can: end it, and make a new one",
        limits::SCHEDULE_HANDS
    )]
    TooManyHands,
    /// Whoever keeps it is still there.
    #[error("whoever keeps this schedule is still here; change it to make it yours")]
    HasKeeper,
    /// It would never come again.
    #[error("it would not come any more: no day of the plan is still to come; end the schedule instead")]
    Never,
}

impl Schedule {
    /// Returns what people say of it.
    #[must_use]
    pub fn content(&self) -> Content {
        Content { name: self.name.clone(), plan: self.plan.clone(), ask: self.ask.clone(), missed: self.missed }
    }

    /// Replaces what it asks for and when. Whoever changes it keeps it from then on, and it waits to be confirmed anew.
    /// What is due and not made yet is passed over, and nothing is made again. The same content changes nothing.
    /// `revision` is the one that the person has read. Returns whether anything changed.
    ///
    /// # Errors
    /// When it asks for nothing more, or was changed meanwhile.
    pub fn change(
        &mut self,
        content: Content,
        revision: Option<u32>,
        by: &str,
        at: Timestamp,
    ) -> Result<bool, ChangeError> {
        // From the first change on its periods are days, so that none is named twice.
        let content = Content { plan: Plan::Recurring(content.plan.recurring()), ..content };
        let is_same = Content { plan: Plan::Recurring(self.plan.recurring()), ..self.content() } == content;
        if is_same && self.left.is_none() {
            return Ok(false);
        }
        if revision.is_some_and(|revision| revision != self.revision()) {
            return Err(ChangeError::OtherRevision(self.revision()));
        }
        if self.next.is_none() {
            return Err(ChangeError::Over);
        }
        let today = content.plan.zone().day(at);
        let last = self.last.as_ref().map(|run| self.plan.on(run.period));
        let from = last.and_then(|last| last.succ_opt()).map_or(today, |after| after.max(today));
        // One of today may be over, so there are two to choose from.
        let mut coming = content.plan.periods_from(from, 2).into_iter();
        let next = coming.find(|period| content.plan.at(*period) > at).ok_or(ChangeError::Never)?;
        let due = self.due_periods(at);
        self.hand(by, at)?;
        self.pass_over(&due, at);
        let Content { name, plan, ask, missed } = content;
        (self.name, self.plan, self.ask, self.missed) = (name, plan, ask, missed);
        self.next = Some(next);
        Ok(true)
    }

    /// Makes it somebody's whose keeper has left: its next requests are theirs, and it waits to be confirmed anew.
    ///
    /// # Errors
    /// When its keeper is still there, or it asks for nothing more.
    pub fn take_over(&mut self, by: &str, at: Timestamp) -> Result<(), ChangeError> {
        if self.next.is_none() {
            return Err(ChangeError::Over);
        }
        if self.left.is_none() {
            return Err(ChangeError::HasKeeper);
        }
        self.hand(by, at)
    }

    /// Writes down that whoever keeps it has left. Returns whether that is news: somebody else may keep it.
    pub fn leave(&mut self, who: &Identity, at: Timestamp) -> bool {
        let is_theirs = Identity::read(self.keeper()).is(who);
        let is_news = is_theirs && self.left.is_none() && self.next.is_some();
        if is_news {
            self.left = Some(at);
        }
        is_news
    }

    fn hand(&mut self, by: &str, at: Timestamp) -> Result<(), ChangeError> {
        let is_known = self.made_by == by || self.hands.iter().any(|name| name == by);
        if !is_known {
            if self.hands.len() >= limits::SCHEDULE_HANDS {
                return Err(ChangeError::TooManyHands);
            }
            self.hands.push(by.into());
        }
        self.changes = self.changes.saturating_add(1);
        self.changed = Some(Touch { at, by: by.into() });
        (self.confirmed, self.left) = (None, None);
        Ok(())
    }
}
