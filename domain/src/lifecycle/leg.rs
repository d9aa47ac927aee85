//! A refund leg: one part of the money on its way to one tender.

use super::{machine, named, titled};

titled! {
    /// Where a leg stands.
    LegStatus {
        /// Its money is set aside; nothing was sent.
        Reserved = "reserved": "Reserved",
        /// The intent is committed; the call may be under way.
        Submitting = "submitting": "Being sent",
        /// The gateway has it and has not decided.
        Pending = "pending": "Pending",
        /// The gateway, or a leg that a person pays out, waits for someone.
        RequiresAction = "requires_action": "Waiting for somebody",
        /// The money is out.
        Succeeded = "succeeded": "Succeeded",
        /// The money did not go.
        Failed = "failed": "Failed",
        /// Called off before it went.
        Canceled = "canceled": "Canceled",
        /// The answer was lost: only a look-up or a replay with the same key tells.
        Unknown = "unknown": "Outcome unknown",
        /// It had succeeded, and failed afterwards.
        LateFailed = "late_failed": "Failed late",
        /// It had succeeded, and the money came back.
        Reversed = "reversed": "Reversed",
    }
}

/// What happens to a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegEvent {
    /// The intent to order the refund is committed.
    Submit,
    /// The call has surely not reached the gateway.
    NotSent,
    /// The gateway's answer was lost.
    LoseAnswer,
    /// The leg is given up before it was sent.
    Release,
    /// Whoever pays says where the refund stands: the gateway in an answer or in news, a person who pays by hand, or
    /// contraflow itself for store credit and offsets.
    Told(Standing),
    /// The gateway was asked because of a contradiction, and says where the refund stands.
    Found(Standing),
}

/// Defines where a refund may stand, and with it every event of a leg: each standing may be told and found.
macro_rules! standings {
    ($($(#[doc = $doc:literal])* $case:ident = $text:literal,)+) => {
        named! {
            /// Where a refund stands, as whoever pays it says.
            Standing { $($(#[doc = $doc])* $case = $text,)+ }
        }

        impl Standing {
            /// Returns the status of a leg whose refund stands there.
            const fn status(self) -> LegStatus {
                match self { $(Self::$case => LegStatus::$case,)+ }
            }

            /// Returns the title that people read.
            #[must_use]
            pub const fn title(self) -> &'static str {
                self.status().title()
            }
        }

        impl LegEvent {
            /// Every event, in order.
            pub const ALL: &'static [Self] = &[
                Self::Submit,
                Self::NotSent,
                Self::LoseAnswer,
                Self::Release,
                $(Self::Told(Standing::$case),)+
                $(Self::Found(Standing::$case),)+
            ];

            /// Returns the name, as diagrams and messages show it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    Self::Submit => "submit",
                    Self::NotSent => "not_sent",
                    Self::LoseAnswer => "lose_answer",
                    Self::Release => "release",
                    $(Self::Told(Standing::$case) => concat!("told_", $text),)+
                    $(Self::Found(Standing::$case) => concat!("found_", $text),)+
                }
            }
        }
    };
}

standings! {
    /// It is not decided.
    Pending = "pending",
    /// It waits for someone: the customer's bank details, a confirmation.
    RequiresAction = "requires_action",
    /// The money is out. It may still fail later.
    Succeeded = "succeeded",
    /// The money did not go, or came back before it arrived.
    Failed = "failed",
    /// It was called off before it went.
    Canceled = "canceled",
    /// The money went and was returned afterwards.
    Reversed = "reversed",
}

machine!("Refund leg", LegStatus, LegEvent, Reserved);

impl LegStatus {
    /// Tells whether its money counts as used.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(
            self,
            Self::Reserved | Self::Submitting | Self::Pending | Self::RequiresAction | Self::Unknown | Self::Succeeded
        )
    }

    /// Tells whether the gateway still has to say how it ends.
    #[must_use]
    pub const fn is_open(self) -> bool {
        self.counts() && !matches!(self, Self::Succeeded)
    }

    /// Tells whether news may contradict it: it is final, or nothing was sent. Then the gateway's current object
    /// decides.
    const fn may_be_contradicted(self) -> bool {
        matches!(
            self,
            Self::Reserved | Self::Succeeded | Self::Failed | Self::Canceled | Self::LateFailed | Self::Reversed
        )
    }
}

const fn next(state: LegStatus, event: LegEvent) -> Option<LegStatus> {
    use LegEvent as E;
    use LegStatus as S;
    match (state, event) {
        (S::Reserved | S::Unknown, E::Submit) => Some(S::Submitting),
        (S::Reserved | S::Canceled, E::Release) => Some(S::Canceled),
        (S::Submitting, E::NotSent) => Some(S::Reserved),
        (S::Submitting | S::Unknown, E::LoseAnswer) => Some(S::Unknown),
        (_, E::Told(standing)) => told(state, standing),
        (_, E::Found(standing)) => found(state, standing),
        _ => None,
    }
}

/// Joins what a provider says with the state, because providers deliver out of order and repeat themselves. Whatever
/// the order of "succeeded" and "failed", both together mean that it failed late. News that lie behind the state change
/// nothing.
const fn told(state: LegStatus, standing: Standing) -> Option<LegStatus> {
    use LegStatus as S;
    use Standing as T;
    Some(match (state, standing) {
        (S::Submitting | S::Unknown | S::Pending | S::RequiresAction, standing) => standing.status(),
        (S::Failed, T::Succeeded) | (S::Succeeded | S::LateFailed, T::Failed) => S::LateFailed,
        (S::Succeeded | S::LateFailed, T::Reversed) => S::Reversed,
        // What is known already, or older than it.
        (S::Succeeded | S::Failed | S::Canceled | S::LateFailed | S::Reversed, T::Pending | T::RequiresAction)
        | (S::Succeeded | S::LateFailed | S::Reversed, T::Succeeded)
        | (S::Failed | S::Reversed, T::Failed)
        | (S::Canceled, T::Canceled)
        | (S::Reversed, T::Reversed) => state,
        _ => return None,
    })
}

/// Lets what the gateway has now decide where two final messages contradict each other and no order explains them.
const fn found(state: LegStatus, standing: Standing) -> Option<LegStatus> {
    use LegStatus as S;
    match (state, standing) {
        (S::Succeeded | S::LateFailed | S::Reversed, Standing::Failed) => Some(S::LateFailed),
        (contradicted, standing) if contradicted.may_be_contradicted() => Some(standing.status()),
        _ => None,
    }
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
        let [fail, pend, succeed] = [Standing::Failed, Standing::Pending, Standing::Succeeded].map(LegEvent::Told);
        for order in [
            [fail, pend, succeed],
            [succeed, fail, pend],
            [pend, succeed, fail],
            [fail, succeed, pend],
            [succeed, pend, fail],
            [pend, fail, succeed],
        ] {
            for start in [LegStatus::Submitting, LegStatus::Pending, LegStatus::Unknown] {
                let thrice: Vec<_> = order.iter().flat_map(|event| [*event; 3]).collect();
                assert_eq!(fold(start, &thrice), LegStatus::LateFailed, "{order:?} from {start:?}");
            }
        }
    }

    #[test]
    fn what_a_look_up_found_stands_over_everything_final_and_moves_nothing_that_is_open() {
        let [canceled, failed, succeeded] =
            [Standing::Canceled, Standing::Failed, Standing::Succeeded].map(LegEvent::Found);
        for state in [LegStatus::Succeeded, LegStatus::Failed, LegStatus::Canceled, LegStatus::LateFailed] {
            assert_eq!(state.on(succeeded), Ok(LegStatus::Succeeded));
            assert_eq!(state.on(canceled), Ok(LegStatus::Canceled));
            assert!(state.on(failed).is_ok_and(|next| !next.counts()));
        }
        for state in [LegStatus::Submitting, LegStatus::Unknown, LegStatus::Pending, LegStatus::RequiresAction] {
            assert!(state.on(succeeded).is_err(), "{state:?}: what is open takes plain news");
        }
    }

    #[test]
    fn a_leg_that_was_never_sent_takes_no_news() {
        for standing in Standing::ALL {
            assert!(LegStatus::Reserved.on(LegEvent::Told(*standing)).is_err());
        }
    }

    #[test]
    fn an_unknown_leg_is_never_released() {
        assert!(LegStatus::Unknown.on(LegEvent::Release).is_err());
        assert!(LegStatus::Submitting.on(LegEvent::Release).is_err());
    }
}
