//! The request: from what someone asked to what became of it.

use super::{machine, named, titled};

titled! {
    /// Where a request stands.
    RequestStatus {
        /// Stored; nothing is checked yet.
        Received = "received": "Received",
        /// The invoice is found, amounts are computed and reserved.
        Validated = "validated": "Validated",
        /// The policy lets it pass without a person.
        AutoApproved = "auto_approved": "Approved automatically",
        /// Waits for the people that the policy names.
        PendingApproval = "pending_approval": "Pending approval",
        /// The requester must answer something first.
        InfoRequested = "info_requested": "Information requested",
        /// Handed to a higher level.
        Escalated = "escalated": "Escalated",
        /// Everyone who must has agreed.
        Approved = "approved": "Approved",
        /// The document and the money are under way.
        Executing = "executing": "Being carried out",
        /// The document is in the books and all the money is where it belongs.
        Completed = "completed": "Completed",
        /// Part of the money arrived, part did not and will not.
        PartiallyCompleted = "partially_completed": "Completed in part",
        /// It cannot go on without a person; its `tasks` say what to do.
        NeedsAttention = "needs_attention": "Needs attention",
        /// A person said no.
        Rejected = "rejected": "Rejected",
        /// The rules said no; a finding says why.
        Ineligible = "ineligible": "Ineligible",
        /// The same was asked before.
        Duplicate = "duplicate": "Duplicate",
        /// Nobody decided in time.
        Expired = "expired": "Expired",
        /// Whoever asked took it back.
        Withdrawn = "withdrawn": "Withdrawn",
    }
}

named! {
    /// What happens to a request.
    RequestEvent {
        /// The amounts are computed and reserved.
        Validate = "validate",
        /// The rules say no.
        Exclude = "exclude",
        /// It repeats another request.
        RecogniseDuplicate = "recognise_duplicate",
        /// The policy lets it pass.
        PassAutomatically = "pass_automatically",
        /// The policy wants people.
        AskPeople = "ask_people",
        /// A decider wants to know more.
        RequestInfo = "request_info",
        /// The requester answered.
        Answer = "answer",
        /// A decider hands it to a higher level.
        Escalate = "escalate",
        /// The last approval that was needed is given.
        Approve = "approve",
        /// A decider says no.
        Reject = "reject",
        /// Nobody decided before the deadline.
        Expire = "expire",
        /// The requester takes it back.
        Withdraw = "withdraw",
        /// Amount, lines or destination changed, or what was missing has arrived.
        Revise = "revise",
        /// The hand-off begins.
        Execute = "execute",
        /// Nothing is left to do: all the money is where it belongs, or the request was taken back.
        Complete = "complete",
        /// Some legs arrived, the others never will.
        CompletePartly = "complete_partly",
        /// Only a person can go on.
        NeedAttention = "need_attention",
        /// A person mended what kept it from being checked.
        ResumeIntake = "resume_intake",
        /// A person mended what kept it from being decided.
        ResumeDecision = "resume_decision",
        /// A person mended what kept it from being carried out.
        ResumeExecution = "resume_execution",
    }
}

machine!("Request", RequestStatus, RequestEvent, Received);

impl RequestStatus {
    /// Tells whether people are to decide.
    #[must_use]
    pub const fn awaits_people(self) -> bool {
        matches!(self, Self::PendingApproval | Self::InfoRequested | Self::Escalated)
    }

    /// Tells whether it ended without a document and holds no reservation.
    #[must_use]
    pub const fn is_refused(self) -> bool {
        matches!(self, Self::Rejected | Self::Ineligible | Self::Duplicate | Self::Expired | Self::Withdrawn)
    }

    /// Tells whether nothing moves any more unless the outside world does.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        self.is_refused() || matches!(self, Self::Completed | Self::PartiallyCompleted)
    }
}

const fn next(state: RequestStatus, event: RequestEvent) -> Option<RequestStatus> {
    use RequestEvent as E;
    use RequestStatus as S;
    Some(match (state, event) {
        (S::Received, E::Validate) => S::Validated,
        (S::Received | S::Validated, E::Exclude) => S::Ineligible,
        (S::Received | S::Validated, E::RecogniseDuplicate) => S::Duplicate,
        (S::Validated, E::PassAutomatically) => S::AutoApproved,
        (S::Validated, E::AskPeople) => S::PendingApproval,
        (S::PendingApproval | S::Escalated, E::RequestInfo) => S::InfoRequested,
        (S::InfoRequested, E::Answer) => S::PendingApproval,
        (S::PendingApproval | S::Escalated, E::Escalate) => S::Escalated,
        (S::AutoApproved | S::PendingApproval | S::Escalated, E::Approve) => S::Approved,
        // A lost dispute takes back what was approved and not yet handed off.
        (S::PendingApproval | S::Escalated | S::InfoRequested | S::Approved, E::Reject) => S::Rejected,
        (S::PendingApproval | S::Escalated | S::InfoRequested, E::Expire) => S::Expired,
        (S::Received | S::Validated | S::PendingApproval | S::InfoRequested | S::Escalated, E::Withdraw) => {
            S::Withdrawn
        }
        (S::Validated | S::PendingApproval | S::InfoRequested | S::Escalated | S::Approved, E::Revise) => S::Validated,
        (S::Approved, E::Execute) => S::Executing,
        (S::Executing | S::PartiallyCompleted | S::NeedsAttention, E::Complete) => S::Completed,
        (S::Executing | S::NeedsAttention | S::Completed, E::CompletePartly) => S::PartiallyCompleted,
        (
            S::Received
            | S::Validated
            | S::AutoApproved
            | S::Approved
            | S::Executing
            | S::Completed
            | S::PartiallyCompleted,
            E::NeedAttention,
        ) => S::NeedsAttention,
        (S::NeedsAttention, E::ResumeIntake) => S::Received,
        (S::NeedsAttention, E::ResumeDecision) => S::Validated,
        (S::NeedsAttention | S::PartiallyCompleted, E::ResumeExecution) => S::Executing,
        _ => return None,
    })
}
