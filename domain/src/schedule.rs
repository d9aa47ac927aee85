//! Schedules: adjustments that come again, or once at a later time; the periods that they have, and which of them is
//! due. A period is made once, whenever the clock gets to it.

mod calendar;
mod change;
mod missed;
mod period;
mod plan;
mod rule;
mod view;
mod words;

use serde::{Deserialize, Serialize};

pub use self::calendar::RuleDays;
pub use self::change::{ChangeError, Content};
pub use self::missed::{Missed, PassedOver, Turn};
pub use self::period::Period;
pub use self::plan::{Every, Monthly, Plan, Recurring, Start, StartError};
pub use self::rule::{Frequency, NthDay, Rule, RuleError, Until};
pub use self::view::{Coming, Made, PlanView, SchedulePreview, ScheduleView, ScheduledAsk};
use crate::identity::Identity;
use crate::lifecycle::named;
use crate::request::ask::Ask;
use crate::time::Timestamp;

/// Names the source of requests that schedules make. Each names its schedule and its period: `<id>/2026-02`.
pub const CHANNEL: &str = "schedule";

/// A request that a schedule made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The period that the request is for.
    pub period: Period,
    /// The id of the request.
    pub request: String,
}

/// The end of a schedule that someone ended before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ScheduleEnd"))]
pub struct End {
    /// When they ended it.
    pub at: Timestamp,
    /// The person who ended it.
    pub by: String,
    /// Why they ended it, in their words.
    pub note: String,
}

/// The word of a second person that a schedule is right. Until then each of its requests waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ScheduleConfirmation"))]
pub struct Confirmation {
    /// When they said so.
    pub at: Timestamp,
    /// The person who said so.
    pub by: String,
}

/// What somebody did to a schedule, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ScheduleTouch"))]
pub struct Touch {
    /// When they did it.
    pub at: Timestamp,
    /// The person who did it.
    pub by: String,
}

/// Why a schedule is not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfirmError {
    /// Whoever made it can't confirm it.
    #[error("you made this schedule, or may have made it, so somebody else must confirm it")]
    OwnSchedule,
    /// It was ended, or has made all its requests.
    #[error("this schedule asks for nothing more: there is nothing to confirm")]
    Over,
    /// Whoever confirms it has not said that they have read it as it now is.
    #[error("this schedule was changed and is revision {0} now: read it, and confirm it with `\"revision\": {0}`")]
    OtherRevision(u32),
    /// Whoever keeps it has left.
    #[error("whoever keeps this schedule has left: somebody in finance takes it over first")]
    NobodyKeepsIt,
}

named! {
    /// What a schedule waits for a person to do.
    ScheduleWait {
        /// Somebody else than its maker confirms it.
        Confirmation = "confirmation",
        /// Somebody takes it over from whoever left.
        Keeper = "keeper",
        /// Somebody looks at runs that were passed over.
        MissedRuns = "missed_runs",
    }
}

/// A schedule: the same ask, once in each period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// A UUID of version 7.
    pub id: String,
    /// The name that people call it by.
    pub name: String,
    /// When it comes.
    pub plan: Plan,
    /// The ask that is made each time.
    pub ask: Ask,
    /// The person who made it.
    pub made_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The period that is made next; `None` means that none is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Period>,
    /// The last request that it made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Run>,
    /// The end, where it was ended before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<End>,
    /// The word of a second person; `None` while nobody but its maker has looked at it as it now is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmation>,
    /// What is made of runs that were missed.
    #[serde(default = "Missed::each", skip_serializing_if = "Missed::is_each")]
    pub missed: Missed,
    /// Runs that were passed over, and that nobody has looked at yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_over: Option<PassedOver>,
    /// How many times it was changed or taken over.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub changes: u32,
    /// Who changed it last, or took it over; they keep it from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Touch>,
    /// Those besides its maker who have changed it or taken it over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hands: Vec<String>,
    /// That whoever kept it left, while nobody has taken it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Timestamp>,
}

const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Schedule {
    /// Makes a new schedule.
    #[must_use]
    pub fn new(id: String, content: Content, made_by: String, at: Timestamp) -> Self {
        let Content { name, plan, ask, missed } = content;
        Self {
            id,
            name,
            next: plan.first(),
            plan,
            ask,
            made_by,
            created_at: at,
            last: None,
            ended: None,
            confirmed: None,
            missed,
            passed_over: None,
            changes: 0,
            changed: None,
            hands: Vec::new(),
            left: None,
        }
    }

    /// Returns who keeps it: the requester of its requests, who never decides on them.
    #[must_use]
    pub fn keeper(&self) -> &str {
        self.changed.as_ref().map_or(self.made_by.as_str(), |changed| changed.by.as_str())
    }

    /// Returns those who have had a hand in what it asks for, the keeper aside: they never decide on its requests.
    pub fn other_hands(&self) -> impl Iterator<Item = &str> {
        let all = std::iter::once(&self.made_by).chain(&self.hands).map(String::as_str);
        all.filter(|name| *name != self.keeper())
    }

    /// Returns the number of what it now asks for, and when: 1, and one more with each change.
    #[must_use]
    pub const fn revision(&self) -> u32 {
        self.changes.saturating_add(1)
    }

    /// Returns when the clock takes it up.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        self.next.map(|period| self.plan.at(period))
    }

    /// Records that these runs were passed over, and what the due period became.
    pub fn ran(&mut self, turn: &Turn, request: Option<&str>, at: Timestamp) {
        self.pass_over(&turn.passed_over, at);
        if let Some((period, request)) = turn.made.zip(request) {
            self.last = Some(Run { period, request: request.into() });
        }
        if let Some(period) = turn.made.or(turn.passed_over.last().copied()) {
            self.next = self.plan.after(period);
        }
    }

    /// Confirms that the schedule is right, so that its requests may pass by themselves. A second time changes nothing.
    /// `revision` is the one that the person has read; one that was never changed needn't be named.
    ///
    /// # Errors
    /// When the person may have had a hand in it, it asks for nothing more, nobody keeps it, or they have read another
    /// revision.
    pub fn confirm(&mut self, by: &str, revision: Option<u32>, at: Timestamp) -> Result<(), ConfirmError> {
        if self.is_of(&Identity::read(by)) {
            return Err(ConfirmError::OwnSchedule);
        }
        if revision.map_or(self.changes > 0, |revision| revision != self.revision()) {
            return Err(ConfirmError::OtherRevision(self.revision()));
        }
        if self.confirmed.is_some() {
            return Ok(());
        }
        if self.next.is_none() {
            return Err(ConfirmError::Over);
        }
        if self.left.is_some() {
            return Err(ConfirmError::NobodyKeepsIt);
        }
        self.confirmed = Some(Confirmation { at, by: by.into() });
        Ok(())
    }

    /// Tells whether somebody has had a hand in what it asks for, or may have had.
    #[must_use]
    pub fn is_of(&self, who: &Identity) -> bool {
        let mut all = self.other_hands().chain([self.keeper()]);
        all.any(|name| !Identity::read(name).is_surely_not(who))
    }

    /// Tells whether somebody else than its makers has confirmed what it asked for at an instant.
    #[must_use]
    pub fn is_confirmed_for(&self, made_at: Timestamp) -> bool {
        self.confirmed.is_some()
            && self.left.is_none()
            && self.changed.as_ref().is_none_or(|changed| changed.at < made_at)
    }

    /// Ends the schedule: nothing is made from now on, and what was made stays. A second time changes nothing.
    pub fn end(&mut self, by: &str, note: &str, at: Timestamp) {
        self.next = None;
        self.ended.get_or_insert_with(|| End { at, by: by.into(), note: note.into() });
    }

    /// Returns what it waits for a person to do.
    #[must_use]
    pub fn waits_for(&self) -> Vec<ScheduleWait> {
        let goes_on = self.next.is_some();
        let waits = [
            (ScheduleWait::Keeper, goes_on && self.left.is_some()),
            (ScheduleWait::Confirmation, goes_on && self.left.is_none() && self.confirmed.is_none()),
            (ScheduleWait::MissedRuns, self.passed_over.is_some()),
        ];
        waits.into_iter().filter(|(_, is_so)| *is_so).map(|(wait, _)| wait).collect()
    }
}

#[cfg(test)]
mod tests;
