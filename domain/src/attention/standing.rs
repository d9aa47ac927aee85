//! Tasks that still stand, by the state of their request.

use crate::catalogue::TaskCode;
use crate::lifecycle::handoff::HandOffStatus;
use crate::lifecycle::leg::LegStatus;
use crate::request::Request;
use crate::request::backup::BackupState;
use crate::request::leg::Leg;
use crate::request::message::{Message, MessageStatus};

/// Tells whether what a task asks for is still to be done. A task that depends on what the request does not know (an
/// account, the bank, the receiver of a message) stands until it is cleared.
#[must_use]
pub fn stands(task: TaskCode, subject: &str, request: &Request) -> bool {
    use TaskCode as T;
    match task {
        T::StepFailing => request.step.tries > 0,
        T::StandsStill => false,
        T::FileUnscanned => request.awaits_scan(),
        T::MessageHeld => {
            let held = |message: &Message| message.id == subject && message.status == MessageStatus::Held;
            request.outbox.iter().any(held)
        }
        T::BackupMissing => {
            let backup = request.backup.as_ref();
            request.takes_evidence() && backup.is_some_and(|backup| backup.state == BackupState::GivenUp)
        }
        T::ErpRefused | T::ErpVoidedThere => hand_off(request) == Some(HandOffStatus::Rejected),
        T::ErpPost => request.awaits_posting(),
        T::ErpUnavailable | T::ErpMisconfigured | T::ErpUnknown => {
            !hand_off(request).is_some_and(|status| status.is_accepted() || status == HandOffStatus::Reversed)
        }
        T::ErpBooking => request.legs.iter().any(Leg::unbooked),
        T::ErpVoid => hand_off(request) != Some(HandOffStatus::Reversed),
        T::GatewayUnavailable
        | T::GatewayMisconfigured
        | T::LegPayOut
        | T::LegReroute
        | T::LegUnknown
        | T::LegKeyExpired
        | T::LegContradiction
        | T::LegOtherAmount
        | T::LegPending
        | T::LegVanished
        | T::LegHeld
        | T::LegWarned
        | T::PaymentOverdrawn
        | T::DisputeOpen => {
            let leg = request.legs.iter().find(|leg| leg.id == subject);
            leg.is_none_or(|leg| leg_needs(task, leg))
        }
        T::LegPaidTwice
        | T::LegPaidUnasked
        | T::PaymentDifference
        | T::PaymentUnsure
        | T::DisputeEvidence
        | T::DisputeConfirm
        | T::DisputeContradicted
        | T::DisputeCurrency
        | T::DisputeGivenBack
        | T::DisputeReinstated
        | T::DisputeUnbooked
        | T::MessageUnreadable
        | T::AskRefused
        | T::MessageUndeliverable
        | T::FileInfected
        | T::RiskAlert => true,
    }
}

fn hand_off(request: &Request) -> Option<HandOffStatus> {
    request.handoff.as_ref().map(|handoff| handoff.status)
}

/// Tells whether a task about a leg stands, by the state of the leg.
fn leg_needs(task: TaskCode, leg: &Leg) -> bool {
    use LegStatus as S;
    match task {
        TaskCode::LegPayOut => leg.status == S::RequiresAction,
        TaskCode::LegReroute => leg.is_lost(),
        TaskCode::LegUnknown | TaskCode::LegKeyExpired => matches!(leg.status, S::Unknown | S::Submitting),
        TaskCode::LegContradiction => leg.doubt.is_some(),
        TaskCode::LegOtherAmount => leg.other_amount.is_some(),
        TaskCode::LegPending | TaskCode::LegVanished => matches!(leg.status, S::Pending | S::RequiresAction),
        TaskCode::LegHeld | TaskCode::GatewayUnavailable => matches!(leg.status, S::Reserved | S::Submitting),
        TaskCode::GatewayMisconfigured => matches!(leg.status, S::Reserved | S::Submitting | S::Unknown),
        TaskCode::LegWarned => leg.status == S::Reserved,
        TaskCode::PaymentOverdrawn => leg.excess.is_some(),
        TaskCode::DisputeOpen => leg.waits_for_dispute(),
        _ => true,
    }
}
