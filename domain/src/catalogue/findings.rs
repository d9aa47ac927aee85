//! What the checks find about a request.

use crate::lifecycle::titled;

titled! {
    /// Names what a check found.
    FindingCode {
        /// The request repeats one of the same ticket.
        DuplicateSameTicket = "duplicate.same_ticket": "The ticket asked for the same before",
        /// Another request asks for the same on the invoice.
        DuplicateSuspected = "duplicate.suspected": "Another request asks for the same",
        /// The request names no invoice and no amount.
        AmountMissing = "amount.missing": "The amount is missing",
        /// The invoice, or one of its lines, has less left to credit.
        AmountExceedsRemaining = "amount.exceeds_remaining": "More than is left to credit",
        /// The payments have less left to pay back.
        AmountExceedsCaptured = "amount.exceeds_captured": "More than was paid",
        /// The invoice has less open than is to be offset.
        AmountExceedsOpenBalance = "amount.exceeds_open_balance": "More than is open on the invoice",
        /// The money would go back to more payments than one request has legs.
        LegsTooMany = "legs.too_many": "More payments than one request pays back",
        /// The amount rounds to nothing in the payment's currency.
        AmountTooSmall = "amount.too_small": "Too small for the payment's currency",
        /// The request is in another currency than the invoice.
        CurrencyDiffers = "currency.differs": "Another currency than the invoice",
        /// Lines are credited by amount, and the invoice has a deduction.
        DeductionLeftOut = "deduction.left_out": "A deduction is left out",
        /// The destination needs an invoice.
        DestinationNeedsInvoice = "destination.needs_invoice": "The destination needs an invoice",
        /// The ERP has no such invoice.
        InvoiceNotFound = "invoice.not_found": "The invoice was not found",
        /// More was paid for the invoice than it came to.
        InvoiceOverpaid = "invoice.overpaid": "More was paid than the invoice came to",
        /// The ERP has no such customer.
        CustomerUnknown = "customer.unknown": "The customer is not known",
        /// A line names neither quantity nor amount.
        LineEmpty = "line.empty": "A line names no quantity and no amount",
        /// A refund names a payment that is not on the invoice.
        PaymentUnknown = "payment.unknown": "The payment is not on the invoice",
        /// A payment would go back through a gateway that is not wired.
        GatewayNotWired = "gateway.not_wired": "Its gateway is not wired",
        /// The policy can't be applied.
        PolicyUnusable = "policy.unusable": "The policy can't be applied",
        /// The policy has a person decide on requests of this kind.
        PolicyPersonDecides = "policy.person_decides": "A person decides on this kind",
        /// A check of the policy refuses the request.
        PolicyRefused = "policy.refused": "A check of the policy refuses it",
        /// A check of the policy has a person decide.
        PolicyCheck = "policy.check": "A check of the policy wants a person",
        /// The reason is in no list of the policy.
        ReasonUnknown = "reason.unknown": "The reason is in no list",
        /// The reason is not given any more.
        ReasonRetired = "reason.retired": "The reason is not given any more",
        /// The reason is one for other kinds.
        ReasonOtherKind = "reason.other_kind": "The reason is one for other kinds",
        /// The reason wants a note, and there is none.
        ReasonNoteMissing = "reason.note_missing": "The reason wants a note",
        /// The money may not go where it is wanted, by its reason or, where it was lost on its way, by a check.
        DestinationNotAllowed = "destination.not_allowed": "The policy does not allow the destination",
        /// Nobody can say whether a rule of the policy fits.
        PolicyUnsure = "policy.unsure": "A rule of the policy can't be evaluated",
        /// A person whom the policy names may not decide on it.
        PolicyDeciderReplaced = "policy.decider_replaced": "Somebody else decides in a named person's place",
        /// More would pass by itself than the policy allows within its days.
        AutomaticLimit = "automatic.limit": "Too much would pass by itself",
        /// More would be approved than the policy allows those who approved it within its days.
        ApprovalLimit = "approval.limit": "Much was approved of late",
        /// The risk score is so high that a person decides.
        RiskHigh = "risk.high": "The risk score is high",
        /// Money that is paid out by hand never passes by itself.
        PayoutByHand = "payout.by_hand": "It is paid out by hand",
        /// No second person has confirmed the schedule that asks for it.
        ScheduleUnconfirmed = "schedule.unconfirmed": "Nobody has confirmed the schedule",
        /// A rule made it, and its requests do not pass without a person.
        RuleAttended = "rule.attended": "A rule made it, and a person decides",
        /// A rule has made as much as it may.
        RuleLimit = "rule.limit": "The rule has made as much as it may",
        /// The policy does not say what the currency is worth.
        FactorUnknown = "currency.factor_unknown": "What the currency is worth is not known",
        /// The invoice is older than the policy allows.
        WindowExceeded = "window.exceeded": "The invoice is too old",
        /// Nobody knows under which name whoever asks signs in.
        RequesterUnknown = "requester.unknown": "Whoever asks is not known here",
        /// A file that was sent is infected, and was removed.
        FileInfected = "file.infected": "A file is infected",
        /// The reason should come with evidence, and none is there.
        EvidenceMissing = "evidence.missing": "Evidence is missing",
        /// A payment was refunded elsewhere, and the gateway has not said how much.
        PaymentRefundUnsure = "payment.refund_unsure": "Refunded elsewhere, amount not known",
        /// A part of a payment was refunded elsewhere.
        PaymentRefundedElsewhere = "payment.refunded_elsewhere": "Refunded elsewhere in part",
        /// A dispute is in another currency than its payment.
        DisputeCurrency = "dispute.currency": "Dispute in another currency",
        /// A payment is disputed: its refund waits.
        DisputeOpen = "dispute.open": "The payment is disputed",
        /// A card network warns that a payment may be fraud.
        FraudEarlyWarning = "fraud.early_warning": "The card network warns of fraud",
    }
}

impl FindingCode {
    /// Tells whether it is found when the deciders are chosen, and anew each time that they are.
    #[must_use]
    pub const fn is_of_routing(self) -> bool {
        matches!(
            self,
            Self::AutomaticLimit
                | Self::PayoutByHand
                | Self::ScheduleUnconfirmed
                | Self::RuleAttended
                | Self::RuleLimit
                | Self::FactorUnknown
                | Self::RequesterUnknown
                | Self::PolicyUnsure
                | Self::PolicyDeciderReplaced
        )
    }
}
