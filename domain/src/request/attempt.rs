//! Tries of an effect outside: how often, when again, and when a person must look. Legs, documents, look-ups, lost
//! disputes, messages and steps are all retried in this way.

use serde::{Deserialize, Serialize};

use crate::catalogue::TaskCode;
use crate::limits;
use crate::time::Timestamp;

/// Says why a call had no good outcome, and so what may be done next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Nothing was sent, for certain: the same call may be made again.
    #[error("{detail}")]
    NotSent {
        /// Why.
        detail: String,
        /// The pause that the receiver asked for, in milliseconds.
        after_ms: Option<u64>,
    },
    /// The answer was lost: only a look-up, or the same call under the same key, tells what happened.
    #[error("{0}")]
    Unknown(String),
    /// The receiver refused, and nothing has happened or will.
    #[error("{0}")]
    Declined(String),
    /// The receiver does not accept such calls: a person must correct the configuration. Nothing has happened.
    #[error("{0}")]
    Misconfigured(String),
}

impl CallError {
    /// Makes an error of something that was surely not sent, with no pause asked for.
    #[must_use]
    pub fn not_sent(detail: impl Into<String>) -> Self {
        Self::NotSent { detail: detail.into(), after_ms: None }
    }

    /// Gives the reason in words.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::NotSent { detail, .. }
            | Self::Unknown(detail)
            | Self::Declined(detail)
            | Self::Misconfigured(detail) => detail,
        }
    }
}

/// Names what is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A step of the chain.
    Step,
    /// Handing the document to the ERP.
    Document,
    /// Voiding the document in the ERP.
    Void,
    /// Booking in the ERP what the money did.
    Booking,
    /// A refund at the gateway.
    Refund,
    /// The same order again under the same key, after the answer to the first was lost.
    Replay,
    /// Asking the gateway because its news contradict what was final.
    Contradiction,
    /// Asking the gateway whether a dispute lets the money go.
    Dispute,
    /// Delivering a message.
    Message,
    /// Booking a lost dispute in the ERP.
    Loss,
    /// Having a file scanned for viruses.
    Scan,
}

impl Effect {
    /// Gives the task that such an error ends in, and whether it is raised at once or after [`limits::TRIES`] tries.
    const fn task(self, error: &CallError) -> Option<(TaskCode, When)> {
        use CallError as E;
        use When::{AtOnce, WhenWornOut};
        Some(match (self, error) {
            (Self::Step, _) => (TaskCode::StepFailing, WhenWornOut),
            (Self::Document, E::NotSent { .. }) => (TaskCode::ErpUnavailable, WhenWornOut),
            (Self::Document, E::Unknown(_)) => (TaskCode::ErpUnknown, WhenWornOut),
            (Self::Document, E::Declined(_)) => (TaskCode::ErpRefused, AtOnce),
            (Self::Document, E::Misconfigured(_)) => (TaskCode::ErpMisconfigured, AtOnce),
            (Self::Void, E::Declined(_) | E::Misconfigured(_)) => (TaskCode::ErpVoid, AtOnce),
            (Self::Void, _) => (TaskCode::ErpVoid, WhenWornOut),
            (Self::Booking, _) => (TaskCode::ErpBooking, WhenWornOut),
            (Self::Refund, E::NotSent { .. }) => (TaskCode::GatewayUnavailable, WhenWornOut),
            (Self::Refund, E::Unknown(_)) => (TaskCode::LegUnknown, WhenWornOut),
            // Whatever keeps the repeated order from being sent, nobody knows whether the first one paid.
            (Self::Replay, E::NotSent { .. } | E::Unknown(_)) => (TaskCode::LegUnknown, WhenWornOut),
            (Self::Refund | Self::Replay, E::Misconfigured(_)) => (TaskCode::GatewayMisconfigured, AtOnce),
            // A refused refund is a leg that is lost: that has a task of its own.
            (Self::Refund | Self::Replay, E::Declined(_)) => return None,
            (Self::Contradiction, _) => (TaskCode::LegContradiction, WhenWornOut),
            (Self::Dispute, _) => (TaskCode::DisputeConfirm, WhenWornOut),
            (Self::Message, E::Declined(_)) => (TaskCode::MessageUndeliverable, AtOnce),
            (Self::Message, _) => (TaskCode::MessageUndeliverable, WhenWornOut),
            (Self::Loss, _) => (TaskCode::DisputeUnbooked, WhenWornOut),
            (Self::Scan, E::Misconfigured(_)) => (TaskCode::FileUnscanned, AtOnce),
            (Self::Scan, _) => (TaskCode::FileUnscanned, WhenWornOut),
        })
    }
}

/// Says when a task is raised.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    AtOnce,
    WhenWornOut,
}

/// Counts the tries of one effect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attempt {
    /// Tries that failed, or found nothing new, since something last went forward.
    #[serde(default)]
    pub tries: u32,
    /// When the call was last made: it may be under way for [`limits::CALL_LEASE_MS`] after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sent_at: Option<Timestamp>,
    /// The instant before which nothing is tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// Why the last try failed, in the receiver's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl Attempt {
    /// Gives the instant to wait for; none when a try may be made now.
    #[must_use]
    pub fn wait(&self, now: Timestamp) -> Option<Timestamp> {
        self.not_before.filter(|then| *then > now)
    }

    /// Forgets what a wrong clock has written: a wait that is longer than any is, and a call that was made in the
    /// future.
    pub fn forget_wrong_time(&mut self, now: Timestamp) {
        self.not_before = self.not_before.filter(|then| then.ms_since(now) <= limits::WAIT_MS);
        self.last_sent_at = self.last_sent_at.map(|sent| if sent.is_wrong(now) { now } else { sent });
    }

    /// Records that the call is made now.
    pub fn begin(&mut self, at: Timestamp) {
        self.last_sent_at = Some(at);
        self.not_before = None;
    }

    /// Records that something went forward: whatever failed before counts no more.
    pub fn succeed(&mut self) {
        self.tries = 0;
        self.not_before = None;
        self.failure = None;
    }

    /// Lets the next try be made now, and counts anew. Tells whether one was waited for.
    pub fn hurry(&mut self) -> bool {
        self.tries = 0;
        self.not_before.take().is_some()
    }

    /// Plans the next try after one that found nothing new; `key` spreads many that began together.
    pub fn again(&mut self, key: &str, at: Timestamp) {
        self.tries = self.tries.saturating_add(1);
        self.not_before = Some(at.plus_ms(pause_ms(self.tries, key)));
    }

    /// Plans the next try after one that failed, and gives the task that a person now has, if any.
    pub fn fail(&mut self, effect: Effect, error: &CallError, key: &str, at: Timestamp) -> Option<TaskCode> {
        self.again(key, at);
        self.failure = Some(error.detail().into());
        let asked_ms = match error {
            CallError::NotSent { after_ms, .. } => after_ms.unwrap_or(0),
            // Nothing gets better by trying until a person has corrected it.
            CallError::Misconfigured(_) => limits::BACKOFF_LONGEST_MS,
            CallError::Unknown(_) | CallError::Declined(_) => 0,
        };
        self.not_before = self.not_before.max(Some(at.plus_ms(asked_ms)));
        let is_worn_out = self.tries >= limits::TRIES;
        effect.task(error).filter(|(_, when)| is_worn_out || *when == When::AtOnce).map(|(task, _)| task)
    }
}

/// Gives the pause before the next try, in milliseconds: it doubles with each, up to an hour, and is spread by up to a
/// quarter, by the key, so that many do not wake at once.
#[must_use]
pub fn pause_ms(tries: u32, key: &str) -> u64 {
    let doubled = limits::BACKOFF_FIRST_MS.saturating_mul(1_u64 << tries.min(16));
    let pause = doubled.min(limits::BACKOFF_LONGEST_MS);
    let spread = key.bytes().fold(u64::from(tries), |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    pause + spread % (pause / 4).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EFFECTS: [Effect; 11] = [
        Effect::Step,
        Effect::Document,
        Effect::Void,
        Effect::Booking,
        Effect::Refund,
        Effect::Replay,
        Effect::Contradiction,
        Effect::Dispute,
        Effect::Message,
        Effect::Loss,
        Effect::Scan,
    ];

    fn errors() -> [CallError; 4] {
        let why = || "why".to_owned();
        [
            CallError::not_sent("why"),
            CallError::Unknown(why()),
            CallError::Declined(why()),
            CallError::Misconfigured(why()),
        ]
    }

    #[test]
    fn whatever_fails_for_long_ends_as_a_task_but_for_a_refused_refund_whose_leg_is_lost() {
        let at = Timestamp::from_unix_ms(0);
        for effect in EFFECTS {
            for error in errors() {
                let mut attempt = Attempt::default();
                let tasks: Vec<_> = (0..limits::TRIES).map(|_| attempt.fail(effect, &error, "key", at)).collect();
                let is_refused_refund =
                    matches!(effect, Effect::Refund | Effect::Replay) && matches!(error, CallError::Declined(_));
                assert_eq!(tasks.last().copied().flatten().is_none(), is_refused_refund, "{effect:?} {error:?}");
            }
        }
    }

    #[test]
    fn the_pause_grows_to_an_hour_and_is_never_less_than_the_receiver_asks_for() {
        let at = Timestamp::from_unix_ms(0);
        let mut attempt = Attempt::default();
        let mut before = 0;
        for _ in 0..40 {
            attempt.fail(Effect::Refund, &CallError::Unknown("lost".into()), "key", at);
            let pause = attempt.not_before.unwrap_or(at).unix_ms();
            assert!(pause >= before.min(limits::BACKOFF_LONGEST_MS));
            assert!(pause <= limits::BACKOFF_LONGEST_MS + limits::BACKOFF_LONGEST_MS / 4);
            before = pause;
        }
        let mut attempt = Attempt::default();
        let error = CallError::NotSent { detail: "busy".into(), after_ms: Some(600_000) };
        attempt.fail(Effect::Refund, &error, "key", at);
        assert!(attempt.wait(Timestamp::from_unix_ms(599_999)).is_some());
        assert!(attempt.wait(Timestamp::from_unix_ms(600_000)).is_none());
    }

    #[test]
    fn a_wait_that_a_wrong_clock_has_written_is_none() {
        let now = Timestamp::from_unix_ms(1_000_000);
        let mut attempt = Attempt::default();
        attempt.fail(Effect::Refund, &CallError::Unknown("lost".into()), "key", now);
        let right = attempt.clone();
        attempt.forget_wrong_time(now);
        assert_eq!(attempt, right);
        let error = CallError::NotSent { detail: "busy".into(), after_ms: Some(limits::DAY_MS) };
        attempt.fail(Effect::Refund, &error, "key", now);
        attempt.forget_wrong_time(now);
        assert!(attempt.not_before.is_some(), "a gateway may ask for a day");
        attempt.fail(Effect::Refund, &error, "key", now.plus_ms(20 * limits::DAY_MS));
        attempt.forget_wrong_time(now);
        assert_eq!(attempt.not_before, None);
    }

    #[test]
    fn success_forgets_what_failed_before() {
        let at = Timestamp::from_unix_ms(0);
        let mut attempt = Attempt::default();
        attempt.begin(at);
        attempt.fail(Effect::Message, &CallError::not_sent("away"), "key", at);
        attempt.succeed();
        assert_eq!(attempt, Attempt { last_sent_at: Some(at), ..Attempt::default() });
    }
}
