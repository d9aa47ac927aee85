//! What people and systems are told of a request.

use crate::lifecycle::titled;

titled! {
    /// Names what a message tells.
    MessageKind {
        /// A request was taken in and checked. It is told where a rule of the policy wants it.
        RequestReceived = "request.received": "Received",
        /// Everybody who must has agreed, or the policy let it pass. It is told where a rule of the policy wants it.
        RequestApproved = "request.approved": "Approved",
        /// A request waits for an approval.
        RequestPendingApproval = "request.pending_approval": "Waiting for an approval",
        /// A decider asks the requester something.
        RequestInfoRequested = "request.info_requested": "More information is needed",
        /// Something is missing that the policy wants, and whoever asked is to send it.
        RequestBackupMissing = "request.backup_missing": "Something is missing",
        /// A request needs a person before it can go on.
        RequestNeedsAttention = "request.needs_attention": "Someone is looking into it",
        /// Somebody is waited for, and is reminded of it.
        RequestReminder = "request.reminder": "A reminder",
        /// A decision was handed to another person by name.
        RequestReassigned = "request.reassigned": "Handed to somebody else",
        /// A request came into a queue of exceptions that somebody looks after.
        RequestException = "request.exception": "An exception to look after",
        /// Somebody is late, so that a request went to somebody else besides.
        RequestOverdue = "request.overdue": "Overdue",
        /// A request is done: the document stands and the money is where it belongs.
        RequestCompleted = "request.completed": "Done",
        /// A person said no, or the bank has paid already.
        RequestRejected = "request.rejected": "Not granted",
        /// The rules do not allow the request.
        RequestIneligible = "request.ineligible": "Not possible",
        /// The same ticket asked for the same before.
        RequestDuplicate = "request.duplicate": "Asked before",
        /// Nobody decided in time.
        RequestExpired = "request.expired": "Not decided in time",
        /// The requester took the request back.
        RequestWithdrawn = "request.withdrawn": "Withdrawn",
        /// The document was voided after it had been handed in.
        RequestReversed = "request.reversed": "Taken back",
        /// A refund that had been paid out failed afterwards.
        LegLateFailed = "leg.late_failed": "A refund did not arrive",
    }
}

impl MessageKind {
    /// Tells whether the message says how the request as a whole stands.
    #[must_use]
    pub const fn is_of_request(self) -> bool {
        !matches!(
            self,
            Self::LegLateFailed
                | Self::RequestBackupMissing
                | Self::RequestReminder
                | Self::RequestReassigned
                | Self::RequestException
                | Self::RequestOverdue
        )
    }
}
