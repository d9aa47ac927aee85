//! A refund leg: one part of the money on its way to one tender.

use super::{machine, named};

named! {
    /// Where a leg stands.
    LegStatus {
        /// Its money is set aside; nothing was sent.
        Reserved = "reserved",
        /// The intent is committed; the call may be under way.
        Submitting = "submitting",
        /// The gateway has it and has not decided.
        Pending = "pending",
        /// The gateway waits for someone.
        RequiresAction = "requires_action",
        /// The money is out.
        Succeeded = "succeeded",
        /// The money did not go.
        Failed = "failed",
        /// Called off before it went.
        Canceled = "canceled",
        /// The answer was lost: only a look-up or a replay with the same key tells.
        Unknown = "unknown",
        /// It had succeeded, and failed afterwards.
        LateFailed = "late_failed",
        /// It had succeeded, and the money came back.
        Reversed = "reversed",
    }
}

named! {
    /// What happens to a leg.
    LegEvent {
        /// The intent is committed.
        Submit = "submit",
        /// Surely nothing was sent.
        NotSent = "not_sent",
        /// The answer was lost.
        LoseAnswer = "lose_answer",
        /// The gateway has not decided.
        Pend = "pend",
        /// The gateway waits for someone.
        RequireAction = "require_action",
        /// The gateway says that the money is out.
        Succeed = "succeed",
        /// The gateway says that it failed.
        Fail = "fail",
        /// The gateway called it off.
        Cancel = "cancel",
        /// The gateway says that the money came back.
        Reverse = "reverse",
        /// It is given up before it was sent.
        Release = "release",
        /// Asked because of a contradiction, the gateway has it undecided.
        FindPending = "find_pending",
        /// Asked because of a contradiction, the gateway has it waiting for someone.
        FindActionRequired = "find_action_required",
        /// Asked because of a contradiction, the gateway has it paid.
        FindSucceeded = "find_succeeded",
        /// Asked because of a contradiction, the gateway has it failed.
        FindFailed = "find_failed",
        /// Asked because of a contradiction, the gateway has it called off.
        FindCanceled = "find_canceled",
        /// Asked because of a contradiction, the gateway has it returned.
        FindReversed = "find_reversed",
    }
}

machine!("Refund leg", LegStatus, LegEvent, Reserved);

impl LegStatus {
    /// Whether its money counts as used.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(
            self,
            Self::Reserved | Self::Submitting | Self::Pending | Self::RequiresAction | Self::Unknown | Self::Succeeded
        )
    }

    /// Whether the gateway still has to say how it ends.
    #[must_use]
    pub const fn is_open(self) -> bool {
        self.counts() && !matches!(self, Self::Succeeded)
    }

    /// Whether news may contradict it: it is final, or nothing was sent. Then the gateway's current object decides.
    const fn can_be_doubted(self) -> bool {
        matches!(
            self,
            Self::Reserved | Self::Succeeded | Self::Failed | Self::Canceled | Self::LateFailed | Self::Reversed
        )
    }
}

/// Providers deliver out of order and repeat themselves, so what a provider says is joined, not sequenced: whatever the order of
/// "succeeded" and "failed", both together mean that it failed late; what is behind the state already changes nothing.
const fn next(state: LegStatus, event: LegEvent) -> Option<LegStatus> {
    use LegEvent as E;
    use LegStatus as S;
    Some(match (state, event) {
        (S::Reserved | S::Unknown, E::Submit) => S::Submitting,
        (S::Reserved | S::Canceled, E::Release) => S::Canceled,
        (S::Submitting, E::NotSent) => S::Reserved,
        (S::Submitting | S::Unknown, E::LoseAnswer) => S::Unknown,
        (S::Submitting | S::Unknown | S::Pending | S::RequiresAction, E::Pend) => S::Pending,
        (S::Submitting | S::Unknown | S::Pending | S::RequiresAction, E::RequireAction) => S::RequiresAction,
        (S::Submitting | S::Unknown | S::Pending | S::RequiresAction | S::Succeeded, E::Succeed) => S::Succeeded,
        (S::Submitting | S::Unknown | S::Pending | S::RequiresAction | S::Failed, E::Fail) => S::Failed,
        (S::Submitting | S::Unknown | S::Pending | S::RequiresAction | S::Canceled, E::Cancel) => S::Canceled,
        (S::Failed, E::Succeed) | (S::Succeeded | S::LateFailed, E::Fail) => S::LateFailed,
        (
            S::Submitting | S::Unknown | S::Pending | S::RequiresAction | S::Succeeded | S::LateFailed | S::Reversed,
            E::Reverse,
        ) => S::Reversed,
        // Older news than what is known.
        (S::Succeeded | S::Failed | S::Canceled | S::LateFailed | S::Reversed, E::Pend | E::RequireAction) => state,
        (S::LateFailed | S::Reversed, E::Succeed) | (S::Reversed, E::Fail) => state,
        // Two final messages that no order explains: the object at the gateway, read afterwards, stands over both.
        (S::Succeeded | S::LateFailed | S::Reversed, E::FindFailed) => S::LateFailed,
        (doubted, found) if doubted.can_be_doubted() => match found {
            E::FindPending => S::Pending,
            E::FindActionRequired => S::RequiresAction,
            E::FindSucceeded => S::Succeeded,
            E::FindFailed => S::Failed,
            E::FindCanceled => S::Canceled,
            E::FindReversed => S::Reversed,
            _ => return None,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Machine;

    fn fold(start: LegStatus, events: &[LegEvent]) -> LegStatus {
        events.iter().fold(start, |state, event| state.next(*event).unwrap_or(state))
    }

    #[test]
    fn failed_created_and_succeeded_in_any_order_and_number_are_late_failed() {
        use LegEvent::{Fail, Pend, Succeed};
        for order in [
            [Fail, Pend, Succeed],
            [Succeed, Fail, Pend],
            [Pend, Succeed, Fail],
            [Fail, Succeed, Pend],
            [Succeed, Pend, Fail],
            [Pend, Fail, Succeed],
        ] {
            for start in [LegStatus::Submitting, LegStatus::Pending, LegStatus::Unknown] {
                let thrice: Vec<_> = order.iter().flat_map(|event| [*event; 3]).collect();
                assert_eq!(fold(start, &thrice), LegStatus::LateFailed, "{order:?} from {start}");
            }
        }
    }

    #[test]
    fn what_a_look_up_found_stands_over_everything_final_and_moves_nothing_that_is_open() {
        use LegEvent::{FindCanceled, FindFailed, FindSucceeded};
        for state in [LegStatus::Succeeded, LegStatus::Failed, LegStatus::Canceled, LegStatus::LateFailed] {
            assert_eq!(state.on(FindSucceeded), Ok(LegStatus::Succeeded));
            assert_eq!(state.on(FindCanceled), Ok(LegStatus::Canceled));
            assert!(state.on(FindFailed).is_ok_and(|next| !next.counts()));
        }
        for state in [LegStatus::Submitting, LegStatus::Unknown, LegStatus::Pending, LegStatus::RequiresAction] {
            assert!(state.on(FindSucceeded).is_err(), "{state}: what is open takes plain news");
        }
    }

    #[test]
    fn a_leg_that_was_never_sent_takes_no_news() {
        for event in [LegEvent::Succeed, LegEvent::Fail, LegEvent::Pend, LegEvent::Reverse] {
            assert!(LegStatus::Reserved.on(event).is_err());
        }
    }

    #[test]
    fn an_unknown_leg_is_never_released() {
        assert!(LegStatus::Unknown.on(LegEvent::Release).is_err());
        assert!(LegStatus::Submitting.on(LegEvent::Release).is_err());
    }
}
