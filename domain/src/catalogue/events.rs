//! What happens to a request, as its record tells it.

use crate::lifecycle::request::RequestEvent;
use crate::lifecycle::titled;

titled! {
    /// Names what an event of the record tells.
    EventKind {
        /// A request was stored.
        RequestReceived = "request.received": "Received",
        /// A rule of the policy asked for it because of an event.
        RequestMadeByRule = "request.made_by_rule": "Made by a rule",
        /// The amounts were computed and reserved.
        RequestValidate = "request.validate": "Checked",
        /// The rules said no.
        RequestExclude = "request.exclude": "Found ineligible",
        /// The request repeats another.
        RequestRecogniseDuplicate = "request.recognise_duplicate": "Recognised as a duplicate",
        /// The policy let the request pass without a person.
        RequestPassAutomatically = "request.pass_automatically": "Passed by the policy",
        /// The policy sent the request to people.
        RequestAskPeople = "request.ask_people": "Sent to people for a decision",
        /// A decider asked the requester something.
        RequestRequestInfo = "request.request_info": "Information requested",
        /// The requester answered.
        RequestAnswer = "request.answer": "Answered",
        /// A decider handed the request to a higher level.
        RequestEscalate = "request.escalate": "Escalated",
        /// Everyone who had to has approved.
        RequestApprove = "request.approve": "Approved",
        /// A person said no, or a lost dispute did.
        RequestReject = "request.reject": "Rejected",
        /// Nobody decided in time.
        RequestExpire = "request.expire": "Expired",
        /// The requester took the request back.
        RequestWithdraw = "request.withdraw": "Withdrawn",
        /// The request is checked again.
        RequestRevise = "request.revise": "To be checked again",
        /// The hand-off began.
        RequestExecute = "request.execute": "Carrying out",
        /// The document stands and all money arrived.
        RequestComplete = "request.complete": "Completed",
        /// A part of the money arrived, the rest never will.
        RequestCompletePartly = "request.complete_partly": "Completed in part",
        /// A person is needed before the request can go on.
        RequestNeedAttention = "request.need_attention": "Needs attention",
        /// The check goes on after a person helped.
        RequestResumeIntake = "request.resume_intake": "Taken up again",
        /// The decision goes on after a person helped.
        RequestResumeDecision = "request.resume_decision": "Taken up again for a decision",
        /// The execution goes on after a person helped.
        RequestResumeExecution = "request.resume_execution": "Taken up again for execution",
        /// Somebody added evidence or an answer.
        RequestReplied = "request.replied": "Something was added",
        /// Whoever asked was asked for what is missing.
        BackupAsked = "backup.asked": "Asked for what is missing",
        /// What was missing has arrived.
        BackupArrived = "backup.arrived": "What was missing has arrived",
        /// What was asked for did not arrive in time.
        BackupGivenUp = "backup.given_up": "What is missing did not arrive in time",
        /// Somebody stored a file with the request.
        FileAdded = "file.added": "A file was added",
        /// The virus scanner said what a file is.
        FileScanned = "file.scanned": "A file was scanned for viruses",
        /// Somebody is looking at the request before they decide.
        RequestTaken = "request.taken": "Somebody is looking at it",
        /// Whoever was looking at the request is no longer.
        RequestGivenBack = "request.given_back": "Given back to the other deciders",
        /// One of several levels approved.
        RequestLevelApproved = "request.level_approved": "Approved at one level",
        /// A decision was handed to another person by name.
        RequestReassigned = "request.reassigned": "Handed to somebody else",
        /// People were reminded of what they are waited for.
        RequestReminded = "request.reminded": "Reminded",
        /// People are late, so that somebody else may act besides.
        RequestOverdue = "request.overdue": "Overdue: goes to somebody else besides",
        /// The request came into a queue of exceptions, whose owners are told.
        RequestException = "request.exception": "Stands among the exceptions",
        /// A person made a link by which they decide without signing in.
        RequestLinkMade = "request.link_made": "A link to decide was made",
        /// A decision was made by such a link.
        RequestLinkUsed = "request.link_used": "Decided by a link",
        /// After it was refused, whoever asked for it has put it right and asked again.
        RequestCorrected = "request.corrected": "Corrected and asked again",
        /// It puts right a request that was refused.
        RequestCorrects = "request.corrects": "Corrects a request that was refused",
        /// Somebody asked for the document to be taken back.
        RequestReversing = "request.reversing": "To be taken back",
        /// Somebody wants lost money sent to another place than was approved.
        RedirectAsked = "redirect.asked": "Another destination: waits for a decision",
        /// Everybody who must has agreed to another destination.
        RedirectApproved = "redirect.approved": "Another destination approved",
        /// A decider refused another destination.
        RedirectRefused = "redirect.refused": "Another destination refused",
        /// Another destination was wanted, and is no more: the money moved otherwise.
        RedirectDropped = "redirect.dropped": "Another destination is needed no more",
        /// The invoice was read and the evidence packet put together.
        PacketBuilt = "packet.built": "Evidence put together",
        /// Payments were read that were added to the invoice after the packet was built.
        PaymentsAdded = "packet.payments_added": "Later payments of the invoice were read",
        /// The amount is set aside in the accounts.
        AmountReserved = "amount.reserved": "Amount computed and reserved",
        /// The risk score is so high that a person looks.
        RiskScored = "risk.scored": "The risk score is high",
        /// The amount is no longer set aside.
        AmountReleased = "amount.released": "Reserved amount set free",
        /// A step failed and is to be retried.
        StepPutOff = "step.put_off": "A step failed and will be retried",
        /// Something needs a person.
        TaskRaised = "task.raised": "A person is needed",
        /// A person closed a task that they have seen to.
        TaskClosed = "task.closed": "A task was seen to",
        /// The document is on its way to the ERP.
        DocumentSent = "document.sent": "Credit memo sent to the ERP",
        /// The ERP has the document.
        DocumentAccepted = "document.accepted": "Credit memo taken by the ERP",
        /// The ERP refused the document.
        DocumentRefused = "document.refused": "Credit memo refused by the ERP",
        /// The document was not sent: the ERP could not be reached, or did not accept the call.
        DocumentNotSent = "document.not_sent": "The ERP could not be reached",
        /// The ERP's answer was lost.
        DocumentUnknown = "document.unknown": "The ERP's answer was lost",
        /// The ERP does not have the document; it is sent again.
        DocumentAbsent = "document.absent": "Not in the ERP: sent again",
        /// A person posted the draft in the ERP.
        DocumentPosted = "document.posted": "Draft posted in the ERP",
        /// The ERP could not be asked for the document.
        DocumentNotSeen = "document.not_seen": "The memo could not be looked at in the ERP",
        /// Somebody voided the document in the ERP.
        DocumentVoidedThere = "document.voided_there": "Voided in the ERP by somebody there",
        /// The document is to be voided.
        DocumentReversing = "document.reversing": "Credit memo to be voided",
        /// The document is void.
        DocumentVoided = "document.voided": "Credit memo voided",
        /// The ERP has not voided the document yet.
        DocumentVoidPutOff = "document.void_put_off": "Voiding failed and will be retried",
        /// The ERP has not booked a movement of money yet.
        BookingPutOff = "booking.put_off": "Booking failed and will be retried",
        /// The ERP booked movements of money.
        LegsBooked = "legs.booked": "Money booked in the ERP",
        /// Refund legs moved without an event of their own.
        LegsMoved = "legs.moved": "Money moved on",
        /// Store credit was spent.
        CreditSpent = "credit.spent": "Store credit spent",
        /// A spending of store credit was undone.
        CreditRestored = "credit.restored": "Store credit given back",
        /// Store credit was taken back.
        CreditRevoked = "credit.revoked": "Store credit taken back",
        /// Store credit expired.
        CreditExpired = "credit.expired": "Store credit expired",
        /// An expiry of store credit was undone.
        CreditReinstated = "credit.reinstated": "Expired store credit reinstated",
        /// Store credit went to another customer.
        CreditTransferred = "credit.transferred": "Store credit given to another customer",
        /// Store credit may be spent for longer.
        CreditCarriedForward = "credit.carried_forward": "Store credit may be spent for longer",
        /// The ERP booked what became of store credit.
        CreditBooked = "credit.booked": "Store credit booked in the ERP",
        /// A refund is on its way to the gateway.
        LegSubmitting = "leg.submitting": "Refund sent to the gateway",
        /// The gateway refused a refund.
        LegDeclined = "leg.declined": "Refund refused by the gateway",
        /// A refund was not sent: the gateway could not be reached, or did not accept the call.
        LegNotSent = "leg.not_sent": "The gateway could not be reached",
        /// The gateway's answer was lost.
        LegUnknown = "leg.unknown": "The gateway's answer was lost",
        /// The same order was given again under the same key.
        LegReplayed = "leg.replayed": "Ordered again under the same key",
        /// The gateway has no such refund; it is sent again.
        LegAbsent = "leg.absent": "Not at the gateway: sent again",
        /// A refund leg moved on.
        LegMoved = "leg.moved": "Money moved on in its leg",
        /// News contradict what was final; the gateway is asked.
        LegDoubted = "leg.doubted": "The gateway contradicts itself and is asked",
        /// The gateway names another amount for a refund than was ordered.
        LegOtherAmount = "leg.other_amount": "The gateway names another amount",
        /// The gateway confirmed what is known here.
        LegConfirmed = "leg.confirmed": "The gateway confirmed what is here",
        /// A replacement was called off: the refund that it replaced was paid after all.
        LegReleased = "leg.released": "Replacement called off",
        /// Money goes another way.
        LegRerouted = "leg.rerouted": "Money sent elsewhere",
        /// A person looked at the gateway: a refund is not there, or nothing of it is paid.
        LegGivenUp = "leg.given_up": "Not paid at the gateway",
        /// A person named the gateway's refund.
        LegNamed = "leg.named": "The gateway's refund was named",
        /// A person paid a leg out by hand.
        LegPaidOut = "leg.paid_out": "Paid out by hand",
        /// The bank took back what it had paid the customer.
        LegGivenBack = "leg.given_back": "No longer paid by the bank: the dispute was won after all",
        /// A dispute holds a refund back.
        LegFrozen = "leg.frozen": "Held back by a dispute",
        /// The gateway was asked, and says that a dispute lets the money go.
        DisputeConfirmed = "dispute.confirmed": "The gateway confirms that a dispute lets the money go",
        /// The refunds of a disputed payment were brought in line with the dispute.
        DisputeFollowed = "dispute.followed": "A dispute changed the refunds",
        /// A card network warned of fraud.
        FraudWarned = "fraud.warned": "The card network warns of fraud",
        /// A message waits for a person who reads it before it goes.
        MessageHeld = "message.held": "A message waits for a person",
        /// A person let a message go that waited, or had it tried again.
        MessageReleased = "message.released": "A message was let go",
        /// A person decided that a message is not sent.
        MessageDropped = "message.dropped": "A message is not sent",
        /// A message was delivered.
        MessageDelivered = "message.delivered": "Message delivered",
        /// A message can't be delivered.
        MessageUndeliverable = "message.undeliverable": "Message could not be delivered",
    }
}

impl From<RequestEvent> for EventKind {
    fn from(event: RequestEvent) -> Self {
        use RequestEvent as E;
        match event {
            E::Validate => Self::RequestValidate,
            E::Exclude => Self::RequestExclude,
            E::RecogniseDuplicate => Self::RequestRecogniseDuplicate,
            E::PassAutomatically => Self::RequestPassAutomatically,
            E::AskPeople => Self::RequestAskPeople,
            E::RequestInfo => Self::RequestRequestInfo,
            E::Answer => Self::RequestAnswer,
            E::Escalate => Self::RequestEscalate,
            E::Approve => Self::RequestApprove,
            E::Reject => Self::RequestReject,
            E::Expire => Self::RequestExpire,
            E::Withdraw => Self::RequestWithdraw,
            E::Revise => Self::RequestRevise,
            E::Execute => Self::RequestExecute,
            E::Complete => Self::RequestComplete,
            E::CompletePartly => Self::RequestCompletePartly,
            E::NeedAttention => Self::RequestNeedAttention,
            E::ResumeIntake => Self::RequestResumeIntake,
            E::ResumeDecision => Self::RequestResumeDecision,
            E::ResumeExecution => Self::RequestResumeExecution,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_the_request_machine_is_recorded_under_its_own_name() {
        for event in RequestEvent::ALL {
            assert_eq!(EventKind::from(*event).name(), format!("request.{}", event.name()));
        }
    }
}
