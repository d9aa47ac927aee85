//! Fields: what a condition may ask about a request.

use crate::lifecycle::titled;

/// The type of a value in a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// An exact decimal number.
    Number,
    /// A text.
    Text,
    /// True or false.
    Flag,
    /// A list of numbers.
    Numbers,
    /// A list of texts.
    Texts,
}

impl Type {
    /// Returns the type in words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Flag => "true or false",
            Self::Numbers => "a list of numbers",
            Self::Texts => "a list of texts",
        }
    }
}

titled! {
    /// What a condition may ask about a request.
    Field {
        /// What kind of adjustment is asked for.
        RequestKind = "request.kind": "the kind, such as \"refund\"",
        /// Which way it goes.
        RequestDirection = "request.direction": "\"credit\" or \"debit\"",
        /// The reason that was given.
        RequestReason = "request.reason": "the reason that was given",
        /// The category of the reason.
        RequestCategory = "request.category": "the category that the reason belongs to; not known for a reason that is in no list",
        /// The note of whoever asks.
        RequestNote = "request.note": "the note of whoever asks",
        /// Where the money is wanted.
        RequestDestination = "request.destination": "where the money is wanted, such as \"original_tender\"",
        /// Where the money goes.
        RequestTargets = "request.targets": "where the money goes: \"original_tender\", \"store_credit\", \"invoice_balance\", \"manual\", \"out_of_band\"",
        /// The channel that the request came over.
        RequestChannel = "request.channel": "the channel that it came over, such as \"api\" or \"zendesk\"",
        /// The amount, with tax, in major units of its currency.
        RequestAmount = "request.amount": "the amount with tax, in major units of its currency",
        /// The currency.
        RequestCurrency = "request.currency": "the currency, such as \"EUR\"",
        /// What the amount is worth in the unit of the policy's bounds.
        RequestWorth = "request.worth": "what the amount is worth by [factors], rounded up to the hundredth; not known for a currency without one",
        /// How many lines are asked for.
        RequestLines = "request.lines": "how many lines are asked for; 0 for the whole document",
        /// How many pieces of evidence there are.
        RequestEvidence = "request.evidence": "how many documents support it",
        /// The codes of what the checks found.
        RequestFindings = "request.findings": "the codes of what the checks found, such as \"window.exceeded\"",
        /// Whether the request names an invoice.
        RequestHasInvoice = "request.has_invoice": "whether it is about an invoice",
        /// The hour at which it came in, by the time zone of the business.
        RequestHour = "request.hour": "the hour at which it came in, 0 to 23, by the time zone of the business",
        /// The day of the week on which it came in.
        RequestWeekday = "request.weekday": "the day of the week on which it came in: 1 is Monday, 7 is Sunday",
        /// The number of the invoice.
        InvoiceNumber = "invoice.number": "its number",
        /// How old the invoice is, in days.
        InvoiceAgeDays = "invoice.age_days": "how many days ago it was issued",
        /// What the invoice comes to.
        InvoiceTotal = "invoice.total": "what it comes to with tax, in major units of its currency",
        /// What was paid of it.
        InvoicePaid = "invoice.paid": "how much of it was paid",
        /// Its currency.
        InvoiceCurrency = "invoice.currency": "its currency",
        /// How many lines the invoice has.
        InvoiceLines = "invoice.lines": "how many lines it has",
        /// The methods by which it was paid.
        InvoiceMethods = "invoice.methods": "by which methods it was paid, such as \"card\"",
        /// The gateways over which it was paid.
        InvoiceGateways = "invoice.gateways": "over which gateways it was paid",
        /// What was sold on the lines that are credited.
        InvoiceProducts = "invoice.products": "the texts of the lines that are credited",
        /// The customer's id.
        CustomerId = "customer.id": "the ERP's id of the customer",
        /// Whether the ERP knows the customer.
        CustomerKnown = "customer.known": "whether the ERP knows the customer",
        /// The customer's country.
        CustomerCountry = "customer.country": "the country, such as \"DE\"; known from the invoice alone",
        /// The customer's tier.
        CustomerTier = "customer.tier": "the tier in the ERP, \"\" for none; known from the invoice alone",
        /// The name of whoever asks.
        RequesterName = "requester.name": "the name under which whoever asks signs in, or the source's name for them",
        /// Whether it is known under which name whoever asks signs in.
        RequesterKnown = "requester.known": "whether it is known under which name they sign in",
        /// How many other requests there were for the customer of late.
        HistoryCustomerRequests = "history.customer.requests": "how many other requests for this customer were not refused",
        /// What the other requests for the customer were worth.
        HistoryCustomerWorth = "history.customer.worth": "what those are worth together",
        /// How many other requests the requester had of late.
        HistoryRequesterRequests = "history.requester.requests": "how many other requests of this requester were not refused",
        /// What the other requests of the requester were worth.
        HistoryRequesterWorth = "history.requester.worth": "what those are worth together",
        /// How risky the request looks.
        RiskScore = "risk.score": "how risky it looks; 0 where nothing was found",
    }
}

impl Field {
    /// Returns the type of its value.
    #[must_use]
    pub const fn kind(self) -> Type {
        match self {
            Self::RequestAmount
            | Self::RequestWorth
            | Self::RequestLines
            | Self::RequestEvidence
            | Self::RequestHour
            | Self::RequestWeekday
            | Self::InvoiceAgeDays
            | Self::InvoiceTotal
            | Self::InvoicePaid
            | Self::InvoiceLines
            | Self::HistoryCustomerRequests
            | Self::HistoryCustomerWorth
            | Self::HistoryRequesterRequests
            | Self::HistoryRequesterWorth
            | Self::RiskScore => Type::Number,
            Self::RequestHasInvoice | Self::CustomerKnown | Self::RequesterKnown => Type::Flag,
            Self::RequestTargets
            | Self::RequestFindings
            | Self::InvoiceMethods
            | Self::InvoiceGateways
            | Self::InvoiceProducts => Type::Texts,
            _ => Type::Text,
        }
    }

    /// Tells whether it is about earlier requests, which have to be read for it.
    #[must_use]
    pub const fn is_history(self) -> bool {
        matches!(
            self,
            Self::HistoryCustomerRequests
                | Self::HistoryCustomerWorth
                | Self::HistoryRequesterRequests
                | Self::HistoryRequesterWorth
        )
    }
}
