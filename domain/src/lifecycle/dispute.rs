//! A dispute on a payment: the cardholder's bank takes the money until it is decided.

use super::{machine, named, titled};

titled! {
    /// Where a dispute stands.
    DisputeStatus {
        /// The bank asks about the payment; no money is taken.
        Inquiry = "inquiry": "Inquiry",
        /// The bank has taken the money until it is decided.
        Open = "open": "Open",
        /// The bank is reading the evidence.
        UnderReview = "under_review": "Under review",
        /// It is decided for the merchant.
        Won = "won": "Won",
        /// It is decided for the cardholder.
        Lost = "lost": "Lost",
        /// The merchant did not fight it.
        Accepted = "accepted": "Accepted",
        /// An inquiry came to nothing.
        WarningClosed = "warning_closed": "Inquiry closed",
        /// It was settled before it opened.
        Prevented = "prevented": "Settled before it opened",
    }
}

named! {
    /// What happens to a dispute.
    DisputeEvent {
        /// The bank asks about the payment.
        Inquire = "inquire",
        /// The bank takes the money; also a second chargeback.
        Open = "open",
        /// The evidence is in.
        Review = "review",
        /// It is decided for the merchant.
        Win = "win",
        /// It is decided for the cardholder.
        Lose = "lose",
        /// The merchant does not fight it.
        Accept = "accept",
        /// The inquiry ended without a chargeback.
        CloseWarning = "close_warning",
        /// It is settled before it opens.
        Prevent = "prevent",
    }
}

machine!("Dispute", DisputeStatus, DisputeEvent, Inquiry);

impl DisputeStatus {
    /// Tells whether refunds of the payment must wait for it. An inquiry takes no money, and a refund settles it best.
    #[must_use]
    pub const fn freezes(self) -> bool {
        matches!(self, Self::Open | Self::UnderReview)
    }

    /// Tells whether it took its amount, which then can't be refunded any more. A lost dispute may be won after all,
    /// and then the money is back.
    #[must_use]
    pub const fn took_the_money(self) -> bool {
        matches!(self, Self::Lost | Self::Accepted)
    }

    /// Tells whether somebody has decided it, or it ended without a decision.
    #[must_use]
    pub const fn is_decided(self) -> bool {
        !matches!(self, Self::Inquiry | Self::Open | Self::UnderReview)
    }
}

/// Returns the next state. News may come out of order: what lies behind the state changes nothing. A dispute that was
/// won opens again by a second chargeback, which providers report as a new opening of the same dispute. One that was
/// lost may be won after all (by pre-arbitration, or because the bank gives in:
/// <https://docs.adyen.com/risk-management/disputes-api/dispute-notifications>), and until it is, nothing that is under
/// way gives the money back. Which of two decisions is the later one the machine can't tell: see
/// [`crate::dispute::case::apply_news`].
const fn next(state: DisputeStatus, event: DisputeEvent) -> Option<DisputeStatus> {
    use DisputeEvent as E;
    use DisputeStatus as S;
    Some(match (state, event) {
        (S::Inquiry, E::Inquire) => S::Inquiry,
        (S::Inquiry | S::Open, E::Open) => S::Open,
        (S::Inquiry | S::Open | S::UnderReview, E::Review) => S::UnderReview,
        (S::Inquiry | S::Open | S::UnderReview | S::Won | S::Lost | S::Accepted, E::Win) => S::Won,
        (S::Lost | S::Accepted, E::Lose | E::Accept) => state,
        (_, E::Lose) => S::Lost,
        (_, E::Accept) => S::Accepted,
        (S::Inquiry | S::WarningClosed, E::CloseWarning) => S::WarningClosed,
        (S::Inquiry | S::Open | S::Prevented, E::Prevent) => S::Prevented,
        (S::Won | S::WarningClosed, E::Open) => S::Open,
        (S::Open | S::UnderReview, E::Inquire) | (S::UnderReview, E::Open) => state,
        (S::Won | S::Lost | S::Accepted | S::WarningClosed | S::Prevented, E::Inquire | E::Review) => state,
        (S::Lost | S::Accepted, E::Open) => state,
        _ => return None,
    })
}
