//! What needs a person.

use crate::lifecycle::{named, titled};

named! {
    /// Names the people who see to a task.
    Owner {
        /// Finance: money, documents, disputes.
        Finance = "finance",
        /// Administrators: configuration and reachability.
        Admin = "admin",
    }
}

named! {
    /// Says what a retry does to a task.
    Retry {
        /// A retry clears the task; where the cause is still there, the task is raised again.
        Clears = "clears",
        /// A retry leaves the task: only what it asks for clears it.
        Keeps = "keeps",
        /// A retry leaves the task: a person who has seen to it closes it, and says what they did.
        Person = "person",
    }
}

/// Defines the tasks, each with all there is to know of it.
macro_rules! tasks {
    ($($(#[doc = $doc:literal])* $case:ident = $code:literal {
        title: $title:literal,
        happened: $happened:literal,
        remedy: $remedy:literal,
        stands: $stands:literal,
        owner: $owner:ident,
        blocks: $blocks:literal,
        retry: $retry:ident,
    })+) => {
        titled! {
            /// Names something that needs a person.
            TaskCode { $($(#[doc = $doc])* $case = $code: $title,)+ }
        }

        impl TaskCode {
            /// Says what happened, without the numbers of the single case.
            #[must_use]
            pub const fn happened(self) -> &'static str {
                match self { $(Self::$case => $happened,)+ }
            }

            /// Says what the person is to do.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$case => $remedy,)+ }
            }

            /// Says how long the task stands.
            #[must_use]
            pub const fn stands(self) -> &'static str {
                match self { $(Self::$case => $stands,)+ }
            }

            /// Names the people who see to the task.
            #[must_use]
            pub const fn owner(self) -> Owner {
                match self { $(Self::$case => Owner::$owner,)+ }
            }

            /// Tells whether the request can't end, and so needs attention, while the task stands.
            #[must_use]
            pub const fn blocks(self) -> bool {
                match self { $(Self::$case => $blocks,)+ }
            }

            /// Tells whether the task stands until a person says that it is done.
            #[must_use]
            pub const fn is_closed_by_a_person(self) -> bool {
                matches!(self.retry(), Retry::Person)
            }

            /// Says what a retry does to the task.
            #[must_use]
            pub const fn retry(self) -> Retry {
                match self { $(Self::$case => Retry::$retry,)+ }
            }
        }
    };
}

tasks! {
    /// The risk score of a request is so high that people were told.
    RiskAlert = "risk.alert" {
        title: "The risk score is very high",
        happened: "The risk score of the request is so high that the people are told whom the policy names.",
        remedy: "Look at the parts of the score, and at the other requests that it counts. Then close this task.",
        stands: "until a person closes it",
        owner: Finance, blocks: false, retry: Person,
    }
    /// What was asked for did not arrive.
    BackupMissing = "backup.missing" {
        title: "What is missing did not arrive",
        happened: "The policy wants something that the request lacks. It was asked for, followed up, and did not arrive.",
        remedy: "Ask for it in another way, or let the deciders decide without it. Once it is added, this task closes.",
        stands: "until it arrives, the request is decided, or a person closes it",
        owner: Finance, blocks: false, retry: Person,
    }
    /// The virus scanner found something in a file.
    FileInfected = "file.infected" {
        title: "A file is infected",
        happened: "The virus scanner found something in a file that was sent with the request. Its bytes were removed.",
        remedy: "Tell whoever sent it, and ask for it in another way. Then close this task.",
        stands: "until a person closes it",
        owner: Admin, blocks: false, retry: Person,
    }
    /// A file can't be scanned for viruses.
    FileUnscanned = "file.unscanned" {
        title: "A file is not scanned",
        happened: "The virus scanner does not say what a file is. Until it does, the file counts as nothing, and nobody gets it.",
        remedy: "Look at the scanner and at its configuration. The file will be scanned again.",
        stands: "until the file is scanned",
        owner: Admin, blocks: false, retry: Clears,
    }
    /// A step of the chain has failed too often.
    StepFailing = "step.failing" {
        title: "A step keeps failing",
        happened: "A step of the chain has failed many times in a row.",
        remedy: "Remove the cause. The step will be retried.",
        stands: "until the step succeeds",
        owner: Admin, blocks: true, retry: Clears,
    }
    /// Nothing will happen to a request by itself, and nobody was asked to do anything.
    StandsStill = "request.stands_still" {
        title: "The request stands still",
        happened: "Nothing will happen to the request by itself, and it has not ended.",
        remedy: "Retry it. If that does not help, reverse it, and report this as a fault of contraflow.",
        stands: "until the request moves",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// The ERP refused the document.
    ErpRefused = "erp.refused" {
        title: "The ERP refused the document",
        happened: "The ERP refused the document.",
        remedy: "Correct what the ERP names, then retry; or reverse the request.",
        stands: "while the document is refused",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// Somebody voided the document in the ERP.
    ErpVoidedThere = "erp.voided_there" {
        title: "The document was voided in the ERP",
        happened: "Somebody voided the document in the ERP, and contraflow did not ask for it.",
        remedy: "Retry to hand in a new document, or reverse the request. Until then nothing more is paid.",
        stands: "until a new document is handed in, or the request is reversed",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// The ERP has the document as a draft.
    ErpPost = "erp.post" {
        title: "Post the draft in the ERP",
        happened: "The ERP has the document as a draft. Its money moves on meanwhile.",
        remedy: "Post it in the ERP. contraflow looks for the posted document at least once an hour; retry to look at once.",
        stands: "while the document is a draft",
        owner: Finance, blocks: false, retry: Keeps,
    }
    /// The ERP can't be reached.
    ErpUnavailable = "erp.unavailable" {
        title: "The ERP can't be reached",
        happened: "The ERP has not taken the document, many times.",
        remedy: "Check that the ERP can be reached. The document will be sent again.",
        stands: "until the ERP has the document",
        owner: Admin, blocks: true, retry: Clears,
    }
    /// The ERP does not accept the call.
    ErpMisconfigured = "erp.misconfigured" {
        title: "The ERP does not accept the call",
        happened: "The ERP does not accept the call: access or data are not as it expects them.",
        remedy: "Correct the configuration, then retry.",
        stands: "until the ERP has the document",
        owner: Admin, blocks: true, retry: Clears,
    }
    /// Nobody knows whether the ERP has the document.
    ErpUnknown = "erp.unknown" {
        title: "Nobody knows whether the ERP has the document",
        happened: "The ERP's answer was lost, and looking the document up failed many times.",
        remedy: "Look in the ERP for the document's key. Its outcome is still being looked up.",
        stands: "until the ERP has the document",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// The ERP does not book the movement of money.
    ErpBooking = "erp.booking" {
        title: "The ERP does not book the money",
        happened: "The ERP has not booked the movement of money, many times.",
        remedy: "Remove the cause. The booking will be retried.",
        stands: "until the ERP has booked everything",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// The ERP does not void the document.
    ErpVoid = "erp.void" {
        title: "The ERP does not void the document",
        happened: "The document is to be voided, and the ERP has not done it.",
        remedy: "Void it in the ERP by hand, or remove the cause. The voiding will be retried.",
        stands: "until the document is void",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// The gateway can't be reached.
    GatewayUnavailable = "gateway.unavailable" {
        title: "The gateway can't be reached",
        happened: "The gateway has not taken the refund, many times.",
        remedy: "Check that the gateway can be reached, or look at its status page. The refund will be sent again.",
        stands: "until the gateway has the refund",
        owner: Admin, blocks: true, retry: Clears,
    }
    /// The gateway does not accept the call.
    GatewayMisconfigured = "gateway.misconfigured" {
        title: "The gateway does not accept the call",
        happened: "The gateway does not accept the call: access or data are not as it expects them.",
        remedy: "Correct the configuration, then retry.",
        stands: "until the gateway has the refund",
        owner: Admin, blocks: true, retry: Clears,
    }
    /// Money is to be paid out by hand.
    LegPayOut = "leg.pay_out" {
        title: "Pay money out by hand",
        happened: "The money does not go through a gateway.",
        remedy: "Pay it out, then confirm it with the payment's reference.",
        stands: "until the payment is confirmed",
        owner: Finance, blocks: false, retry: Keeps,
    }
    /// A refund failed.
    LegReroute = "leg.reroute" {
        title: "A refund failed",
        happened: "A refund failed, was called off or came back.",
        remedy: "Retry it, or send the money elsewhere: back to the payment, as store credit, or by hand.",
        stands: "until the money goes another way",
        owner: Finance, blocks: true, retry: Keeps,
    }
    /// Nobody knows whether a refund was paid.
    LegUnknown = "leg.unknown" {
        title: "Nobody knows whether a refund was paid",
        happened: "The gateway's answer was lost, and looking the refund up failed many times.",
        remedy: "Look for the refund at the gateway. Its outcome is still being looked up.",
        stands: "until the gateway says what became of the refund",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// Nobody knows whether a refund was paid, and it can't safely be sent again.
    LegKeyExpired = "leg.key_expired" {
        title: "Find out whether a refund was paid",
        happened: "The gateway's answer was lost and the gateway no longer recognises the refund's key, so it is not sent again.",
        remedy: "Look for the refund at the gateway. If it is there, confirm the leg with the gateway's reference; \
                 if it is not, retry the leg.",
        stands: "until the gateway or a person says what became of the refund",
        owner: Finance, blocks: true, retry: Keeps,
    }
    /// The gateway contradicts itself.
    LegContradiction = "leg.contradiction" {
        title: "The gateway contradicts itself",
        happened: "The gateway's news contradict what was final, and a look-up can't decide.",
        remedy: "Look at the refund at the gateway. It is still being looked up.",
        stands: "until a look-up decides",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// The gateway's refund is of another amount than was ordered.
    LegOtherAmount = "leg.other_amount" {
        title: "The gateway's refund is of another amount",
        happened: "The gateway names another amount or currency for the refund than was ordered. \
                   It counts neither as paid nor as failed, and is not sent again.",
        remedy: "Look at the refund at the gateway. If the leg's refund is another one there, confirm the leg with that \
                 one's reference; if none of it was paid, or what was paid is back, retry the leg; \
                 otherwise let the gateway put it right. It is still being looked up.",
        stands: "until the gateway names the right amount, or a person retries the leg",
        owner: Finance, blocks: true, retry: Keeps,
    }
    /// A refund has been pending for very long.
    LegPending = "leg.pending" {
        title: "A refund has been pending for weeks",
        happened: "The gateway has not decided on a refund for about two weeks.",
        remedy: "Ask the gateway why.",
        stands: "while the refund is pending",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// The gateway no longer knows a refund.
    LegVanished = "leg.vanished" {
        title: "The gateway no longer knows a refund",
        happened: "The gateway knew a refund before, and does not find it now.",
        remedy: "Ask the gateway what became of it.",
        stands: "until the gateway finds the refund again",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// A refund is held back: its payment has not enough left.
    LegHeld = "leg.held" {
        title: "A refund is held back",
        happened: "More of the payment is gone than was captured, or it was refunded elsewhere and nobody knows how much.",
        remedy: "Find out who refunded it, then reverse the request; or leave it: the refund is sent once enough is left.",
        stands: "until the refund is sent",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// A refund is held back: the card network warns that its payment may be fraud, and nobody has decided on it.
    LegWarned = "leg.warned" {
        title: "A refund is held back by a fraud warning",
        happened: "The card network warned that the payment may be fraud, after the policy alone had let its refund pass.",
        remedy: "Look who asks for the money: retry the leg if it is to be sent all the same; otherwise reverse the request.",
        stands: "until a person retries the leg",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// The customer was paid twice.
    LegPaidTwice = "leg.paid_twice" {
        title: "The customer was paid twice",
        happened: "A refund was paid after all, after another had gone in its place.",
        remedy: "Call one of the two back where that is possible, or charge the amount as a fee.",
        stands: "until a person closes it",
        owner: Finance, blocks: false, retry: Person,
    }
    /// The gateway paid for a request that was refused.
    LegPaidUnasked = "leg.paid_unasked" {
        title: "A refund was paid that nobody granted",
        happened: "The gateway paid a refund of a request that was refused.",
        remedy: "Find out who sent it, and get the money back.",
        stands: "until a person closes it",
        owner: Finance, blocks: false, retry: Person,
    }
    /// A refund was paid although its payment had not enough left.
    PaymentOverdrawn = "payment.overdrawn" {
        title: "More was paid back than was captured",
        happened: "A refund was paid although its payment had not that much left.",
        remedy: "Get the difference back from the customer, or book it. Then close the task with a note.",
        stands: "until the payment covers its refunds, or a person closes it",
        owner: Finance, blocks: false, retry: Person,
    }
    /// Together with refunds made elsewhere, more went back than was captured.
    PaymentDifference = "payment.difference" {
        title: "A payment was also refunded elsewhere",
        happened: "Together with refunds made elsewhere, more of a payment went back than was captured.",
        remedy: "Find out who made the other refund. Then close the task with a note. What was not sent yet waits.",
        stands: "until the payment covers its refunds, or a person closes it",
        owner: Finance, blocks: false, retry: Person,
    }
    /// A payment was refunded elsewhere, and nobody knows how much.
    PaymentUnsure = "payment.unsure" {
        title: "A payment was refunded elsewhere, amount not known",
        happened: "A payment was refunded elsewhere, and the gateway has not said how much in the payment's currency.",
        remedy: "Look at the gateway how much it was, and reverse the request if the money went back already. Otherwise \
                 close the task with a note. What was not sent yet waits.",
        stands: "until the gateway names the amount, or a person closes it",
        owner: Finance, blocks: false, retry: Person,
    }
    /// A refund waits for a dispute.
    DisputeOpen = "dispute.open" {
        title: "A refund waits for a dispute",
        happened: "The payment is disputed, so its refund is held back until the bank decides.",
        remedy: "Answer the dispute at the gateway before the bank's deadline. Once it is decided, the request goes on by itself.",
        stands: "while the dispute is open and the refund is held back",
        owner: Finance, blocks: false, retry: Keeps,
    }
    /// A decision lets a refund go, and the gateway could not be asked whether it is so.
    DisputeConfirm = "dispute.confirm" {
        title: "Confirm that a dispute is decided",
        happened: "The gateway's messages say that a dispute is decided for us, and it could not be asked whether that is so: \
                   an old message may have come again.",
        remedy: "Look at the gateway. If it is so, retry: the refund goes out. If it is not, reverse the request.",
        stands: "until the gateway or a retry confirms it, or the dispute stands otherwise",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// A decision lets a refund go, and the gateway says that it is not so.
    DisputeContradicted = "dispute.contradicted" {
        title: "The gateway contradicts a decided dispute",
        happened: "The gateway's messages say that a dispute is decided for us; asked for it, the gateway says that it is not. \
                   The refund is held back, and the gateway is asked again.",
        remedy: "Look at the gateway. If the dispute is not won there, find out who sent the message, and change the webhook's \
                 secret. A retry asks the gateway again. If the money is not to go, reverse the request.",
        stands: "until the gateway confirms it, or the dispute stands otherwise",
        owner: Finance, blocks: true, retry: Clears,
    }
    /// A payment is disputed whose money had gone back.
    DisputeEvidence = "dispute.evidence" {
        title: "Send the bank the evidence",
        happened: "A payment is disputed although its money was paid back.",
        remedy: "Send the bank the dispute evidence of this request before the bank's deadline.",
        stands: "until a person closes it",
        owner: Finance, blocks: false, retry: Person,
    }
    /// A dispute is in another currency than its payment.
    DisputeCurrency = "dispute.currency" {
        title: "A dispute is in another currency",
        happened: "A dispute is in another currency than its payment, so all of the payment counts as disputed.",
        remedy: "Look at the gateway how much the bank takes or gives back in the payment's currency, and book it in the ERP: \
                 it is not booked by itself.",
        stands: "until a person closes it",
        owner: Finance, blocks: false, retry: Person,
    }
    /// A dispute was won after all, and a request had been refused because of it.
    DisputeGivenBack = "dispute.given_back" {
        title: "The customer no longer has the bank's money",
        happened: "The request was refused because the bank had paid; the dispute was won after all, so the customer does not \
                   have the money.",
        remedy: "If the money is still owed, ask for it again. Then close this task.",
        stands: "until a person closes it, or the bank pays again",
        owner: Finance, blocks: false, retry: Person,
    }
    /// The gateway put money of a lost dispute back.
    DisputeReinstated = "dispute.reinstated" {
        title: "Money of a lost dispute is back",
        happened: "The gateway has put money back of a dispute that counts as lost.",
        remedy: "Look there how much, and whether it stays. Book in the ERP what stays of a dispute that is lost in part. \
                 Leave one that is still under way: once it is won, all of it is booked by itself. Nothing is paid for it.",
        stands: "while the dispute is lost and money of it is back, or until a person closes it",
        owner: Finance, blocks: false, retry: Person,
    }
    /// The ERP does not book what a dispute took or gave back.
    DisputeUnbooked = "dispute.unbooked" {
        title: "The ERP does not book a lost dispute",
        happened: "The ERP has not booked what a dispute took or gave back, many times.",
        remedy: "Remove the cause. The booking will be retried.",
        stands: "until the ERP has booked it",
        owner: Finance, blocks: false, retry: Clears,
    }
    /// A message that is ours can't be read. It belongs to no request.
    MessageUnreadable = "message.unreadable" {
        title: "A message could not be read",
        happened: "A system sent a message that is ours, and it can't be read.",
        remedy: "Look at the sender what it says, and do here what follows from it. Then close it.",
        stands: "until somebody closes it",
        owner: Finance, blocks: false, retry: Keeps,
    }
    /// An ask of a ticket could not be taken, and its agent could not be told there. It belongs to no request.
    AskRefused = "ask.refused" {
        title: "An ask could not be taken",
        happened: "A ticket asks for a credit in a form that can't be taken, and that can't be written on the ticket.",
        remedy: "Tell the agent what is wrong with it. Then close it.",
        stands: "until the ticket shows it, or somebody closes it",
        owner: Finance, blocks: false, retry: Keeps,
    }
    /// A message waits for a person who reads it before it goes.
    MessageHeld = "message.held" {
        title: "Read a message before it goes",
        happened: "The policy wants a person to read the message before it goes.",
        remedy: "Read it in the outbox, change its words where that is needed, and send it; or drop it.",
        stands: "until a person sends or drops it",
        owner: Finance, blocks: false, retry: Keeps,
    }
    /// A message can't be delivered.
    MessageUndeliverable = "message.undeliverable" {
        title: "A message could not be delivered",
        happened: "The receiver refused a message, or could not be reached many times.",
        remedy: "Remove the cause and send it again in the outbox; or tell the receiver yourself, and drop it or close this task.",
        stands: "until it is sent again or dropped, or a person closes it",
        owner: Admin, blocks: false, retry: Person,
    }
}
