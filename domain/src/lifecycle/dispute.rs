//! A dispute on a payment: the cardholder's bank takes the money until it is decided.

use super::{machine, named};

named! {
    /// Where a dispute stands.
    DisputeStatus {
        /// Asked about; nothing is taken.
        Inquiry = "inquiry",
        /// The money is taken until it is decided.
        Open = "open",
        /// The evidence is being read.
        UnderReview = "under_review",
        /// Decided for the merchant.
        Won = "won",
        /// Decided for the cardholder.
        Lost = "lost",
        /// Not fought.
        Accepted = "accepted",
        /// An inquiry that came to nothing.
        WarningClosed = "warning_closed",
        /// Settled before it opened.
        Prevented = "prevented",
    }
}

named! {
    /// What happens to a dispute.
    DisputeEvent {
        /// The bank asks.
        Inquire = "inquire",
        /// The bank takes the money; also a second chargeback.
        Open = "open",
        /// The evidence is in.
        Review = "review",
        /// For the merchant.
        Win = "win",
        /// For the cardholder.
        Lose = "lose",
        /// Not fought.
        Accept = "accept",
        /// The inquiry ended.
        CloseWarning = "close_warning",
        /// Settled before it opened.
        Prevent = "prevent",
    }
}

machine!("Dispute", DisputeStatus, DisputeEvent, Inquiry);

impl DisputeStatus {
    /// Whether refunds of the payment must wait for it.
    #[must_use]
    pub const fn freezes(self) -> bool {
        matches!(self, Self::Inquiry | Self::Open | Self::UnderReview)
    }

    /// Whether its amount has left for good and can't be refunded any more.
    #[must_use]
    pub const fn took_the_money(self) -> bool {
        matches!(self, Self::Lost | Self::Accepted)
    }
}

/// News may come out of order: what lies behind the state changes nothing. A decided dispute opens again only by a second
/// chargeback, which providers report as a new opening of the same dispute.
const fn next(state: DisputeStatus, event: DisputeEvent) -> Option<DisputeStatus> {
    use DisputeEvent as E;
    use DisputeStatus as S;
    Some(match (state, event) {
        (S::Inquiry, E::Inquire) => S::Inquiry,
        (S::Inquiry | S::Open, E::Open) => S::Open,
        (S::Inquiry | S::Open | S::UnderReview, E::Review) => S::UnderReview,
        (S::Inquiry | S::Open | S::UnderReview | S::Won, E::Win) => S::Won,
        (S::Inquiry | S::Open | S::UnderReview | S::Lost, E::Lose) => S::Lost,
        (S::Inquiry | S::Open | S::UnderReview | S::Accepted, E::Accept) => S::Accepted,
        (S::Inquiry | S::WarningClosed, E::CloseWarning) => S::WarningClosed,
        (S::Inquiry | S::Open | S::Prevented, E::Prevent) => S::Prevented,
        (S::Won | S::WarningClosed, E::Open) => S::Open,
        (S::Won, E::Lose) => S::Lost,
        (S::Open | S::UnderReview, E::Inquire) | (S::UnderReview, E::Open) => state,
        (S::Won | S::Lost | S::Accepted | S::WarningClosed | S::Prevented, E::Inquire | E::Review) => state,
        (S::Lost | S::Accepted, E::Open) => state,
        _ => return None,
    })
}
