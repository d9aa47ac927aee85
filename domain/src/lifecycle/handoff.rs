//! The hand-off of a document to the ERP: from the intent to the ERP's answer, and to its voiding.

use super::{machine, named, titled};

titled! {
    /// Where the hand-off of a document to the ERP stands.
    HandOffStatus {
        /// To be sent.
        Queued = "queued": "Queued",
        /// The intent is committed; the call may be under way.
        Sent = "sent": "Sent",
        /// The ERP has the document.
        Posted = "posted": "Posted",
        /// The ERP refused it (`refusal` says why), or somebody voided it there: it has none of ours that stands.
        Rejected = "rejected": "Rejected",
        /// The answer was lost: only a look-up or a replay with the same key tells.
        Unknown = "unknown": "Outcome unknown",
        /// A look-up found the document after the answer was lost.
        Reconciled = "reconciled": "Reconciled",
        /// The document is to be voided in the ERP.
        ReversalQueued = "reversal_queued": "To be voided",
        /// It is void in the ERP.
        Reversed = "reversed": "Voided",
    }
}

named! {
    /// What happens to a hand-off.
    HandOffEvent {
        /// The intent to send the document is committed.
        Send = "send",
        /// The ERP has taken the document.
        Accept = "accept",
        /// The ERP refuses the document.
        Refuse = "refuse",
        /// The call has surely not reached the ERP.
        NotSent = "not_sent",
        /// The ERP's answer was lost.
        LoseAnswer = "lose_answer",
        /// A look-up found the document.
        Find = "find",
        /// Somebody voided the document in the ERP, and nobody had asked contraflow for it.
        VoidThere = "void_there",
        /// A person mended what was refused, and the document is sent anew.
        Requeue = "requeue",
        /// The document is to be voided in the ERP.
        QueueReversal = "queue_reversal",
        /// The ERP has voided the document.
        Reverse = "reverse",
    }
}

machine!("ERP hand-off", HandOffStatus, HandOffEvent, Queued);

impl HandOffStatus {
    /// Tells whether the ERP surely has the document.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Posted | Self::Reconciled | Self::ReversalQueued)
    }
}

const fn next(state: HandOffStatus, event: HandOffEvent) -> Option<HandOffStatus> {
    use HandOffEvent as E;
    use HandOffStatus as S;
    Some(match (state, event) {
        (S::Queued | S::Unknown, E::Send) => S::Sent,
        (S::Sent | S::Unknown | S::Posted, E::Accept) => S::Posted,
        (S::Sent | S::Unknown | S::Rejected, E::Refuse) => S::Rejected,
        (S::Sent, E::NotSent) => S::Queued,
        (S::Sent | S::Unknown, E::LoseAnswer) => S::Unknown,
        (S::Sent | S::Unknown | S::Reconciled, E::Find) => S::Reconciled,
        (S::Sent | S::Unknown | S::Posted | S::Reconciled | S::Rejected, E::VoidThere) => S::Rejected,
        (S::Rejected, E::Requeue) => S::Queued,
        (S::Posted | S::Reconciled | S::Rejected | S::ReversalQueued, E::QueueReversal) => S::ReversalQueued,
        (S::ReversalQueued | S::Reversed, E::Reverse) => S::Reversed,
        _ => return None,
    })
}
