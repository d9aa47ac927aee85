//! Says of each kind of task in which group it stands, and by which way a person sees to it.

use contraflow_domain::catalogue::TaskCode;

use crate::locale::say;

/// Names a group of tasks, by what people have to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Money that goes back.
    Money,
    /// Money that people pay out by hand.
    Payouts,
    /// Documents and bookings in the ERP.
    Books,
    /// Disputed payments.
    Disputes,
    /// Messages.
    Messages,
    /// Everything else.
    Other,
}

impl Group {
    /// Every group, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::Money, Self::Payouts, Self::Books, Self::Disputes, Self::Messages, Self::Other];

    /// Returns the group's name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Payouts => "payouts",
            Self::Books => "books",
            Self::Disputes => "disputes",
            Self::Messages => "messages",
            Self::Other => "other",
        }
    }

    /// Returns the group that an address names; `None` where it names none.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }

    /// Returns the group's name for people.
    pub fn said(self) -> String {
        match self {
            Self::Money => say!("task-group-money"),
            Self::Payouts => say!("task-group-payouts"),
            Self::Books => say!("task-group-books"),
            Self::Disputes => say!("task-group-disputes"),
            Self::Messages => say!("task-group-messages"),
            Self::Other => say!("task-group-other"),
        }
    }

    /// Returns the group in which a task stands.
    pub const fn of(code: TaskCode) -> Self {
        use TaskCode as T;
        match code {
            T::LegPayOut => Self::Payouts,
            T::ErpRefused
            | T::ErpVoidedThere
            | T::ErpPost
            | T::ErpUnavailable
            | T::ErpMisconfigured
            | T::ErpUnknown
            | T::ErpBooking
            | T::ErpVoid => Self::Books,
            T::DisputeOpen
            | T::DisputeConfirm
            | T::DisputeContradicted
            | T::DisputeEvidence
            | T::DisputeCurrency
            | T::DisputeGivenBack
            | T::DisputeReinstated
            | T::DisputeUnbooked => Self::Disputes,
            T::MessageUnreadable | T::AskRefused | T::MessageHeld | T::MessageUndeliverable => Self::Messages,
            T::RiskAlert | T::BackupMissing | T::FileInfected | T::FileUnscanned | T::StepFailing | T::StandsStill => {
                Self::Other
            }
            T::GatewayUnavailable
            | T::GatewayMisconfigured
            | T::LegReroute
            | T::LegUnknown
            | T::LegKeyExpired
            | T::LegContradiction
            | T::LegOtherAmount
            | T::LegPending
            | T::LegVanished
            | T::LegHeld
            | T::LegWarned
            | T::LegPaidTwice
            | T::LegPaidUnasked
            | T::PaymentOverdrawn
            | T::PaymentDifference
            | T::PaymentUnsure => Self::Money,
        }
    }

    /// Returns the kinds of tasks of the group that a request can have.
    pub fn codes(self) -> impl Iterator<Item = TaskCode> {
        // Messages that nobody could read belong to no request.
        let of_requests = |code: &TaskCode| !matches!(code, TaskCode::MessageUnreadable | TaskCode::AskRefused);
        TaskCode::ALL.iter().copied().filter(move |code| Self::of(*code) == self).filter(of_requests)
    }
}

/// Says how a person sees to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// They say that it is seen to, with a note.
    Close,
    /// They let it be tried again; this is the key of what the button says.
    Retry(&'static str),
    /// They pay the money out and say under which reference.
    PayOut,
    /// They choose where the money goes.
    Reroute,
    /// They look whether a refund is there: they say under which reference, or let it be sent again.
    Find,
    /// They read a message, and send or drop it.
    Read,
    /// Nothing is to be done here: the task ends by itself.
    Nothing,
}

impl Way {
    /// Returns how a person sees to a task.
    pub const fn of(code: TaskCode) -> Self {
        use TaskCode as T;
        match code {
            code if code.is_closed_by_a_person() => Self::Close,
            T::LegPayOut => Self::PayOut,
            T::LegReroute => Self::Reroute,
            T::MessageHeld => Self::Read,
            T::LegKeyExpired | T::LegOtherAmount => Self::Find,
            T::DisputeOpen | T::MessageUnreadable | T::AskRefused => Self::Nothing,
            T::ErpRefused => Self::Retry("task-button-send"),
            T::ErpVoidedThere => Self::Retry("task-button-document"),
            T::ErpPost
            | T::ErpUnknown
            | T::LegUnknown
            | T::LegContradiction
            | T::LegPending
            | T::LegVanished
            | T::DisputeContradicted => Self::Retry("task-button-look"),
            T::LegWarned => Self::Retry("task-button-all-the-same"),
            T::DisputeConfirm => Self::Retry("disputes-it-is-so"),
            _ => Self::Retry("task-button-retry"),
        }
    }
}

/// Tells whether a task is seen to on the page of its dispute, which says what the bank wants to see.
pub const fn is_of_a_dispute(code: TaskCode) -> bool {
    matches!(Group::of(code), Group::Disputes) && !matches!(code, TaskCode::DisputeUnbooked)
}

/// Returns the key of the sentence that says what happened.
pub const fn happened(code: TaskCode) -> &'static str {
    use TaskCode as T;
    match code {
        T::RiskAlert => "task-risk-alert",
        T::BackupMissing => "task-backup-missing",
        T::FileInfected => "task-file-infected",
        T::FileUnscanned => "task-file-unscanned",
        T::StepFailing => "task-step-failing",
        T::StandsStill => "task-stands-still",
        T::ErpRefused => "task-erp-refused",
        T::ErpVoidedThere => "task-erp-voided-there",
        T::ErpPost => "task-erp-post",
        T::ErpUnavailable => "task-erp-unavailable",
        T::ErpMisconfigured => "task-erp-misconfigured",
        T::ErpUnknown => "task-erp-unknown",
        T::ErpBooking => "task-erp-booking",
        T::ErpVoid => "task-erp-void",
        T::GatewayUnavailable => "task-gateway-unavailable",
        T::GatewayMisconfigured => "task-gateway-misconfigured",
        T::LegPayOut => "task-leg-pay-out",
        T::LegReroute => "task-leg-reroute-failed",
        T::LegUnknown => "task-leg-unknown",
        T::LegKeyExpired => "task-leg-key-expired",
        T::LegContradiction => "task-leg-contradiction",
        T::LegOtherAmount => "task-leg-other-amount",
        T::LegPending => "task-leg-pending",
        T::LegVanished => "task-leg-vanished",
        T::LegHeld => "task-leg-held",
        T::LegWarned => "task-leg-warned",
        T::LegPaidTwice => "task-leg-paid-twice",
        T::LegPaidUnasked => "task-leg-paid-unasked",
        T::PaymentOverdrawn => "task-payment-overdrawn",
        T::PaymentDifference => "task-payment-difference",
        T::PaymentUnsure => "task-payment-unsure",
        T::DisputeOpen => "task-dispute-open",
        T::DisputeConfirm => "task-dispute-confirm",
        T::DisputeContradicted => "task-dispute-contradicted",
        T::DisputeEvidence => "task-dispute-evidence",
        T::DisputeCurrency => "task-dispute-currency",
        T::DisputeGivenBack => "task-dispute-given-back",
        T::DisputeReinstated => "task-dispute-reinstated",
        T::DisputeUnbooked => "task-dispute-unbooked",
        T::MessageUnreadable => "task-message-unreadable",
        T::AskRefused => "task-ask-refused",
        T::MessageHeld => "task-message-held",
        T::MessageUndeliverable => "task-message-undeliverable",
    }
}

/// Returns the key of the sentence that says what is to be done.
pub const fn remedy(code: TaskCode) -> &'static str {
    use TaskCode as T;
    match code {
        T::RiskAlert => "task-risk-alert-do",
        T::BackupMissing => "task-backup-missing-do",
        T::FileInfected => "task-file-infected-do",
        T::FileUnscanned => "task-file-unscanned-do",
        T::StepFailing => "task-step-failing-do",
        T::StandsStill => "task-stands-still-do",
        T::ErpRefused => "task-erp-refused-do",
        T::ErpVoidedThere => "task-erp-voided-there-do",
        T::ErpPost => "task-erp-post-do",
        T::ErpUnavailable => "task-erp-unavailable-do",
        T::ErpMisconfigured => "task-erp-misconfigured-do",
        T::ErpUnknown => "task-erp-unknown-do",
        T::ErpBooking => "task-erp-booking-do",
        T::ErpVoid => "task-erp-void-do",
        T::GatewayUnavailable => "task-gateway-unavailable-do",
        T::GatewayMisconfigured => "task-gateway-misconfigured-do",
        T::LegPayOut => "task-leg-pay-out-do",
        T::LegReroute => "task-leg-reroute-do",
        T::LegUnknown => "task-leg-unknown-do",
        T::LegKeyExpired => "task-leg-key-expired-do",
        T::LegContradiction => "task-leg-contradiction-do",
        T::LegOtherAmount => "task-leg-other-amount-do",
        T::LegPending => "task-leg-pending-do",
        T::LegVanished => "task-leg-vanished-do",
        T::LegHeld => "task-leg-held-do",
        T::LegWarned => "task-leg-warned-do",
        T::LegPaidTwice => "task-leg-paid-twice-do",
        T::LegPaidUnasked => "task-leg-paid-unasked-do",
        T::PaymentOverdrawn => "task-payment-overdrawn-do",
        T::PaymentDifference => "task-payment-difference-do",
        T::PaymentUnsure => "task-payment-unsure-do",
        T::DisputeOpen => "task-dispute-open-do",
        T::DisputeConfirm => "task-dispute-confirm-do",
        T::DisputeContradicted => "task-dispute-contradicted-do",
        T::DisputeEvidence => "task-dispute-evidence-do",
        T::DisputeCurrency => "task-dispute-currency-do",
        T::DisputeGivenBack => "task-dispute-given-back-do",
        T::DisputeReinstated => "task-dispute-reinstated-do",
        T::DisputeUnbooked => "task-dispute-unbooked-do",
        T::MessageUnreadable => "task-message-unreadable-do",
        T::AskRefused => "task-ask-refused-do",
        T::MessageHeld => "task-message-held-do",
        T::MessageUndeliverable => "task-message-undeliverable-do",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contraflow_domain::catalogue::Retry;

    #[test]
    fn every_task_stands_in_one_group_and_every_group_has_some() {
        for group in Group::ALL {
            assert_eq!(Group::named(group.name()), Some(group));
            assert!(group.codes().count() > 0, "{group:?}");
        }
        assert_eq!(Group::named("x"), None);
    }

    #[test]
    fn money_that_is_lost_or_unsure_is_never_just_closed() {
        for code in [TaskCode::LegReroute, TaskCode::LegUnknown, TaskCode::LegKeyExpired, TaskCode::LegPayOut] {
            assert_ne!(Way::of(code), Way::Close, "{code:?}");
        }
    }

    #[test]
    fn a_person_closes_what_the_domain_lets_them_close_and_nothing_else() {
        for code in TaskCode::ALL.iter().copied() {
            assert_eq!(Way::of(code) == Way::Close, code.is_closed_by_a_person(), "{code:?}");
        }
    }

    #[test]
    fn what_is_tried_again_is_what_that_ends() {
        for code in TaskCode::ALL.iter().copied().filter(|code| matches!(Way::of(*code), Way::Retry(_))) {
            // The ERP is asked again whether a person has posted the document there.
            assert!(code.retry() == Retry::Clears || code == TaskCode::ErpPost, "{code:?}");
        }
    }

    #[test]
    fn a_task_that_a_person_can_end_through_the_api_has_a_button() {
        for code in TaskCode::ALL.iter().copied().filter(|code| code.retry() != Retry::Keeps) {
            assert_ne!(Way::of(code), Way::Nothing, "{code:?}");
        }
    }
}
