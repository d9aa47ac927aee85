//! What people are waited for, and by when: a decision, an answer, a task.

use serde::{Deserialize, Serialize};

use super::Request;
use crate::catalogue::TaskCode;
use crate::lifecycle::request::RequestStatus;
use crate::lifecycle::titled;
use crate::limits;
use crate::time::Timestamp;

titled! {
    /// A step that people do.
    WaitStep {
        /// Somebody decides on the request, or on sending its money elsewhere.
        Decide = "decide": "Decide",
        /// Whoever asked answers a question.
        Answer = "answer": "Answer",
        /// Whoever asked sends what is missing.
        Backup = "backup": "Send what is missing",
        /// Somebody does a task.
        Task = "task": "Do a task",
    }
}

/// Something that people are waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Wait {
    /// The step that they are to do.
    pub step: WaitStep,
    /// What of it: the place of a decider in the order, from 0; the code of a task with its subject behind a colon;
    /// empty for an answer, and for what is missing.
    pub subject: String,
    /// Since when.
    pub since: Timestamp,
    /// By when they must have done it; left out where no rule of the policy says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// The rule of the policy that says so; empty where none does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// When they are still to be reminded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<Timestamp>,
    /// How many reminders were sent.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reminded: u32,
    /// When it goes to somebody else besides; for what is missing, when it is waited for no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalates_at: Option<Timestamp>,
    /// To whom it goes then: a level, or a person as `person:<name>:<level>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalates_to: Option<String>,
    /// To whom it went besides, because it was late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_to: Option<String>,
    /// When it was first found that a reminder or an escalation is due; it is carried out once that is found again,
    /// some minutes later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noticed_at: Option<Timestamp>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands members by reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// What is to be done about the time that people have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// Nothing.
    Nothing,
    /// Something at that instant.
    Wait(Timestamp),
    /// Something now.
    Now,
}

impl Wait {
    /// Returns a wait that nobody has set a time for.
    #[must_use]
    pub const fn since(step: WaitStep, subject: String, since: Timestamp) -> Self {
        Self {
            step,
            subject,
            since,
            due_at: None,
            rule: String::new(),
            reminders: Vec::new(),
            reminded: 0,
            escalates_at: None,
            escalates_to: None,
            escalated_to: None,
            noticed_at: None,
        }
    }

    /// Returns the task that it is about; none where it is about none.
    #[must_use]
    pub fn task(&self) -> Option<TaskCode> {
        self.subject.split(':').next().filter(|_| self.step == WaitStep::Task).and_then(TaskCode::named)
    }

    /// Returns when it is next looked at: at its next reminder or its escalation, and a second time some time later.
    #[must_use]
    pub fn next_look(&self, now: Timestamp) -> Option<Timestamp> {
        let escalation = self.escalates_at.filter(|_| self.escalated_to.is_none());
        let next = self.reminders.iter().copied().chain(escalation).min()?;
        let again = self.noticed_at.filter(|noticed| *noticed <= now).map(|seen| seen.plus_ms(limits::REMIND_SURE_MS));
        Some(again.map_or(next, |again| again.max(next)))
    }
}

impl Request {
    /// Returns what people are waited for, each with since when that is known: the decision or the answer, what is
    /// missing, and the oldest tasks.
    #[must_use]
    pub fn awaited(&self) -> Vec<(WaitStep, String)> {
        let mut awaited = Vec::new();
        if self.status == RequestStatus::InfoRequested {
            awaited.push((WaitStep::Answer, String::new()));
        } else if self.awaits_decision() {
            // Where they decide in any order, one time is for all of them.
            let place = self.approvals.open_places(&self.content_hash).first().copied();
            let place = place.filter(|_| self.approvals.any.is_none()).unwrap_or(0);
            awaited.push((WaitStep::Decide, place.to_string()));
        }
        if self.awaits_backup() {
            awaited.push((WaitStep::Backup, String::new()));
        }
        let mut tasks: Vec<_> = self.tasks.iter().collect();
        tasks.sort_by_key(|task| task.since);
        awaited
            .extend(tasks.into_iter().map(|task| (WaitStep::Task, format!("{}:{}", task.code.name(), task.subject))));
        awaited.truncate(limits::WAITS);
        awaited
    }

    /// Returns what people are waited for and what has a time of which it is not worked out yet.
    #[must_use]
    pub fn untimed(&self) -> Vec<(WaitStep, String)> {
        let is_timed = |(step, subject): &(WaitStep, String)| {
            self.waits.iter().any(|wait| wait.step == *step && wait.subject == *subject)
        };
        self.awaited().into_iter().filter(|one| self.timed_steps.contains(&one.0) && !is_timed(one)).collect()
    }

    /// Forgets the time of what nobody is waited for any more.
    pub fn drop_waits(&mut self) {
        if self.waits.is_empty() {
            return;
        }
        let awaited = self.awaited();
        self.waits.retain(|wait| awaited.iter().any(|(step, subject)| wait.step == *step && wait.subject == *subject));
    }

    /// Says what is to be done about the time that people have.
    #[must_use]
    pub fn watch(&self, now: Timestamp) -> Watch {
        if let Some(then) = self.watched_again_at.filter(|then| *then > now) {
            return Watch::Wait(then);
        }
        if !self.untimed().is_empty() || self.has_untold_exceptions() {
            return Watch::Now;
        }
        match self.waits.iter().filter_map(|wait| wait.next_look(now)).min() {
            None => Watch::Nothing,
            Some(then) if then > now => Watch::Wait(then),
            Some(_) => Watch::Now,
        }
    }

    /// Returns by when people must act; the first of several times.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.waits.iter().filter_map(|wait| wait.due_at).min()
    }

    /// Returns the time at which it stands in queues: by when people must act, or must have decided.
    #[must_use]
    pub fn queue_time(&self) -> Timestamp {
        self.due_at().or(self.deadline).unwrap_or(self.created_at)
    }

    /// Returns to whom it went besides because somebody was late, each once.
    pub fn escalated_to(&self) -> impl Iterator<Item = &str> {
        self.waits.iter().filter_map(|wait| wait.escalated_to.as_deref())
    }

    /// Returns who may decide besides those who are named, because they were late.
    pub fn deciders_besides(&self) -> impl Iterator<Item = &str> {
        let waits = self.waits.iter().filter(|wait| wait.step == WaitStep::Decide);
        waits.filter_map(|wait| wait.escalated_to.as_deref())
    }
}
